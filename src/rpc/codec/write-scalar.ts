/**
 * Writes scalar values that are exactly of their type; any other value is not plain: the library knows which of them it takes,
 * and what is wrong with the rest.
 */
import { type DescField, ScalarType } from '@bufbuild/protobuf';
import { NOT_PLAIN } from './plain.ts';
import type { WireWriter } from './wire-writer.ts';

export type WriteScalar = (writer: WireWriter, value: unknown) => void;

const FLOAT_MAX = 3.4028234663852886e38;

export const writeScalar: Readonly<Record<ScalarType, WriteScalar>> = {
  [ScalarType.STRING]: (writer, value) => {
    if (typeof value !== 'string') throw NOT_PLAIN;
    writer.text(value);
  },
  [ScalarType.BYTES]: (writer, value) => {
    if (!(value instanceof Uint8Array)) throw NOT_PLAIN;
    writer.bytes(value);
  },
  [ScalarType.BOOL]: (writer, value) => {
    if (typeof value !== 'boolean') throw NOT_PLAIN;
    writer.varint(value ? 1 : 0);
  },
  [ScalarType.DOUBLE]: (writer, value) => {
    if (typeof value !== 'number') throw NOT_PLAIN;
    writer.double(value);
  },
  [ScalarType.FLOAT]: (writer, value) => {
    if (typeof value !== 'number' || (Number.isFinite(value) && Math.abs(value) > FLOAT_MAX)) throw NOT_PLAIN;
    writer.float(value);
  },
  [ScalarType.INT32]: (writer, value) => writer.int32(signed(value)),
  [ScalarType.SINT32]: (writer, value) => writer.sint32(signed(value)),
  [ScalarType.SFIXED32]: (writer, value) => writer.fixed32(signed(value)),
  [ScalarType.UINT32]: (writer, value) => writer.varint(unsigned(value)),
  [ScalarType.FIXED32]: (writer, value) => writer.fixed32(unsigned(value)),
  [ScalarType.INT64]: (writer, value) => writer.int64(signedLong(value)),
  [ScalarType.SINT64]: (writer, value) => writer.sint64(signedLong(value)),
  [ScalarType.SFIXED64]: (writer, value) => writer.fixed64(signedLong(value)),
  [ScalarType.UINT64]: (writer, value) => writer.int64(unsignedLong(value)),
  [ScalarType.FIXED64]: (writer, value) => writer.fixed64(unsignedLong(value)),
};

function signed(value: unknown): number {
  if (typeof value !== 'number' || (value | 0) !== value) throw NOT_PLAIN;
  return value;
}

function unsigned(value: unknown): number {
  if (typeof value !== 'number' || value >>> 0 !== value) throw NOT_PLAIN;
  return value;
}

function signedLong(value: unknown): bigint {
  const long = bigintOf(value);
  if (BigInt.asIntN(64, long) !== long) throw NOT_PLAIN;
  return long;
}

function unsignedLong(value: unknown): bigint {
  const long = bigintOf(value);
  if (BigInt.asUintN(64, long) !== long) throw NOT_PLAIN;
  return long;
}

/** Strings, with `jstype = JS_STRING`, are parsed as the library does; it takes them and numbers in any field of 64 bits. */
function bigintOf(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value !== 'string' && typeof value !== 'number') throw NOT_PLAIN;
  return BigInt(value);
}

type IsZero = (value: unknown) => boolean;

const isZeroInteger: IsZero = (value) => value === 0;
/** The library compares strings with zero loosely, which takes them as numbers. */
const isZeroLong: IsZero = (value) => value === 0n || value === 0 || (typeof value === 'string' && Number(value) === 0);
/** -0 is not zero: its octets differ. */
const isZeroReal: IsZero = (value) => Object.is(value, 0);

/** What a field without presence leaves out. */
export function isZeroOf(field: DescField): IsZero {
  if (field.enum !== undefined) {
    const zero = field.enum.values[0]?.number;
    return (value) => value === zero;
  }
  switch (field.scalar) {
    case ScalarType.STRING:
      return (value) => value === '';
    case ScalarType.BOOL:
      return (value) => value === false;
    case ScalarType.BYTES:
      return (value) => value instanceof Uint8Array && value.length === 0;
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return isZeroReal;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return isZeroLong;
    default:
      return isZeroInteger;
  }
}

/** Keys of objects are strings. Those that are not written as their type writes them are not plain. */
export function keyOf(type: ScalarType): (key: string) => unknown {
  switch (type) {
    case ScalarType.STRING:
      return (key) => key;
    case ScalarType.BOOL:
      return (key) => {
        if (key !== 'true' && key !== 'false') throw NOT_PLAIN;
        return key === 'true';
      };
    case ScalarType.INT32:
    case ScalarType.UINT32:
    case ScalarType.SINT32:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return (key) => {
        const value = Number(key);
        if (String(value) !== key) throw NOT_PLAIN;
        return value;
      };
    default:
      return BigInt;
  }
}
