/** All rules over two hops, the most specific first: of two readings of what became of a call the first one stands. */
import type { Draft } from '#diagnose';
import type { Comparison } from '../comparison.ts';
import type { Rule } from './common.ts';
import { addedDelay } from './delay.ts';
import { neverForwarded, retried } from './forward.ts';
import { keepaliveNotForwarded, proxyRestarted } from './proxy.ts';
import { deadlineChanged, resetSwallowed } from './request.ts';
import { responseDropped, trailersLost } from './response.ts';
import { answeredByProxy, resetTranslated, statusRewritten } from './status.ts';

const rules: readonly Rule[] = [
  proxyRestarted,
  responseDropped,
  trailersLost,
  answeredByProxy,
  neverForwarded,
  statusRewritten,
  resetTranslated,
  resetSwallowed,
  retried,
  deadlineChanged,
  addedDelay,
  keepaliveNotForwarded,
];

export function judgeHops(comparison: Comparison): Draft[] {
  return rules.flatMap((rule) => rule(comparison));
}
