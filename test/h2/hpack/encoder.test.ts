import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '#base';
import { ByteBuffer, HeaderTemplate, HpackDecoder, HpackEncoder } from '#h2';
import { decodeBlock, encodeBlock, type Pair, pairs } from './harness.ts';

const encoded = (list: readonly Pair[], encoder = new HpackEncoder()): string => toHex(encodeBlock(encoder, list));

describe('a field', () => {
  it('of the static table takes one octet', () => {
    expect(encoded([[':method', 'POST']])).toBe('83');
  });

  it('is added to the table the first time and referred to afterwards', () => {
    const encoder = new HpackEncoder();
    expect(encoded([['a', 'b']], encoder)).toBe('400161' + '0162');
    expect(encoded([['a', 'b']], encoder)).toBe('be');
  });

  it('with another value of a known name is added when the value comes again', () => {
    const encoder = new HpackEncoder();
    expect(encoded([['a', 'b']], encoder)).toBe('400161' + '0162');
    expect(encoded([['a', 'c']], encoder)).toBe('0f2f' + '0163');
    expect(encoded([['a', 'c']], encoder)).toBe('7e' + '0163');
    expect(encoded([['a', 'c']], encoder)).toBe('be');
    expect(encoded([['a', 'b']], encoder)).toBe('bf');
  });

  it('of a few that take turns is added the second time', () => {
    const encoder = new HpackEncoder();
    const turn = ['a', 'b', 'c', 'd', 'e'].map((value): Pair => ['tenant', value]);
    for (const pair of turn) encodeBlock(encoder, [pair]);
    for (const pair of turn) encodeBlock(encoder, [pair]);
    expect(turn.map((pair) => encoded([pair], encoder))).toEqual(['c2', 'c1', 'c0', 'bf', 'be']);
  });

  it('of the static table by name is named by it', () => {
    const encoder = new HpackEncoder();
    expect(encoded([[':path', '/a']], encoder)).toBe('44' + '022f61');
    expect(encoded([[':path', '/b']], encoder)).toBe('04' + '022f62');
    expect(encoded([[':path', '/']], encoder)).toBe('84');
  });

  it.each(['authorization', 'proxy-authorization', 'cookie', 'set-cookie'])('%s is never indexed', (name) => {
    const encoder = new HpackEncoder();
    const first = encodeBlock(encoder, [[name, 'secret']]);
    expect(first[0]! >> 4).toBe(1);
    expect(encodeBlock(encoder, [[name, 'secret']])).toEqual(first);
    expect(decodeBlock(new HpackDecoder(), first).fields).toMatchObject([{ name, neverIndexed: true }]);
  });

  it('that asks for it is never indexed, even if the static table has it', () => {
    expect(encoded([[':method', 'GET', 'never']])).toBe('12' + '03474554');
  });

  it('that changes with every call lends its name only', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder();
    decodeBlock(decoder, encodeBlock(encoder, [['grpc-timeout', '1S']]));
    const { tableBytes } = decoder;
    for (const value of ['2S', '3S', '4S', '5S', '6S', '2S']) {
      const block = encodeBlock(encoder, [['grpc-timeout', value]]);
      expect(block.length).toBe(5);
      expect(pairs(decodeBlock(decoder, block).fields)).toEqual([['grpc-timeout', value]]);
      expect(decoder.tableBytes).toBe(tableBytes);
    }
  });

  it('that would fill the table stays out of it', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder();
    const long: Pair = ['x-long', 'v'.repeat(4_000)];
    decodeBlock(decoder, encodeBlock(encoder, [['a', 'b'], long]));
    expect(decoder.tableBytes).toBe(34);
  });
});

