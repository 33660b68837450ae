/** How the clocks of two places on one path lie to each other: nothing arrives before it was sent, in either direction. */
import type { Clock } from '../clock.ts';
import type { Match } from '../match.ts';
import type { Twin } from './twins.ts';

export function pathClock(twins: readonly Twin[], matches: readonly Match[], wallOffsetMs: number | undefined): Clock {
  let fromMs = Number.NEGATIVE_INFINITY;
  let toMs = Number.POSITIVE_INFINITY;
  const up = (sentMs: number, gotMs: number): void => {
    fromMs = Math.max(fromMs, sentMs - gotMs);
  };
  const down = (sentMs: number, gotMs: number): void => {
    toMs = Math.min(toMs, gotMs - sentMs);
  };
  for (const { left, right } of twins) {
    if (left.handshake !== 'seen' || right.handshake !== 'seen') continue;
    up(left.opened.timeMs, right.opened.timeMs);
    if (left.established !== undefined && right.established !== undefined)
      down(right.established.timeMs, left.established.timeMs);
  }
  for (const { outer, attempts } of matches) {
    const inner = attempts[0];
    if (inner === undefined) continue;
    up(outer.call.opened.timeMs, inner.call.opened.timeMs);
    const [here, there] = [outer.call.server.headers, inner.call.server.headers];
    if (here !== undefined && there !== undefined) down(there.timeMs, here.timeMs);
  }
  return clockOf(fromMs, toMs, wallOffsetMs);
}

function clockOf(fromMs: number, toMs: number, wallOffsetMs: number | undefined): Clock {
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs)) return unbounded(fromMs, toMs, wallOffsetMs);
  const middleMs = (fromMs + toMs) / 2;
  // Clocks that drift leave less room than none.
  const errorMs = Math.abs(toMs - fromMs) / 2;
  if (wallOffsetMs !== undefined && Math.abs(wallOffsetMs - middleMs) <= errorMs)
    return { by: 'wall-clock', offsetMs: wallOffsetMs, driftPpm: 0, errorMs, wallClockAheadMs: 0 };
  const wallClockAheadMs = wallOffsetMs === undefined ? undefined : wallOffsetMs - middleMs;
  return { by: 'calls', offsetMs: middleMs, driftPpm: 0, errorMs, wallClockAheadMs };
}

/** Frames of one direction only, or none: the wall clocks have to be believed, as far as frames allow. */
function unbounded(fromMs: number, toMs: number, wallOffsetMs: number | undefined): Clock {
  if (wallOffsetMs !== undefined && wallOffsetMs >= fromMs && wallOffsetMs <= toMs)
    return { by: 'wall-clock', offsetMs: wallOffsetMs, driftPpm: 0, errorMs: 0, wallClockAheadMs: 0 };
  const bound = Number.isFinite(fromMs) ? fromMs : toMs;
  const offsetMs = Number.isFinite(bound) ? bound : 0;
  return { by: 'nothing', offsetMs, driftPpm: 0, errorMs: 0, wallClockAheadMs: undefined };
}
