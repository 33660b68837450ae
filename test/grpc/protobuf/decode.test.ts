/** Octets to messages: every kind of field, lists and maps, what is cut or foreign, and guesses without a type. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Redactor } from '#base';
import { DefinedSchema, decodeMessage, messageJson, messageText } from '#grpc';
import { lengthed, number, tag, varint } from './wire.ts';

const schema = new DefinedSchema([
  {
    nested: {
      shop: {
        nested: {
          Order: {
            fields: {
              id: { type: 'string', id: 1 },
              count: { type: 'int32', id: 2 },
              big: { type: 'int64', id: 3 },
              sign: { type: 'sint64', id: 4 },
              ratio: { type: 'double', id: 5 },
              half: { type: 'float', id: 6 },
              paid: { type: 'bool', id: 7 },
              seal: { type: 'bytes', id: 8 },
              state: { type: 'State', id: 9 },
              items: { rule: 'repeated', type: 'Item', id: 10 },
              percents: { rule: 'repeated', type: 'uint32', id: 11 },
              labels: { type: 'string', id: 12, keyType: 'string' },
              placed: { type: 'google.protobuf.Timestamp', id: 13 },
              took: { type: 'google.protobuf.Duration', id: 14 },
              more: { type: 'google.protobuf.Any', id: 15 },
              states: { rule: 'repeated', type: 'State', id: 16 },
              fixed: { type: 'fixed64', id: 17 },
              counts: { type: 'Item', id: 18, keyType: 'int32' },
            },
            nested: { Item: { fields: { sku: { type: 'string', id: 1 } } } },
          },
          State: { values: { UNKNOWN: 0, PAID: 1 } },
        },
      },
    },
  },
]);
const order = schema.message('shop.Order');

function text(octets: readonly number[], typed = true, redactor?: Redactor): string {
  const { message } = decodeMessage(Uint8Array.from(octets), typed ? order : undefined, schema);
  return messageText(message, { redactor, charactersMax: 1_000 });
}

function faultAt(octets: readonly number[]): number | undefined {
  return decodeMessage(Uint8Array.from(octets), order, schema).faultAt;
}

describe('a message', () => {
  it.each([
    ['a string', lengthed(1, 'Tee "grün"'), '{id: "Tee \\"grün\\""}'],
    ['a negative number', number(2, -5), '{count: -5}'],
    ['64 bits', number(3, 2n ** 62n), '{big: 4611686018427387904}'],
    ['a zigzag number', number(4, 3), '{sign: -2}'],
    ['a double', [...tag(5, 1), 0, 0, 0, 0, 0, 0, 0xf4, 0x3f], '{ratio: 1.25}'],
    ['a float', [...tag(6, 5), 0xcd, 0xcc, 0xcc, 0x3d], '{half: 0.1}'],
    ['a bool', number(7, 1), '{paid: true}'],
    ['octets', lengthed(8, [1, 2, 255]), '{seal: bytes(3) 0102ff}'],
    ['an enum', number(9, 1), '{state: PAID}'],
    ['an enum value of a newer version', number(9, 7), '{state: 7}'],
    ['messages in a list', [...lengthed(10, lengthed(1, 'a')), ...lengthed(10, [])], '{items: [{sku: "a"}, {}]}'],
    ['a packed list', lengthed(11, [...varint(5), ...varint(300)]), '{percents: [5, 300]}'],
    ['the same list, not packed', [...number(11, 5), ...number(11, 300)], '{percents: [5, 300]}'],
    ['a packed list of enums', lengthed(16, [0, 1]), '{states: [UNKNOWN, PAID]}'],
    ['a map', lengthed(12, [...lengthed(1, 'k'), ...lengthed(2, 'v')]), '{labels: {"k": "v"}}'],
    ['a map entry of defaults', lengthed(12, []), '{labels: {"": ""}}'],
    ['a map of messages', lengthed(18, number(1, 4)), '{counts: {4: {}}}'],
    [
      'a moment',
      lengthed(13, [...number(1, 1_795_267_000), ...number(2, 250_000_000)]),
      '{placed: 2026-11-21T13:16:40.25Z}',
    ],
    ['a span', lengthed(14, [...number(1, -1), ...number(2, -500_000_000)]), '{took: -1.5s}'],
    [
      'what an Any holds',
      lengthed(15, [...lengthed(1, 'type.googleapis.com/shop.Order'), ...lengthed(2, number(2, 3))]),
      '{more: shop.Order {count: 3}}',
    ],
    ['an Any of a type that is not known', lengthed(15, lengthed(1, 'x/y.Z')), '{more: {type_url: "x/y.Z"}}'],
    ['a field that the type does not have', number(99, 1), '{99: 1}'],
    ['fields out of order', [...number(2, 1), ...lengthed(1, 'a'), ...number(2, 2)], '{id: "a", count: [1, 2]}'],
    ['a number where text should be', number(1, 300), '{id: 300}'],
    ['fixed bits where a varint should be', [...tag(2, 5), 1, 0, 0, 0], '{count: 0x00000001}'],
    ['a group', [...tag(10, 3), ...lengthed(1, 'a'), ...tag(10, 4)], '{items: [{sku: "a"}]}'],
  ])('shows %s', (_about, octets, expected) => {
    expect(text(octets)).toBe(expected);
    expect(faultAt(octets)).toBeUndefined();
  });

  it.each([
    ['in a text', lengthed(1, 'abcdef').slice(0, 5), '{id: "abc"}', 1],
    ['in a nested message', lengthed(10, lengthed(1, 'abc')).slice(0, 5), '{items: [{sku: "a"}]}', 1],
    ['in a number', [...number(2, 7), 0x18, 0x80], '{count: 7}', 2],
    ['in fixed bits', [...tag(17, 1), 1, 2], '{}', 0],
    ['by a wire type that does not exist', [...number(2, 7), 0x0f], '{count: 7}', 2],
    ['by field number 0', [0, 0], '{}', 0],
    ['by a varint without end', new Array<number>(20).fill(0x80), '{}', 0],
  ])('cut or broken %s shows what there is and says where', (_about, octets, expected, at) => {
    expect(text(octets)).toBe(expected);
    expect(faultAt(octets)).toBe(at);
  });

  it('is bounded in depth and fields', () => {
    let nested: number[] = lengthed(1, 'x');
    for (let depth = 0; depth < 200; depth++) nested = lengthed(1, nested);
    expect(text(nested, false).length).toBeLessThan(1_200);
    const many = decodeMessage(Uint8Array.from(new Array<number[]>(5_000).fill(number(2, 1)).flat()), order, schema);
    expect(many.cut).toBe(true);
    expect(many.message.fields).toHaveLength(2_000);
  });

  it('of any octets is shown, typed or guessed, in bounded time', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (octets, typed) => {
        const { message } = decodeMessage(octets, typed ? order : undefined, schema);
        expect(messageText(message, { redactor: undefined, charactersMax: 500 }).length).toBeLessThan(600);
        expect(JSON.stringify(messageJson(message, undefined))).toBeDefined();
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a guess', () => {
  it.each([
    ['readable text', lengthed(1, 'hello'), '{1: "hello"}'],
    ['a message', lengthed(1, number(2, 3)), '{1: {2: 3}}'],
    ['octets', lengthed(1, [0xff, 0xfe, 0x00]), '{1: bytes(3) fffe00}'],
    ['text of several lines', lengthed(1, 'a\nb'), '{1: "a\\nb"}'],
    ['a repeated field', [...number(1, 1), ...number(1, 2)], '{1: [1, 2]}'],
    ['fixed bits', [...tag(1, 5), 1, 0, 0, 0x40], '{1: 0x40000001}'],
  ])('shows %s', (_about, octets, expected) => {
    expect(text(octets, false)).toBe(expected);
  });
});

describe('payload', () => {
  const redactor = new Redactor({ hash: () => 'abcdef' });

  it('of strings and octets is hidden; numbers, enums, bools and the shape stay', () => {
    const octets = [...lengthed(1, 'A-17'), ...number(2, 3), ...number(7, 1), ...lengthed(8, [1, 2]), ...number(9, 1)];
    expect(text(octets, true, redactor)).toBe(
      '{id: ***(4-chars,id-abcdef), count: 3, paid: true, seal: bytes ***(2-chars,id-abcdef), state: PAID}',
    );
    expect(text(lengthed(12, [...lengthed(1, 'k'), ...lengthed(2, 'v')]), true, redactor)).not.toMatch(/"[kv]"/);
  });

  it('never appears when it is hidden', () => {
    const secret = fc.stringMatching(/^Zq9[a-km-np-tv-z]{3,20}$/);
    fc.assert(
      fc.property(secret, fc.integer({ min: 1, max: 18 }), fc.boolean(), (value, field, typed) => {
        const octets = Uint8Array.from([
          ...lengthed(field, value),
          ...lengthed(10, lengthed(1, value)),
          ...lengthed(99, value),
        ]);
        const { message } = decodeMessage(octets, typed ? order : undefined, schema);
        expect(messageText(message, { redactor, charactersMax: 5_000 })).not.toContain(value);
        expect(JSON.stringify(messageJson(message, redactor))).not.toContain(value);
      }),
    );
  });

  it('made for people who look for a fault stays, but for secrets in it', () => {
    const status = schema.message('google.rpc.Status');
    const octets = [...number(1, 5), ...lengthed(2, 'no order for Bearer abcdefgh12')];
    const { message } = decodeMessage(Uint8Array.from(octets), status, schema);
    expect(messageText(message, { redactor, charactersMax: 500 })).toBe(
      '{code: NOT_FOUND, message: "no order for Bearer ***(10-chars,id-abcdef)"}',
    );
  });
});

describe('JSON of a message', () => {
  it('has numbers where they are exact, text for 64 bits, lists, maps and what an Any is', () => {
    const octets = [
      ...number(2, 3),
      ...number(3, 2n ** 60n),
      ...lengthed(8, [1, 2, 3]),
      ...lengthed(10, lengthed(1, 'a')),
      ...lengthed(12, [...lengthed(1, 'k'), ...lengthed(2, 'v')]),
      ...lengthed(15, [...lengthed(1, 'x/shop.Order'), ...lengthed(2, number(7, 1))]),
    ];
    const { message } = decodeMessage(Uint8Array.from(octets), order, schema);
    expect(messageJson(message, undefined)).toEqual({
      count: 3,
      big: '1152921504606846976',
      seal: 'AQID',
      items: [{ sku: 'a' }],
      labels: { k: 'v' },
      more: { '@type': 'shop.Order', paid: true },
    });
  });
});
