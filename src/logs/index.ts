/** Layer 6: the log lines of programs to findings of the same catalogue as captures. Knows nothing of files. */
export type { Zone } from './clock.ts';
export { LogDiagnosis, type LogFacts } from './diagnosis.ts';
export type { Alignment } from './join/align.ts';
export { type Joined, join, type NamedLog } from './join/join.ts';
export { stackWordings } from './stacks/index.ts';
export type { StackWordings, Wording, Writer } from './wording.ts';
