/**
 * Octets at random: fields as a type has them, well or badly encoded, and messages with octets changed. Both are played from a
 * list of numbers, so that fast-check can make a failure short.
 */
import { type DescField, type DescMessage, ScalarType, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc, { type Arbitrary } from 'fast-check';
import { messages } from './arbitrary.ts';
import { outcomeOf } from './compare.ts';

class Dice {
  readonly #throws: readonly number[];
  #at = 0;

  constructor(throws: readonly number[]) {
    this.#throws = throws;
  }

  get isOver(): boolean {
    return this.#at >= this.#throws.length;
  }

  /** From 0 to `sides - 1`; 0 when nothing is left. */
  roll(sides: number): number {
    return (this.#throws[this.#at++] ?? 0) % sides;
  }

  /** Never when nothing is left, so that nothing goes on for ever. */
  once(sides: number): boolean {
    return this.roll(sides) === sides - 1;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.roll(items.length)]!;
  }
}

const dice = fc.array(fc.nat(0xffff), { maxLength: 300, size: 'max' }).map((throws) => new Dice(throws));

/** Fields of the type, mostly with their own wire type and mostly well-formed, and some that it does not know. */
export function wireOctets(desc: DescMessage): Arbitrary<Uint8Array> {
  return dice.map((thrown) => fieldsOf(desc, thrown, 0));
}

/** Two messages, or one, with some octets changed, cut off or put in. */
export function mutatedOctets(desc: DescMessage): Arbitrary<Uint8Array> {
  return fc.tuple(messages(desc), messages(desc), dice).map(([one, other, thrown]) => {
    const { value: first = NOTHING } = outcomeOf(() => toBinary(desc, one));
    const { value: second = NOTHING } = outcomeOf(() => toBinary(desc, other));
    const bytes = thrown.once(2) ? [...first] : [...first, ...second];
    for (let count = thrown.roll(4); count > 0; count--) mutate(bytes, thrown);
    return new Uint8Array(bytes);
  });
}

/** Near the beginning: what comes later is mostly the inside of a long value. */
const MUTATED_BYTES = 200;

function mutate(bytes: number[], thrown: Dice): void {
  const at = thrown.roll(Math.min(bytes.length, MUTATED_BYTES) + 1);
  const octet = thrown.pick([0, 1, 0x7f, 0x80, 0xff, thrown.roll(256)]);
  switch (thrown.roll(4)) {
    case 0:
      bytes.length = at;
      break;
    case 1:
      bytes.splice(at, 1);
      break;
    case 2:
      bytes.splice(at, 0, octet);
      break;
    default:
      if (at < bytes.length) bytes[at] = octet;
  }
}

/** The library's limit has a test of its own. */
const DEPTH_MAX = 20;
const NOTHING = new Uint8Array(0);

function fieldsOf(desc: DescMessage, thrown: Dice, depth: number): Uint8Array {
  const writer = new BinaryWriter();
  for (let count = depth === 0 ? 3 + thrown.roll(20) : thrown.roll(4); count > 0 && !thrown.isOver; count--) {
    const field = desc.fields[thrown.roll(desc.fields.length + 1)];
    if (field === undefined) unknownField(writer, thrown);
    else writeField(writer, field, thrown, depth);
  }
  return writer.finish();
}

function writeField(writer: BinaryWriter, field: DescField, thrown: Dice, depth: number): void {
  const { number } = field;
  if (thrown.once(40)) {
    tag(writer, number, thrown.roll(8), thrown);
    value(writer, thrown.pick(allScalars), thrown);
  } else if (field.fieldKind === 'map') {
    tag(writer, number, WireType.LengthDelimited, thrown);
    delimited(writer, entryOf(field, thrown, depth), thrown);
  } else if (field.message !== undefined) {
    const below = depth < DEPTH_MAX ? fieldsOf(field.message, thrown, depth + 1) : NOTHING;
    if (field.delimitedEncoding) group(writer, number, below, thrown);
    else {
      tag(writer, number, WireType.LengthDelimited, thrown);
      delimited(writer, below, thrown);
    }
  } else {
    const type = field.scalar ?? ScalarType.INT32;
    if (field.fieldKind === 'list' && thrown.once(2)) packed(writer, number, type, thrown);
    else {
      tag(writer, number, wireTypes[type], thrown);
      value(writer, type, thrown);
    }
  }
}

function packed(writer: BinaryWriter, number: number, type: ScalarType, thrown: Dice): void {
  const items = new BinaryWriter();
  for (let count = thrown.roll(4); count > 0; count--) value(items, type, thrown);
  tag(writer, number, WireType.LengthDelimited, thrown);
  delimited(writer, items.finish(), thrown);
}

/** Now and then it ends with another number. */
function group(writer: BinaryWriter, number: number, fields: Uint8Array, thrown: Dice): void {
  tag(writer, number, WireType.StartGroup, thrown);
  writer.raw(fields);
  tag(writer, thrown.once(20) ? 1 : number, WireType.EndGroup, thrown);
}

/** Key and value, mostly in this order, and mostly both. */
function entryOf(field: DescField & { fieldKind: 'map' }, thrown: Dice, depth: number): Uint8Array {
  const writer = new BinaryWriter();
  for (const number of thrown.pick([[1, 2], [1, 2], [1, 2], [2, 1], [1], [2], [], [1, 2, 2], [1, 1, 2], [1, 3, 2]])) {
    if (number === 2 && field.message !== undefined) {
      tag(writer, 2, WireType.LengthDelimited, thrown);
      delimited(writer, depth < DEPTH_MAX ? fieldsOf(field.message, thrown, depth + 1) : NOTHING, thrown);
    } else {
      const type = number === 1 ? field.mapKey : (field.scalar ?? ScalarType.INT32);
      tag(writer, number, wireTypes[type], thrown);
      value(writer, type, thrown);
    }
  }
  return writer.finish();
}

function unknownField(writer: BinaryWriter, thrown: Dice): void {
  const type = thrown.pick(allScalars);
  const number = thrown.pick([13, 99, 5_000, 2 ** 29 - 1]);
  if (thrown.once(10)) {
    const inner = new BinaryWriter();
    if (thrown.once(2)) unknownField(inner, thrown);
    group(writer, number, inner.finish(), thrown);
  } else {
    tag(writer, number, wireTypes[type], thrown);
    value(writer, type, thrown);
  }
}

/** Sometimes longer than need be, and then sometimes with more bits than a tag may have. */
function tag(writer: BinaryWriter, number: number, wireType: number, thrown: Dice): void {
  if (thrown.once(40)) stretched(writer, BigInt(number * 8 + wireType), thrown);
  else writer.uint32(((number << 3) | wireType) >>> 0);
}

function stretched(writer: BinaryWriter, value: bigint, thrown: Dice): void {
  const count = thrown.pick([1, 2, 3, 4, 8, 9, 9, 9, 10]);
  const more = thrown.once(8) ? BigInt(thrown.pick([1, 0x7f])) << BigInt(thrown.pick([32, 34, 63])) : 0n;
  let rest = value | more;
  for (let at = 0; at < count || rest > 127n; at++) {
    writer.raw(new Uint8Array([Number(rest & 127n) | 128]));
    rest >>= 7n;
  }
  writer.raw(new Uint8Array([Number(rest)]));
}

function delimited(writer: BinaryWriter, bytes: Uint8Array, thrown: Dice): void {
  const length = thrown.once(60) ? thrown.pick([0, 1, bytes.length + 1, 2 ** 31, 2 ** 32 - 1]) : bytes.length;
  if (thrown.once(30)) stretched(writer, BigInt(length), thrown);
  else writer.uint32(length);
  writer.raw(bytes);
}

const texts = ['', 'a', 'ключ', '__proto__', 'x'.repeat(33), '0', '😀'].map((text) => new TextEncoder().encode(text));
/** Truncated, overlong, a surrogate, no UTF-8 at all, and a long one that goes wrong at its end. */
const badTexts = [
  [0xc3],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xff],
  [...new Array<number>(40).fill(97), 0xf0, 0x9f],
].map((octets) => new Uint8Array(octets));
const longs = [0n, 1n, 127n, 128n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n - 7n];

