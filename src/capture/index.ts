/** Layer 4: packet captures to TCP byte streams, without input or output. */
export { FlowAssembler } from './assembler.ts';
export { Capture } from './capture.ts';
export { type FileFormat, identifyFormat } from './format.ts';
export type { CaptureProblem, ProblemKind, ProblemParams } from './problem.ts';
export { CaptureReader } from './reader.ts';
export type { PacketCallback } from './record.ts';
export type { CaptureSummary, LinkTypeCount } from './summary.ts';
