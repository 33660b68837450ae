/**
 * How the clocks of two captures lie to each other. A proxy forwards a request after it came, and an answer after it came:
 * each call that both hops show bounds the offset from both sides. The offset that most calls allow is the true one, and
 * the room that they leave is its error. Where the wall clocks of the captures lie in that room they are trusted.
 */
import type { Call } from '#diagnose';
import { type HopCall, type HopView, overMs } from './hop.ts';

export interface Clock {
  /** What it rests on: one input, wall clocks that the calls do not contradict, ids of calls, calls alike. */
  readonly by: 'same-input' | 'wall-clock' | 'request-ids' | 'calls' | 'nothing';
  /** To be added to times of the server side, to have them on the clock of the client side. */
  readonly offsetMs: number;
  /** What the clock of the server side gains or loses, in millionths. */
  readonly driftPpm: number;
  /** The offset may be wrong by this much either way. */
  readonly errorMs: number;
  /** How far the wall clocks disagree; undefined without them. Positive: the server side's clock is ahead. */
  readonly wallClockAheadMs: number | undefined;
}

/** A time of the server side on the clock of the client side. */
export function toClientSide({ offsetMs, driftPpm }: Clock, timeMs: number): number {
  return timeMs + offsetMs + (timeMs * driftPpm) / 1e6;
}

