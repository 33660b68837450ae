/** A fingerprint of everything that happened in a world: two runs of a seed must have the same one. */
import { toHex } from '#base';

const OCTETS = 8;

export class Digest {
  #low = 0x811c9dc5 | 0;
  #high = 0x9e3779b9 | 0;

  /** A whole number; of larger ones the lowest 32 bits count. */
  number(value: number): void {
    const mixed = Math.imul(this.#low ^ value, 0x85ebca6b);
    this.#low = (mixed << 13) | (mixed >>> 19);
    this.#high = (Math.imul(this.#high ^ this.#low, 0xc2b2ae35) + 0x52dce729) | 0;
  }

  /** A time in ms, to the microsecond. */
  time(ms: number): void {
    const microseconds = Math.floor(ms * 1_000);
    this.number(microseconds);
    this.number(Math.floor(microseconds / 0x1_0000_0000));
  }

  text(text: string): void {
    this.number(text.length);
    for (let at = 0; at < text.length; at++) this.number(text.charCodeAt(at));
  }

  /** Octets count in groups of four, which makes this cheap enough for all that goes over the wire. */
  bytes(bytes: Uint8Array, start: number, end: number): void {
    this.number(end - start);
    let at = start;
    for (; at + 4 <= end; at += 4) {
      this.number(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    }
    for (; at < end; at++) this.number(bytes[at]!);
  }

  /** 16 hexadecimal digits. */
  get hex(): string {
    const octets = new Uint8Array(OCTETS);
    for (let at = 0; at < 4; at++) {
      octets[at] = (this.#high >>> (24 - 8 * at)) & 0xff;
      octets[at + 4] = (this.#low >>> (24 - 8 * at)) & 0xff;
    }
    return toHex(octets);
  }
}
