/** A decoder that joins after some blocks, or misses some in between, against one that saw everything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeaderBlock, HpackDecoder, HpackEncoder } from '#h2';
import { hex } from '../hex.ts';
import { decodeBlock, encodeBlock, faultOf, type Pair, pairs } from './harness.ts';

const names = fc.constantFrom(':path', ':authority', 'x-a', 'x-b', 'user-agent', 'grpc-timeout', 'x-longer-name');
const values = fc.oneof(
  fc.constantFrom('', 'v', '/a.b/C'),
  fc.nat(400).map((length) => 'w'.repeat(length)),
);
const lists = fc.array(fc.tuple(names, values), { maxLength: 8 });
const plans = fc.array(
  fc.record({
    list: lists,
    seen: fc.boolean(),
    limit: fc.constantFrom(undefined, undefined, undefined, 0, 120, 4_096),
  }),
  { minLength: 1, maxLength: 20 },
);

/** Each field that `late` gives as known is the field that `full` gives; only they may differ. */
function compare(full: HeaderBlock, late: HeaderBlock): void {
  expect(late.fields.length).toBe(full.fields.length);
  late.fields.forEach((field, index) => {
    const known = full.fields[index]!;
    if (field.unknown === 'field') expect(field).toMatchObject({ name: '', value: '' });
    else expect(field.value).toBe(known.value);
    if (field.unknown === 'name') expect(field.name).toBe('');
    if (field.unknown === 'nothing') expect(field.name).toBe(known.name);
  });
  expect(late.complete).toBe(late.fields.every(({ unknown }) => unknown === 'nothing'));
}

it('gives as known only what is so', () => {
  let known = 0;
  let unknown = 0;
  fc.assert(
    fc.property(plans, fc.constantFrom(0, 100, 1_000, 4_096, 20_000), (plan, tableBytes) => {
      const encoder = new HpackEncoder(tableBytes);
      const full = new HpackDecoder();
      const late = new HpackDecoder();
      encoder.setTableLimit(30_000);
      full.setTableLimit(30_000);
      late.forgetTable();
      for (const { list, seen, limit } of plan) {
        if (limit !== undefined) {
          encoder.setTableLimit(limit);
          full.setTableLimit(limit);
        }
        const bytes = encodeBlock(encoder, list);
        const block = decodeBlock(full, bytes);
        if (!seen) {
          late.forgetTable();
          continue;
        }
        const joined = decodeBlock(late, bytes);
        compare(block, joined);
        for (const field of joined.fields) {
          if (field.unknown === 'nothing') known++;
          else unknown++;
        }
      }
    }),
    { numRuns: 600 },
  );
  expect(known).toBeGreaterThan(unknown);
  expect(unknown).toBeGreaterThan(100);
});

it('knows everything that was added since, however often it is repeated', () => {
  const encoder = new HpackEncoder();
  const old: Pair[] = [
    ['x-old', '1'],
    ['x-older', '2'],
  ];
  encodeBlock(encoder, old);
  const late = new HpackDecoder();
  late.forgetTable();
  const since: Pair[] = Array.from({ length: 10 }, (_, index) => [`x-new-${index}`, `${index}`]);
  expect(pairs(decodeBlock(late, encodeBlock(encoder, since)).fields)).toEqual(since);
  expect(pairs(decodeBlock(late, encodeBlock(encoder, since)).fields)).toEqual(since);
  const mixed = decodeBlock(late, encodeBlock(encoder, [...old, ...since]));
  expect(mixed.fields.map(({ unknown }) => unknown)).toEqual(['field', 'field', ...since.map(() => 'nothing')]);
  expect(mixed.complete).toBe(false);
});

describe('a literal whose name was never seen', () => {
  it('keeps its value', () => {
    const late = new HpackDecoder();
    late.forgetTable();
    const block = decodeBlock(late, hex('0f2f 0161 82'));
    expect(block).toMatchObject({
      complete: false,
      fields: [
        { name: '', value: 'a', unknown: 'name' },
        { name: ':method', unknown: 'nothing' },
      ],
    });
  });

  it('is referred to later with what is known of it', () => {
    const late = new HpackDecoder();
    late.forgetTable();
    decodeBlock(late, hex('7e 0161'));
    expect(decodeBlock(late, hex('be')).fields).toMatchObject([{ name: '', value: 'a', unknown: 'name' }]);
    expect(decodeBlock(late, hex('0f2f 0162')).fields).toMatchObject([{ name: '', value: 'b', unknown: 'name' }]);
    expect(decodeBlock(late, hex('1f2f 0162')).fields).toMatchObject([{ neverIndexed: true, unknown: 'name' }]);
  });
});

describe('what a late decoder still rejects', () => {
  it('an index that no table reaches', () => {
    const late = new HpackDecoder();
    late.forgetTable();
    decodeBlock(late, hex('ff be ff 01'));
    expect(faultOf(late, hex('ff bf ff 01'))).toContain('index 32830');
  });

  it('everything, once a table size of 0 has made the table known', () => {
    const late = new HpackDecoder();
    late.forgetTable();
    decodeBlock(late, hex('be'));
    decodeBlock(late, hex('20 3fe11f'));
    expect(faultOf(late, hex('be'))).toContain('index 62 where the tables end at 61');
  });
});

it('takes any table size, as it does not know the limit', () => {
  const late = new HpackDecoder();
  late.forgetTable();
  decodeBlock(late, hex('3fe1ff03 82'));
  late.setTableLimit(0);
  decodeBlock(late, hex('82'));
});
