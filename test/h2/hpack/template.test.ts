/** Templates: what is encoded once and copied, beside fields that differ from call to call. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex, UsageError } from '#base';
import { ByteBuffer, HeaderTemplate, HpackDecoder, HpackEncoder, listBytesOf } from '#h2';
import { decodeBlock, encodeBlock, field, type Pair, pairs } from './harness.ts';

const template = (...list: readonly Pair[]): HeaderTemplate => new HeaderTemplate(list.map(field));

function encoded(encoder: HpackEncoder, from: HeaderTemplate, extra?: readonly Pair[]): Uint8Array {
  const buffer = new ByteBuffer();
  buffer.u8(0xee);
  encoder.encodeTemplate(from, extra?.map(field), buffer);
  return buffer.toBytes().subarray(1);
}

const request = template(
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/shop.Orders/Get'],
  [':authority', 'orders:50051'],
  ['te', 'trailers'],
  ['content-type', 'application/grpc'],
  ['user-agent', 'calmwire/1'],
);
const response = template([':status', '200'], ['content-type', 'application/grpc']);
const trailers = template(['grpc-status', '0']);

describe('a template', () => {
  it('costs one octet a field once its fields are in the table', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder();
    for (let call = 0; call < 5; call++) {
      const blocks = [encoded(encoder, response), encoded(encoder, trailers)];
      expect(blocks.map(({ length }) => length)).toEqual(call === 0 ? [14, 12] : [2, 1]);
      expect(blocks.map((block) => pairs(decodeBlock(decoder, block).fields))).toEqual([
        pairs(response.fields.map((one) => ({ ...one, unknown: 'nothing' }))),
        [['grpc-status', '0']],
      ]);
    }
  });

  it('has the size of its fields', () => {
    expect(response.listBytes).toBe(listBytesOf(response.fields));
    expect(response.listBytes).toBe(':status200content-typeapplication/grpc'.length + 64);
  });

  it('shares entries with others that have the same fields', () => {
    const encoder = new HpackEncoder();
    encoded(encoder, request);
    const other = template(...request.fields.map(({ name, value }): Pair => [name, name === ':path' ? '/x' : value]));
    // Six references, and the path: an index, a length, two octets.
    expect(encoded(encoder, other).length).toBe(6 + 4);
    expect(encoded(encoder, other).length).toBe(7);
    expect(encoded(encoder, request).length).toBe(7);
  });

  it('with sensitive fields never indexes them, and is copied all the same', () => {
    const secret = template([':path', '/'], ['authorization', 'token'], ['x-key', 'k', 'never']);
    const encoder = new HpackEncoder();
    const first = encoded(encoder, secret);
    for (let time = 0; time < 3; time++) expect(encoded(encoder, secret)).toEqual(first);
    const decoder = new HpackDecoder();
    expect(pairs(decodeBlock(decoder, first).fields)).toEqual([
      [':path', '/'],
      ['authorization', 'token', 'never'],
      ['x-key', 'k', 'never'],
    ]);
    expect(decoder.tableBytes).toBe(0);
  });

  it('larger than the table is encoded with what fits, and does not turn the table over in every call', () => {
    const large = template(...Array.from({ length: 40 }, (_, index): Pair => [`name-${index}`, 'v'.repeat(100)]));
    const encoder = new HpackEncoder(1_000);
    const decoder = new HpackDecoder();
    const blocks = Array.from({ length: 200 }, () => encoded(encoder, large));
    for (const block of blocks) expect(decodeBlock(decoder, block).fields.length).toBe(40);
    const distinct = new Set(blocks.map((block) => toHex(block)));
    expect(distinct.size).toBeLessThanOrEqual(2 * Math.ceil(200 / 64));
  });

  it('may be one of many on a connection', () => {
    const many = Array.from({ length: 150 }, (_, index) => template([':status', '200'], ['x', `${index}`]));
    const encoder = new HpackEncoder(65_536);
    encoder.setTableLimit(65_536);
    const decoder = new HpackDecoder();
    decoder.setTableLimit(65_536);
    for (let round = 0; round < 3; round++) {
      for (const [index, one] of many.entries()) {
        expect(pairs(decodeBlock(decoder, encoded(encoder, one)).fields)).toEqual([
          [':status', '200'],
          ['x', `${index}`],
        ]);
      }
    }
  });

  it('may be used by several connections', () => {
    const encoders = [new HpackEncoder(), new HpackEncoder(0), new HpackEncoder(100)];
    for (const encoder of encoders) {
      const decoder = new HpackDecoder();
      for (let call = 0; call < 3; call++) {
        expect(decodeBlock(decoder, encoded(encoder, request)).fields.length).toBe(7);
      }
    }
  });

  it('keeps its fields from changing', () => {
    const fields = [field(['a', 'b'])];
    const made = new HeaderTemplate(fields);
    fields.push(field(['c', 'd']));
    expect(made.fields.length).toBe(1);
    expect(Object.isFrozen(made.fields)).toBe(true);
  });

  it.each([
    ['', 'v'],
    ['A', 'v'],
    ['a b', 'v'],
    ['a\u0131', 'v'],
    ['a:b', 'v'],
    ['a', 'v\r\nx: y'],
    ['a', 'v\u010a'],
    ['a', '\u0000'],
    ['a', ' v'],
    ['a', 'v\t'],
  ])('cannot have the field %j: %j', (name, value) => {
    expect(() => template([name, value])).toThrow(UsageError);
  });

  it.each([
    [':path', '/\u00e9'],
    ['a', ''],
    ['a', 'v w\tx'],
    ["!#$%&'*+-.^_`|~09az", 'v'],
  ])('can have the field %j: %j', (name, value) => {
    expect(template([name, value]).fields.length).toBe(1);
  });
});

describe('fields that differ from call to call', () => {
  const varying = (call: number): readonly Pair[] => [
    ['grpc-timeout', `${1_000_000 - call}u`],
    ['x-request-id', `id-${call * 7919}`],
  ];

  it('leave the table and the octets of the template alone', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder();
    decodeBlock(decoder, encoded(encoder, request, varying(0)));
    const { tableBytes } = decoder;
    const start = toHex(encoded(encoder, request));
    for (let call = 1; call < 2_000; call++) {
      const block = encoded(encoder, request, varying(call));
      expect(toHex(block).startsWith(start)).toBe(true);
      expect(pairs(decodeBlock(decoder, block).fields.slice(7))).toEqual(varying(call));
    }
    expect(decoder.tableBytes).toBe(tableBytes);
  });

  it('are added once they come again, and referred to', () => {
    const encoder = new HpackEncoder();
    const extra: Pair[] = [['grpc-timeout', '2000m']];
    encoded(encoder, request, [['grpc-timeout', '1999m']]);
    const lengths = Array.from({ length: 4 }, () => encoded(encoder, request, extra).length);
    expect(lengths).toEqual([7 + 3 + 5, 7 + 1 + 5, 7 + 1, 7 + 1]);
  });

  it('cannot turn a full table over in every call, however often values come twice', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder();
    let changes = 0;
    let before: Uint8Array | undefined;
    for (let call = 0; call < 4_000; call++) {
      const twice: Pair[] = [['tenant', `tenant-${call >> 1}-${'x'.repeat(60)}`]];
      decodeBlock(decoder, encoded(encoder, request, twice));
      const now = encoded(encoder, request);
      decodeBlock(decoder, now);
      if (call >= 200 && before !== undefined && toHex(now) !== toHex(before)) changes++;
      before = now;
    }
    // 7,600 blocks, of which one in 64 may evict.
    expect(changes).toBeLessThanOrEqual(2 * (7_600 / 64));
  });

  it('refer to entries that templates added, before and after the name was met', () => {
    const encoder = new HpackEncoder();
    encoded(encoder, template(['x-a', '1']));
    expect(encoded(encoder, trailers, [['x-a', '1']]).length).toBe(11 + 1 + 1);
    encoded(encoder, template(['x-a', '2']));
    expect(encoded(encoder, trailers, [['x-a', '2']]).length).toBe(1 + 1);
    expect(encoded(encoder, trailers, [['x-a', '1']]).length).toBe(1 + 1);
  });

  it('may have any number of names', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder();
    for (let call = 0; call < 500; call++) {
      const extra: Pair[] = [
        [`name-${call}`, 'v'],
        [`name-${call % 70}`, `${call}`],
      ];
      const block = decodeBlock(decoder, encoded(encoder, request, extra));
      expect(pairs(block.fields.slice(7))).toEqual(extra);
    }
  });

  it('may be the caller’s own objects, which change afterwards', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder();
    const mutable = { name: 'x', value: '1', neverIndexed: false };
    for (const value of ['1', '2', '2', '1', '2', '1']) {
      mutable.value = value;
      const buffer = new ByteBuffer();
      encoder.encodeTemplate(trailers, [mutable], buffer);
      expect(pairs(decodeBlock(decoder, buffer.toBytes()).fields)).toEqual([
        ['grpc-status', '0'],
        ['x', value],
      ]);
    }
  });
});

const names = fc.constantFrom(':path', 'cookie', 'x-a', 'x-b', 'x-a-long-name-that-repeats', 'grpc-timeout', 'te');
const values = fc.oneof(
  fc.constantFrom('', '/', 'trailers', 'v', 'w'),
  fc.stringMatching(/^[!-~]{1,70}$/),
  fc.nat(400).map((length) => 'w'.repeat(length)),
);
const lists = fc.array(fc.tuple(names, values, fc.boolean()), { maxLength: 8 });
const toPairs = (list: readonly (readonly [string, string, boolean])[]): Pair[] =>
  list.map(([name, value, never]) => (never || name === 'cookie' ? [name, value, 'never'] : [name, value]));

it('what is encoded is decoded, in any order of templates, lists and table sizes', () => {
  const limit = fc.constantFrom(0, 40, 100, 300, 4_096, 10_000);
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ template: fc.nat(4), extra: fc.option(lists, { nil: undefined }) }) },
    { weight: 1, arbitrary: fc.record({ list: lists }) },
    { weight: 1, arbitrary: fc.record({ limit }) },
  );
  fc.assert(
    fc.property(
      fc.array(lists, { minLength: 5, maxLength: 5 }),
      fc.array(step, { maxLength: 40 }),
      fc.constantFrom(0, 64, 200, 4_096, 9_000),
      (made, plan, wanted) => {
        const templates = made.map((list) => template(...toPairs(list)));
        const encoder = new HpackEncoder(wanted);
        const decoder = new HpackDecoder();
        for (const one of plan) {
          if ('limit' in one) {
            encoder.setTableLimit(one.limit);
            decoder.setTableLimit(one.limit);
            continue;
          }
          const extra = toPairs('list' in one ? one.list : (one.extra ?? []));
          const sent = 'list' in one ? extra : [...toPairs(made[one.template]!), ...extra];
          const bytes =
            'list' in one
              ? encodeBlock(encoder, extra)
              : encoded(encoder, templates[one.template]!, one.extra === undefined ? undefined : extra);
          const block = decodeBlock(decoder, bytes);
          expect(pairs(block.fields)).toEqual(sent);
          expect(block.complete).toBe(true);
          expect(block.listBytes).toBe(listBytesOf(sent.map(field)));
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
