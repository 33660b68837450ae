/** Who may have ended a connection or call that was silent, by the length of the silence: advice where no header names a proxy. */
import type { Finding, Params } from '../finding.ts';
import type { StackId } from './stacks.ts';
import type { TimerEffect } from './timer-table.ts';
import { timerStacks } from './timers.ts';

type Subject = Pick<Finding, 'id' | 'variant' | 'params'>;

/** The silence that a finding tells, and what ended with it. */
const SIGNS: Readonly<Record<string, { readonly gap: string; readonly effects: readonly TimerEffect[] }>> = {
  'connection/idle-close-race': { gap: 'gapMs', effects: ['close', 'goaway'] },
  'connection/abrupt-close': { gap: 'gapMs', effects: ['close', 'goaway'] },
  'connection/half-open': { gap: 'idleGapMs', effects: ['forget'] },
  'stream/proxy-timeout silent': { gap: 'gapMs', effects: ['stream'] },
  'stream/proxy-timeout total': { gap: 'sinceRequestMs', effects: ['call'] },
};

export function suspectsOf({ id, variant, params }: Subject): readonly StackId[] {
  const sign = SIGNS[id] ?? SIGNS[`${id} ${variant}`];
  const gapMs = sign === undefined ? undefined : numberOf(params, sign.gap);
  if (sign === undefined || gapMs === undefined) return [];
  const survivedMs = sign.effects.includes('forget') ? (numberOf(params, 'survivedMs') ?? 0) : undefined;
  return timerStacks({
    gapMs,
    effects: sign.effects,
    pinged: params.pinged === true,
    ...(survivedMs === undefined ? {} : { survivedMs }),
  });
}

function numberOf(params: Params, name: string): number | undefined {
  const value = params[name];
  return typeof value === 'number' ? value : undefined;
}
