/** What the capture itself cannot show: no failure, but a limit on what the other findings may claim. */
import { formatEndpoint } from '#base';
import type { TlsContent } from '#trace';
import { type Draft, draft, evidence } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';

/** Connections named in one finding. */
const NAMED_MAX = 100;

export function captureLimits(capture: CaptureFacts): Draft[] {
  const all = [...capture.connections.values()];
  return [...startsMiddle(all), ...packetsLost(all), ...oneDirection(all), ...encrypted(all)];
}

function startsMiddle(all: readonly ConnectionFacts[]): Draft[] {
  const joined = all.filter((connection) => connection.joinedMiddle);
  const first = joined[0];
  if (first === undefined) return [];
  return [
    draft({
      id: 'capture/starts-mid-connection',
      certainty: 'certain',
      culprit: 'none',
      connections: joined.slice(0, NAMED_MAX),
      params: {
        connections: joined.length,
        unreadableBlocks: joined.reduce((sum, connection) => sum + connection.unreadableBlocks, 0) || undefined,
      },
      evidence: [evidence(first, first.opened, 'none', 'connection-opened', addresses(first))],
    }),
  ];
}

function packetsLost(all: readonly ConnectionFacts[]): Draft[] {
  const holed = all.filter(({ isHttp2, holes, unseen }) => isHttp2 && holes > 0 && unseen === undefined);
  const first = holed[0];
  if (first === undefined) return [];
  const mark = first.lastLoss('client') ?? first.lastLoss('server') ?? first.opened;
  const lostBytes = holed.reduce((sum, { lostBytes: lost }) => sum + lost.client + lost.server, 0);
  return [
    draft({
      id: 'capture/packets-lost',
      certainty: 'certain',
      culprit: 'none',
      connections: holed.slice(0, NAMED_MAX),
      params: { connections: holed.length, lostBytes, holes: holed.reduce((sum, { holes }) => sum + holes, 0) },
      evidence: [evidence(first, mark, 'none', 'lost', { bytes: first.lostBytes.client + first.lostBytes.server })],
    }),
  ];
}

function oneDirection(all: readonly ConnectionFacts[]): Draft[] {
  const halves = all.filter(({ isHttp2, unseen }) => isHttp2 && unseen !== undefined);
  const first = halves[0];
  if (first?.unseen === undefined) return [];
  return [
    draft({
      id: 'capture/one-direction',
      certainty: 'certain',
      culprit: 'none',
      connections: halves.slice(0, NAMED_MAX),
      params: { connections: halves.length, side: first.unseen },
      evidence: [evidence(first, first.opened, 'none', 'connection-opened', addresses(first))],
    }),
  ];
}

function encrypted(all: readonly ConnectionFacts[]): Draft[] {
  const tls = all.filter(isOpaque);
  const first = tls[0];
  if (first === undefined) return [];
  return [
    draft({
      id: 'capture/encrypted',
      certainty: 'certain',
      culprit: 'none',
      connections: tls.slice(0, NAMED_MAX),
      params: { connections: tls.length, problem: problemOf(first) },
      evidence: [
        evidence(first, first.protocol.client ?? first.opened, 'client', 'protocol', {
          text: first.protocol.client?.text ?? '',
        }),
      ],
    }),
  ];
}

/** TLS with content that nobody sees. A handshake that failed has none. */
function isOpaque({ protocol, tls }: ConnectionFacts): boolean {
  if (tls.content === 'lost-place') return true;
  if (protocol.client?.protocol !== 'tls' || protocol.server?.protocol === 'h2') return false;
  if (tls.clientHello === undefined) return true;
  const { client, server } = tls.traffic;
  const nothingSent = client !== undefined && client.records + (server?.records ?? 0) === 0;
  return tls.finished.client !== undefined && !nothingSent;
}

function problemOf({ tls }: ConnectionFacts): Exclude<TlsContent['outcome'], 'decrypted'> | undefined {
  return tls.content === 'decrypted' ? undefined : tls.content;
}

function addresses(connection: ConnectionFacts): { client: string; server: string } {
  return {
    client: formatEndpoint(connection.client),
    server: formatEndpoint(connection.server),
  };
}
