/** The call that the report shows step by step on both hops: one that went wrong, else one that the proxy held longest. */
import type { HopExample } from '#diagnose';
import type { Comparison } from './comparison.ts';
import { isFine } from './hop.ts';
import * as lines from './lines.ts';
import type { Fate, Pair } from './pair.ts';
import { delayOf } from './rules/delay.ts';

/** The higher, the more there is to see. */
const INTEREST: Readonly<Record<Fate, number>> = {
  'response-dropped': 9,
  'trailers-lost': 8,
  'answered-by-proxy': 7,
  'status-rewritten': 6,
  'reset-translated': 5,
  'reset-swallowed': 4,
  'failed-by-server': 3,
  unknown: 1,
  'left-by-client': 1,
  same: 0,
};
/** Steps of a call with many attempts. */
const STEPS_MAX = 40;

export function exampleOf(comparison: Comparison): HopExample | undefined {
  let best: Pair | undefined;
  let most = -1;
  for (const pair of comparison.pairs) {
    const interest = interestOf(comparison, pair);
    if (interest <= most) continue;
    most = interest;
    best = pair;
  }
  return best === undefined ? undefined : stepsOf(comparison, best);
}

function interestOf(comparison: Comparison, pair: Pair): number {
  const retried = pair.match.attempts.length > 1 ? 2 : 0;
  const failed = isFine(pair.outer) ? 0 : 1;
  // Below one, so that it only decides between calls of the same fate.
  const delay = 1 - 1 / (1 + Math.max(0, delayOf(comparison, pair)?.addedMs ?? 0));
  return INTEREST[pair.fate] + retried + failed + delay;
}

function stepsOf(comparison: Comparison, pair: Pair): HopExample {
  const { left, outer, match, right, inner } = pair;
  const steps = [
    ...lines.wholeCall(comparison, left, outer),
    ...match.attempts.flatMap(({ connection, call }) => lines.wholeCall(comparison, connection, call)),
  ];
  return {
    method: outer.method,
    clientSide: { connection: left.id, stream: outer.stream },
    serverSide: { connection: right.id, stream: inner.stream },
    certainty: comparison.certaintyOf(pair),
    steps: steps.sort((one, other) => one.timeMs - other.timeMs).slice(0, STEPS_MAX),
  };
}
