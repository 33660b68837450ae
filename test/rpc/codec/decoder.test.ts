/** Octets that are rare, odd or wrong, one by one: each is decoded as the library does, and it is said who did it. */
import { setFlagsFromString } from 'node:v8';
import { create, type DescMessage, fromBinary, getExtension, type Message, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { protobufCodec } from '#rpc';
import { MessageDecoder } from '../../../src/rpc/codec/decoder.ts';
import { expectAlike, outcomeOf } from './compare.ts';
import { edition, plainTypes, three, two } from './types.ts';

const VARINT = WireType.Varint;
const BIT64 = WireType.Bit64;
const BYTES = WireType.LengthDelimited;
const START = WireType.StartGroup;
const END = WireType.EndGroup;
const BIT32 = WireType.Bit32;

const encoder = new TextEncoder();

/** Octets and the encodings of fields, one after another. */
function wire(...parts: readonly (number | string | Uint8Array)[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const part of parts) {
    writer.raw(
      typeof part === 'number' ? new Uint8Array([part]) : typeof part === 'string' ? encoder.encode(part) : part,
    );
  }
  return writer.finish();
}

function tag(number: number, wireType: WireType): Uint8Array {
  return new BinaryWriter().tag(number, wireType).finish();
}

/** A field with a length: text, or the fields of a message. */
function field(number: number, ...parts: readonly (number | string | Uint8Array)[]): Uint8Array {
  return new BinaryWriter()
    .tag(number, BYTES)
    .bytes(wire(...parts))
    .finish();
}

function number(no: number, value: bigint | number): Uint8Array {
  return new BinaryWriter()
    .tag(no, VARINT)
    .uint64(BigInt.asUintN(64, BigInt(value)))
    .finish();
}

/** Who decodes it: the compiled decoder; the library, which takes it or refuses it. */
type By = 'compiled' | 'library' | 'nobody';
type Case = readonly [about: string, desc: DescMessage, bytes: Uint8Array, by: By];

const { LeafSchema: Leaf, ScalarsSchema: Scalars, FewSchema: Few, TreeSchema: Tree, MapsSchema: Maps } = three;
const { ChoicesSchema: Choices, ListsSchema: Lists, WrappersSchema: Wrappers, BlobSchema: Blob } = three;

/** A tree that many levels deep. */
function tree(depth: number): Uint8Array {
  let bytes = new Uint8Array(0);
  for (let level = 1; level < depth; level++) bytes = field(2, bytes) as Uint8Array<ArrayBuffer>;
  return bytes;
}

const ones = (count: number): Uint8Array => new Uint8Array(count).fill(0xff);
const continued = (count: number): Uint8Array => new Uint8Array(count).fill(0x80);

const cases: readonly Case[] = [
  ['nothing at all', Scalars, wire(), 'compiled'],
  ['nothing for a type without fields', three.EmptySchema, wire(), 'compiled'],

  // Tags
  ['a tag in more octets than it needs', Leaf, wire(0x90, 0x80, 0, 5), 'compiled'],
  ['a tag in five octets', Leaf, wire(0x90, 0x80, 0x80, 0x80, 0, 5), 'compiled'],
  ['a tag whose fifth octet goes beyond 32 bits', Leaf, wire(0x90, 0x80, 0x80, 0x80, 0x10, 5), 'nobody'],
  ['a tag in six octets', Leaf, wire(0x90, 0x80, 0x80, 0x80, 0x80, 0, 5), 'nobody'],
  ['a tag that ends early', Leaf, wire(0x90), 'nobody'],
  ['a field number of 0', Leaf, wire(0, 5), 'nobody'],
  ['a field number of 0 with a length', Leaf, field(0, 'x'), 'nobody'],
  ['the greatest field number', three.ManySchema, number(536_870_911, 7), 'compiled'],
  ['the greatest field number, unknown', Few, number(536_870_911, 7), 'compiled'],
  ['wire type 6', Leaf, wire(0x16), 'nobody'],
  ['wire type 7', Leaf, wire(0x17), 'nobody'],
  ['the end of a group where a number belongs', Leaf, wire(tag(2, END), 5), 'library'],
  ['the end of a group of an unknown number', Leaf, tag(9, END), 'nobody'],

  // Varints
  ['a varint in more octets than it needs', Leaf, wire(0x10, 0x85, 0x80, 0), 'compiled'],
  ['an int32 in ten octets', Leaf, number(2, -1), 'compiled'],
  ['an int32 in ten octets, all the others zero', Leaf, wire(0x10, 0x85, continued(8), 0), 'compiled'],
  ['an int32 in eleven octets', Leaf, wire(0x10, 0x85, continued(9), 0), 'nobody'],
  ['an int32 of more than 32 bits', Leaf, number(2, 2n ** 40n + 5n), 'compiled'],
  ['an int32 in five octets with bits beyond', Leaf, wire(0x10, ones(4), 0x7f), 'compiled'],
  ['a uint32 in five octets with bits beyond', Scalars, wire(tag(11, VARINT), ones(4), 0x7f), 'compiled'],
  ['a uint32 in six octets', Scalars, wire(tag(11, VARINT), 0x85, continued(4), 0), 'library'],
  ['a sint32 in ten octets', Scalars, wire(tag(15, VARINT), ones(9), 1), 'library'],
  ['an int64 in ten octets with bits beyond 64', Scalars, wire(tag(3, VARINT), ones(9), 0x7f), 'compiled'],
  ['a uint64 with all bits set', Scalars, wire(tag(4, VARINT), ones(9), 1), 'compiled'],
  ['a sint64 with all bits set', Scalars, wire(tag(16, VARINT), ones(9), 1), 'compiled'],
  ['an int64 in eleven octets', Scalars, wire(tag(3, VARINT), continued(10), 0), 'nobody'],
  ['a bool of 2', Scalars, number(8, 2), 'compiled'],
  ['a bool of 2 to the 40', Scalars, number(8, 2n ** 40n), 'compiled'],
  ['a false in three octets', Scalars, wire(tag(8, VARINT), 0x80, 0x80, 0), 'compiled'],
  ['a bool in eleven octets', Scalars, wire(tag(8, VARINT), continued(10), 1), 'nobody'],
  ['a length in more octets than it needs', Leaf, wire(0x0a, 0x82, 0x80, 0, 'ab'), 'compiled'],
  ['a length of 2 to the 32 less 1', Leaf, wire(0x0a, ones(4), 0x0f, 'ab'), 'nobody'],

  // Wire types that are not the field's
  ['a varint where a text belongs', Leaf, wire(tag(1, VARINT), 1, 'a'), 'library'],
  ['a length where a number belongs', Leaf, field(2, 'ab'), 'nobody'],
  ['four octets where a varint belongs', Leaf, wire(tag(2, BIT32), 1), 'library'],
  ['a varint where a message belongs', Tree, wire(tag(2, VARINT), 0), 'library'],
  ['a group where a message belongs', Tree, wire(tag(2, START), tag(2, END)), 'nobody'],
  ['a varint where a map belongs', Maps, wire(tag(1, VARINT), 0), 'library'],
  ['four octets where packed numbers belong', Lists, wire(tag(5, BIT32), 1), 'library'],

  // Lengths
  ['a text longer than the rest', Leaf, wire(0x0a, 3, 'ab'), 'nobody'],
  ['a message longer than the rest', Tree, wire(0x12, 1), 'nobody'],
  ['a message longer than the one it is in', Tree, wire(field(2, 0x12, 2), 0x0a, 0), 'library'],
  ['a text longer than the message it is in', Tree, wire(field(2, 0x0a, 2), 0x0a, 0), 'library'],
  ['a number that goes on beyond its message', Choices, wire(field(3, 0x10, 0x80), 1), 'library'],
  ['a double that ends early', Scalars, wire(tag(1, BIT64), 1, 2, 3, 4, 5, 6, 7), 'nobody'],
  ['a float that ends early', Scalars, wire(tag(2, BIT32), 1, 2, 3), 'nobody'],
  ['bytes longer than the rest', Blob, wire(tag(2, BYTES), 3, 1, 2), 'nobody'],

  // Texts
  ['a mark of byte order, which is text', Leaf, field(1, '\ufeffa'), 'compiled'],
  ['no UTF-8', Leaf, field(1, 0xff), 'nobody'],
  ['UTF-8 that ends early', Leaf, field(1, 'x'.repeat(50), 0xe6, 0xbc), 'nobody'],
  ['an overlong zero', Leaf, field(1, 0xc0, 0x80), 'nobody'],
  ['half a surrogate pair', Leaf, field(1, 0xed, 0xa0, 0x80), 'nobody'],
  ['no UTF-8 in proto2', two.DefaultsSchema, field(2, 'a', 0xff, 'b'), 'compiled'],
  ['no UTF-8 where it is not checked', edition.EncodingsSchema, field(4, 0xff), 'compiled'],
  ['no UTF-8 where it is checked', edition.EncodingsSchema, field(3, 0xff), 'nobody'],
  ['no UTF-8 in a list where it is not checked', edition.EncodingsSchema, field(5, 0xff), 'compiled'],
  ['no UTF-8 in a map', edition.EncodingsSchema, field(6, field(1, 'a'), field(2, 0xff)), 'nobody'],
  [
    'no UTF-8 in a map where it is not checked',
    edition.EncodingsSchema,
    field(7, field(1, 0xff), field(2, 0xff)),
    'compiled',
  ],
  ['a text of exactly 32 octets', Leaf, field(1, 'x'.repeat(32)), 'compiled'],
  ['a text of 33 octets', Leaf, field(1, 'x'.repeat(33)), 'compiled'],

  // What comes twice
  ['a number twice', Leaf, wire(number(2, 1), number(2, 2)), 'compiled'],
  ['a number, then its zero', Leaf, wire(number(2, 1), number(2, 0)), 'compiled'],
  [
    'a message twice, which is merged',
    Tree,
    wire(field(2, field(1, 'a'), field(3)), field(2, field(3, field(1, 'b')))),
    'compiled',
  ],
  [
    'the message of a oneof twice, which is merged',
    Choices,
    wire(field(3, field(1, 'a')), field(3, number(2, 5))),
    'compiled',
  ],
  [
    'two messages of a oneof with another member between',
    Choices,
    wire(field(3, field(1, 'a')), number(1, 1), field(3, number(2, 5))),
    'compiled',
  ],
  ['members of a oneof, of which the last wins', Choices, wire(number(1, 1), field(40, 'a'), number(4, 1)), 'compiled'],
  [
    'a key twice, of which the last wins',
    Maps,
    wire(field(1, field(1, 'k'), number(2, 1)), field(1, field(1, 'k'), number(2, 2))),
    'compiled',
  ],
  [
    'a key of messages twice, which are not merged',
    Maps,
    wire(field(6, number(1, 1), field(2, field(1, 'a'))), field(6, number(1, 1), field(2, number(2, 5)))),
    'compiled',
  ],
  [
    'the message of an entry twice, which is merged',
    Maps,
    field(6, number(1, 1), field(2, field(1, 'a')), field(2, number(2, 5))),
    'compiled',
  ],
  ['a wrapper twice, which is merged', Wrappers, wire(field(5, number(1, 7)), field(5)), 'compiled'],
  ['a wrapper in a oneof twice', Wrappers, wire(field(12, number(1, 1)), field(12)), 'compiled'],

  // Lists
  ['packed numbers one by one', Lists, wire(number(5, 1), number(5, 2)), 'compiled'],
  ['unpacked numbers packed', Lists, field(17, 1, 2), 'compiled'],
  ['both', Lists, wire(field(5, 1, 2), number(5, 3), field(5, 4)), 'compiled'],
  ['no packed numbers', Lists, field(5), 'compiled'],
  ['packed doubles', Lists, field(1, new Uint8Array(16).fill(63)), 'compiled'],
  ['packed doubles and a half', Lists, field(1, new Uint8Array(12)), 'nobody'],
  ['packed numbers of which the last goes on beyond the list', Lists, wire(field(5, 1, 0x80), 1), 'library'],
  ['packed numbers longer than the rest', Lists, wire(tag(5, BYTES), 3, 1, 2), 'nobody'],
  ['empty messages in a list', Lists, wire(field(2000), field(2000)), 'compiled'],
  ['empty texts in a list', Lists, wire(field(9), field(9)), 'compiled'],

  // Maps
  ['an entry with its value first', Maps, field(1, number(2, 1), field(1, 'k')), 'compiled'],
  ['an entry without a key', Maps, field(1, number(2, 1)), 'compiled'],
  ['an entry without a value', Maps, field(1, field(1, 'k')), 'compiled'],
  [
    'empty entries of all kinds',
    Maps,
    wire(...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 300].map((no) => field(no))),
    'compiled',
  ],
  ['an entry with an unknown field', Maps, field(1, field(1, 'k'), number(3, 1), number(2, 1)), 'library'],
  ['an entry with a value of another wire type', Maps, field(1, field(1, 'k'), tag(2, BIT32), 1), 'library'],
  ['a value that goes on beyond its entry', Maps, wire(field(1, field(1, 'k'), tag(2, VARINT), 0x80), 1), 'library'],
  ['an entry longer than the rest', Maps, wire(0x0a, 5, 0x0a), 'nobody'],
  ['the key __proto__', Maps, field(1, field(1, '__proto__'), number(2, 5)), 'library'],
  ['the key __proto__ with a message', Tree, field(4, field(1, '__proto__'), field(2, field(1, 'x'))), 'library'],
  ['the key constructor', Maps, field(1, field(1, 'constructor'), number(2, 5)), 'compiled'],
  [
    'negative keys',
    Maps,
    wire(field(2, number(1, -1), field(2, 'x')), field(3, number(1, -(2n ** 63n)), field(2, 'x'))),
    'compiled',
  ],
  ['keys that are not zero but true', Maps, field(5, number(1, 5), number(2, 1)), 'compiled'],

  // Enums
  ['a value that an open enum does not have', Scalars, number(12, 77), 'compiled'],
  ['a negative value', Scalars, number(12, -7), 'compiled'],
  ['a value that a closed enum does not have', two.ClosedSchema, number(1, 77), 'library'],
  ['such a value and an unknown field', two.ClosedSchema, wire(number(1, 77), number(99, 1)), 'library'],
  ['such a value in a oneof', two.ClosedSchema, wire(field(6, 'a'), number(5, 77)), 'library'],
  ['such a value in lists', two.ClosedSchema, wire(number(2, 77), field(3, 1, 77)), 'compiled'],
  ['such a value in a map', two.ClosedSchema, field(4, field(1, 'k'), number(2, 77)), 'compiled'],
  ['values that a closed enum has', two.ClosedSchema, wire(number(1, 5), number(5, -3)), 'compiled'],
  ['the same in an edition', edition.PresenceSchema, wire(number(8, 77), number(6, 77)), 'library'],

  // Presence
  [
    'zeros where presence is explicit',
    three.OptionalsSchema,
    wire(number(3, 0), number(8, 0), field(9), field(10), field(16)),
    'compiled',
  ],
  ['values equal to the defaults', two.DefaultsSchema, wire(number(1, 5), field(2, 'none'), number(4, 1)), 'compiled'],
  ['nothing for a type with defaults', two.DefaultsSchema, wire(), 'compiled'],
  ['a required field that is missing', two.RequiredSchema, number(1, 1), 'compiled'],
  ['zeros in an edition', edition.PresenceSchema, wire(number(1, 0), number(2, 0), field(5)), 'compiled'],

  // Unknown fields
  [
    'unknown fields of every kind',
    Few,
    wire(number(99, 5), tag(98, BIT64), ones(8), field(97, 'abc'), tag(96, BIT32), ones(4)),
    'compiled',
  ],
  [
    'unknown fields in another order than their numbers, and twice',
    Few,
    wire(number(99, 5), number(5, 1), number(98, 1), number(99, 6)),
    'compiled',
  ],
  ['an unknown varint in ten octets', Few, wire(tag(99, VARINT), ones(9), 1), 'compiled'],
  ['an unknown varint in eleven octets', Few, wire(tag(99, VARINT), continued(10), 1), 'library'],
  ['an unknown varint that ends early', Few, wire(tag(99, VARINT), 0x80), 'nobody'],
  ['an unknown length beyond the rest', Few, wire(tag(99, BYTES), 5, 1), 'nobody'],
  ['unknown numbers that end early', Few, wire(tag(99, BIT64), 1, 2), 'nobody'],
  ['unknown numbers of four octets that end early', Few, wire(tag(99, BIT32), 1, 2), 'nobody'],
  ['an unknown group', Few, wire(tag(99, START), number(1, 1), tag(99, END)), 'library'],
  ['an unknown group that does not end', Few, wire(tag(99, START), number(1, 1)), 'nobody'],
  ['an unknown group that ends as another', Few, wire(tag(99, START), tag(98, END)), 'nobody'],
  [
    'unknown fields in a message that comes twice',
    Tree,
    wire(field(2, number(99, 1)), field(2, number(98, 2), field(1, 'a'))),
    'compiled',
  ],
  ['an unknown field in a wrapper, which is lost', Wrappers, field(5, number(1, 7), number(99, 1)), 'compiled'],
  [
    'an unknown field in a list and a map',
    Tree,
    wire(field(3, number(99, 1)), field(4, field(1, 'k'), field(2, number(99, 1)))),
    'compiled',
  ],
  ['an extension', two.DefaultsSchema, field(100, 'note'), 'compiled'],

  // Depth: the library takes 100 messages in each other.
  ['100 messages in each other', Tree, tree(100), 'compiled'],
  ['101 messages in each other', Tree, tree(101), 'nobody'],
];

