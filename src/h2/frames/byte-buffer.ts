/** A byte buffer that grows at its end: what the frame writers and the HPACK encoder append to. */

/** Room for a few small frames, so that the first growth is rare. */
const FIRST_BYTES = 256;

export class ByteBuffer {
  /** The backing octets; only the first `length` of them mean something. Replaced when the buffer grows. */
  bytes: Uint8Array;
  /** How many octets were written. */
  length = 0;

  constructor(size = FIRST_BYTES) {
    this.bytes = new Uint8Array(size);
  }

  /** Makes room for `count` octets and returns where they start; the caller fills them in. */
  reserve(count: number): number {
    const start = this.length;
    const needed = start + count;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, start));
      this.bytes = grown;
    }
    this.length = needed;
    return start;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.reserve(2);
    this.bytes[at] = value >>> 8;
    this.bytes[at + 1] = value;
  }

  u24(value: number): void {
    this.u8(value >>> 16);
    this.u16(value);
  }

  u32(value: number): void {
    this.u16(value >>> 16);
    this.u16(value);
  }

  append(bytes: Uint8Array, start = 0, end = bytes.length): void {
    const at = this.reserve(end - start);
    this.bytes.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), at);
  }

  /** Characters below 256, one octet each. */
  latin1(text: string): void {
    let at = this.reserve(text.length);
    for (let index = 0; index < text.length; index++) this.bytes[at++] = text.charCodeAt(index);
  }

  zeros(count: number): void {
    const at = this.reserve(count);
    this.bytes.fill(0, at, at + count);
  }

  /** Forgets what was written and keeps the room. */
  clear(): void {
    this.length = 0;
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}
