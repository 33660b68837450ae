/** Each wording by the line that its program writes: the line must be read as its table says, and by no other table. */
import { describe, expect, it } from 'vitest';
import { readings } from '#diagnose';
import { stackWordings } from '#logs';
import { diagnose } from './support.ts';

describe.each(stackWordings.map((table) => [table.stack, table] as const))('%s', (stack, { wordings }) => {
  it.each(wordings.map((wording) => [wording.example, wording] as const))('%s', (example, wording) => {
    const found = diagnose(`${example}\n`)
      .findings()
      .map(({ log }) => [log?.stack, log?.reading]);
    expect(found).toEqual(wording.reading === 'echo' ? [] : [[stack, wording.reading]]);
  });

  it('is read inside JSON too', () => {
    for (const { example, reading } of wordings) {
      const line = JSON.stringify({ time: '2026-11-21T13:26:42.287Z', level: 'error', error: { message: example } });
      const found = diagnose(line).findings();
      expect(
        found.map(({ log }) => log?.reading),
        example,
      ).toEqual(reading === 'echo' ? [] : [reading]);
    }
  });

  it('has keywords in lower case that its lines hold', () => {
    for (const { keyword, match } of wordings) {
      expect(keyword).toBe(keyword.toLowerCase());
      expect(keyword.length, keyword).toBeGreaterThan(3);
      // An unbounded repetition of anything could take quadratic time over a long line.
      expect(match.source, keyword).not.toMatch(/\.[*+]|\\S[*+]|\)[*+]/);
    }
  });

  it('uses readings that exist', () => {
    for (const { reading } of wordings) if (reading !== 'echo') expect(readings[reading]).toBeDefined();
  });
});
