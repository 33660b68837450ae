/**
 * Writes protobuf's wire format from its end to its beginning: what stands after a length is written before it, so a length is
 * known when its turn comes, and no octet moves, however deep messages are nested. Short messages share slabs: a typed array
 * of its own costs a short message more than its encoding. Long values of `bytes` are copied once, at the end.
 */
import { NOT_PLAIN } from './plain.ts';

/**
 * Short messages share slabs of this size. One message that waits long in a queue keeps a whole slab alive, as with the pool of
 * Node's Buffer, which has the same size.
 */
const SLAB_BYTES = 8_192;
/** Longer messages get a buffer of their own: in a slab they would waste more than a quarter of it. */
const SHARED_BYTES_MAX = 2_048;
/** From this length on `bytes` are not copied before the length of the whole message is known. */
const HELD_BYTES_MIN = 2_048;
/** Up to this length a loop over the characters beats TextEncoder. */
const SHORT_TEXT = 64;
const VARINT32_BYTES_MAX = 5;
const VARINT64_BYTES_MAX = 10;
/** An UTF-16 code unit has at most three octets in UTF-8; pairs of them have four. */
const UNIT_BYTES_MAX = 3;

const NOTHING = new Uint8Array(0);
const NO_VIEW = new DataView(NOTHING.buffer);
const encoder = new TextEncoder();
const long = new DataView(new ArrayBuffer(8));

/** A value that is copied when the message is whole. */
interface Held {
  readonly bytes: Uint8Array;
  /** Its length when it was taken; a program may change it under our hands. */
  readonly length: number;
  /** How many octets of the buffer come after it. */
  readonly after: number;
}

export class WireWriter {
  #slab: Uint8Array = NOTHING;
  #slabView: DataView = NO_VIEW;
  #slabBuffer: ArrayBuffer = NOTHING.buffer;
  /** The slab is free before this place. */
  #slabFree = 0;
  /** The slab, or the buffer of one message that is too long for it. The message is in `[#at .. #end)`. */
  #bytes: Uint8Array = NOTHING;
  #view: DataView = NO_VIEW;
  #at = 0;
  #end = 0;
  #held: Held[] | undefined = undefined;
  #heldBytes = 0;

  /** Starts a message, whatever became of the one before. */
  begin(): void {
    this.#bytes = this.#slab;
    this.#view = this.#slabView;
    this.#at = this.#slabFree;
    this.#end = this.#slabFree;
    this.#held = undefined;
    this.#heldBytes = 0;
  }

  /** The octets written since `begin`. */
  get length(): number {
    return this.#end - this.#at + this.#heldBytes;
  }

