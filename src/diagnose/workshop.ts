/** What a layer needs that finds things of its own, over facts that the rules here have gathered: see `#compare`. */
export {
  type Draft,
  draft,
  type EventKey,
  endKey,
  evidence,
  goawayKey,
  type Loose,
  streamKey,
  victims,
} from './draft.ts';
export { conclude, stacksOf } from './engine.ts';
export type { Call } from './facts/call.ts';
export type { CaptureFacts } from './facts/capture.ts';
export type { ConnectionFacts, EndFact, GoAwayFact } from './facts/connection.ts';
export type { Mark } from './facts/mark.ts';
export { graded } from './grade.ts';
export type { RevealedStacks } from './remedies/index.ts';
export { timersNear } from './remedies/timers.ts';
export type { EvidenceKey, EvidenceParams } from './render/params/index.ts';
