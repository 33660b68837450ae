/** Collects the octets of messages across DATA frames, for those who asked; all collectors of a tracer share one allowance. */

/** Octets of unfinished messages over all connections: 64 MiB is a thousand messages of the largest size that is kept. */
const HELD_BYTES_MAX = 67_108_864;
/** Most messages are shorter and need no second buffer. */
const BUFFER_MIN = 1_024;

export class PayloadAllowance {
  /** Octets kept of one message. */
  readonly bytesMax: number;
  #left = HELD_BYTES_MAX;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

const NOTHING = new Uint8Array(0);

/** The beginning of the present message of one direction. */
export class PayloadCollector {
  readonly #allowance: PayloadAllowance;
  #bytes: Uint8Array = NOTHING;
  #length = 0;
  /** Octets are missing: what follows would not join. */
  #broken = false;

  constructor(allowance: PayloadAllowance) {
    this.#allowance = allowance;
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    const room = this.#allowance.bytesMax - this.#length;
    const taken = Math.min(end - start, room);
    if (this.#broken || taken <= 0 || !this.#reserve(this.#length + taken)) return;
    this.#bytes.set(bytes.subarray(start, start + taken), this.#length);
    this.#length += taken;
  }

  /** The capture lost octets here. */
  lose(): void {
    this.#broken = true;
  }

  /** What was collected; begins anew. */
  take(): Uint8Array {
    const payload = this.#bytes.slice(0, this.#length);
    this.clear();
    return payload;
  }

  clear(): void {
    this.#allowance.give(this.#bytes.length);
    this.#bytes = NOTHING;
    this.#length = 0;
    this.#broken = false;
  }

  #reserve(length: number): boolean {
    if (length <= this.#bytes.length) return true;
    const size = Math.min(Math.max(BUFFER_MIN, length, 2 * this.#bytes.length), this.#allowance.bytesMax);
    if (!this.#allowance.take(size - this.#bytes.length)) {
      this.#broken = true;
      return false;
    }
    const grown = new Uint8Array(size);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    return true;
  }
}
