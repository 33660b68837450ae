/** Objects that initialise messages of any type, and messages, at random. */
import { create, type DescEnum, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { isWrapperDesc } from '@bufbuild/protobuf/wkt';
import fc, { type Arbitrary } from 'fast-check';

export type Init = Record<string, unknown>;

const int64Edges = [0n, 1n, -1n, 127n, 128n, 2n ** 31n, 2n ** 35n - 1n, -(2n ** 31n), 2n ** 63n - 1n, -(2n ** 63n)];
const uint64Edges = [0n, 1n, 128n, 2n ** 28n, 2n ** 32n, 2n ** 35n, 2n ** 56n, 2n ** 63n, 2n ** 64n - 1n];
const int32Edges = [0, -0, 1, -1, 127, 128, 16_383, 16_384, 2 ** 21, 2 ** 28, 2 ** 31 - 1, -(2 ** 31)];
const uint32Edges = [0, 1, 127, 128, 16_384, 2 ** 21, 2 ** 28, 2 ** 31, 2 ** 32 - 1];
const realEdges = [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const textEdges = [
  '',
  'ü',
  '漢字',
  '😀',
  '\ufeffmark',
  '\ud800',
  'a\udc00b',
  '\0',
  'x'.repeat(64),
  'x'.repeat(65),
  'é'.repeat(40),
];

const int64 = fc.oneof(fc.constantFrom(...int64Edges), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
const uint64 = fc.oneof(fc.constantFrom(...uint64Edges), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const int32 = fc.oneof(fc.constantFrom(...int32Edges), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
const uint32 = fc.oneof(fc.constantFrom(...uint32Edges), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const text = fc.oneof(
  fc.constantFrom(...textEdges),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.nat(600).map((length) => 'long '.repeat(length)),
);
const octets = fc.oneof(
  { arbitrary: fc.uint8Array({ maxLength: 100 }), weight: 9 },
  { arbitrary: fc.constantFrom(2_047, 2_048, 2_049).map((length) => new Uint8Array(length).fill(length)), weight: 1 },
);

const scalars: Readonly<Record<ScalarType, Arbitrary<unknown>>> = {
  [ScalarType.DOUBLE]: fc.oneof(fc.constantFrom(...realEdges, 1e300, 5e-324), fc.double()),
  [ScalarType.FLOAT]: fc.oneof(fc.constantFrom(...realEdges, Math.fround(3.3), 3.3), fc.float()),
  [ScalarType.INT64]: int64,
  [ScalarType.UINT64]: uint64,
  [ScalarType.INT32]: int32,
  [ScalarType.FIXED64]: uint64,
  [ScalarType.FIXED32]: uint32,
  [ScalarType.BOOL]: fc.boolean(),
  [ScalarType.STRING]: text,
  [ScalarType.BYTES]: octets,
  [ScalarType.UINT32]: uint32,
  [ScalarType.SFIXED32]: int32,
  [ScalarType.SFIXED64]: int64,
  [ScalarType.SINT32]: int32,
  [ScalarType.SINT64]: int64,
};

/** How deep messages are nested; only lists and maps of scalars below. */
const DEPTH = 3;

/** An object that initialises a message: fields are missing, undefined or null, messages in it are objects or messages. */
export function inits(desc: DescMessage, depth = DEPTH): Arbitrary<Init> {
  const parts: Record<string, Arbitrary<unknown>> = {};
  const required: string[] = [];
  for (const member of desc.members) {
    if (member.kind === 'oneof') {
      const cases = member.fields
        .filter((field) => depth > 0 || field.message === undefined)
        .map((field) => fc.record({ case: fc.constant(field.localName), value: single(field, depth) }));
      parts[member.localName] = fc.oneof(fc.constantFrom({ case: undefined }, { case: 'none' }, undefined), ...cases);
    } else if (depth > 0 || member.message === undefined) {
      const isRequired = member.presence === 3;
      if (isRequired) required.push(member.localName);
      parts[member.localName] = isRequired
        ? values(member, depth)
        : fc.oneof(
            { arbitrary: values(member, depth), weight: 9 },
            { arbitrary: fc.constantFrom(undefined, null), weight: 1 },
          );
    }
  }
  return fc.record(parts, { requiredKeys: required });
}

/** Messages, some with fields that their type does not know. */
export function messages(desc: DescMessage): Arbitrary<Message> {
  const unknown = fc.array(unknownFields(desc), { maxLength: 3 });
  return fc.tuple(inits(desc), fc.oneof(fc.constant([]), unknown)).map(([init, fields]) => {
    const message = create(desc, init) as Message;
    if (fields.length > 0) message.$unknown = [...fields];
    return message;
  });
}

function unknownFields(desc: DescMessage) {
  const numbers = fc
    .integer({ min: 1, max: 2 ** 29 - 1 })
    .filter((no) => desc.fields.every(({ number }) => number !== no));
  const data = fc.oneof(
    fc.record({ no: numbers, wireType: fc.constant(0), data: fc.constant(new Uint8Array([0x80, 1])) }),
    fc.record({ no: numbers, wireType: fc.constant(1), data: fc.uint8Array({ minLength: 8, maxLength: 8 }) }),
    fc.record({ no: numbers, wireType: fc.constant(2), data: fc.constant(new Uint8Array([2, 7, 8])) }),
    fc.record({ no: numbers, wireType: fc.constant(5), data: fc.uint8Array({ minLength: 4, maxLength: 4 }) }),
  );
  return data;
}

function values(field: DescField, depth: number): Arbitrary<unknown> {
  if (field.fieldKind === 'list') return fc.array(single(field, depth), { maxLength: 4 });
  if (field.fieldKind !== 'map') return single(field, depth);
  const key = field.mapKey === ScalarType.STRING ? keys : scalars[field.mapKey].map(String);
  return fc
    .array(fc.tuple(key, single(field, depth)), { maxLength: 3 })
    .map((entries) => Object.fromEntries(entries as [string, unknown][]));
}

/** `__proto__` is left to the library when it is read. */
const keys = fc
  .oneof(fc.constantFrom('', '0', '-1', 'constructor', 'ключ'), fc.string({ maxLength: 5 }))
  .filter((key) => key !== '__proto__');

/** A value of a field, of an item of a list or of a value of a map. */
function single(field: DescField, depth: number): Arbitrary<unknown> {
  const { message } = field;
  if (field.enum !== undefined) return enumValues(field.enum, field.fieldKind === 'enum');
  if (message === undefined) {
    const value = scalars[field.scalar!];
    const isText = 'longAsString' in field && field.longAsString;
    return isText ? value.map(String) : value;
  }
  if (message.typeName === 'google.protobuf.Struct' && field.parent.typeName !== 'google.protobuf.Value') {
    return fc.dictionary(fc.string(), fc.jsonValue()).map((json) => ({ ...json }));
  }
  if (field.fieldKind === 'message' && field.oneof === undefined && isWrapperDesc(message)) {
    return scalars[message.fields[0]!.scalar!];
  }
  const below = inits(message, depth - 1);
  return fc.tuple(below, fc.boolean()).map(([init, isMessage]) => (isMessage ? create(message, init) : init));
}

/** Singular fields of closed enums have no other values; the library looks at nothing else. */
function enumValues(desc: DescEnum, isSingular: boolean): Arbitrary<number> {
  const known = fc.constantFrom(...desc.values.map(({ number }) => number));
  return desc.open || !isSingular ? fc.oneof(known, int32) : known;
}
