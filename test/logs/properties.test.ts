/** What holds for every log: pieces do not matter, memory is bounded, nothing throws. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stackWordings } from '#logs';
import { Keywords } from '../../src/logs/line/keywords.ts';
import { timeOf } from '../../src/logs/line/time.ts';
import { Histogram } from '../../src/logs/tally/histogram.ts';
import { diagnose } from './support.ts';

const examples = stackWordings.flatMap(({ wordings }) => wordings.map(({ example }) => example));
const line = fc.oneof(
  fc.constantFrom(...examples),
  fc.string({ maxLength: 60 }),
  fc.constantFrom('', '\tat a.b.C', '2026-11-21T13:26:42Z INFO fine'),
);

it('any pieces of the same octets give the same findings', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.integer({ min: 1, max: 90 }), (lines, size) => {
      const text = lines.join('\n');
      expect(diagnose(text, size).findings()).toEqual(diagnose(text).findings());
      expect(diagnose(text, size).facts).toEqual(diagnose(text).facts);
    }),
    { numRuns: 150 },
  );
});

it('lines around a known one change nothing but its number', () => {
  fc.assert(
    fc.property(fc.constantFrom(...examples), fc.nat(40), (example, before) => {
      const around = diagnose(`${'2026-11-21T13:26:42Z INFO fine\n'.repeat(before)}${example}\n`);
      expect(around.findings().map(({ log }) => log?.firstLine)).toEqual(
        diagnose(example)
          .findings()
          .map(() => before + 1),
      );
    }),
    { numRuns: 60 },
  );
});

it('the prefilter finds exactly the words that are there', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.uniqueArray(word, { minLength: 1, maxLength: 12 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'C', 'c') }),
      (words, text) => {
        const found = new Set<number>();
        new Keywords(words).search(Buffer.from(text), 0, text.length, found);
        const held = words.flatMap((each, index) => (text.toLowerCase().includes(each) ? [index] : []));
        expect([...found].sort((a, b) => a - b)).toEqual(held);
      },
    ),
  );
});

it('a histogram loses no line', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10_000_000), { minLength: 1, maxLength: 200 }), (times) => {
      const histogram = new Histogram();
      for (const time of times) histogram.add(time);
      const { bars, widthMs } = histogram.bars(Math.max(...times));
      expect(bars.reduce((sum, count) => sum + count, 0)).toBe(times.length);
      expect(bars.length).toBeLessThanOrEqual(32);
      expect(bars.length * widthMs).toBeGreaterThan(Math.max(...times));
    }),
  );
});

it('times of any text are times or nothing', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 120 }), (text) => {
      const time = timeOf(text);
      expect(time === undefined || Number.isFinite(time.epochMs)).toBe(true);
    }),
  );
});

it('a line without an end, of a megabyte, is cut and read', () => {
  const text = `${examples[0]} ${'x'.repeat(1 << 20)}`;
  const log = diagnose(text, 70_000);
  expect(log.facts.lines).toBe(1);
});

it('keeps some lines and counts all', () => {
  const text = `2026-11-21T13:26:42.000Z Error: 14 UNAVAILABLE: Connection dropped\n`.repeat(5_000);
  const [finding] = diagnose(text).findings();
  expect(finding?.log?.lines).toBe(5_000);
  expect(finding?.evidence.length).toBeLessThan(12);
});
