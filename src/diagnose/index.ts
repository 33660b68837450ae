/** Layer 5: trace events to findings, and findings to text. Knows nothing of captures or sockets. */
export { catalog, type FindingId, findingIds, toldIds } from './catalog.ts';
export { Diagnosis, type Verdict } from './engine.ts';
export type * from './finding.ts';
export { CallMessages, messageNote, sentMessage, statusDetails } from './messages.ts';
export { isReadingId, type Reading, type ReadingId, readingIds, readings } from './readings.ts';
export { redactFinding, redactReport } from './redact.ts';
export { isStackId, remediesFor, type StackId, stackIds, stackName } from './remedies/index.ts';
export * from './render/index.ts';
export { type ReadingParamName, readingParams } from './render/params/index.ts';
export type * from './report.ts';
export { TimelineCollector } from './timeline/collector.ts';
export { PairedTimeline, type TimelineSource } from './timeline/source.ts';
export * from './workshop.ts';
