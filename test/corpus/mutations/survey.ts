/** The verdicts on copies of recordings, counted by the way in which the copies were made worse. */
import type { Recording } from '../recordings.ts';
import { copyOf } from './copy.ts';
import { type Complaint, complaints, type Verdict, verdictOf } from './verdict.ts';
import { ways } from './ways.ts';

export interface Tally {
  copies: number;
  /** Failures of the originals, and how many of them the copies still show. */
  expected: number;
  kept: number;
  readonly complaints: string[];
}

export interface Survey {
  /** Numbers of the copies: each number is another one. */
  readonly from: number;
  readonly copies: number;
  readonly way: string;
}

/** What a capture of one direction cannot know: that the other end was silent. */
const SILENCE: ReadonlySet<string> = new Set([
  'connection/abrupt-close',
  'connection/half-open',
  'connection/idle-close-race',
  'connection/no-server-preface',
  'connection/server-restart',
  'goaway/grace-expired',
  'goaway/unprocessed-streams',
  'keepalive/unanswered-ping',
  'keepalive/watchdog-false-positive',
]);

/** Makes copies of every recording in one way and judges them. */
export function survey(
  originals: readonly { readonly recording: Recording; readonly verdict: Verdict }[],
  { way, from, copies }: Survey,
): Tally {
  const tally: Tally = { copies: 0, expected: 0, kept: 0, complaints: [] };
  for (const { recording, verdict } of originals) {
    for (let number = from; number < from + copies; number++) {
      const copy = verdictOf(copyOf(recording, way, number), recording.keyLog);
      tally.copies++;
      for (const { what, id } of [...complaints(verdict, copy, ways[way]!), ...silence(way, copy)])
        tally.complaints.push(`${recording.name}, '${way}' ${number}: ${what} ${id}`);
      for (const [id, { failure }] of verdict) {
        if (!failure) continue;
        tally.expected++;
        if (copy.has(id)) tally.kept++;
      }
    }
  }
  return tally;
}

function silence(way: string, copy: Verdict): Complaint[] {
  if (!ways[way]?.oneDirection) return [];
  return [...copy.keys()].filter((id) => SILENCE.has(id)).map((id) => ({ what: 'silence', id }));
}

/** One line of the table. */
export function row(way: string, { copies, expected, kept, complaints: made }: Tally): string {
  const recall = expected === 0 ? '' : `${((100 * kept) / expected).toFixed(0)} %`;
  return `${way.padEnd(36)} ${String(copies).padStart(7)} ${String(made.length).padStart(7)} ${recall.padStart(7)}`;
}

/** The head of the table. */
export const HEAD = `${'way'.padEnd(36)} ${'copies'.padStart(7)} ${'wrong'.padStart(7)} ${'kept'.padStart(7)}`;
