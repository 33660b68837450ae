/**
 * Calls that a timer between client and server ended: resets after equal silences or lengths, or after those of a documented timer,
 * and answers in which Envoy says so itself.
 */
import { type Draft, draft, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import type { Culprit } from '../finding.ts';
import { timersNear } from '../remedies/timers.ts';
import { gapTolerance, IDLE_MIN_MS } from './close.ts';
import { proxyOf, requestEvidence, resetEvidence } from './common.ts';
import { trailersEvidence } from './tally.ts';

/** Calls shown in full. */
const SHOWN_MAX = 3;
/** Calls that a timer ended are ended one by one. What goes at once has one cause. */
const APART_MS = 100;

/** What Envoy writes into grpc-message when its route timeout, stream idle timeout or maximum duration has passed. */
const SAYS_SO: readonly (readonly [RegExp, 'silent' | 'total'])[] = [
  [/^stream timeout$/, 'silent'],
  [/^upstream request timeout$|^upstream max stream duration reached$/, 'total'],
];

type Length = 'silent' | 'total';

export function proxyTimeout(connection: ConnectionFacts): Draft[] {
  return [...said(connection), ...reset(connection)];
}

/** The answer's own words prove it. */
function said(connection: ConnectionFacts): Draft[] {
  const { examples } = connection.calls.tally('status');
  return SAYS_SO.flatMap(([text, length]) => {
    const calls = examples.filter(({ grpcMessage }) => text.test(grpcMessage));
    return calls.length === 0 ? [] : [timeoutDraft(connection, calls, length, true)];
  });
}

/** Resets of the server's side, by what they have in common. */
function reset(connection: ConnectionFacts): Draft[] {
  const { calls } = connection;
  const late = new Set(calls.tally('deadline').examples);
  const cut = [...calls.tally('server-reset').examples, ...calls.tally('response-truncated').examples];
  const able = [...new Set(cut)].filter((call) => !late.has(call) && call.reset !== undefined);
  for (const length of ['silent', 'total'] as const) {
    const timed = able.filter((call) => isTimed(call, able, length));
    if (timed.length > 0) return [timeoutDraft(connection, timed, length, false)];
  }
  return [];
}

const EFFECTS = { silent: ['stream'], total: ['call'] } as const;

/** A documented timer is as long, or another call was ended after the same time and not together with this one. */
function isTimed(call: Call, able: readonly Call[], length: Length): boolean {
  const ownMs = lengthOf(call, length);
  if (ownMs < IDLE_MIN_MS) return false;
  if (timersNear(ownMs, { effects: EFFECTS[length] }) !== undefined) return true;
  return able.some(
    (other) =>
      Math.abs(lengthOf(other, length) - ownMs) <= gapTolerance(ownMs) &&
      Math.abs((other.reset?.timeMs ?? 0) - (call.reset?.timeMs ?? 0)) > APART_MS,
  );
}

function lengthOf(call: Call, length: Length): number {
  const end = call.reset ?? call.server.ended ?? call.opened;
  return end.timeMs - (length === 'total' ? call.opened.timeMs : lastSignMs(call, end.packet));
}

/** The last frame on the stream before its end. */
function lastSignMs({ opened, client, server }: Call, before: number): number {
  const signs = [client.lastData, client.ended, server.headers, server.lastData];
  return signs.reduce(
    (ms, sign) => (sign === undefined || sign.packet >= before ? ms : Math.max(ms, sign.timeMs)),
    opened.timeMs,
  );
}

function timeoutDraft(connection: ConnectionFacts, calls: readonly Call[], length: Length, certain: boolean): Draft {
  const first = calls[0]!;
  const gapMs = lengthOf(first, length);
  const end = first.reset ?? first.server.ended ?? first.opened;
  const pinged = length === 'silent' && connection.pings.pingedBetween(end.timeMs - gapMs, end.timeMs);
  const timer = timersNear(gapMs, { effects: EFFECTS[length], pinged });
  const proxy = proxyOf(connection);
  const culprit: Culprit = certain || proxy !== undefined || timer !== undefined ? 'middlebox' : 'unknown';
  return draft({
    id: 'stream/proxy-timeout',
    variant: length,
    certainty: certain ? 'certain' : 'likely',
    culprit,
    connections: [connection],
    streams: calls.map(({ stream }) => stream),
    params: {
      streams: calls.length,
      gapMs,
      sinceRequestMs: lengthOf(first, 'total'),
      signal: first.reset === undefined ? 'status' : 'reset',
      timer,
      proxy,
      pinged: pinged ? true : undefined,
      grpcMessage: certain ? first.grpcMessage : undefined,
    },
    evidence: calls
      .slice(0, SHOWN_MAX)
      .flatMap((call) => [
        requestEvidence(connection, call),
        ...resetEvidence(connection, call),
        ...(call.reset === undefined ? trailersEvidence(connection, call) : []),
      ]),
    victims: victims(connection, calls, () => 'unknown'),
    about: calls.map(({ stream }) => streamKey(connection, stream)),
  });
}
