/** Reads the nested vectors of handshake messages (RFC 8446 §3.4) without ever leaving them. */
import { readU16, readU24 } from '#base';

export class Cursor {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  /** Something did not fit; what is read after that is nothing. */
  broken = false;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get left(): number {
    return this.broken ? 0 : this.end - this.at;
  }

  u8(): number {
    const at = this.take(1);
    return at < 0 ? 0 : (this.bytes[at] ?? 0);
  }

  u16(): number {
    const at = this.take(2);
    return at < 0 ? 0 : readU16(this.bytes, at);
  }

  /** Octets that the next `width` octets count; empty and broken if they are not all there. */
  vector(width: 1 | 2 | 3): Cursor {
    const at = this.take(width);
    const length = at < 0 ? 0 : width === 1 ? (this.bytes[at] ?? 0) : (width === 2 ? readU16 : readU24)(this.bytes, at);
    const start = this.take(length);
    return start < 0 ? new Cursor(this.bytes, this.end, this.end) : new Cursor(this.bytes, start, start + length);
  }

  /** The next octets as they are. */
  raw(length: number): Uint8Array {
    const at = this.take(length);
    return at < 0 ? this.bytes.subarray(0, 0) : this.bytes.subarray(at, at + length);
  }

  /** The offset of the next `length` octets; -1 if there are fewer. */
  take(length: number): number {
    if (this.broken || this.end - this.at < length) {
      this.broken = true;
      return -1;
    }
    const at = this.at;
    this.at += length;
    return at;
  }
}
