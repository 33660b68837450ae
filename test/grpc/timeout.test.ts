/** Writing `grpc-timeout`; reading it is tested in fields.test.ts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { formatTimeout, parseTimeout } from '#grpc';

function read(text: string): number {
  const result = parseTimeout(text);
  if (result.kind === 'fault') throw new Error(result.detail);
  return result.timeoutMs;
}

/** What rounding up may add: one of the unit in which the text is. */
const UNIT_MS: Readonly<Record<string, number>> = { n: 1e-6, u: 1e-3, m: 1, S: 1e3, M: 6e4, H: 3.6e6 };

/** The whole contract for one timeout; the problem as text, as `expect` is slow for millions of values. */
function problemWith(timeoutMs: number): string | undefined {
  const text = formatTimeout(timeoutMs);
  if (!/^[1-9][0-9]{0,7}[HMSmun]$/.test(text)) return `${timeoutMs}: '${text}' is malformed`;
  const back = read(text);
  // Numbers of nanoseconds and microseconds are not exact in milliseconds: the last bit may differ.
  const inexact = timeoutMs * 2 ** -52;
  if (back < timeoutMs - inexact) return `${timeoutMs}: '${text}' is less`;
  if (back - timeoutMs >= UNIT_MS[text.at(-1)!]! + inexact) return `${timeoutMs}: '${text}' is more than rounded up`;
  if (timeoutMs >= 1e-4 && back > timeoutMs * 1.01) return `${timeoutMs}: '${text}' errs by more than a hundredth`;
  return undefined;
}

describe('formatTimeout', () => {
  it.each([
    [0.000_001, '1n'],
    [0.000_001_5, '2n'],
    [0.05, '50000n'],
    [0.07, '70000n'],
    [0.1, '100u'],
    [0.57, '570u'],
    [1, '1000u'],
    [8.95, '8950u'],
    [99.999_1, '100000u'],
    [100, '100m'],
    [100.01, '101m'],
    [1_999.73, '2000m'],
    [2_000, '2000m'],
    [99_999_999, '99999999m'],
    [99_999_999.5, '100000S'],
    [100_000_000, '100000S'],
    [99_999_999_000, '99999999S'],
    [99_999_999_001, '1666667M'],
    [99_999_999 * 60_000, '99999999M'],
    [99_999_999 * 60_000 + 1, '1666667H'],
    [99_999_999 * 3_600_000, '99999999H'],
    [Number.MAX_VALUE, '99999999H'],
  ])('%d ms is %s', (timeoutMs, text) => expect(formatTimeout(timeoutMs)).toBe(text));

  it('says the least that can be said of a time that is over', () => {
    for (const over of [0, -0, -1, -1e9, Number.MIN_VALUE]) expect(formatTimeout(over)).toBe('1n');
  });

  it('refuses what is no time', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => formatTimeout(bad)).toThrow(UsageError);
    }
  });

  it('is right for every whole millisecond up to two minutes, and around each power of ten', () => {
    const wrong: string[] = [];
    const check = (timeoutMs: number): void => {
      const problem = problemWith(timeoutMs);
      if (problem !== undefined) wrong.push(problem);
    };
    for (let timeoutMs = 1; timeoutMs <= 120_000; timeoutMs++) check(timeoutMs);
    for (let power = -6; power <= 14; power++) {
      for (let steps = -300; steps <= 300; steps++) {
        const timeoutMs = 10 ** power * (1 + steps / 3_000);
        if (timeoutMs > 0) check(timeoutMs);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is right for every microsecond up to a tenth of a second, and every nanosecond up to a tenth of a millisecond', () => {
    const wrong: string[] = [];
    for (let count = 1; count <= 100_000; count++) {
      for (const [timeoutMs, text] of [
        [count / 1_000, `${count}u`],
        [count / 1_000_000, `${count}n`],
      ] as const) {
        const problem = problemWith(timeoutMs);
        if (problem !== undefined) wrong.push(problem);
        const [low, high] = text.endsWith('u') ? [100, 99_999] : [1, 99_999];
        // Whole units are not rounded up.
        if (count >= low && count <= high && formatTimeout(timeoutMs) !== text) wrong.push(`${text} differs`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is right for any time, also after a round trip', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 99_999_999 * 3_600_000, noNaN: true }), (timeoutMs) => {
        expect(problemWith(timeoutMs)).toBeUndefined();
        const text = formatTimeout(timeoutMs);
        // A relay that passes on at once says the same time, if in another unit.
        expect(read(formatTimeout(read(text)))).toBeCloseTo(read(text), 6);
      }),
      { numRuns: 5_000 },
    );
  });
});