describe('table sizes', () => {
  it('smaller than usual are announced in the first block', () => {
    expect(encoded([[':method', 'GET']], new HpackEncoder(100))).toBe('3f45' + '82');
  });

  it('follow the peer within what is wanted', () => {
    const encoder = new HpackEncoder();
    encoder.setTableLimit(65_536);
    expect(encoded([[':method', 'GET']], encoder)).toBe('82');
    encoder.setTableLimit(0);
    expect(encoded([['a', 'b']], encoder)).toBe('20' + '000161' + '0162');
    expect(encoded([['a', 'b']], encoder)).toBe('000161' + '0162');
  });

  it('announce the lowest in between', () => {
    const encoder = new HpackEncoder();
    encoder.setTableLimit(10);
    encoder.setTableLimit(30);
    encoder.setTableLimit(20);
    expect(encoded([], encoder)).toBe('2a' + '34');
    expect(encoded([], encoder)).toBe('');
  });
});

const names = fc.constantFrom(
  ':path',
  ':status',
  'cookie',
  'x-a',
  'x-b',
  'x-long-name-that-repeats',
  'grpc-timeout',
  'te',
);
const values = fc.oneof(
  fc.constantFrom('', '/', '200', 'trailers', 'v'),
  fc.uint8Array({ maxLength: 70 }).map((octets) => String.fromCharCode(...octets)),
);
const lists = fc.array(fc.tuple(names, values, fc.boolean()), { maxLength: 12 });

it('what is encoded is decoded, while the peer changes the table size', () => {
  const limits = fc.constantFrom(undefined, 0, 40, 100, 300, 4_096, 10_000);
  const steps = fc.array(fc.tuple(fc.array(limits, { maxLength: 3 }), lists), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(steps, fc.constantFrom(0, 64, 200, 4_096, 9_000), (plan, wanted) => {
      const encoder = new HpackEncoder(wanted);
      const decoder = new HpackDecoder();
      for (const [sizes, list] of plan) {
        for (const size of sizes) {
          if (size === undefined) continue;
          encoder.setTableLimit(size);
          decoder.setTableLimit(size);
        }
        const sent = list.map(([name, value, never]): Pair => (never ? [name, value, 'never'] : [name, value]));
        const block = decodeBlock(decoder, encodeBlock(encoder, sent));
        const expected = sent.map(([name, value, never]) =>
          never || name === 'cookie' ? [name, value, 'never'] : [name, value],
        );
        expect(pairs(block.fields)).toEqual(expected);
        expect(block.complete).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

describe('a template', () => {
  const template = new HeaderTemplate([
    { name: ':method', value: 'POST', neverIndexed: false },
    { name: 'user-agent', value: 'calmwire', neverIndexed: false },
    { name: 'authorization', value: 'secret', neverIndexed: false },
    { name: 'x-large', value: 'x'.repeat(5_000), neverIndexed: false },
  ]);

  it('is encoded once for as long as the table stays, and always means the same', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder();
    const lengths = [0, 1, 2, 3].map((call) => {
      const to = new ByteBuffer();
      encoder.encodeTemplate(template, [{ name: 'call', value: String(call), neverIndexed: false }], to);
      const { fields } = decodeBlock(decoder, to.toBytes());
      expect(pairs(fields).map(([name, value]) => [name, value])).toEqual([
        ...template.fields.map(({ name, value }) => [name, value]),
        ['call', String(call)],
      ]);
      // Secrets stay out of every table on the way (RFC 7541 §7.1.3).
      expect(fields.find(({ name }) => name === 'authorization')?.neverIndexed).toBe(true);
      if (call === 2) encoder.rest();
      return to.length;
    });
    expect(lengths[1]).toBeLessThan(lengths[0]!);
    // The name of the field of this call has joined the table at most.
    expect(Math.abs(lengths[3]! - lengths[2]!)).toBeLessThan(8);
  });

  it('announces a smaller table before its first field, and the least where it grew again', () => {
    const encoder = new HpackEncoder();
    const first = (): string => {
      const to = new ByteBuffer();
      encoder.encodeTemplate(
        new HeaderTemplate([{ name: ':method', value: 'POST', neverIndexed: false }]),
        undefined,
        to,
      );
      return toHex(to.toBytes());
    };
    encoder.setTableLimit(0);
    encoder.setTableLimit(100);
    encoder.setTableLimit(100);
    expect(first()).toBe('20' + '3f45' + '83');
    encoder.setTableLimit(100);
    expect(first()).toBe('83');
  });
});
