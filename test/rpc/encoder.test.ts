import { create, type DescField, type DescMessage, fromBinary, ScalarType, toBinary } from '@bufbuild/protobuf';
import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encoderOf } from '../../src/rpc/encoder.ts';
import * as kinds from './fixtures/gen/kinds_pb.ts';
import { DefaultsSchema, GroupedSchema, RequiredSchema } from './fixtures/gen/old_pb.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const int32 = fc.oneof(fc.constant(0), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
const uint32 = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const text = fc.oneof(fc.constant(''), fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 20 }));

const scalars: Readonly<Record<ScalarType, Arbitrary<unknown>>> = {
  [ScalarType.DOUBLE]: fc.double(),
  [ScalarType.FLOAT]: fc.float(),
  [ScalarType.INT64]: int64,
  [ScalarType.UINT64]: uint64,
  [ScalarType.INT32]: int32,
  [ScalarType.FIXED64]: uint64,
  [ScalarType.FIXED32]: uint32,
  [ScalarType.BOOL]: fc.boolean(),
  [ScalarType.STRING]: text,
  [ScalarType.BYTES]: fc.uint8Array({ maxLength: 200 }),
  [ScalarType.UINT32]: uint32,
  [ScalarType.SFIXED32]: int32,
  [ScalarType.SFIXED64]: int64,
  [ScalarType.SINT32]: int32,
  [ScalarType.SINT64]: int64,
};

/** An object that initialises a message, fields left out at random. */
function initOf(desc: DescMessage, depth: number): Arbitrary<Record<string, unknown>> {
  const parts: Record<string, Arbitrary<unknown>> = {};
  for (const member of desc.members) {
    if (member.kind === 'oneof') {
      const cases = member.fields.map((field) =>
        fc.record({ case: fc.constant(field.localName), value: valuesOf(field, depth) }),
      );
      parts[member.localName] = fc.oneof(fc.constant({ case: undefined }), ...cases);
    } else if (depth > 0 || member.message === undefined) {
      parts[member.localName] = valuesOf(member, depth);
    }
  }
  return fc.record(parts, { requiredKeys: [] });
}

function valuesOf(field: DescField, depth: number): Arbitrary<unknown> {
  const one = oneOf(field, depth);
  if (field.fieldKind === 'list') return fc.array(one, { maxLength: 4 });
  if (field.fieldKind !== 'map') return one;
  const key = field.mapKey === ScalarType.STRING ? fc.string({ maxLength: 5 }) : scalars[field.mapKey].map(String);
  // Keys that JavaScript treats in its own way are no keys of messages either.
  return fc.dictionary(key.filter((name) => name !== '__proto__') as Arbitrary<string>, one, { maxKeys: 3 });
}

function oneOf(field: DescField, depth: number): Arbitrary<unknown> {
  if (field.message !== undefined) return initOf(field.message, depth - 1);
  if (field.enum !== undefined) return fc.constantFrom(...field.enum.values.map(({ number }) => number));
  const value = scalars[field.scalar!];
  return 'longAsString' in field && field.longAsString ? value.map(String) : value;
}

const types = [
  kinds.ScalarsSchema,
  kinds.OptionalsSchema,
  kinds.ListsSchema,
  kinds.MapsSchema,
  kinds.ChoicesSchema,
  kinds.TreeSchema,
  kinds.KnownSchema,
  DefaultsSchema,
] as readonly DescMessage[];

describe('the encoder', () => {
  for (const desc of types) {
    it(`writes ${desc.typeName} as the library does, from objects and from messages`, () => {
      const encode = encoderOf(desc)!;
      fc.assert(
        fc.property(initOf(desc, 3), (init) => {
          const message = create(desc, init);
          const bytes = toBinary(desc, message);
          expect(Buffer.from(encode(init)).equals(bytes)).toBe(true);
          expect(Buffer.from(encode(message)).equals(bytes)).toBe(true);
        }),
        { numRuns: 200 },
      );
    });
  }

  it('leaves special types to the library', () => {
    const special = [kinds.SpecialSchema, kinds.WrappedChoiceSchema, RequiredSchema, GroupedSchema];
    for (const desc of special as readonly DescMessage[]) expect(encoderOf(desc), desc.typeName).toBeUndefined();
  });

  it('keeps fields that it does not know', () => {
    const known = fromBinary(
      kinds.TreeSchema,
      toBinary(kinds.ScalarsSchema, create(kinds.ScalarsSchema, { uint32: 9 })),
    );
    expect(known.$unknown).toHaveLength(1);
    expect(encoderOf(kinds.TreeSchema)!(known)).toEqual(toBinary(kinds.TreeSchema, known));
  });

  it('takes nothing for what is left out', () => {
    expect(encoderOf(kinds.ScalarsSchema)!({ string: null, int32: undefined })).toHaveLength(0);
    expect(encoderOf(kinds.ListsSchema)!({ string: undefined, scalars: null })).toHaveLength(0);
    expect(encoderOf(kinds.MapsSchema)!({ byString: undefined })).toHaveLength(0);
    expect(encoderOf(kinds.TreeSchema)!({ left: undefined })).toHaveLength(0);
  });

  it('names the field that cannot be encoded, and goes on with the next message', () => {
    const encode = encoderOf(kinds.TreeSchema)!;
    const scalarsOf = encoderOf(kinds.ListsSchema)!;
    expect(() => scalarsOf({ scalars: [{ string: 'written already' }, { int32: 2 ** 40 }] })).toThrow(
      /^scalars: int32: .*1099511627776/,
    );
    expect(() => encode({ left: create(kinds.ScalarsSchema) })).toThrow(
      'left: it is a kinds.Scalars and no kinds.Tree',
    );
    expect(() => encode({ more: [null] })).toThrow(/^more: /);
    expect(encode({ name: 'x' })).toEqual(new Uint8Array([10, 1, 120]));
  });

  it('may be asked for a message while it encodes another', () => {
    const encode = encoderOf(kinds.TreeSchema)!;
    const inner: Uint8Array[] = [];
    const outer = {
      name: 'outer',
      get left() {
        inner.push(encode({ name: 'inner' }));
        return { name: 'left' };
      },
    };
    expect(encode(outer)).toEqual(
      toBinary(kinds.TreeSchema, create(kinds.TreeSchema, { name: 'outer', left: { name: 'left' } })),
    );
    expect(inner[0]).toEqual(encode({ name: 'inner' }));
  });

  it('gives away octets that it does not write to again', () => {
    const encode = encoderOf(kinds.TreeSchema)!;
    const first = encode({ name: 'aaaa' });
    const large = encode({ name: 'x'.repeat(200_000) });
    encode({ name: 'bbbb' });
    expect(first).toEqual(new Uint8Array([10, 4, 97, 97, 97, 97]));
    expect(large).toHaveLength(200_004);
  });
});
