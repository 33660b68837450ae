/** Connections of one call each, closed by their client: no error, and a handshake for every call. */
import { formatEndpoint } from '#base';
import { type Draft, draft } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { endEvidence, implementations } from './common.ts';

/** Connections of one call each, closed by their client: no error, N handshakes. Fewer than this are no habit. */
const SHORT_LIVED_MIN = 5;

export function shortLived(capture: CaptureFacts): Draft[] {
  const groups = new Map<string, ConnectionFacts[]>();
  for (const connection of capture.connections.values()) {
    if (!isShort(connection)) continue;
    const key = `${connection.client.address} ${formatEndpoint(connection.server)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [connection]);
    else group.push(connection);
  }
  return [...groups.values()].filter((group) => group.length >= SHORT_LIVED_MIN).map(shortDraft);
}

function isShort(connection: ConnectionFacts): boolean {
  const end = connection.firstEnd;
  return (
    connection.handshake === 'seen' &&
    connection.calls.opened === 1 &&
    connection.calls.tally('ok').count + connection.calls.tally('status').count === 1 &&
    end !== undefined &&
    end.from === 'client' &&
    connection.goawaysOf('server').length === 0
  );
}

function shortDraft(group: readonly ConnectionFacts[]): Draft {
  const first = group[0]!;
  const handshakes = group.map((connection) => (connection.calls.first?.opened.timeMs ?? 0) - connection.opened.timeMs);
  return draft({
    id: 'connection/short-lived',
    certainty: 'certain',
    culprit: 'none',
    connections: group.slice(0, 200),
    params: {
      connections: group.length,
      calls: group.length,
      clientImplementation: implementations(first).clientImplementation,
      handshakeMs: handshakes.sort((a, b) => a - b)[Math.floor(handshakes.length / 2)],
    },
    evidence: [endEvidence(first, first.firstEnd!)],
  });
}