function value(writer: BinaryWriter, type: ScalarType, thrown: Dice): void {
  switch (wireTypes[type]) {
    case WireType.LengthDelimited:
      delimited(writer, thrown.once(40) ? thrown.pick(badTexts) : thrown.pick(texts), thrown);
      break;
    case WireType.Bit64:
      writer.raw(new Uint8Array(Array.from({ length: thrown.once(40) ? 7 : 8 }, () => thrown.roll(256))));
      break;
    case WireType.Bit32:
      writer.raw(new Uint8Array(Array.from({ length: 4 }, () => thrown.roll(256))));
      break;
    default:
      if (thrown.once(6)) stretched(writer, thrown.pick(longs), thrown);
      else writer.uint64(thrown.pick(longs));
  }
}

const wireTypes: Readonly<Record<ScalarType, WireType>> = {
  [ScalarType.DOUBLE]: WireType.Bit64,
  [ScalarType.FLOAT]: WireType.Bit32,
  [ScalarType.INT64]: WireType.Varint,
  [ScalarType.UINT64]: WireType.Varint,
  [ScalarType.INT32]: WireType.Varint,
  [ScalarType.FIXED64]: WireType.Bit64,
  [ScalarType.FIXED32]: WireType.Bit32,
  [ScalarType.BOOL]: WireType.Varint,
  [ScalarType.STRING]: WireType.LengthDelimited,
  [ScalarType.BYTES]: WireType.LengthDelimited,
  [ScalarType.UINT32]: WireType.Varint,
  [ScalarType.SFIXED32]: WireType.Bit32,
  [ScalarType.SFIXED64]: WireType.Bit64,
  [ScalarType.SINT32]: WireType.Varint,
  [ScalarType.SINT64]: WireType.Varint,
};
const allScalars = Object.keys(wireTypes).map(Number) as ScalarType[];