describe('decoding', () => {
  for (const [about, desc, bytes, by] of cases) {
    it(`${about}: ${by}`, () => {
      const wanted = outcomeOf(() => fromBinary(desc, bytes));
      const got = outcomeOf(() => protobufCodec.messageCodec(desc).fromBinary(bytes) as Message);
      expect(wanted.value === undefined).toBe(by === 'nobody');
      expect(got.error).toBe(wanted.error);
      if (wanted.value !== undefined) expectAlike(desc, got.value!, wanted.value, fromBinary(desc, bytes));
      expect(MessageDecoder.of(desc).decode(bytes) !== undefined).toBe(by === 'compiled');
    });
  }

  it('of every beginning of a message is that of the library', () => {
    const whole = wire(
      field(1, 'name'),
      field(2, field(1, 'left'), field(6, 1, 2, 3)),
      field(4, field(1, 'key'), field(2, field(1, 'value'))),
      number(99, 2n ** 40n),
    );
    for (let length = 0; length <= whole.length; length++) {
      const bytes = whole.slice(0, length);
      const wanted = outcomeOf(() => fromBinary(Tree, bytes));
      const got = outcomeOf(() => protobufCodec.messageCodec(Tree).fromBinary(bytes) as Message);
      expect(got.error).toBe(wanted.error);
      if (wanted.value !== undefined) expectAlike(Tree, got.value!, wanted.value, fromBinary(Tree, bytes));
    }
  });

  it('goes on after a message that was refused in its depths', () => {
    const codec = protobufCodec.messageCodec(Tree);
    expect(() => codec.fromBinary(tree(101))).toThrow('maximum recursion depth of 100 reached');
    expect(() => codec.fromBinary(field(2, field(2, 0x0a, 9)))).toThrow('premature EOF');
    expect(codec.fromBinary(tree(100))).toEqual(fromBinary(Tree, tree(100)));
  });

  it('keeps extensions', () => {
    const message = protobufCodec.messageCodec(two.DefaultsSchema).fromBinary(field(100, 'ключ')) as two.Defaults;
    expect(getExtension(message, two.note)).toBe('ключ');
  });

  it('gives unknown fields back when the message is encoded', () => {
    const bytes = toBinary(
      Scalars,
      create(Scalars, { int32: 5, string: 'x', double: 1.5, sint64: -9n, bytes: ones(3) }),
    );
    const few = protobufCodec.messageCodec(Few);
    const again = protobufCodec.messageCodec(Scalars).fromBinary(few.toBinary(few.fromBinary(bytes)));
    expect(again).toEqual(fromBinary(Scalars, bytes));
  });

  it('shares nothing that can be changed between messages', () => {
    const codec = protobufCodec.messageCodec(Maps);
    const one = codec.fromBinary(field(3, number(1, 1))) as three.Maps;
    const other = codec.fromBinary(field(3, number(1, 1))) as three.Maps;
    expect(one.byInt64['1']).not.toBe(other.byInt64['1']);
    expect(one.byString).not.toBe(other.byString);
  });
});

describe('decoded messages', () => {
  // V8 says so only when asked in its own words.
  const haveSameMap = hiddenClasses();

  for (const desc of plainTypes) {
    it(`of ${desc.typeName} have one hidden class`, () => {
      const bytes = outcomeOf(() => toBinary(desc, create(desc))).value ?? wire();
      const decoder = MessageDecoder.of(desc);
      expect(haveSameMap(decoder.decode(bytes), decoder.decode(bytes))).toBe(true);
    });
  }

  it('keep it when fields are set', () => {
    const bytes = wire(field(1, 'a'), field(2, 'b'), number(3, 1));
    const decoder = MessageDecoder.of(Blob);
    expect(haveSameMap(decoder.decode(bytes), decoder.decode(wire()))).toBe(true);
    expect(haveSameMap(decoder.decode(bytes), MessageDecoder.of(Leaf).decode(wire()))).toBe(false);
  });
});

function hiddenClasses(): (one: unknown, other: unknown) => boolean {
  setFlagsFromString('--allow-natives-syntax');
  return new Function('one', 'other', 'return %HaveSameMap(one, other)') as never;
}
