/** Connections that carry not one octet: the TCP health checks of a balancer or an orchestrator. Harmless, and told as such. */
import { formatEndpoint } from '#base';
import { type Draft, draft } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { endEvidence } from './common.ts';

/** A client that tries two addresses at once drops one connection without a word (RFC 8305): that is no check yet. */
const CHECKS_MIN = 3;
/** Connections named in one finding. */
const NAMED_MAX = 100;

export function healthChecks(capture: CaptureFacts): Draft[] {
  const groups = new Map<string, ConnectionFacts[]>();
  for (const connection of capture.connections.values()) {
    if (!isSilentConnection(connection)) continue;
    const key = `${connection.client.address} ${formatEndpoint(connection.server)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [connection]);
    else group.push(connection);
  }
  return [...groups.values()].filter((group) => group.length >= CHECKS_MIN).map(checksDraft);
}

/** Established, and then closed by its client, which had sent nothing. The server may have sent its SETTINGS by then. */
export function isSilentConnection(connection: ConnectionFacts): boolean {
  const { handshake, established, protocol, bytes, lostBytes } = connection;
  if (handshake !== 'seen' || established === undefined || lostBytes.client > 0) return false;
  return protocol.client === undefined && bytes.client === 0 && connection.firstEnd?.from === 'client';
}

function checksDraft(group: readonly ConnectionFacts[]): Draft {
  const first = group[0]!;
  const last = group.at(-1)!;
  return draft({
    id: 'connection/health-checks',
    certainty: 'likely',
    culprit: 'none',
    connections: group.slice(0, NAMED_MAX),
    params: {
      connections: group.length,
      server: formatEndpoint(first.server),
      everyMs: (last.opened.timeMs - first.opened.timeMs) / (group.length - 1),
    },
    evidence: [endEvidence(first, first.firstEnd!)],
  });
}
