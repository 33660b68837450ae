/** What the proxy changed or kept back on the way to the server: deadlines and cancellations. */
import { draft } from '#diagnose';
import { toClientSide } from '../clock.ts';
import type { Comparison } from '../comparison.ts';
import { isAnswered, overMs } from '../hop.ts';
import * as lines from '../lines.ts';
import type { Pair } from '../pair.ts';
import { fateKey, innerKey, methodOf, type Rule, shared, together, withFate } from './common.ts';

/** The client gave up, and the server was not told. */
export const resetSwallowed: Rule = (comparison) =>
  together(withFate(comparison, 'reset-swallowed')).map((told) => {
    const { pairs, first } = told;
    return draft({
      ...shared(comparison, told, ({ left, right, outer, inner }) => [
        ...lines.request(comparison, left, outer),
        ...lines.reset(comparison, left, outer),
        ...lines.trailers(comparison, right, inner),
      ]),
      id: 'hop/reset-swallowed',
      culprit: 'middlebox',
      params: {
        streams: pairs.length,
        proxy: comparison.proxy,
        method: methodOf(pairs),
        onMs: workedOnMs(comparison, first),
        answered: isAnswered(first.inner) ? true : undefined,
      },
      victims: [],
      about: pairs.map(fateKey),
      explains: pairs.map(innerKey),
    });
  });

function workedOnMs({ clock }: Comparison, { outer, inner, right }: Pair): number | undefined {
  const endMs = toClientSide(clock, overMs(inner) ?? right.lastMs);
  return outer.reset === undefined ? undefined : Math.max(0, endMs - outer.reset.timeMs);
}

/** A proxy that passes on what is left takes off what the call spent in it; more is a change. */
const LOWERED_MIN_SHARE = 0.5;
/** Rounding to the unit of the field: eight digits (gRPC over HTTP/2, "Timeout"). */
const RAISED_MIN_SHARE = 1.01;

type Change = 'dropped' | 'raised' | 'lowered';

function changeOf({ outer, inner }: Pair): Change | undefined {
  const [clients, servers] = [outer.timeoutMs, inner.timeoutMs];
  if (inner.unreadable || outer.method === '' || clients === undefined) return undefined;
  if (servers === undefined) return 'dropped';
  if (servers > clients * RAISED_MIN_SHARE) return 'raised';
  return servers < clients * LOWERED_MIN_SHARE ? 'lowered' : undefined;
}

/** grpc-timeout is not what the client set. Attempts after the first have less left, and are not judged. */
export const deadlineChanged: Rule = (comparison) => {
  const pairs = comparison.pairs.filter((pair) => pair.match.attempts.length === 1 && changeOf(pair) !== undefined);
  return together(pairs, (pair) => `${changeOf(pair)}`).map((told) => {
    const { first } = told;
    const change = changeOf(first);
    return draft({
      ...shared(comparison, told, ({ left, right, outer, inner }) => [
        ...lines.request(comparison, left, outer),
        ...lines.request(comparison, right, inner),
      ]),
      id: 'hop/deadline-changed',
      variant: change ?? 'dropped',
      severity: change === 'lowered' ? 'info' : 'warning',
      culprit: 'middlebox',
      victims: [],
      params: {
        streams: told.pairs.length,
        proxy: comparison.proxy,
        method: methodOf(told.pairs),
        clientTimeoutMs: first.outer.timeoutMs,
        serverTimeoutMs: first.inner.timeoutMs,
      },
      about: told.pairs.map((pair) => `deadline ${fateKey(pair)}`),
    });
  });
};
