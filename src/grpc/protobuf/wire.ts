/** The protobuf wire format: tags, varints, fixed numbers and lengths. Never reads beyond its end; a fault is a value. */

export const WireType = { VARINT: 0, FIXED64: 1, LENGTH: 2, GROUP: 3, GROUP_END: 4, FIXED32: 5 } as const;
export type WireType = (typeof WireType)[keyof typeof WireType];

/** The longest varint: 64 bits in groups of seven. */
const VARINT_BYTES_MAX = 10;

export class WireReader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Of 64 bits, unsigned; undefined if it does not end in time. */
  varint(): bigint | undefined {
    let value = 0n;
    for (let count = 0; count < VARINT_BYTES_MAX && this.at < this.end; count++) {
      const byte = this.bytes[this.at++]!;
      value |= BigInt(byte & 0x7f) << BigInt(7 * count);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return undefined;
  }

  /** Little-endian, unsigned. */
  fixed(octets: 4 | 8): bigint | undefined {
    if (this.end - this.at < octets) return undefined;
    let value = 0n;
    for (let count = octets - 1; count >= 0; count--) value = (value << 8n) | BigInt(this.bytes[this.at + count]!);
    this.at += octets;
    return value;
  }
}

const view = new DataView(new ArrayBuffer(8));

/** IEEE 754 of so many bits. */
export function floatOf(bits: bigint, octets: 4 | 8): number {
  view.setBigUint64(0, octets === 8 ? bits : bits << 32n);
  return octets === 8 ? view.getFloat64(0) : view.getFloat32(0);
}

/** `0, -1, 1, -2 ...` of `0, 1, 2, 3 ...`. */
export function zigZag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}
