/** Calls that ended because their time was over. */
import { type Draft, draft, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { requestEvidence, resetEvidence } from './common.ts';
import { trailersEvidence } from './tally.ts';

const SHOWN_MAX = 3;

/** The grpc-timeout of the request passed before the handler had answered. */
export function exceededByHandler(connection: ConnectionFacts): Draft[] {
  const tally = connection.calls.tally('deadline');
  const first = tally.examples[0];
  if (first?.timeoutMs === undefined) return [];
  const methods = new Set(tally.examples.map((call) => call.method));
  const signal = first.answered ? 'status' : 'reset';
  return [
    draft({
      id: 'deadline/exceeded-by-handler',
      certainty: signal === 'status' ? 'certain' : 'likely',
      culprit: 'server',
      connections: [connection],
      streams: tally.examples.map((call) => call.stream),
      params: {
        timeoutMs: first.timeoutMs,
        streams: tally.count,
        signal,
        elapsedMs: elapsedMs(first),
        method: methods.size === 1 && first.method !== '' ? first.method : undefined,
        roundTripMs: connection.roundTripMs,
      },
      evidence: tally.examples
        .slice(0, SHOWN_MAX)
        .flatMap((call) => [
          requestEvidence(connection, call),
          ...resetEvidence(connection, call),
          ...trailersEvidence(connection, call),
        ]),
      victims: victims(connection, tally.examples, () => 'unknown'),
      about: tally.examples.map((call) => streamKey(connection, call.stream)),
    }),
  ];
}

function elapsedMs(call: Call): number | undefined {
  const over = call.server.ended ?? call.reset;
  return over === undefined ? undefined : over.timeMs - call.opened.timeMs;
}
