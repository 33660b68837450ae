/** Streams that one side would not take, or gave up. RFC 9113 §5.4.2, §8.7. */
import { type Draft, draft, victims } from '../draft.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { requestEvidence, resetEvidence } from './common.ts';
import { calls, fates, ids, shown } from './tally.ts';

/** RST_STREAM(REFUSED_STREAM): never processed (RFC 9113 §8.7), usually one stream too many. */
export function refused(connection: ConnectionFacts): Draft[] {
  const tally = calls(connection, 'refused');
  if (tally === undefined) return [];
  const limit = connection.maxConcurrentStreams;
  const { first } = tally;
  const settingsMs = connection.settings.server?.timeMs ?? Number.POSITIVE_INFINITY;
  const over = limit !== undefined && first.concurrency > limit;
  return [
    draft({
      id: 'stream/refused',
      certainty: 'certain',
      culprit: over ? 'client' : 'server',
      connections: [connection],
      streams: ids(tally.examples),
      params: {
        by: 'server',
        streams: tally.count,
        limit,
        openStreams: first.concurrency,
        beforeSettings: first.opened.timeMs < settingsMs ? true : undefined,
      },
      evidence: shown(connection, tally, (call) => [
        requestEvidence(connection, call),
        ...resetEvidence(connection, call),
      ]),
      victims: victims(connection, tally.examples, () => 'safe'),
      about: fates(connection, tally.examples),
    }),
  ];
}

/** Calls that the client gave up on its own account: healthy, but worth knowing. */
export function cancelled(connection: ConnectionFacts): Draft[] {
  const tally = calls(connection, 'client-reset');
  if (tally === undefined) return [];
  const times = tally.examples.map((call) => (call.reset?.timeMs ?? 0) - call.opened.timeMs).sort((a, b) => a - b);
  return [
    draft({
      id: 'stream/cancelled',
      certainty: 'certain',
      culprit: 'none',
      connections: [connection],
      streams: ids(tally.examples),
      params: { streams: tally.count, sinceRequestMs: times[Math.floor(times.length / 2)], by: 'client' },
      evidence: shown(connection, tally, (call) => [
        requestEvidence(connection, call),
        ...resetEvidence(connection, call),
      ]),
      about: fates(connection, tally.examples),
    }),
  ];
}
