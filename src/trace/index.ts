/** Layer 3: one event vocabulary for captures, taps and the runtime, and the tracer that makes it out of byte streams. */
export type * from './events.ts';
export { TraceFileReader, type TraceProblem } from './file/reader.ts';
export { encodeEvent, encodeHeader, TRACE_VERSION } from './file/writer.ts';
export type * from './flow.ts';
export { MessageContexts } from './message-contexts.ts';
export { eventRedactor, secretWatch } from './redact/events.ts';
export type * from './tls.ts';
export { Tracer, type TracerOptions } from './tracer.ts';
