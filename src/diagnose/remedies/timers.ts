/**
 * Puts a name to an observed silence. A match is a hint, never a proof: the finding that carries it says "a timer of that length",
 * and one without a match says that no documented default fits.
 */
import type { StackId } from './stacks.ts';
import { type KnownTimer, knownTimers, type TimerEffect } from './timer-table.ts';

/** What was seen of a timer. */
export interface TimerSign {
  readonly gapMs: number;
  /** Which of these happened when it fired; all kinds of timers when unknown. */
  readonly effects?: readonly TimerEffect[];
  /** PINGs went on in the silence: only timers that do not count them can have fired. */
  readonly pinged?: boolean;
  /**
   * For flows that were forgotten: the silence that such a flow has outlived. Nothing shows when the timer fired, only that it did
   * between this and `gapMs`.
   */
  readonly survivedMs?: number;
  /** How many are named; more than three say no more than "a common length". */
  readonly names?: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A timer fires a little after its time: half a second, or 1% of a long one, for ticks and the way. Never before. */
const LATE_MS = 500;
const LATE_SHARE = 0.01;
const EARLY_MS = 20;
/** A forgotten flow is met at its next use: any time later, but a timer of a tenth of the silence is no explanation of it. */
const FORGOTTEN_SHARE = 0.1;

const NAMES_MAX = 3;

/** The documented timers that fit, as one text; undefined when there is none. */
export function timersNear(gapMs: number, sign: Omit<TimerSign, 'gapMs'> = {}): string | undefined {
  const names = matching({ ...sign, gapMs }).map(({ name, defaultMs }) => `${name} (${inUnits(defaultMs)})`);
  return names.length === 0 ? undefined : names.slice(0, sign.names ?? NAMES_MAX).join(', ');
}

/** Whose timers fit: the stacks to advise where the traffic names none. */
export function timerStacks(sign: TimerSign): readonly StackId[] {
  const stacks = matching(sign).flatMap(({ stack }) => (stack === undefined ? [] : [stack]));
  return [...new Set(stacks)];
}

function matching(sign: TimerSign): readonly KnownTimer[] {
  const fitting = knownTimers.filter((timer) => concerns(timer, sign) && fits(timer, sign));
  // Of several that a forgotten flow may have met the longest is the likeliest: the others had more chances to show before.
  return sign.survivedMs === undefined ? fitting : [...fitting].reverse();
}

function concerns({ effects, ignoresPings }: KnownTimer, sign: TimerSign): boolean {
  if (sign.pinged === true && ignoresPings !== true) return false;
  return sign.effects === undefined || effects.some((effect) => sign.effects?.includes(effect));
}

function fits({ defaultMs }: KnownTimer, { gapMs, survivedMs }: TimerSign): boolean {
  if (gapMs < defaultMs - EARLY_MS) return false;
  if (survivedMs !== undefined) return defaultMs > survivedMs && defaultMs >= gapMs * FORGOTTEN_SHARE;
  return gapMs <= defaultMs + Math.max(LATE_MS, defaultMs * LATE_SHARE);
}

/** `60 s`, `1 h`: units that every language of the report reads. */
function inUnits(ms: number): string {
  if (ms % HOUR === 0) return `${ms / HOUR} h`;
  return ms % MINUTE === 0 && ms > MINUTE ? `${ms / MINUTE} min` : `${ms / SECOND} s`;
}
