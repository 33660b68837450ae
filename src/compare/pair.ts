/** A call on both hops, and what became of it between them. */
import type { Call, ConnectionFacts, Mark } from '#diagnose';
import { type Clock, toClientSide } from './clock.ts';
import { isAnswered, overMs } from './hop.ts';
import type { Grade, Match } from './match.ts';

export interface Pair {
  /** The call as the client made it. */
  readonly outer: Call;
  /** The last of what the proxy made of it. */
  readonly inner: Call;
  readonly left: ConnectionFacts;
  readonly right: ConnectionFacts;
  readonly match: Match;
  readonly grade: Grade;
  readonly fate: Fate;
}

export type Fate =
  /** Both hops tell the same. */
  | 'same'
  /** The client gave it up, and the proxy passed that on. */
  | 'left-by-client'
  /** The same, and the proxy let the server work on. */
  | 'reset-swallowed'
  /** The proxy answered by itself, instead of the server. */
  | 'answered-by-proxy'
  /** The server answered, and the client got nothing or a part of the messages. */
  | 'response-dropped'
  /** The same, and only the trailers are missing. */
  | 'trailers-lost'
  | 'status-rewritten'
  /** The server reset it, and the client was told something else. */
  | 'reset-translated'
  /** The server failed it, and the proxy could not but pass that on. */
  | 'failed-by-server'
  /** Both inputs do not show enough. */
  | 'unknown';

/** Marks of the server side compare with those of the client side only through the clock. */
interface Both {
  readonly outer: Call;
  readonly inner: Call;
  readonly left: ConnectionFacts;
  readonly right: ConnectionFacts;
  readonly clock: Clock;
  /** When the client-side input ended. */
  readonly untilMs: number;
}

export function pairOf(match: Match, clock: Clock, untilMs: number): Pair {
  const last = match.attempts.at(-1) ?? match.outer;
  const { call: outer, connection: left } = match.outer;
  const { call: inner, connection: right } = last;
  const fate = fateOf({ outer, inner, left, right, clock, untilMs });
  return { outer, inner, left, right, match, grade: match.grade, fate };
}

/** A server that works on for longer than this was not told that the client had left. */
const SWALLOWED_MIN_MS = 500;
/** An answer that is this long overdue is not on its way any more. */
const OVERDUE_MS = 1_000;

function fateOf(both: Both): Fate {
  const { outer, inner, left } = both;
  if (outer.reset?.by === 'client') return afterClientReset(both);
  if (overMs(outer) === undefined && left.firstEnd?.from === 'client') return 'left-by-client';
  if (proxyGaveUp(both) !== undefined) return overMs(outer) === undefined ? 'unknown' : 'answered-by-proxy';
  if (isAnswered(inner)) return isAnswered(outer) ? bothAnswered(both) : answerLost(both);
  if (inner.reset?.by === 'server') return afterServerReset(both);
  if (diedWith(both.right, inner)?.from === 'server') return failed(outer, left) ? 'failed-by-server' : 'unknown';
  return isAnswered(outer) && inner.server.headers === undefined ? 'answered-by-proxy' : 'unknown';
}

function afterClientReset({ outer, inner, right, clock }: Both): Fate {
  const resetMs = outer.reset?.timeMs ?? 0;
  const overThere = overMs(inner) ?? diedWith(right, inner)?.timeMs;
  if (isAnswered(inner) && inner.server.ended !== undefined) {
    const lateMs = toClientSide(clock, inner.server.ended.timeMs) - resetMs - clock.errorMs;
    return inner.reset?.by !== 'client' && lateMs >= SWALLOWED_MIN_MS ? 'reset-swallowed' : 'left-by-client';
  }
  if (overThere !== undefined) return 'left-by-client';
  return toClientSide(clock, right.lastMs) - resetMs >= SWALLOWED_MIN_MS ? 'reset-swallowed' : 'unknown';
}

/** Where the proxy abandoned the call towards the server, if it did so before the answer was complete. */
export function proxyGaveUp({ inner, right }: Pick<Pair, 'inner' | 'right'>): Mark | undefined {
  if (inner.reset?.by === 'client') return inner.server.ended === undefined ? inner.reset : undefined;
  if (overMs(inner) !== undefined && !isLateAnswer(inner, right)) return undefined;
  const end = right.firstEnd;
  return end?.from === 'client' && end.waiting.includes(inner) ? end : undefined;
}

/** It was answered into a connection that the proxy had closed. */
function isLateAnswer({ server }: Call, { firstEnd }: ConnectionFacts): boolean {
  return firstEnd?.from === 'client' && server.ended !== undefined && server.ended.packet > firstEnd.packet;
}

function bothAnswered({ outer, inner, clock }: Both): Fate {
  const [here, there] = [outer.server.ended, inner.server.headers];
  if (here !== undefined && there !== undefined) {
    const earlyMs = toClientSide(clock, there.timeMs) - here.timeMs;
    if (earlyMs > clock.errorMs + EARLY_MIN_MS) return 'answered-by-proxy';
  }
  const isSame = outer.isGrpc ? outer.grpcStatus === inner.grpcStatus : outer.httpStatus === inner.httpStatus;
  return isSame || outer.unreadable || inner.unreadable ? 'same' : 'status-rewritten';
}

/** Below this an answer that seems early is the error of the clocks. */
const EARLY_MIN_MS = 1;

function answerLost({ outer, inner, left, clock, untilMs }: Both): Fate {
  if (left.lostBetween('server', outer.opened, outer.server.ended ?? outer.reset)) return 'unknown';
  const missing = inner.server.dataBytes - outer.server.dataBytes;
  const fate = missing > 0 || outer.server.headers === undefined ? 'response-dropped' : 'trailers-lost';
  if (overMs(outer) !== undefined || diedWith(left, outer) !== undefined) return fate;
  const sinceMs = untilMs - toClientSide(clock, inner.server.ended?.timeMs ?? 0) - clock.errorMs;
  // A client that does not read holds the answer back itself, but never its headers.
  return sinceMs >= OVERDUE_MS && outer.server.headers === undefined ? fate : 'unknown';
}

function afterServerReset({ outer, inner, left }: Both): Fate {
  if (outer.reset?.by === 'server')
    return outer.reset.code === inner.reset?.code ? 'failed-by-server' : 'reset-translated';
  if (isAnswered(outer) || outer.server.ended !== undefined) return 'reset-translated';
  return diedWith(left, outer) === undefined ? 'unknown' : 'failed-by-server';
}

/** The end of the connection that took the open call with it. */
export function diedWith(connection: ConnectionFacts, call: Call): ConnectionFacts['firstEnd'] {
  if (overMs(call) !== undefined) return undefined;
  const end = connection.firstEnd;
  return end?.waiting.includes(call) ? end : undefined;
}

function failed(call: Call, connection: ConnectionFacts): boolean {
  return call.reset?.by === 'server' || call.server.ended !== undefined || diedWith(connection, call) !== undefined;
}
