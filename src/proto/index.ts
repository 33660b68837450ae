/** Layer 7: .proto files and descriptor sets, read by protobuf.js, as the schema by which messages are shown. */
export { type LoadedSchema, loadSchema } from './load.ts';
export type { ProtoProblem } from './problem.ts';
