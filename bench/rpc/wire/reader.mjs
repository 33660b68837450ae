/**
 * Takes octets apart into frames as cheaply as can be: the payload of DATA is counted, not gathered, except where it is so
 * short that it may be looked at.
 */

const DATA = 0;
/** DATA up to this long is handed over whole: an `Upload`'s answer, or an empty one's. */
const LOOKED_AT_BYTES = 64;

/**
 * `sink.data(stream, flags, length)` comes with the frame's header; `sink.frame(type, flags, stream, bytes, start, end)`
 * with the whole payload of any other frame; `sink.shortData(stream, flags, bytes, start, end)` for short DATA.
 */
export class FrameParser {
  #sink;
  #skip = 0;
  #carry = Buffer.alloc(64);
  #carried = 0;
  /** With this every DATA frame comes whole through `shortData`. */
  whole = false;

  constructor(sink) {
    this.#sink = sink;
  }

  receive(bytes, start, end) {
    let at = start;
    while (at < end) {
      if (this.#skip > 0) {
        const taken = Math.min(this.#skip, end - at);
        this.#skip -= taken;
        at += taken;
      } else if (this.#carried > 0) {
        at = this.#continue(bytes, at, end);
      } else {
        const next = this.#take(bytes, at, end);
        if (next < 0) {
          this.#keep(bytes, at, end);
          return;
        }
        at = next;
      }
    }
  }

  /** One frame at `at`; returns where the next begins, or -1 if more octets are needed first. */
  #take(bytes, at, end) {
    if (end - at < 9) return -1;
    const length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    const type = bytes[at + 3];
    const flags = bytes[at + 4];
    const stream = ((bytes[at + 5] & 0x7f) << 24) | (bytes[at + 6] << 16) | (bytes[at + 7] << 8) | bytes[at + 8];
    const from = at + 9;
    if (type === DATA && length > LOOKED_AT_BYTES && !this.whole) {
      this.#sink.data(stream, flags, length);
      const next = from + length;
      if (next <= end) return next;
      this.#skip = next - end;
      return end;
    }
    if (end - from < length) return -1;
    if (type === DATA) this.#sink.shortData(stream, flags, bytes, from, from + length);
    else this.#sink.frame(type, flags, stream, bytes, from, from + length);
    return from + length;
  }

  #keep(bytes, start, end) {
    const length = end - start;
    if (length > this.#carry.length) this.#carry = Buffer.alloc(2 * length);
    this.#carry.set(bytes.subarray(start, end), 0);
    this.#carried = length;
  }

  /** Completes the frame that began in earlier octets. */
  #continue(bytes, at, end) {
    const carried = this.#carried;
    const header = Math.min(9 - carried, end - at);
    if (header > 0) {
      this.#extend(bytes, at, at + header);
      if (this.#carried < 9) return at + header;
      this.#carriedFrame();
      return at + header;
    }
    const missing = 9 + this.#carriedLength() - carried;
    const taken = Math.min(missing, end - at);
    this.#extend(bytes, at, at + taken);
    this.#carriedFrame();
    return at + taken;
  }

  #carriedLength() {
    return (this.#carry[0] << 16) | (this.#carry[1] << 8) | this.#carry[2];
  }

  #carriedFrame() {
    const length = this.#carried;
    if (this.#take(this.#carry, 0, length) >= 0) this.#carried = 0;
  }

  #extend(bytes, start, end) {
    const length = this.#carried + end - start;
    if (length > this.#carry.length) {
      const grown = Buffer.alloc(Math.max(2 * length, 9 + this.#carriedLength()));
      grown.set(this.#carry.subarray(0, this.#carried));
      this.#carry = grown;
    }
    this.#carry.set(bytes.subarray(start, end), this.#carried);
    this.#carried = length;
  }
}
