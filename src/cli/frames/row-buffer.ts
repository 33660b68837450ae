/** Rows of text as octets. Millions of rows made as strings would cost more in garbage than the capture takes to read. */

const TAB = 0x09;
const LF = 0x0a;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const LETTER_X = 0x78;
const HEX = '0123456789abcdef';

export class RowBuffer {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written since the last `clear`; valid until the next write. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  tab(): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = TAB;
  }

  endRow(): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = LF;
  }

  /**
   * Text of one character an octet. What is not printable ASCII becomes `\xe4`, so that nothing breaks a row and nothing
   * is lost.
   */
  text(text: string): void {
    this.#reserve(4 * text.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x20 && code <= 0x7e) {
        bytes[at++] = code;
      } else {
        bytes[at++] = BACKSLASH;
        bytes[at++] = LETTER_X;
        bytes[at++] = HEX.charCodeAt((code >> 4) & 0xf);
        bytes[at++] = HEX.charCodeAt(code & 0xf);
      }
    }
    this.#length = at;
  }

  /** A whole number that is not negative. */
  number(value: number): void {
    this.#reserve(16);
    let digits = 1;
    for (let bound = 10; value >= bound; bound *= 10) digits++;
    let rest = value;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const tenth = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + (rest - tenth * 10);
      rest = tenth;
    }
    this.#length += digits;
  }

  /** Octets that were written before. */
  copy(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A copy of what was written from `start` on. */
  sliceFrom(start: number): Uint8Array {
    return this.#bytes.slice(start, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
