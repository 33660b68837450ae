/**
 * What is to be written, in order. Frames are written one behind the other into a slab, so that a tick's output is one piece;
 * long payloads are referred to instead of copied. A slab that was given away is never written to again in that part.
 */
import { ByteBuffer } from '../frames/byte-buffer.ts';

/**
 * A slab holds the frames of some hundred small answers. It is got when something is written and kept while it has room,
 * by all connections together: an idle connection owns none.
 */
const SLAB_BYTES = 65_536;
/** With less room than this a slab is left: the frames of an answer should not be torn. */
const ROOM_MIN = 2_048;
/** Payloads from this size on are not copied: below it copying is cheaper than another piece for the system call. */
export const REFERRED_BYTES_MIN = 4_096;

/** The part of the shared slab that is free. One for the process: output is written and taken within one turn. */
const spare: { slab: Uint8Array; at: number } = { slab: new Uint8Array(0), at: 0 };

/** Shared and never changed: whoever takes nothing gets it, too. */
const NO_CHUNKS: Uint8Array[] = [];

export class Outgoing extends ByteBuffer {
  #start = 0;
  #chunks = NO_CHUNKS;
  #chunkBytes = 0;

  constructor() {
    super(0);
  }

  /** Octets to be written. */
  get size(): number {
    return this.#chunkBytes + this.length - this.#start;
  }

  override reserve(count: number): number {
    if (this.length + count > this.bytes.length) this.#renew(count);
    const at = this.length;
    this.length = at + count;
    return at;
  }

  /** Appends octets that the caller will not change, without copying them. */
  refer(bytes: Uint8Array): void {
    this.#cut();
    this.#add(bytes);
  }

  /** Gives everything away. */
  take(): Uint8Array[] {
    this.#cut();
    const chunks = this.#chunks;
    this.#chunks = NO_CHUNKS;
    this.#chunkBytes = 0;
    this.#giveBack();
    return chunks;
  }

  /** Ends the present piece. */
  #cut(): void {
    if (this.length === this.#start) return;
    this.#add(this.bytes.subarray(this.#start, this.length));
    this.#start = this.length;
  }

  #add(chunk: Uint8Array): void {
    if (this.#chunks === NO_CHUNKS) this.#chunks = [chunk];
    else this.#chunks.push(chunk);
    this.#chunkBytes += chunk.length;
  }

  #renew(count: number): void {
    this.#cut();
    if (spare.slab.length - spare.at >= Math.max(count, ROOM_MIN)) {
      this.bytes = spare.slab;
      this.length = spare.at;
      spare.slab = new Uint8Array(0);
      spare.at = 0;
    } else {
      this.bytes = new Uint8Array(Math.max(count, SLAB_BYTES));
      this.length = 0;
    }
    this.#start = this.length;
  }

  #giveBack(): void {
    if (this.bytes.length - this.length > spare.slab.length - spare.at) {
      spare.slab = this.bytes;
      spare.at = this.length;
    }
    this.bytes = EMPTY;
    this.length = 0;
    this.#start = 0;
  }
}

const EMPTY = new Uint8Array(0);
