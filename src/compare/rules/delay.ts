/** Time that calls spent in the proxy. Each hop's own clock measures its own time, so no offset can spoil the sum. */
import { draft } from '#diagnose';
import { toClientSide } from '../clock.ts';
import type { Comparison } from '../comparison.ts';
import { isFine } from '../hop.ts';
import * as lines from '../lines.ts';
import type { Pair } from '../pair.ts';
import { fateKey, methodOf, type Rule, shared, together } from './common.ts';

/** What people begin to notice; below it a busy machine is as likely as a fault. */
const ADDED_MIN_MS = 100;
/** Less than half of the time is not what makes a call slow. */
const ADDED_MIN_SHARE = 0.5;

export interface Delay {
  readonly addedMs: number;
  readonly wholeMs: number;
  /** Which way most of it was added; undefined when the clocks do not tell. */
  readonly towards: 'request' | 'response' | undefined;
}

/** What the proxy added until the client had the beginning of the answer; undefined where a hop does not show it. */
export function delayOf({ clock }: Pick<Comparison, 'clock'>, { outer, inner, match }: Pair): Delay | undefined {
  const [here, there] = [outer.server.headers, inner.server.headers];
  if (here === undefined || there === undefined || match.attempts.length > 1) return undefined;
  const wholeMs = here.timeMs - outer.opened.timeMs;
  const addedMs = wholeMs - (there.timeMs - inner.opened.timeMs);
  const beforeMs = toClientSide(clock, inner.opened.timeMs) - outer.opened.timeMs;
  const afterMs = here.timeMs - toClientSide(clock, there.timeMs);
  const isClear = Math.abs(beforeMs - afterMs) > 2 * clock.errorMs;
  return { addedMs, wholeMs, towards: isClear ? (beforeMs > afterMs ? 'request' : 'response') : undefined };
}

interface Slow extends Delay {
  readonly pair: Pair;
}

export const addedDelay: Rule = (comparison) => {
  const slow = new Map<Pair, Slow>();
  for (const pair of comparison.pairs) {
    // A call that was decided without the server is told elsewhere.
    if (pair.fate !== 'same' || !isFine(pair.outer)) continue;
    const delay = delayOf(comparison, pair);
    if (delay === undefined || delay.addedMs < ADDED_MIN_MS || delay.addedMs < delay.wholeMs * ADDED_MIN_SHARE)
      continue;
    slow.set(pair, { ...delay, pair });
  }
  return together([...slow.keys()], (pair) => `${slow.get(pair)?.towards}`).map((told) => {
    const all = told.pairs.flatMap((pair) => slow.get(pair) ?? []).sort((a, b) => b.addedMs - a.addedMs);
    const { pair, addedMs, wholeMs, towards } = all[0]!;
    const { left, right } = pair;
    return draft({
      ...shared(comparison, { pairs: all.map((one) => one.pair), first: pair }, ({ outer, inner }) => [
        ...lines.request(comparison, left, outer),
        ...lines.request(comparison, right, inner),
        ...lines.response(comparison, right, inner),
        ...lines.response(comparison, left, outer),
      ]),
      id: 'hop/added-delay',
      ...(towards === undefined ? {} : { variant: towards }),
      culprit: 'middlebox',
      victims: [],
      params: {
        streams: all.length,
        proxy: comparison.proxy,
        method: methodOf(told.pairs),
        addedMs,
        wholeMs,
        errorMs: towards === undefined ? undefined : comparison.clock.errorMs,
        openStreams: pair.inner.concurrency > 1 ? pair.inner.concurrency : undefined,
        limit: right.maxConcurrentStreams,
      },
      about: told.pairs.map((one) => `delay ${fateKey(one)}`),
    });
  });
};
