/** Cuts text or UTF-8 octets into lines, however they arrive; a line beyond the limit is passed over. */
import { decodeUtf8 } from '#base';

/** Lines are header lists at most: the observer keeps 1 MiB of fields, which escapes can make six times as long. */
const LINE_MAX = 8_388_608;

const LF = 0x0a;
const NOTHING = new Uint8Array(0);

export interface LineSink {
  /** A whole line without its end; `undefined` for one that is too long. */
  line(text: string | undefined): void;
}

export class Lines {
  readonly #sink: LineSink;
  #held: Uint8Array = NOTHING;
  #length = 0;
  #tooLong = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      this.#finish(bytes, start, end);
      start = end + 1;
    }
    this.#hold(bytes, start, bytes.length);
  }

  /** The last line may lack its end. */
  end(): void {
    if (this.#length > 0 || this.#tooLong) this.#finish(NOTHING, 0, 0);
  }

  #finish(bytes: Uint8Array, start: number, end: number): void {
    if (this.#length > 0 || this.#tooLong || end - start > LINE_MAX) {
      this.#hold(bytes, start, end);
      this.#sink.line(this.#tooLong ? undefined : decodeUtf8(this.#held, 0, this.#length));
    } else {
      this.#sink.line(decodeUtf8(bytes, start, end));
    }
    this.#length = 0;
    this.#tooLong = false;
  }

  #hold(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.#length + end - start;
    if (this.#tooLong || needed > LINE_MAX) {
      this.#tooLong = true;
      this.#held = NOTHING;
      this.#length = 0;
      return;
    }
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#held.length));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(bytes.subarray(start, end), this.#length);
    this.#length = needed;
  }
}
