/** PINGs that a server punishes, will punish, or that nobody answers. gRFC A8; grpc-go's ping strikes. */
import { ErrorCode } from '#h2';
import { type Draft, draft, endKey, evidence, goawayKey, victims } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts, GoAwayFact } from '../facts/connection.ts';
import type { PingFact } from '../facts/pings.ts';
import type { Evidence } from '../finding.ts';
import { causedBy, diedWith, endEvidence, goawayEvidence, implementations, retryAfterGoAway } from './common.ts';

/** Without a call on the connection gRPC servers allow one PING in two hours (grpc-go `defaultPingTimeout`). */
const IDLE_MIN_INTERVAL_MS = 7_200_000;
/** Servers that count ping strikes; the others answer every PING. */
const STRICT_SERVERS = new Set(['grpc-go', 'grpc-java', 'c-core', 'kitex', 'etcd', 'cortex']);
/** The third strike ends the connection (grpc-go `maxPingStrikes` = 2; the same number in grpc-java and C-core). */
const STRIKES_ALLOWED = 2;
/** Evidence lines for a run of PINGs: the strikes themselves and what came just before. */
const RUN_SHOWN_MAX = 6;

export function tooManyPings(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const goaway = connection.goawaysOf('server').find((fact) => isTooManyPings(fact, connection));
  if (goaway === undefined) return [];
  const run = connection.pings.run().filter((ping) => ping.timeMs <= goaway.timeMs);
  const strikes = run.filter((ping) => ping.strike > 0);
  const variant = variantOf(strikes.length > 0 ? strikes : run);
  const gaps = strikes.map((ping) => ping.gapMs).filter((gap) => gap !== undefined);
  const next = nextInterval(connection, capture, goaway);
  const said = goaway.debugData === 'too_many_pings';
  return [
    draft({
      id: 'keepalive/too-many-pings',
      variant,
      certainty: said ? 'certain' : 'likely',
      culprit: 'client',
      connections: [connection],
      streams: diedWith(goaway).map((call) => call.stream),
      params: {
        pingCount: run.length,
        strikes: strikes.length,
        idle: variant === 'idle',
        lastStreamId: goaway.lastStream,
        openStreams: diedWith(goaway).length,
        intervalMs: median(gaps),
        intervalMinMs: gaps.length === 0 ? undefined : Math.min(...gaps),
        minTimeMs: defaultMinTimeMs(connection),
        nextIntervalMs: next?.gapMs,
        ...implementations(connection),
      },
      evidence: [
        ...runEvidence(connection, run),
        goawayEvidence(connection, goaway),
        ...(next === undefined ? [] : [nextEvidence(next)]),
      ],
      victims: victims(connection, diedWith(goaway), retryAfterGoAway(goaway)),
      about: [goawayKey(connection, goaway)],
      explains: causedBy(connection, goaway),
    }),
  ];
}

/** What such a server allows while a call is active, unless it was configured: etcd 5 s, gRPC libraries 5 minutes. */
function defaultMinTimeMs(connection: ConnectionFacts): number | undefined {
  const stack = connection.stacks.server?.stack;
  if (stack === undefined || !STRICT_SERVERS.has(stack)) return undefined;
  return stack === 'etcd' ? 5_000 : 300_000;
}

/** The debug string proves it. Without one, three strikes and no storm of resets make it likely. */
function isTooManyPings(goaway: GoAwayFact, connection: ConnectionFacts): boolean {
  if (goaway.errorCode !== ErrorCode.ENHANCE_YOUR_CALM) return false;
  if (goaway.debugData === 'too_many_pings') return true;
  const struck = connection.pings.last('client')?.strike ?? 0;
  return goaway.debugData === '' && struck >= STRIKES_ALLOWED && connection.calls.tally('client-reset').count < 20;
}

function variantOf(strikes: readonly PingFact[]): 'idle' | 'interval' | 'bdp' {
  const half = strikes.length / 2;
  if (strikes.length > 0 && strikes.filter((ping) => ping.kind === 'bdp').length > half) return 'bdp';
  const last = strikes.at(-1);
  const idle = strikes.filter((ping) => ping.activeCalls === 0).length;
  return idle > half || (idle === half && last?.activeCalls === 0) ? 'idle' : 'interval';
}

function runEvidence(connection: ConnectionFacts, run: readonly PingFact[]): Evidence[] {
  const hidden = Math.max(0, run.length - RUN_SHOWN_MAX);
  const lines = run.slice(hidden).map((ping, at) => pingEvidence(connection, ping, hidden + at + 1));
  const first = run[0];
  if (hidden === 0 || first === undefined) return lines;
  return [evidence(connection, first, 'client', 'repeated', { count: hidden }), ...lines];
}

function pingEvidence(connection: ConnectionFacts, ping: PingFact, pingNumber: number): Evidence {
  const idle = ping.activeCalls === 0;
  const openStreams = idle ? undefined : ping.activeCalls;
  const { gapMs } = ping;
  if (ping.strike > 0) {
    return evidence(connection, ping, 'client', 'strike', {
      number: ping.strike,
      pingNumber,
      gapMs,
      idle,
      openStreams,
    });
  }
  if (ping.resetBy !== undefined) return evidence(connection, ping, 'client', 'strike-reset', { pingNumber });
  const probe = ping.kind === 'unknown' ? undefined : ping.kind;
  return evidence(connection, ping, 'client', 'ping', { number: pingNumber, gapMs, idle, openStreams, probe });
}