/** Offsets that one call allows. */
export interface Room {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The offsets at which `inner` happened within `outer`; undefined when there is none. */
export function roomOf(outer: Call, inner: Call): Room | undefined {
  const fromMs = outer.opened.timeMs - inner.opened.timeMs;
  const [here, there] = [outer.server.headers, inner.server.headers];
  const answered = here !== undefined && there !== undefined;
  const outerMs = answered ? here.timeMs : overMs(outer);
  if (outerMs === undefined) return undefined;
  const toMs = outerMs - (answered ? there.timeMs : inner.opened.timeMs);
  return toMs < fromMs ? undefined : { fromMs, toMs };
}

/** The offsets that most of the rooms share, and how many do. */
export function common(rooms: readonly Room[]): (Room & { readonly count: number }) | undefined {
  const edges = rooms.flatMap(({ fromMs, toMs }) => [
    { atMs: fromMs, step: 1 },
    { atMs: toMs, step: -1 },
  ]);
  edges.sort((one, other) => one.atMs - other.atMs || other.step - one.step);
  let best: (Room & { readonly count: number }) | undefined;
  let count = 0;
  for (const [at, { atMs, step }] of edges.entries()) {
    count += step;
    if (step > 0 && count > (best?.count ?? 0)) best = { fromMs: atMs, toMs: edges[at + 1]?.atMs ?? atMs, count };
  }
  return best;
}

/**
 * The wall clocks count as right when this share of what the best offset explains fits them too: another offset may explain
 * a few calls more by chance, and a clock that is wrong explains next to none.
 */
const WALL_CLOCK_SHARE = 0.5;
/** Pairs looked at: sorting a million edges takes a second. */
const PAIRS_MAX = 300_000;
/** Calls of one kind and side that are paired with each other. */
const CALLS_OF_A_KIND_MAX = 500;

/** `wallOffsetMs`: the offset that the wall clocks of the two inputs give, if both have one. */
export function clockOf(left: HopView, right: HopView, wallOffsetMs: number | undefined): Clock {
  const known = roomsByIdentity(left, right);
  const rooms = known.length > 0 ? known : roomsByKind(left, right);
  const best = common(rooms);
  if (best === undefined) return withoutCalls(wallOffsetMs);
  const fitting = wallOffsetMs === undefined ? 0 : rooms.filter((room) => isIn(wallOffsetMs, room)).length;
  if (wallOffsetMs !== undefined && fitting >= best.count * WALL_CLOCK_SHARE) {
    const near = common(rooms.filter((room) => isIn(wallOffsetMs, room))) ?? best;
    const errorMs = Math.min(Math.max(near.toMs - wallOffsetMs, wallOffsetMs - near.fromMs), NTP_ERROR_MS);
    return { by: 'wall-clock', offsetMs: wallOffsetMs, driftPpm: 0, errorMs, wallClockAheadMs: 0 };
  }
  const offsetMs = (best.fromMs + best.toMs) / 2;
  return {
    by: known.length > 0 ? 'request-ids' : 'calls',
    offsetMs,
    driftPpm: 0,
    errorMs: (best.toMs - best.fromMs) / 2,
    wallClockAheadMs: wallOffsetMs === undefined ? undefined : wallOffsetMs - offsetMs,
  };
}

function withoutCalls(wallOffsetMs: number | undefined): Clock {
  const by = wallOffsetMs === undefined ? 'nothing' : 'wall-clock';
  return { by, offsetMs: wallOffsetMs ?? 0, driftPpm: 0, errorMs: NTP_ERROR_MS, wallClockAheadMs: undefined };
}

/** Hosts that keep time by NTP agree within some tens of milliseconds: wall clocks that the calls do not contradict are as good. */
const NTP_ERROR_MS = 50;

function isIn(offsetMs: number, { fromMs, toMs }: Room): boolean {
  return offsetMs >= fromMs && offsetMs <= toMs;
}

function roomsByIdentity(left: HopView, right: HopView): Room[] {
  const byKey = new Map<string, HopCall | null>();
  for (const call of left.calls) {
    for (const { key, isId } of call.identities) if (isId) byKey.set(key, byKey.has(key) ? null : call);
  }
  return right.calls.flatMap((inner) => {
    const outer = inner.identities.map(({ key }) => byKey.get(key)).find((found) => found != null);
    if (outer == null || outer.call.method !== inner.call.method) return [];
    return roomOf(outer.call, inner.call) ?? [];
  });
}

/** Every call of a kind with every other: only the true offset is shared by all that belong together. */
function roomsByKind(left: HopView, right: HopView): Room[] {
  const inners = byKind(right.calls);
  const groups = [...byKind(left.calls)].map(([kind, outer]) => ({ outer, inner: inners.get(kind) ?? [] }));
  groups.sort((one, other) => one.outer.length * one.inner.length - other.outer.length * other.inner.length);
  const rooms: Room[] = [];
  for (const { outer, inner } of groups) {
    for (const one of outer) {
      for (const other of inner) {
        const room = roomOf(one.call, other.call);
        if (room !== undefined) rooms.push(room);
      }
      if (rooms.length > PAIRS_MAX) return rooms;
    }
  }
  return rooms;
}

/** Calls by method and by the sizes of what was sent and answered, where both are complete. */
function byKind(calls: readonly HopCall[]): Map<string, HopCall[]> {
  const kinds = new Map<string, HopCall[]>();
  for (const one of calls) {
    const { method, client, server } = one.call;
    const kind = `${method} ${client.dataBytes} ${isOver(one.call) ? server.dataBytes : 'open'}`;
    const same = kinds.get(kind);
    if (same === undefined) kinds.set(kind, [one]);
    else if (same.length < CALLS_OF_A_KIND_MAX) same.push(one);
  }
  return kinds;
}

function isOver({ server, reset }: Call): boolean {
  return server.ended !== undefined && reset === undefined;
}

/** The same clock, with the error that calls leave of which it is known that they belong together. */
export function narrowed(clock: Clock, pairs: readonly (readonly [outer: Call, inner: Call])[]): Clock {
  if (clock.by === 'same-input' || clock.driftPpm !== 0) return clock;
  const best = common(pairs.flatMap(([outer, inner]) => roomOf(outer, inner) ?? []));
  if (best === undefined) return clock;
  const { offsetMs } = clock;
  if (clock.by === 'wall-clock' && isIn(offsetMs, best)) {
    const roomMs = Math.max(best.toMs - offsetMs, offsetMs - best.fromMs);
    return { ...clock, errorMs: Math.min(roomMs, NTP_ERROR_MS) };
  }
  if (clock.by === 'wall-clock') return clock;
  const middleMs = (best.fromMs + best.toMs) / 2;
  const wallMs = clock.wallClockAheadMs === undefined ? undefined : clock.wallClockAheadMs + offsetMs;
  return {
    ...clock,
    offsetMs: middleMs,
    errorMs: (best.toMs - best.fromMs) / 2,
    wallClockAheadMs: wallMs === undefined ? undefined : wallMs - middleMs,
  };
}

/** NTP slews a clock by at most this; more is not drift. */
const DRIFT_PPM_MAX = 500;
/** Pairs and time that it takes to tell drift from error. */
const DRIFT_PAIRS_MIN = 20;
const DRIFT_SPAN_MIN_MS = 60_000;

/** The same clock with its drift, by calls that are known to be the same. */
export function withDrift(clock: Clock, pairs: readonly (readonly [outer: Call, inner: Call])[]): Clock {
  const first = pairs[0]?.[1].opened.timeMs ?? 0;
  const last = pairs.at(-1)?.[1].opened.timeMs ?? 0;
  if (clock.by === 'same-input' || pairs.length < DRIFT_PAIRS_MIN || last - first < DRIFT_SPAN_MIN_MS) return clock;
  const middle = (first + last) / 2;
  const [early, late] = [true, false].map((isEarly) => {
    const half = pairs.filter(([, inner]) => inner.opened.timeMs < middle === isEarly);
    const room = common(half.flatMap(([outer, inner]) => roomOf(outer, inner) ?? []));
    const atMs = half.reduce((sum, [, inner]) => sum + inner.opened.timeMs, 0) / Math.max(1, half.length);
    return room === undefined ? undefined : { atMs, room, offsetMs: (room.fromMs + room.toMs) / 2 };
  });
  if (early === undefined || late === undefined) return clock;
  const roomMs = (late.room.toMs - late.room.fromMs + early.room.toMs - early.room.fromMs) / 2;
  const moved = late.offsetMs - early.offsetMs;
  // What the rooms leave open may be no drift at all.
  if (Math.abs(moved) <= roomMs) return clock;
  const ppm = (1e6 * moved) / (late.atMs - early.atMs);
  if (Math.abs(ppm) > DRIFT_PPM_MAX) return clock;
  const offsetMs = early.offsetMs - (early.atMs * ppm) / 1e6;
  return { ...clock, by: clock.by === 'wall-clock' ? 'calls' : clock.by, offsetMs, driftPpm: ppm, errorMs: roomMs / 2 };
}