  /** The message. Its octets are not touched again. */
  finish(): Uint8Array {
    if (this.#held !== undefined) return this.#join(this.#held);
    const at = this.#at;
    const end = this.#end;
    const bytes = this.#bytes;
    // An empty view of a slab would keep it alive for nothing.
    if (at === end) return NOTHING;
    if (bytes === this.#slab) {
      this.#slabFree = at;
      return new Uint8Array(this.#slabBuffer, at, end - at);
    }
    // A buffer of its own may be kept as long as the message; at least half of it must be message then.
    return (end - at) * 2 < bytes.length ? bytes.slice(at, end) : bytes.subarray(at, end);
  }

  /** Lets go of what a long or failed message holds. */
  close(): void {
    this.#bytes = NOTHING;
    this.#view = NO_VIEW;
    this.#held = undefined;
  }

  #join(held: readonly Held[]): Uint8Array {
    const whole = new Uint8Array(this.length);
    let to = whole.length;
    let from = this.#end;
    for (const { bytes, length, after } of held) {
      const begin = this.#end - after;
      to -= from - begin;
      whole.set(this.#bytes.subarray(begin, from), to);
      from = begin;
      if (bytes.length !== length) throw NOT_PLAIN;
      to -= length;
      whole.set(bytes, to);
    }
    whole.set(this.#bytes.subarray(this.#at, from));
    return whole;
  }

  /** Makes room before what was written. */
  #grow(count: number): void {
    const written = this.#bytes.subarray(this.#at, this.#end);
    const needed = written.length + count;
    if (needed <= SHARED_BYTES_MAX) {
      this.#bytes = new Uint8Array(SLAB_BYTES);
      this.#slab = this.#bytes;
      this.#slabFree = SLAB_BYTES;
    } else {
      // Doubled when it grows in small steps; a long value says at once what it needs, and little more may come.
      this.#bytes = new Uint8Array(Math.max(written.length * 2, needed + SHARED_BYTES_MAX));
    }
    this.#view = new DataView(this.#bytes.buffer);
    if (this.#bytes === this.#slab) {
      this.#slabView = this.#view;
      this.#slabBuffer = this.#bytes.buffer as ArrayBuffer;
    }
    this.#end = this.#bytes.length;
    this.#at = this.#end - written.length;
    this.#bytes.set(written, this.#at);
  }

  /** Of 32 bits, taken as unsigned. */
  varint(value: number): void {
    if (this.#at < VARINT32_BYTES_MAX) this.#grow(VARINT32_BYTES_MAX);
    const bytes = this.#bytes;
    let rest = value >>> 0;
    if (rest < 128) {
      bytes[--this.#at] = rest;
      return;
    }
    let at = this.#at - (rest < 0x4000 ? 2 : rest < 0x20_0000 ? 3 : rest < 0x1000_0000 ? 4 : 5);
    this.#at = at;
    for (; rest > 127; rest >>>= 7) bytes[at++] = (rest & 127) | 128;
    bytes[at] = rest;
  }

  /** Of 64 bits in two halves, both unsigned. */
  #varint64(low: number, high: number): void {
    if (high === 0) {
      this.varint(low);
      return;
    }
    if (this.#at < VARINT64_BYTES_MAX) this.#grow(VARINT64_BYTES_MAX);
    const bytes = this.#bytes;
    // 64 significant bits less the leading zeros, seven in an octet.
    let at = this.#at - Math.ceil((64 - Math.clz32(high)) / 7);
    this.#at = at;
    let lo = low;
    let hi = high;
    while (hi > 0 || lo > 127) {
      bytes[at++] = (lo & 127) | 128;
      lo = ((lo >>> 7) | (hi << 25)) >>> 0;
      hi >>>= 7;
    }
    bytes[at] = lo;
  }

  /** Negative values are extended to 64 bits (protobuf encoding, "Signed Integers"). */
  int32(value: number): void {
    if (value >= 0) this.varint(value);
    else this.#varint64(value >>> 0, 0xffff_ffff);
  }

  sint32(value: number): void {
    this.varint((value << 1) ^ (value >> 31));
  }

  /** Signed or not: the octets are the same. */
  int64(value: bigint): void {
    long.setBigInt64(0, value);
    this.#varint64(long.getUint32(4), long.getUint32(0));
  }

  sint64(value: bigint): void {
    long.setBigInt64(0, value);
    const high = long.getInt32(0);
    const low = long.getInt32(4);
    const sign = high >> 31;
    this.#varint64(((low << 1) ^ sign) >>> 0, (((high << 1) | (low >>> 31)) ^ sign) >>> 0);
  }

  /** Signed or not: the octets are the same. */
  fixed32(value: number): void {
    if (this.#at < 4) this.#grow(4);
    this.#at -= 4;
    this.#view.setInt32(this.#at, value, true);
  }

  /** Signed or not: the octets are the same. */
  fixed64(value: bigint): void {
    if (this.#at < 8) this.#grow(8);
    this.#at -= 8;
    this.#view.setBigInt64(this.#at, value, true);
  }

  float(value: number): void {
    if (this.#at < 4) this.#grow(4);
    this.#at -= 4;
    this.#view.setFloat32(this.#at, value, true);
  }

  double(value: number): void {
    if (this.#at < 8) this.#grow(8);
    this.#at -= 8;
    this.#view.setFloat64(this.#at, value, true);
  }

  /** With its length before it. */
  bytes(value: Uint8Array): void {
    this.raw(value);
    this.varint(value.length);
  }

  /** Octets as they are. */
  raw(value: Uint8Array): void {
    const { length } = value;
    if (length >= HELD_BYTES_MIN) {
      this.#held ??= [];
      this.#held.push({ bytes: value, length, after: this.#end - this.#at });
      this.#heldBytes += length;
      return;
    }
    if (this.#at < length) this.#grow(length);
    this.#at -= length;
    this.#bytes.set(value, this.#at);
  }

  /** With its length before it. Half of a surrogate pair becomes U+FFFD, as TextEncoder has it. */
  text(value: string): void {
    const { length } = value;
    if (length > SHORT_TEXT) {
      this.#longText(value);
      return;
    }
    if (this.#at < UNIT_BYTES_MAX * length) this.#grow(UNIT_BYTES_MAX * length);
    const bytes = this.#bytes;
    const end = this.#at;
    let at = end;
    for (let index = length - 1; index >= 0; index--) {
      const code = value.charCodeAt(index);
      if (code < 0x80) bytes[--at] = code;
      else if (code < 0x800) {
        bytes[--at] = 0x80 | (code & 63);
        bytes[--at] = 0xc0 | (code >> 6);
      } else {
        // A low surrogate looks for its high one before it.
        const point = isLow(code) && index > 0 ? value.codePointAt(index - 1)! : code;
        if (point > 0xffff) index--;
        at = writePoint(bytes, at, point > 0xffff ? point : code);
      }
    }
    this.#at = at;
    this.varint(end - at);
  }

  #longText(value: string): void {
    const { length } = value;
    // Most long texts are ASCII, and then as long in octets as in characters. Those of other scripts mostly look so at once.
    if (value.charCodeAt(0) < 0x80 && value.charCodeAt(length - 1) < 0x80) {
      if (this.#at < length) this.#grow(length);
      const begin = this.#at - length;
      const { read } = encoder.encodeInto(value, this.#bytes.subarray(begin, this.#at));
      if (read === length) {
        this.#at = begin;
        this.varint(length);
        return;
      }
    }
    const room = UNIT_BYTES_MAX * length;
    if (this.#at < room) this.#grow(room);
    const begin = this.#at - room;
    const { written } = encoder.encodeInto(value, this.#bytes.subarray(begin, this.#at));
    this.#at -= written;
    this.#bytes.copyWithin(this.#at, begin, begin + written);
    this.varint(written);
  }
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}

/** A character of three or four octets, written before `end`. Returns where it begins. */
function writePoint(bytes: Uint8Array, end: number, point: number): number {
  let at = end;
  if (point > 0xffff) {
    bytes[--at] = 0x80 | (point & 63);
    bytes[--at] = 0x80 | ((point >> 6) & 63);
    bytes[--at] = 0x80 | ((point >> 12) & 63);
    bytes[--at] = 0xf0 | (point >> 18);
    return at;
  }
  const whole = point >= 0xd800 && point < 0xe000 ? 0xfffd : point;
  bytes[--at] = 0x80 | (whole & 63);
  bytes[--at] = 0x80 | ((whole >> 6) & 63);
  bytes[--at] = 0xe0 | (whole >> 12);
  return at;
}