interface NextInterval {
  readonly connection: ConnectionFacts;
  readonly ping: PingFact;
  readonly gapMs: number;
}

/** gRFC A8: after too_many_pings the client doubles its interval for new connections. The next one to this server shows it. */
function nextInterval(
  connection: ConnectionFacts,
  capture: CaptureFacts,
  goaway: GoAwayFact,
): NextInterval | undefined {
  const next = capture
    .siblings(connection)
    .find(
      (other) => other.id !== connection.id && other.opened.timeMs >= goaway.timeMs && other.pings.count.client >= 2,
    );
  if (next === undefined) return undefined;
  const ping = next.pings.ledger.toArray().find((fact) => fact.from === 'client' && fact.gapMs !== undefined);
  return ping?.gapMs === undefined ? undefined : { connection: next, ping, gapMs: ping.gapMs };
}

function nextEvidence(next: NextInterval): Evidence {
  const params = { connection: next.connection.id, intervalMs: next.gapMs };
  return evidence(next.connection, next.ping, 'client', 'next-interval', params);
}

/** Idle PINGs against a server that counts them, still going on when the capture ends. */
export function willBeCut(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const last = connection.pings.last('client');
  const server = connection.stacks.server;
  if (last === undefined || last.gapMs === undefined || last.strike === 0 || last.activeCalls > 0) return [];
  if (server === undefined || !STRICT_SERVERS.has(server.stack)) return [];
  const { pings } = connection;
  if (pings.strikesMax > STRIKES_ALLOWED || pings.strikes <= pings.forgivenMax || connection.ends.length > 0) return [];
  if (connection.goawaysOf('server').length > 0 || last.gapMs >= IDLE_MIN_INTERVAL_MS) return [];
  const run = connection.pings.run();
  const strikes = run.filter((ping) => ping.strike > 0);
  // A client that stopped (C-core sends two PINGs without data, then none) will not be cut.
  const stopped = capture.lastMs - last.timeMs > last.gapMs * 1.5;
  if (stopped || strikes.some((ping) => ping.activeCalls > 0 || ping.kind === 'bdp')) return [];
  return [
    draft({
      id: 'keepalive/will-be-cut',
      certainty: 'likely',
      culprit: 'client',
      connections: [connection],
      params: {
        pingCount: run.length,
        strikes: strikes.length,
        cutAtPing: run.length + STRIKES_ALLOWED + 1 - strikes.length,
        intervalMs: median(strikes.map((ping) => ping.gapMs ?? 0)) ?? last.gapMs,
        ...implementations(connection),
      },
      evidence: runEvidence(connection, run),
    }),
  ];
}

/** A client waits this long for an acknowledgement at least; a PING younger than that is merely in flight. */
const PING_TIMEOUT_MIN_MS = 900;

/** The client asked, nobody answered, the client closed: a dead path, unless other bytes came meanwhile. */
export function unansweredPing(connection: ConnectionFacts): Draft[] {
  const end = connection.firstEnd;
  if (end === undefined || end.from !== 'client') return [];
  if (connection.goawaysOf('server').some(({ packet }) => packet < end.packet)) return [];
  // A capture of one direction shows no acknowledgement at all, and so proves nothing.
  if (connection.lastFrame.server === undefined) return [];
  const ping = connection.pings.unansweredAt('client', end);
  if (ping === undefined || end.timeMs - ping.timeMs < PING_TIMEOUT_MIN_MS) return [];
  // With holes on either side an acknowledgement may be missing from the capture alone.
  if (connection.lostBytes.server + connection.lostBytes.client > 0) return [];
  const lastServer = connection.lastFrame.server;
  const receivedBytes = end.heardBytes - ping.heardBytes;
  const waitedMs = end.timeMs - ping.timeMs;
  const openStreams = end.waiting.length;
  const shared = {
    certainty: 'likely',
    connections: [connection],
    streams: end.waiting.map((call) => call.stream),
    victims: victims(connection, end.waiting, () => 'unknown'),
    about: [endKey(connection)],
    explains: [endKey(connection)],
  } as const;
  const proof = [pingEvidence(connection, ping, connection.pings.count.client), endEvidence(connection, end)];
  if (receivedBytes > 0) {
    return [
      draft({
        ...shared,
        id: 'keepalive/watchdog-false-positive',
        culprit: 'client',
        params: { waitedMs, receivedBytes, openStreams },
        evidence: proof,
      }),
    ];
  }
  return [
    draft({
      ...shared,
      id: 'keepalive/unanswered-ping',
      // A PING that TCP had to repeat was lost on the way; one that the peer's kernel took and nobody answered tells less.
      culprit: connection.retransmissions.client > 0 ? 'network' : 'unknown',
      params: {
        by: 'client',
        waitedMs,
        openStreams,
        roundTripMs: connection.pings.roundTripMs,
        silenceMs:
          lastServer === undefined || lastServer.timeMs > end.timeMs ? undefined : end.timeMs - lastServer.timeMs,
      },
      evidence: proof,
    }),
  ];
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
