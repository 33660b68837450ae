/** A recording was read and there is no HTTP/2 in it: what is there instead. */
import type { LogFacts } from '#logs';
import type { RecordingFacts } from './decoders.ts';
import type { Seen, Survey } from './survey.ts';

export type ContentProblem =
  | { readonly layer: 'content'; readonly kind: 'no-tcp'; readonly packets: number }
  | { readonly layer: 'content'; readonly kind: 'no-http2'; readonly seen: readonly Seen[] }
  /** A log in which no line is known. `timed`: its lines have times, so it is a log and no other text. */
  | { readonly layer: 'content'; readonly kind: 'no-known-line'; readonly lines: number; readonly timed: boolean };

/** What is to be known of the times of a log that was joined to a capture. */
export type JoinProblem =
  | { readonly layer: 'join'; readonly kind: 'unaligned'; readonly capture: string }
  | {
      readonly layer: 'join';
      readonly kind: 'assumed-zone';
      readonly capture: string;
      readonly eastMinutes: number;
      readonly lines: number;
    };

/** At most one. Empty captures and files that are no recording are told by those who read them. */
export function contentProblems(facts: RecordingFacts, survey: Survey): readonly ContentProblem[] {
  if (facts.log !== undefined) return logProblems(facts.log);
  if (facts.format === undefined || facts.packets === 0 || survey.http2Connections > 0) return [];
  if (facts.tcpPackets === 0) return [{ layer: 'content', kind: 'no-tcp', packets: facts.packets }];
  return [{ layer: 'content', kind: 'no-http2', seen: survey.others }];
}

function logProblems({ lines, known, zone }: LogFacts): readonly ContentProblem[] {
  return known > 0 ? [] : [{ layer: 'content', kind: 'no-known-line', lines, timed: zone !== 'no-times' }];
}
