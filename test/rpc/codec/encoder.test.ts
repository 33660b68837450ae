/** Messages and objects that are rare, odd or wrong, one by one: each is encoded as the library does, and it is said who did it. */
import { create, type DescMessage, fromBinary, type Message, setExtension, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { protobufCodec } from '#rpc';
import { MessageEncoder } from '../../../src/rpc/codec/encoder.ts';
import { isPlain } from '../../../src/rpc/codec/plain.ts';
import { outcomeOf } from './compare.ts';
import { edition, otherTypes, plainTypes, three, two } from './types.ts';

const { LeafSchema: Leaf, ScalarsSchema: Scalars, TreeSchema: Tree, MapsSchema: Maps, TextsSchema: Texts } = three;
const { ChoicesSchema: Choices, ListsSchema: Lists, WrappersSchema: Wrappers, OptionalsSchema: Optionals } = three;

/** Who encodes it: the compiled encoder; the library, which takes it or refuses it. */
type By = 'compiled' | 'library' | 'nobody';
type Case = readonly [about: string, desc: DescMessage, given: unknown, by: By];

const octets = new Uint8Array([1, 2, 3]);

class Account {
  readonly #name = 'from a getter';

  get name(): string {
    return this.#name;
  }
}

const circle: Record<string, unknown> = { name: 'round' };
circle.left = circle;

/** Objects that initialise messages, as `create` takes them. */
const inits: readonly Case[] = [
  ['nothing', Scalars, {}, 'compiled'],
  ['undefined and null', Scalars, { string: null, int32: undefined, bytes: null, color: null }, 'compiled'],
  [
    'undefined and null for lists and maps',
    Tree,
    { more: null, named: undefined, left: null, choice: null },
    'compiled',
  ],
  [
    'undefined and null where presence is explicit',
    Optionals,
    { string: null, leaf: undefined, bool: null },
    'compiled',
  ],
  ['properties that are no fields', Leaf, { name: 'x', other: 5 }, 'compiled'],
  ['its own $unknown, which is none', Leaf, { $unknown: [{ no: 9, wireType: 0, data: octets }] }, 'compiled'],
  ['an object in an object', Tree, { left: { left: { name: 'deep' } }, more: [{}, { name: 'x' }] }, 'compiled'],
  [
    'a message in an object',
    Tree,
    { left: create(Tree, { name: 'x' }), named: { a: create(Tree), b: {} } },
    'compiled',
  ],
  ['a getter of a class', Leaf, new Account(), 'compiled'],
  ['an object without a prototype', Leaf, Object.assign(Object.create(null), { name: 'x' }), 'compiled'],
  ['octets as an array of numbers', Scalars, { bytes: [1, 2, 3] }, 'library'],
  ['octets as an array, in a list', Lists, { bytes: [[1], [2]] }, 'library'],
  ['octets as an array, in a wrapper', Wrappers, { bytes: [1, 2] }, 'library'],
  ['octets as a Buffer', Scalars, { bytes: Buffer.from('abc') }, 'compiled'],
  ['octets in another array', Scalars, { bytes: new Uint16Array([1, 2]) }, 'library'],
  ['an array in the place of a message', Tree, { left: [] }, 'nobody'],
  ['an array in the place of a message without fields', Choices, { choice: { case: 'empty', value: [] } }, 'library'],
  ['a message of another type', Leaf, create(three.BlobSchema, { name: 'x', count: 5 }), 'library'],
  ['a message of another type within', Tree, { left: create(Leaf, { name: 'x' }) }, 'library'],
  ['a $typeName that is no text', Leaf, { $typeName: 5, name: 'x' }, 'library'],
  ['null for a message', Leaf, null, 'library'],
  ['an array for a message', Leaf, [], 'library'],
  ['text for a message', Leaf, 'text', 'library'],
  ['a list that is none', Lists, { int32: 'ab' }, 'nobody'],
  ['a typed array as a list', Lists, { int32: new Int32Array([1, 2]) }, 'library'],
  ['a list with holes', Lists, { leaf: Object.assign([], { 1: { name: 'x' } }) }, 'library'],
  ['null in a list', Lists, { leaf: [null] }, 'nobody'],
  ['an array as a map', Maps, { byString: [5] }, 'library'],
  ['a Map as a map, which has no keys', Maps, { byString: new Map([['a', 5]]) }, 'compiled'],
  ['null in a map', Maps, { byString: { a: null } }, 'nobody'],
  ['the key __proto__', Maps, { byString: JSON.parse('{"__proto__": 5, "a": 1}') }, 'compiled'],
  ['a case that is none', Choices, { choice: { case: 'nothing', value: 5 } }, 'compiled'],
  ['a case of null', Choices, { choice: { case: null } }, 'compiled'],
  ['a case without a value', Choices, { choice: { case: 'int32' } }, 'nobody'],
  ['a case with an object', Choices, { choice: { case: 'leaf', value: { name: 'x' } } }, 'compiled'],
  ['a case with a wrapper', Choices, { choice: { case: 'wrapped', value: { value: 5 } } }, 'compiled'],
  ['text for a oneof', Choices, { choice: 'leaf' }, 'compiled'],
  ['wrappers as their values', Wrappers, { int32: 0, string: '', bool: true, bytes: octets, int64: 5n }, 'compiled'],
  ['a wrapper as a message', Wrappers, { int32: { value: 5 } }, 'nobody'],
  ['a required field that is missing', two.RequiredSchema, { text: 'x' }, 'nobody'],
  ['a required field that is missing within', two.RequiredSchema, { text: 'x', number: 1, inner: {} }, 'nobody'],
  ['required fields', two.RequiredSchema, { text: '', number: 0 }, 'compiled'],
  ['values equal to the defaults', two.DefaultsSchema, { number: 5, text: 'none' }, 'compiled'],
  [
    'presence in an edition',
    edition.PresenceSchema,
    { explicit: 0, implicit: 0, required: 0, implicitOpen: 0 },
    'compiled',
  ],
  ['a field by a name that all objects have', three.InheritedSchema, {}, 'library'],
  ['an object that holds itself', Tree, circle, 'nobody'],
];

/** Values that are of another type than their field, or at its edge. */
const values: readonly Case[] = [
  ['-0 in a double', Scalars, { double: -0 }, 'compiled'],
  ['-0 in an integer', Scalars, { int32: -0, sint32: -0 }, 'compiled'],
  ['-0 in a list', Lists, { int32: [-0], double: [-0] }, 'compiled'],
  ['a fraction in an integer', Scalars, { int32: 1.5 }, 'nobody'],
  ['an integer beyond 32 bits', Scalars, { int32: 2 ** 31 }, 'nobody'],
  ['a negative unsigned integer', Scalars, { uint32: -1 }, 'nobody'],
  ['NaN in an integer', Scalars, { fixed32: Number.NaN }, 'nobody'],
  ['an integer as text', Scalars, { int32: '5' }, 'library'],
  ['zero as text', Scalars, { int32: '0' }, 'library'],
  ['a long as a number', Scalars, { int64: 5, uint64: 0 }, 'compiled'],
  ['a long as text', Scalars, { int64: '-5', fixed64: '0', sint64: ' 7 ', uint64: '00', sfixed64: '' }, 'compiled'],
  ['a long as text that is none', Scalars, { int64: 'five' }, 'nobody'],
  ['a long as a fraction', Scalars, { int64: 1.5 }, 'nobody'],
  ['a long as a truth', Scalars, { int64: true }, 'library'],
  ['a long beyond 64 bits', Scalars, { int64: 2n ** 63n }, 'nobody'],
  ['a negative unsigned long', Scalars, { uint64: -1n }, 'nobody'],
  ['zero as text of a fraction', Scalars, { int64: '0.0' }, 'compiled'],
  ['longs as texts, by jstype', Texts, { int64: '-9223372036854775808', uint64: '18446744073709551615' }, 'compiled'],
  ['longs as bigints, for all jstype says', Texts, { int64: 5n, list: [1n, 2n], optional: 0n }, 'compiled'],
  ['texts beyond 64 bits', Texts, { uint64: '18446744073709551616' }, 'nobody'],
  ['empty texts, by jstype', Texts, { list: [''], optional: '' }, 'compiled'],
  ['a float beyond 32 bits', Scalars, { float: 1e39 }, 'nobody'],
  ['a float that is rounded to the greatest', Scalars, { float: 3.40282347e38 }, 'library'],
  ['a float as text', Scalars, { float: '1.5' }, 'library'],
  ['a double as text', Scalars, { double: '1.5' }, 'library'],
  ['a truth as a number', Scalars, { bool: 1 }, 'library'],
  ['a number as text', Scalars, { string: 5 }, 'library'],
  ['half a surrogate pair', Leaf, { name: 'a\ud800' }, 'compiled'],
  ['an enum that has no such value', Scalars, { color: 99 }, 'compiled'],
  ['an enum by its name', Scalars, { color: 'COLOR_RED' }, 'nobody'],
  ['a value that a closed enum does not have', two.ClosedSchema, { size: 99 }, 'compiled'],
  ['integer keys', Maps, { byInt32: { '-5': 'x', 7: 'y' }, byUint32: { 4294967295: 1n } }, 'compiled'],
  ['keys that are no integers', Maps, { byInt32: { five: 'x' } }, 'nobody'],
  ['keys that begin as integers', Maps, { byInt32: { '5e1': 'x' } }, 'library'],
  ['keys beyond 32 bits', Maps, { byInt32: { 2147483648: 'x' } }, 'nobody'],
  ['long keys', Maps, { byInt64: { '-9223372036854775808': octets }, byUint64: { '0x10': true } }, 'compiled'],
  ['long keys that are none', Maps, { byInt64: { x: octets } }, 'nobody'],
  ['keys of bool', Maps, { byBool: { true: 1, false: 0 } }, 'compiled'],
  ['keys of bool that are none', Maps, { byBool: { yes: 1 } }, 'library'],
];

/** A message with what no `create` makes. */
function changed<T extends Message>(message: T, change: object): T {
  return Object.assign(message, change);
}

const messages: readonly Case[] = [
  ['a field that was deleted, where there is presence', two.DefaultsSchema, create(two.DefaultsSchema), 'compiled'],
  ['undefined for a text', Leaf, changed(create(Leaf), { name: undefined }), 'library'],
  ['undefined for a number', Leaf, changed(create(Leaf), { count: undefined }), 'nobody'],
  ['undefined for a list', Lists, changed(create(Lists), { int32: undefined }), 'nobody'],
  ['undefined for a map', Maps, changed(create(Maps), { byString: undefined }), 'nobody'],
  ['undefined for a oneof', Choices, changed(create(Choices), { choice: undefined }), 'nobody'],
  ['undefined where presence is explicit', Optionals, changed(create(Optionals), { string: undefined }), 'compiled'],
  ['null where presence is explicit', Optionals, changed(create(Optionals), { int64: null }), 'nobody'],
  ['an object that initialises, in a message', Tree, changed(create(Tree), { left: { name: 'x' } }), 'nobody'],
  ['an object in a list', Tree, changed(create(Tree), { more: [{ name: 'x' }] }), 'nobody'],
  [
    'an object for a type without fields',
    Choices,
    changed(create(Choices), { choice: { case: 'empty', value: {} } }),
    'library',
  ],
  ['a message of another type', Tree, changed(create(Tree), { left: create(Leaf) }), 'nobody'],
  ['undefined in a list', Tree, changed(create(Tree), { more: [undefined] }), 'library'],
  ['a copy without the prototype', two.DefaultsSchema, { ...create(two.DefaultsSchema, { number: 5 }) }, 'compiled'],
  ['a copy that inherits', Leaf, Object.create(create(Leaf, { name: 'x' })), 'compiled'],
  [
    'a copy that inherits, where presence is explicit',
    Optionals,
    Object.create(create(Optionals, { string: 'x' })),
    'compiled',
  ],
  [
    'unknown fields',
    Leaf,
    changed(create(Leaf), { $unknown: [{ no: 9, wireType: 2, data: new Uint8Array([1, 5]) }] }),
    'compiled',
  ],
  [
    'a long unknown field',
    Leaf,
    changed(create(Leaf, { name: 'x' }), {
      $unknown: [
        { no: 9, wireType: 2, data: new Uint8Array(5_000) },
        { no: 8, wireType: 0, data: octets },
      ],
    }),
    'compiled',
  ],
  [
    'unknown fields that are none',
    Leaf,
    changed(create(Leaf), { $unknown: [{ no: 9, wireType: 2, data: 'x' }] }),
    'library',
  ],
];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('encoding', () => {
  for (const [about, desc, given, by] of [...inits, ...values, ...messages]) {
    it(`${about}: ${by}`, () => {
      const wanted = outcomeOf(() => hex(toBinary(desc, create(desc, given as Record<string, unknown>))));
      expect(wanted.value === undefined).toBe(by === 'nobody');
      expect(outcomeOf(() => hex(protobufCodec.messageCodec(desc).toBinary(given)))).toEqual(wanted);
      expect(MessageEncoder.of(desc).encode(given) !== undefined).toBe(by === 'compiled');
    });
  }

  it('writes extensions', () => {
    const message = create(two.DefaultsSchema, { number: 1 });
    setExtension(message, two.note, 'ключ');
    const bytes = protobufCodec.messageCodec(two.DefaultsSchema).toBinary(message);
    expect(bytes).toEqual(toBinary(two.DefaultsSchema, message));
    expect(fromBinary(two.DefaultsSchema, bytes).$unknown).toHaveLength(1);
  });

  it('leaves the given object as it was', () => {
    const given = Object.freeze({
      name: 'x',
      left: Object.freeze({ name: 'y' }),
      more: Object.freeze([Object.freeze({})]),
    });
    protobufCodec.messageCodec(Tree).toBinary(given);
    expect(Object.keys(given)).toEqual(['name', 'left', 'more']);
  });
});

describe('types', () => {
  it('are compiled unless they hold groups or JSON', () => {
    expect(plainTypes.filter((desc) => !isPlain(desc))).toEqual([]);
    expect(otherTypes.filter((desc) => isPlain(desc))).toEqual([]);
  });
});

describe('a getter that encodes', () => {
  const codec = protobufCodec.messageCodec(Tree);

  it('disturbs neither message', () => {
    const inner: Uint8Array[] = [];
    const given = {
      get name() {
        inner.push(codec.toBinary({ name: 'inner', left: { name: 'x'.repeat(100) } }));
        return 'outer';
      },
      get left() {
        inner.push(codec.toBinary({ name: 'y'.repeat(5_000) }));
        return { name: 'left' };
      },
      choice: { case: 'data', value: new Uint8Array(3_000).fill(7) },
    };
    const wanted = { name: 'outer', left: { name: 'left' }, choice: given.choice };
    expect(hex(codec.toBinary(given))).toBe(hex(toBinary(Tree, create(Tree, wanted as object))));
    expect(inner.map((bytes) => fromBinary(Tree, bytes).name.slice(0, 5)).sort()).toEqual(['inner', 'yyyyy']);
  });

  it('disturbs neither when the one within fails', () => {
    const errors: unknown[] = [];
    const given = {
      name: 'outer',
      get left() {
        errors.push(outcomeOf(() => codec.toBinary({ name: 'inner', more: 5 })).error);
        return { name: 'left' };
      },
    };
    expect(codec.toBinary(given)).toEqual(toBinary(Tree, create(Tree, { name: 'outer', left: { name: 'left' } })));
    expect(errors).toHaveLength(1);
  });

  it('may decode as well', () => {
    const bytes = toBinary(Tree, create(Tree, { name: 'decoded', left: {} }));
    const given = {
      get name() {
        return (codec.fromBinary(bytes) as three.Tree).name;
      },
    };
    expect(codec.toBinary(given)).toEqual(toBinary(Tree, create(Tree, { name: 'decoded' })));
  });

  it('may throw, and the next message is none the worse', () => {
    const given = {
      name: 'x',
      more: [{ name: 'written already' }],
      get left(): never {
        throw new TypeError('no left');
      },
    };
    expect(() => codec.toBinary(given)).toThrow(new TypeError('no left'));
    expect(hex(codec.toBinary({ name: 'y' }))).toBe('0a0179');
  });

  it('may change octets that are not copied yet', () => {
    const buffer = resizable(4_000, 8_000);
    const blob = protobufCodec.messageCodec(three.BlobSchema);
    const given = {
      get name() {
        buffer.resize(buffer.byteLength === 3_000 ? 3_500 : 3_000);
        return 'x';
      },
      data: new Uint8Array(buffer),
    };
    // Whatever length it gets: a message that can be read.
    expect(fromBinary(three.BlobSchema, blob.toBinary(given)).name).toBe('x');
  });
});

interface Resizable extends ArrayBuffer {
  resize(length: number): void;
}

/** Newer than the library of types. */
function resizable(length: number, maxByteLength: number): Resizable {
  return Reflect.construct(ArrayBuffer, [length, { maxByteLength }]) as Resizable;
}
