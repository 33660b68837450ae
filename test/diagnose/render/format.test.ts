import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatInstant,
  formatPercent,
  formatQuoted,
} from '../../../src/diagnose/render/format.ts';
import { en } from '../../../src/diagnose/render/messages/en/index.ts';
import { zh } from '../../../src/diagnose/render/messages/zh/index.ts';
import { printable } from '../../../src/diagnose/render/printable.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [0.354, '0.354 ms'],
    [350.2, '350 ms'],
    [999.4, '999 ms'],
    [999.9, '1 s'],
    [10_001, '10 s'],
    [10_060, '10.1 s'],
    [1_674, '1.67 s'],
    [119_400, '119 s'],
    [119_600, '2 min'],
    [350_000, '5 min 50 s'],
    [924_000, '15 min 24 s'],
    [7_199_900, '2 h'],
    [7_500_000, '2 h 5 min'],
    [-400, '-400 ms'],
  ])('%d ms is %s', (ms, text) => expect(formatDuration(ms, en.units)).toBe(text));

  it('has Chinese units', () => {
    expect(formatDuration(10_000, zh.units)).toBe('10 秒');
    expect(formatDuration(924_000, zh.units)).toBe('15 分钟 24 秒');
  });

  it('is within half a percent, or half of its last unit', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (ms) => {
        const unit: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };
        const parts = [...formatDuration(ms, en.units).matchAll(/([\d.e+-]+) (ms|s|min|h)/g)];
        const read = parts.reduce((sum, [, value, name]) => sum + Number(value) * unit[name!]!, 0);
        const last = unit[parts.at(-1)![2]!]!;
        const coarse = ms >= 119_500 ? Math.max(last, ms >= 7_199_500 ? 60_000 : 1000) : 0;
        expect(Math.abs(read - ms)).toBeLessThanOrEqual(Math.max(ms * 0.0051, coarse * 0.51));
      }),
    );
  });
});

it('formatBytes writes whole units as such and all else exactly', () => {
  expect(formatBytes(4_194_304, en.units)).toBe('4 MiB');
  expect(formatBytes(65_535, en.units)).toBe('65,535 bytes');
  expect(formatBytes(65_536, en.units)).toBe('64 KiB');
  expect(formatBytes(1, en.units)).toBe('1 byte');
  expect(formatBytes(9_920, zh.units)).toBe('9,920 字节');
});

it('formatCount groups thousands', () => {
  expect(formatCount(0)).toBe('0');
  expect(formatCount(1_204)).toBe('1,204');
  expect(formatCount(1_234_567)).toBe('1,234,567');
});

it('formatPercent never says 100% of what is less', () => {
  expect(formatPercent(100)).toBe('100%');
  expect(formatPercent(99.7)).toBe('99%');
  expect(formatPercent(0.42)).toBe('0.4%');
});

it('formatClock has milliseconds', () => expect(formatClock(40_006.04)).toBe('40.006'));

it('formatInstant is UTC, and survives what is no date', () => {
  expect(formatInstant(Date.UTC(2024, 3, 25, 9, 30))).toBe('2024-04-25 09:30:00 UTC');
  expect(formatInstant(Number.POSITIVE_INFINITY)).toBe('?');
});

describe('printable', () => {
  it('escapes what could move the cursor or reorder the line', () => {
    expect(printable('a\x1b[31mb\u202ec\r\n')).toBe('a\\x1b[31mb\\u{202e}c\\x0d\\x0a');
    expect(formatQuoted('x\0')).toBe('"x\\x00"');
  });

  it('lets no control character through, from any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      }),
    );
  });

  it('cuts long texts and says so', () => {
    const cut = printable('x'.repeat(16_384));
    expect(cut).toHaveLength(161);
    expect(cut.endsWith('…')).toBe(true);
  });
});
