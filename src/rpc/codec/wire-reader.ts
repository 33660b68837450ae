/**
 * Reads protobuf's wire format. What is malformed, or well-formed and rare, is not plain. Octets beyond the end are `undefined`
 * and fail every comparison, so loops need no check of their own.
 */
import { messagePart } from '#grpc';
import { isBorrowed, keep, OWN_BYTES_MAX } from './keep.ts';
import { NOT_PLAIN } from './plain.ts';

/** Up to this length a string made of characters beats TextDecoder. */
const SHORT_TEXT = 32;
/** Of a varint of 64 bits, seven in an octet. */
const VARINT_BYTES_MAX = 10;
/** A message with more values to copy is copied whole: a copy costs twice what a view does, and a peer may send thousands. */
const COPIES_MAX = 8;

const NOTHING = new Uint8Array(0);
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const long = new DataView(new ArrayBuffer(8));
/** By length: lists of characters that are used again and again. */
const characters = Array.from({ length: SHORT_TEXT + 1 }, (_, length) => new Array<number>(length).fill(0));

export class WireReader {
  bytes: Uint8Array = NOTHING;
  at = 0;
  /** How many messages are open. */
  depth = 0;
  /** Made when the first number of fixed length comes: most messages have none. */
  #view: DataView | undefined = undefined;
  /** How many values were copied out of the message. */
  #copies = 0;

  begin(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
    this.depth = 0;
    this.#copies = 0;
  }

  /** Lets go of the octets. */
  close(): void {
    this.bytes = NOTHING;
    this.#view = undefined;
  }

  /** A field number and a wire type: at most 32 bits in at most five octets. */
  tag(): number {
    const first = this.bytes[this.at]!;
    if (first < 128) {
      this.at++;
      return first;
    }
    const begin = this.at;
    const tag = this.varint();
    if (this.at - begin === 5 && this.bytes[this.at - 1]! > 15) throw NOT_PLAIN;
    return tag;
  }

  /** The low 32 bits of a varint of at most five octets. */
  varint(): number {
    const bytes = this.bytes;
    const first = bytes[this.at++]!;
    if (first < 128) return first;
    let value = first & 127;
    for (let shift = 7; shift < 35; shift += 7) {
      const octet = bytes[this.at++]!;
      value |= (octet & 127) << shift;
      if (octet < 128) return value >>> 0;
    }
    throw NOT_PLAIN;
  }

  /** A varint of 64 bits into `long`. */
  #varint64(): void {
    const bytes = this.bytes;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const octet = bytes[this.at++]!;
      const bits = octet & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (octet < 128) {
        long.setInt32(0, high);
        long.setInt32(4, low);
        return;
      }
    }
    throw NOT_PLAIN;
  }

  /** The place where something ends that has its length before it. */
  end(): number {
    const length = this.varint();
    const end = this.at + length;
    if (end > this.bytes.length) throw NOT_PLAIN;
    return end;
  }

  bool(): boolean {
    const first = this.bytes[this.at]!;
    if (first < 128) {
      this.at++;
      return first !== 0;
    }
    this.#varint64();
    return long.getInt32(0) !== 0 || long.getInt32(4) !== 0;
  }

  /** Negative values have ten octets. */
  int32(): number {
    const first = this.bytes[this.at]!;
    if (first < 128) {
      this.at++;
      return first;
    }
    this.#varint64();
    return long.getInt32(4);
  }

  sint32(): number {
    const value = this.varint();
    return (value >>> 1) ^ -(value & 1);
  }

  int64(): bigint {
    this.#varint64();
    return long.getBigInt64(0);
  }

  uint64(): bigint {
    this.#varint64();
    return long.getBigUint64(0);
  }

  sint64(): bigint {
    this.#varint64();
    const high = long.getInt32(0);
    const low = long.getInt32(4);
    const sign = -(low & 1);
    long.setInt32(0, (high >>> 1) ^ sign);
    long.setInt32(4, ((low >>> 1) | (high << 31)) ^ sign);
    return long.getBigInt64(0);
  }

  fixed32(): number {
    return this.#skip(4).getUint32(this.at - 4, true);
  }

  sfixed32(): number {
    return this.#skip(4).getInt32(this.at - 4, true);
  }

  fixed64(): bigint {
    return this.#skip(8).getBigUint64(this.at - 8, true);
  }

  sfixed64(): bigint {
    return this.#skip(8).getBigInt64(this.at - 8, true);
  }

  float(): number {
    return this.#skip(4).getFloat32(this.at - 4, true);
  }

  double(): number {
    return this.#skip(8).getFloat64(this.at - 8, true);
  }

  /** The view throws when the octets are not there. */
  #skip(count: number): DataView {
    this.at += count;
    this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    return this.#view;
  }

  /** With its length before it: a view of the message, or a copy where the view would hold much else. */
  octets(): Uint8Array {
    const end = this.end();
    return this.#take(this.at, end);
  }

  #take(from: number, to: number): Uint8Array {
    this.at = to;
    const length = to - from;
    if (length <= OWN_BYTES_MAX) return this.#copy(from, length);
    if (isBorrowed(this.bytes)) {
      if (++this.#copies <= COPIES_MAX) return keep(this.bytes, from, to);
      this.bytes = new Uint8Array(this.bytes);
      this.#view = undefined;
    }
    return messagePart(this.bytes, from, to);
  }

  /** Octet by octet: `set` would need a view of them first, which costs more. */
  #copy(from: number, length: number): Uint8Array {
    const own = new Uint8Array(length);
    const bytes = this.bytes;
    for (let index = 0; index < length; index++) own[index] = bytes[from + index]!;
    return own;
  }

  /** The value of a field that the type does not know, as it stands. Groups are rare. */
  unknown(wireType: number): Uint8Array {
    const from = this.at;
    switch (wireType) {
      case 0: {
        while (this.bytes[this.at]! > 127) this.at++;
        if (this.at - from >= VARINT_BYTES_MAX) throw NOT_PLAIN;
        this.at++;
        break;
      }
      case 1:
        this.at += 8;
        break;
      case 2:
        this.at = this.end();
        break;
      case 5:
        this.at += 4;
        break;
      default:
        throw NOT_PLAIN;
    }
    if (this.at > this.bytes.length) throw NOT_PLAIN;
    return this.#take(from, this.at);
  }

  /** With its length before it. */
  text(): string {
    return this.#text(strict);
  }

  /** What is no UTF-8 becomes U+FFFD. */
  lenientText(): string {
    return this.#text(lenient);
  }

  #text(decoder: TextDecoder): string {
    const end = this.end();
    const from = this.at;
    const bytes = this.bytes;
    const length = end - from;
    this.at = end;
    if (length === 0) return '';
    if (length <= SHORT_TEXT) {
      const codes = characters[length]!;
      let index = 0;
      for (; index < length; index++) {
        const octet = bytes[from + index]!;
        if (octet > 127) break;
        codes[index] = octet;
      }
      // Not character by character: that makes strings of pairs, which need ten times the memory.
      if (index === length) return String.fromCharCode.apply(undefined, codes);
    }
    return decoder.decode(bytes.subarray(from, end));
  }
}
