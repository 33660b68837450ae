/** Attempts to connect that came to nothing: refused by RST, or never answered. */
import { formatEndpoint } from '#base';
import { type Draft, draft, type EventKey, evidence, streamKey } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import type { Mark } from '../facts/mark.ts';
import type { Evidence } from '../finding.ts';

/** SYNs are repeated after 1, 2 and 4 s: with two repeats three seconds have passed without a sign. */
const SYN_REPEATS_MIN = 2;

export function refusedAttempt(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const end = connection.firstEnd;
  if (!isAttempt(connection) || end === undefined || end.from !== 'server' || end.how !== 'rst') return [];
  const server = formatEndpoint(connection.server);
  const served = isServed(connection, capture);
  return [
    draft({
      id: 'connection/refused',
      severity: served ? 'info' : 'error',
      certainty: 'certain',
      culprit: served ? 'none' : 'server',
      connections: [connection],
      params: { server, connections: 1, servedLater: served ? true : undefined },
      evidence: [openedEvidence(connection), evidence(connection, end, 'server', 'connection-refused', { server })],
      explains: served ? [] : failedFor(connection, end, capture),
    }),
  ];
}

export function unansweredAttempt(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const repeats = connection.synRepeats;
  if (!isAttempt(connection) || connection.firstEndOf('server') !== undefined || repeats < SYN_REPEATS_MIN) return [];
  const server = formatEndpoint(connection.server);
  const served = isServed(connection, capture);
  const waitedMs = connection.lastMs - connection.opened.timeMs;
  return [
    draft({
      id: 'connection/unreachable',
      severity: served ? 'info' : 'error',
      certainty: 'likely',
      culprit: served ? 'none' : 'network',
      connections: [connection],
      params: { server, connections: 1, repeats, waitedMs, servedLater: served ? true : undefined },
      evidence: [
        openedEvidence(connection),
        evidence(connection, connection.opened, 'none', 'no-answer', { waitedMs }),
      ],
    }),
  ];
}

function openedEvidence(connection: ConnectionFacts): Evidence {
  return evidence(connection, connection.opened, 'client', 'connection-opened', {
    client: formatEndpoint(connection.client),
    server: formatEndpoint(connection.server),
  });
}

/** A SYN was seen, and neither an answer to it nor any octet. */
function isAttempt(connection: ConnectionFacts): boolean {
  const { protocol, established, handshake } = connection;
  return (
    handshake === 'seen' && established === undefined && protocol.client === undefined && protocol.server === undefined
  );
}

/** Connections to the proxy that are looked through for each attempt of it that failed. */
const HOPS_MAX = 100;

/** Calls that a proxy answered with an error page of its own, because this attempt of its failed. */
function failedFor(connection: ConnectionFacts, end: Mark, capture: CaptureFacts): EventKey[] {
  const before = capture.toHost(connection.client.address).slice(0, HOPS_MAX);
  return before.flatMap((hop) =>
    hop.calls
      .tally('not-grpc')
      .examples.filter((call) => call.opened.packet < end.packet && (call.server.headers?.packet ?? 0) > end.packet)
      .map((call) => streamKey(hop, call.stream)),
  );
}

/**
 * The port was served all the same: later, when the server had started, or at another address of it, as clients that try
 * IPv6 and IPv4 do. A server that was in use before and then stopped has a finding of its own.
 */
function isServed(connection: ConnectionFacts, capture: CaptureFacts): boolean {
  return capture.isPortServed(connection.server.port);
}
