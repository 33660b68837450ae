/** Octets in pieces to lines. A line is a range of octets, valid during the call; nothing is decoded here. */

/** Longer lines are cut: what programs say of connections stands at the beginning, and some log whole requests. */
const LINE_MAX = 64 * 1024;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Takes a line: the octets from `start` to `end`, without its end. Lines count from 1. */
export type LineSink = (bytes: Uint8Array, start: number, end: number, line: number) => void;

export class LineSplitter {
  readonly #sink: LineSink;
  /** The beginning of a line whose end has not come. */
  readonly #held = new Uint8Array(LINE_MAX);
  #heldLength = 0;
  /** A line has begun that is longer than what is kept of it, or as long. */
  #open = false;
  #line = 0;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  /** Lines that are complete. */
  get lines(): number {
    return this.#line;
  }

  push(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      if (this.#open) this.#finishHeld(bytes, start, end);
      else this.#emit(bytes, start, end);
      start = end + 1;
    }
    if (start < bytes.length) this.#hold(bytes, start, bytes.length);
  }

  /** The input is complete: a last line needs no end. */
  end(): void {
    if (this.#open) this.#finishHeld(this.#held, 0, 0);
  }

  #hold(bytes: Uint8Array, start: number, end: number): void {
    const kept = Math.min(end - start, LINE_MAX - this.#heldLength);
    this.#held.set(bytes.subarray(start, start + kept), this.#heldLength);
    this.#heldLength += kept;
    this.#open = true;
  }

  #finishHeld(bytes: Uint8Array, start: number, end: number): void {
    this.#hold(bytes, start, end);
    this.#emit(this.#held, 0, this.#heldLength);
    this.#heldLength = 0;
    this.#open = false;
  }

  #emit(bytes: Uint8Array, start: number, lineEnd: number): void {
    let end = Math.min(lineEnd, start + LINE_MAX);
    if (end > start && bytes[end - 1] === CARRIAGE_RETURN) end--;
    this.#line++;
    this.#sink(bytes, start, end, this.#line);
  }
}
