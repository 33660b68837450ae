/** Layer 4: packet captures to TCP byte streams, without input or output. */
export { CaptureAnnotator } from './annotate/annotator.ts';
export type { Notes, OctetSink } from './annotate/notes.ts';
export { FlowAssembler } from './assembler.ts';
export { Capture } from './capture.ts';
export { type FileFormat, identifyFormat, type OtherFormat } from './format.ts';
export { linkTypeName } from './link-types.ts';
export { type CaptureProblem, MAX_PROBLEMS, type ProblemKind, type ProblemParams } from './problem.ts';
export { describeProblem } from './problem-text.ts';
export { CaptureReader } from './reader.ts';
export type { PacketCallback, SecretsCallback } from './record.ts';
export type { CaptureSummary, LinkTypeCount } from './summary.ts';
export { defaultLimits, type TcpLimits } from './tcp/limits.ts';
