/** Which of two views is the client's side of the proxy, and which calls of one are those of the other. */
import type { Call } from '#diagnose';
import { type Clock, clockOf, narrowed, withDrift } from './clock.ts';
import { Comparison } from './comparison.ts';
import { type HopView, isFine } from './hop.ts';
import { type Matching, matchCalls } from './match.ts';

/** Of the same clock, or by what the wall clocks say, as far as there are any. */
export type KnownClock = { readonly kind: 'same' } | { readonly kind: 'wall'; readonly offsetMs: number | undefined };

const SAME_CLOCK: Clock = { by: 'same-input', offsetMs: 0, driftPpm: 0, errorMs: 0, wallClockAheadMs: undefined };

/** Each round of matching shows the clocks better, and better clocks match more; it settles at once or in two. */
const ROUNDS_MAX = 3;

/** Matches the calls of `right` with those of `left`, taking `left` for the client's side. */
export function compareViews(left: HopView, right: HopView, clocks: KnownClock): Comparison {
  let clock = clocks.kind === 'same' ? SAME_CLOCK : clockOf(left, right, clocks.offsetMs);
  let matching = matchCalls(left, right, clock);
  for (let round = 0; round < ROUNDS_MAX && clock.by !== 'same-input'; round++) {
    const known = pairsOf(matching);
    const better = narrowed(withDrift(clock, known), known);
    if (better.offsetMs === clock.offsetMs && better.driftPpm === clock.driftPpm) {
      clock = better;
      break;
    }
    clock = better;
    matching = matchCalls(left, right, clock);
  }
  return new Comparison(left, right, clock, matching);
}

type Pairs = readonly (readonly [outer: Call, inner: Call])[];

/** Calls that are known to be the same, to ask the clocks again. */
function pairsOf({ matches }: Matching): Pairs {
  return matches.flatMap(({ outer, attempts, grade }) =>
    grade === 'possible' || attempts.length > 1 ? [] : [[outer.call, attempts[0]!.call] as const],
  );
}

/** Both ways round: the right one has more calls within calls. */
export function oriented(
  first: HopView,
  second: HopView,
  wallOffsetMs: number | undefined,
): { readonly comparison: Comparison; readonly swapped: boolean } {
  const back = wallOffsetMs === undefined ? undefined : -wallOffsetMs;
  const asGiven = compareViews(first, second, { kind: 'wall', offsetMs: wallOffsetMs });
  const other = compareViews(second, first, { kind: 'wall', offsetMs: back });
  const swapped = scoreOf(other) > scoreOf(asGiven);
  return { comparison: swapped ? other : asGiven, swapped };
}

/** Points for a proxy's headers, which stand behind it in requests and before it in answers: they decide a tie. */
const SIGN_POINTS = 0.5;
const POSSIBLE_POINTS = 0.5;

/** Matched calls that fit into each other in time; those that ids alone tie together fit both ways round. */
function scoreOf({ left, right, pairs, clock }: Comparison): number {
  let points = 0;
  for (const { outer, inner, grade } of pairs) {
    const isAfter = inner.opened.timeMs + clock.offsetMs >= outer.opened.timeMs - clock.errorMs - 1;
    // An answer that is not good may be the proxy's own, and then it came when it liked.
    const isWithin = !isFine(outer) || durationMs(outer) >= durationMs(inner);
    points += !isAfter || !isWithin ? -1 : grade === 'possible' ? POSSIBLE_POINTS : 1;
  }
  const forwarded = right.connections.some(({ stacks }) => stacks.forwarded);
  const fronted = left.connections.some(({ stacks }) => stacks.fronted);
  // A proxy that reaches no server leaves no calls behind it.
  const stopped = left.calls.length > 0 && right.calls.length === 0;
  return points + [forwarded, fronted, stopped].filter(Boolean).length * SIGN_POINTS;
}

function durationMs({ opened, server }: Comparison['pairs'][number]['outer']): number {
  return (server.headers?.timeMs ?? opened.timeMs) - opened.timeMs;
}
