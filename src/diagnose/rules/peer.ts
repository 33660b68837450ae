/** The other side speaks something else than HTTP/2, or something else than gRPC. */
import { formatEndpoint, type Side } from '#base';
import { statusFromHttp, statusName } from '#grpc';
import type { ProtocolEvent } from '#trace';
import { type Draft, draft, endKey, evidence, goawayKey, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { proxyOf, requestEvidence } from './common.ts';

/** The answer to `Upgrade: h2c`, of whose request the capture has no trace. */
const SWITCHING = 'HTTP/1.1 101';

export function http1Peer(connection: ConnectionFacts): Draft[] {
  const { client, server } = connection.protocol;
  if (client === undefined || server === undefined) return [];
  const variant =
    client.protocol === 'h2' && server.protocol === 'http/1' && !server.text.startsWith(SWITCHING)
      ? 'server'
      : client.protocol === 'http/1' && server.protocol === 'h2'
        ? 'client'
        : undefined;
  if (variant === undefined) return [];
  const text = variant === 'server' ? server.text : client.text;
  return [protocolDraft(connection, client, server, { id: 'peer/http1', variant, culprit: variant, text })];
}

/** One side speaks TLS and the other clear text. */
export function tlsMismatch(connection: ConnectionFacts): Draft[] {
  const { client, server } = connection.protocol;
  if (client === undefined || server === undefined) return [];
  const plaintextClient = client.protocol === 'h2' && server.protocol === 'tls';
  const tlsClient = client.protocol === 'tls' && (server.protocol === 'h2' || server.protocol === 'http/1');
  if (!plaintextClient && !tlsClient) return [];
  const variant = plaintextClient ? 'plaintext-to-tls' : 'tls-to-plaintext';
  const text = plaintextClient ? server.text : client.text;
  return [protocolDraft(connection, client, server, { id: 'peer/tls-mismatch', variant, culprit: 'client', text })];
}

type ProtocolFault = { readonly culprit: Side; readonly text: string } & (
  | { readonly id: 'peer/http1'; readonly variant: Side }
  | { readonly id: 'peer/tls-mismatch'; readonly variant: 'plaintext-to-tls' | 'tls-to-plaintext' }
);

/** Two protocols on one connection explain whatever else happens to it. */
function protocolDraft(
  connection: ConnectionFacts,
  client: ProtocolEvent,
  server: ProtocolEvent,
  { text, ...fault }: ProtocolFault,
): Draft {
  const open = connection.calls.waiting();
  return draft({
    ...fault,
    certainty: 'certain',
    connections: [connection],
    streams: open.map((call) => call.stream),
    params: { text, server: formatEndpoint(connection.server) },
    evidence: [
      evidence(connection, client, 'client', 'protocol', { text: client.text }),
      evidence(connection, server, 'server', 'protocol', { text: server.text }),
    ],
    victims: victims(connection, open, () => 'safe'),
    about: [endKey(connection)],
    explains: [endKey(connection), ...connection.goaways.map((goaway) => goawayKey(connection, goaway))],
  });
}

/** A gRPC request got an answer that no gRPC server gives: a proxy's error page, or the wrong server. */
export function notGrpc(connection: ConnectionFacts): Draft[] {
  const byStatus = new Map<number, Call[]>();
  for (const call of connection.calls.tally('not-grpc').examples) {
    const status = call.httpStatus ?? 0;
    byStatus.set(status, [...(byStatus.get(status) ?? []), call]);
  }
  return [...byStatus].map(([status, calls]) => notGrpcDraft(connection, status, calls));
}

/** Bad Gateway, Service Unavailable, Gateway Timeout: what speaks for a server it could not reach (RFC 9110 §15.6). */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);

function notGrpcDraft(connection: ConnectionFacts, status: number, calls: readonly Call[]): Draft {
  const proxy = proxyOf(connection);
  const gateway = proxy !== undefined || GATEWAY_STATUSES.has(status);
  return draft({
    id: 'peer/not-grpc',
    certainty: 'certain',
    culprit: gateway ? 'middlebox' : 'server',
    connections: [connection],
    streams: calls.map((call) => call.stream),
    params: {
      streams: calls.length,
      status,
      contentType: calls[0]?.responseContentType,
      proxy,
      grpcCode: statusName(statusFromHttp(status)),
    },
    evidence: calls.slice(0, 3).flatMap((call) => [
      requestEvidence(connection, call),
      evidence(connection, call.server.headers ?? call.opened, 'server', 'headers-response', {
        stream: call.stream,
        status,
      }),
    ]),
    victims: victims(connection, calls, () => 'unknown'),
    about: calls.map((call) => streamKey(connection, call.stream)),
  });
}
