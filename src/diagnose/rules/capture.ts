/** What the capture itself cannot show: no failure, but a limit on what the other findings may claim. */
import { formatEndpoint } from '#base';
import type { ClockEvent, TlsContent } from '#trace';
import { type Draft, draft, evidence } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { at } from '../facts/mark.ts';

/** Connections named in one finding. */
const NAMED_MAX = 100;

export function captureLimits(capture: CaptureFacts): Draft[] {
  const all = [...capture.connections.values()];
  return [...startsMiddle(all), ...packetsLost(all), ...oneDirection(all), ...clockLeaps(all), ...encrypted(all)];
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

/** Leaps that the report names one by one. */
const LEAPS_SHOWN = 5;

/** One finding for each way in which leaps are known: they limit what may be claimed in different ways. */
function clockLeaps(all: readonly ConnectionFacts[]): Draft[] {
  return (['hosts', 'order', 'one-host'] as const).flatMap((proof) => {
    const touched = all.filter(({ leaps }) => leaps.some((leap) => leap.proof === proof));
    // Each connection that was open tells of the same leap.
    const leaps = new Map<number, { readonly event: ClockEvent; readonly connection: ConnectionFacts }>();
    for (const connection of touched)
      for (const event of connection.leaps)
        if (event.proof === proof && !leaps.has(event.leapPacket)) leaps.set(event.leapPacket, { event, connection });
    const kept = [...leaps.values()].sort((a, b) => a.event.leapPacket - b.event.leapPacket);
    const largest = [...kept].sort((a, b) => Math.abs(b.event.byMs) - Math.abs(a.event.byMs))[0];
    if (largest === undefined) return [];
    return [
      draft({
        id: 'capture/clock-leap',
        variant: proof,
        certainty: proof === 'one-host' ? 'possible' : 'certain',
        culprit: 'none',
        connections: touched.slice(0, NAMED_MAX),
        params: { more: kept.length - 1 || undefined, connections: touched.length, ...leapParams(largest.event) },
        evidence: kept
          .slice(0, LEAPS_SHOWN)
          .map(({ event, connection }) =>
            evidence(connection, at(event), 'none', 'clock-leap', { ...leapParams(event), proof }),
          ),
      }),
    ];
  });
}

function leapParams({ byMs, leapPacket: packet }: ClockEvent): {
  byMs: number;
  direction: 'forward' | 'back';
  packet: number;
} {
  return { byMs: Math.abs(byMs), direction: byMs < 0 ? 'back' : 'forward', packet };
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
