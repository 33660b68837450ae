/** PINGs that a server punishes or will punish. gRFC A8; grpc-go's ping strikes. */
import { ErrorCode } from '#h2';
import { type Draft, draft, evidence, goawayKey, victims } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts, GoAwayFact } from '../facts/connection.ts';
import type { PingFact } from '../facts/pings.ts';
import type { Evidence } from '../finding.ts';
import { causedBy, diedWith, goawayEvidence, implementations, retryAfterGoAway } from './common.ts';

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
  const strikes = strikesIn(run, connection);
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
        probes: variant === 'bdp' ? undefined : probesIn(run) || undefined,
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

/**
 * The PINGs that counted. grpc-java counts the first one of a connection younger than two hours as well: it measures from the start
 * of the connection (`KeepAliveEnforcer`), the others from the PING before.
 */
function strikesIn(run: readonly PingFact[], connection: ConnectionFacts): PingFact[] {
  const [first] = run;
  const java = connection.stacks.server?.stack === 'grpc-java';
  if (java && first !== undefined && first.timeMs - connection.opened.timeMs < IDLE_MIN_INTERVAL_MS) return [...run];
  return run.filter((ping) => ping.strike > 0);
}

/** Bandwidth probes among them: a server counts them like any PING, so the run ends one keepalive interval sooner. */
function probesIn(run: readonly PingFact[]): number {
  return run.filter(({ kind }) => kind === 'bdp').length;
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
  if (saysTooManyPings(goaway)) return true;
  const struck = connection.pings.last('client')?.strike ?? 0;
  return goaway.debugBytes === 0 && struck >= STRIKES_ALLOWED && connection.calls.tally('client-reset').count < 20;
}

const TOO_MANY_PINGS = 'too_many_pings';

/** The beginning of a text that a snapshot length cut, from which on the length of the whole leaves no other reading. */
const TEXT_SHOWN_MIN = 'too_many'.length;

function saysTooManyPings({ debugData, debugBytes }: GoAwayFact): boolean {
  if (debugBytes !== TOO_MANY_PINGS.length || debugData.length < TEXT_SHOWN_MIN) return false;
  return TOO_MANY_PINGS.startsWith(debugData);
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

export function pingEvidence(connection: ConnectionFacts, ping: PingFact, pingNumber: number): Evidence {
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
  return evidence(connection, ping, ping.from, 'ping', { number: pingNumber, gapMs, idle, openStreams, probe });
}

export function pingAckEvidence(connection: ConnectionFacts, ping: PingFact): Evidence {
  const ack = ping.ack ?? ping;
  const from = ping.from === 'client' ? 'server' : 'client';
  return evidence(connection, ack, from, 'ping-ack', { sinceMs: ack.timeMs - ping.timeMs });
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
  const strikes = strikesIn(run, connection);
  // A client that stopped (C-core sends two PINGs without data, then none) will not be cut.
  const stopped = capture.lastMs - last.timeMs > last.gapMs * 1.5;
  if (stopped || strikes.some((ping) => ping.strike > 0 && (ping.activeCalls > 0 || ping.kind === 'bdp'))) return [];
  return [
    draft({
      id: 'keepalive/will-be-cut',
      certainty: 'likely',
      culprit: 'client',
      connections: [connection],
      params: {
        pingCount: run.length,
        strikes: strikes.length,
        probes: probesIn(run) || undefined,
        cutAtPing: run.length + STRIKES_ALLOWED + 1 - strikes.length,
        intervalMs: median(strikes.flatMap(({ gapMs }) => (gapMs === undefined ? [] : [gapMs]))) ?? last.gapMs,
        ...implementations(connection),
      },
      evidence: runEvidence(connection, run),
    }),
  ];
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
