import { describe, expect, it } from 'vitest';
import { InvariantError, UsageError } from '#base';
import { fill, placesIn } from '../../../src/diagnose/remedies/fill.ts';

describe('fill', () => {
  it.each([
    ['<<t:ms>>', 30_000, '30000'],
    ['<<t:s>>', 30_000, '30'],
    ['<<t:dur>>', 300_000, '300s'],
    ['<<t:dur>>', 500, '0.5s'],
    ['<<t:go>>', 30_000, '30 * time.Second'],
    ['<<t:go>>', 300_000, '5 * time.Minute'],
    ['<<t:go>>', 1_500, '1500 * time.Millisecond'],
    ['<<t:java>>', 300_000, '5, TimeUnit.MINUTES'],
    ['<<t:java>>', 90_000, '90, TimeUnit.SECONDS'],
    ['<<t:rust>>', 10_000, 'Duration::from_secs(10)'],
    ['<<t:rust>>', 250, 'Duration::from_millis(250)'],
    ['<<t:kib>>', 12_400, '13'],
    ['<<t>>', 7, '7'],
  ])('%s of %d is %s', (template, t, text) => expect(fill(template, { t })).toBe(text));

  it('has no text without the value', () => expect(fill('a <<t>> b', {})).toBeUndefined());

  it('has no text when the language cannot say the value', () => expect(fill('<<t:s>>', { t: 250 })).toBeUndefined());

  it('leaves the brackets of other languages alone', () => {
    const code = 'args << x; list<int> {a: [1], b: "$c"}';
    expect(fill(code, {})).toBe(code);
  });

  it('makes text of a peer printable', () => expect(fill('<<t>>', { t: 'a\x1b[2J' })).toBe('a\\x1b[2J'));

  it('rejects faults of the tables', () => {
    expect(() => fill('<<t:weeks>>', { t: 1 })).toThrow(UsageError);
    expect(() => fill('<<t:ms>>', { t: 'soon' })).toThrow(InvariantError);
  });
});

it('placesIn names what a template needs', () => expect(placesIn('<<a>> <<b:ms>> <c>')).toEqual(['a', 'b']));
