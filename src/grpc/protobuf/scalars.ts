/** Scalar values from the wire, as text. */
import { decodeUtf8 } from '#base';
import type { ScalarKind } from './schema.ts';
import type { Value } from './value.ts';
import { floatOf, WireType, zigZag } from './wire.ts';

type Numeric = Exclude<ScalarKind, 'string' | 'bytes'>;

interface NumericKind {
  readonly wire: WireType;
  readonly text: (bits: bigint) => string;
  /** JSON carries it as a number; 64-bit integers are text there (ProtoJSON). */
  readonly exact: boolean;
}

const signed32 = (bits: bigint) => String(BigInt.asIntN(32, bits));
const signed64 = (bits: bigint) => String(BigInt.asIntN(64, bits));
const { VARINT, FIXED32, FIXED64 } = WireType;

const numerics: Readonly<Record<Numeric, NumericKind>> = {
  double: { wire: FIXED64, text: (bits) => String(floatOf(bits, 8)), exact: true },
  float: { wire: FIXED32, text: (bits) => shortFloat(floatOf(bits, 4)), exact: true },
  int32: { wire: VARINT, text: signed32, exact: true },
  int64: { wire: VARINT, text: signed64, exact: false },
  uint32: { wire: VARINT, text: (bits) => String(BigInt.asUintN(32, bits)), exact: true },
  uint64: { wire: VARINT, text: String, exact: false },
  sint32: { wire: VARINT, text: (bits) => signed32(zigZag(bits)), exact: true },
  sint64: { wire: VARINT, text: (bits) => signed64(zigZag(bits)), exact: false },
  fixed32: { wire: FIXED32, text: String, exact: true },
  fixed64: { wire: FIXED64, text: String, exact: false },
  sfixed32: { wire: FIXED32, text: signed32, exact: true },
  sfixed64: { wire: FIXED64, text: signed64, exact: false },
  bool: { wire: VARINT, text: (bits) => String(bits !== 0n), exact: true },
};

export function isNumeric(type: string): type is Numeric {
  return Object.hasOwn(numerics, type);
}

/** How the kind stands on the wire, outside a packed list. */
export function wireOf(type: Numeric): WireType {
  return numerics[type].wire;
}

export function numericValue(type: Numeric, bits: bigint): Value {
  const { text, exact } = numerics[type];
  return { kind: 'plain', text: text(bits), exact };
}

export function lengthValue(type: 'string' | 'bytes', bytes: Uint8Array): Value {
  return type === 'string' ? { kind: 'string', text: decodeUtf8(bytes) } : { kind: 'bytes', bytes };
}

/** A number of unknown type: varints as they are, fixed numbers by their bits. */
export function guessedNumber(bits: bigint, wire: WireType): Value {
  if (wire === WireType.VARINT) return { kind: 'plain', text: String(bits), exact: false };
  const octets = wire === WireType.FIXED32 ? 4 : 8;
  return { kind: 'plain', text: `0x${bits.toString(16).padStart(2 * octets, '0')}`, exact: false };
}

/** The shortest text that still means the same 32 bits: `0.1`, not `0.10000000149011612`. */
function shortFloat(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}
