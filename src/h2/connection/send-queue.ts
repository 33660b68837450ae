/**
 * DATA of one stream that waits for windows or for its turn. Short messages are copied one behind the other, once, so that a
 * frame refers to many of them in one piece; long ones are kept as they are.
 */
import { REFERRED_BYTES_MIN } from './outgoing.ts';

/** Where output goes: see `Outgoing`. */
export interface Output {
  append(bytes: Uint8Array): void;
  refer(bytes: Uint8Array): void;
}

/** Short messages are collected in buffers of up to this size: the default length of a frame. */
const COLLECTED_BYTES_MAX = 16_384;
/** The first buffer is smaller: most queues hold little, and not for long. */
const COLLECTED_BYTES_MIN = 2_048;

const NOTHING = new Uint8Array(0);

export class SendQueue {
  /** Octets that wait. */
  bytes = 0;
  /** From `#at` on, the first of them from `#pieceAt` on. */
  #pieces: Uint8Array[] = [];
  #at = 0;
  #pieceAt = 0;
  /** Short messages are in `[#start .. #end)` of it, behind all pieces. */
  #collected: Uint8Array = NOTHING;
  #start = 0;
  #end = 0;

  /** `prefix` is copied; `body` is copied if it is short, and else must not change. */
  push(prefix: Uint8Array, body: Uint8Array): void {
    const length = prefix.length + body.length;
    const collects = body.length < REFERRED_BYTES_MIN;
    this.#reserve(collects ? length : prefix.length);
    this.#collect(prefix);
    if (collects) {
      this.#collect(body);
    } else {
      this.#seal();
      this.#pieces.push(body);
    }
    this.bytes += length;
  }

  /** Moves `length` octets, at most `bytes`, to the output. */
  take(length: number, to: Output): void {
    let left = length;
    while (left > 0) {
      if (this.#at === this.#pieces.length) this.#seal();
      const piece = this.#pieces[this.#at]!;
      const taken = Math.min(piece.length - this.#pieceAt, left);
      const part = taken === piece.length ? piece : piece.subarray(this.#pieceAt, this.#pieceAt + taken);
      if (taken >= REFERRED_BYTES_MIN) to.refer(part);
      else to.append(part);
      left -= taken;
      this.#pieceAt += taken;
      if (this.#pieceAt < piece.length) break;
      this.#pieceAt = 0;
      this.#at++;
    }
    this.bytes -= length;
    if (this.#at === this.#pieces.length || this.#at >= 64) {
      this.#pieces.splice(0, this.#at);
      this.#at = 0;
    }
  }

  /** Makes room behind what was collected. */
  #reserve(length: number): void {
    if (this.#collected.length - this.#end >= length) return;
    this.#seal();
    const size = Math.min(COLLECTED_BYTES_MAX, Math.max(COLLECTED_BYTES_MIN, 2 * this.#collected.length));
    this.#collected = new Uint8Array(Math.max(size, length));
    this.#start = 0;
    this.#end = 0;
  }

  #collect(bytes: Uint8Array): void {
    this.#collected.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** What was collected so far becomes a piece; what comes goes behind it, into the rest of the buffer. */
  #seal(): void {
    if (this.#start === this.#end) return;
    this.#pieces.push(this.#collected.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }
}
