/**
 * What is compiled: types and values as nearly all messages have them. Whatever is not plain goes to @bufbuild/protobuf whole,
 * with its results, its limits and the words of its errors.
 */
import { type DescField, type DescMessage, protoInt64, ScalarType } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import { isWrapperDesc } from '@bufbuild/protobuf/wkt';

/** A message, or an object that initialises one, by the local names of its fields. */
export type Fields = Record<string, unknown>;

/** Thrown where the compiled way ends; one object, because making errors is dear. */
export const NOT_PLAIN = new Error('not plain');

/**
 * Decided once for a type and all that it can contain: a message of another type would be tried in vain each time.
 * Without BigInt the library has another form for integers of 64 bits, and nothing is compiled.
 */
export function isPlain(desc: DescMessage): boolean {
  return protoInt64.supported && isPlainBelow(desc, new Set());
}

function isPlainBelow(desc: DescMessage, seen: Set<DescMessage>): boolean {
  if (seen.has(desc)) return true;
  seen.add(desc);
  return desc.fields.every((field) => {
    if (field.message === undefined) return true;
    return !isSpecial(field, field.message) && isPlainBelow(field.message, seen);
  });
}

/** Groups, and `Struct`, which programs see as JSON everywhere but in a `Value`. */
function isSpecial(field: DescField, { typeName }: DescMessage): boolean {
  if ('delimitedEncoding' in field && field.delimitedEncoding) return true;
  return typeName === 'google.protobuf.Struct' && field.parent.typeName !== 'google.protobuf.Value';
}

/** Wrappers are values for programs, but not in lists, maps and oneofs. Returns the field of the value. */
export function wrappedField(field: DescField & { readonly fieldKind: 'message' }): DescField | undefined {
  if (field.oneof !== undefined || !isWrapperDesc(field.message)) return undefined;
  return field.message.fields[0];
}

/** Enums are on the wire what int32 is. */
export function scalarOf(field: DescField): ScalarType {
  return field.scalar ?? ScalarType.INT32;
}

export function wireTypeOf(type: ScalarType): WireType {
  switch (type) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.Bit64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}

/** What stands before a field: its number and how its value is laid out. */
export function tagOf(number: number, wireType: WireType): number {
  return ((number << 3) | wireType) >>> 0;
}
