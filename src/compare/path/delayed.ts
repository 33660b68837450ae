/**
 * Calls whose frames were on their way for much longer than others of the same path: lost packets that were sent again, queues, a link that
 * was down for a moment. Only the difference between ways of one direction counts, so the clocks need not agree.
 */
import { draft } from '#diagnose';
import { toClientSide } from '../clock.ts';
import * as lines from '../lines.ts';
import type { Pair } from '../pair.ts';
import { methodOf, shared } from '../rules/common.ts';
import type { Path } from './path.ts';

/** What people begin to notice: see the delay of a proxy. */
const DELAY_MIN_MS = 100;
const DELAY_MIN_SHARE = 0.5;
/** The quickest of fewer says nothing of how long the way is. */
const CALLS_MIN = 3;

interface Way {
  readonly pair: Pair;
  readonly towards: 'request' | 'response';
  readonly ms: number;
}

export function pathDelayed({ comparison }: Path): ReturnType<typeof draft>[] {
  const ways = comparison.pairs.flatMap((pair): Way[] => {
    const { outer, inner } = pair;
    const [here, there] = [outer.server.headers, inner.server.headers];
    const up = toClientSide(comparison.clock, inner.opened.timeMs) - outer.opened.timeMs;
    const request: Way = { pair, towards: 'request', ms: up };
    if (here === undefined || there === undefined) return [request];
    return [request, { pair, towards: 'response', ms: here.timeMs - toClientSide(comparison.clock, there.timeMs) }];
  });
  return (['request', 'response'] as const).flatMap((towards) => {
    const same = ways.filter((way) => way.towards === towards);
    const leastMs = same.reduce((least, { ms }) => Math.min(least, ms), Number.POSITIVE_INFINITY);
    const slow = same.filter((way) => isSlow(way, leastMs)).sort((a, b) => b.ms - a.ms);
    const first = slow[0];
    if (first === undefined || same.length < CALLS_MIN) return [];
    const pairs = slow.map(({ pair }) => pair);
    return [
      draft({
        ...shared(comparison, { pairs, first: first.pair }, ({ left, outer, right, inner }) => [
          ...lines.request(comparison, left, outer),
          ...lines.request(comparison, right, inner),
          ...lines.response(comparison, right, inner),
          ...lines.response(comparison, left, outer),
        ]),
        id: 'hop/path-delayed',
        variant: towards,
        culprit: 'network',
        victims: [],
        params: { streams: slow.length, of: same.length, method: methodOf(pairs), addedMs: first.ms - leastMs },
        about: [`path delay ${towards}`],
      }),
    ];
  });
}

/** Much later than the quickest, and most of what the client waited for. */
function isSlow({ pair: { outer }, ms }: Way, leastMs: number): boolean {
  const addedMs = ms - leastMs;
  const wholeMs = (outer.server.headers?.timeMs ?? Number.POSITIVE_INFINITY) - outer.opened.timeMs;
  return addedMs >= DELAY_MIN_MS && (wholeMs === Number.POSITIVE_INFINITY || addedMs >= wholeMs * DELAY_MIN_SHARE);
}
