/**
 * Credit on its way: WINDOW_UPDATEs that have passed the capture but not yet reached the sender. Without them the windows
 * of a capture beside the receiver look open all the time, whatever the sender waits for.
 */
import type { Half } from '../call.ts';

/** A power of two. Within a round trip a receiver sends some tens; more of them are taken as arrived. */
const PLACES = 256;

export class Grants {
  readonly #times = new Float64Array(PLACES);
  readonly #bytes = new Float64Array(PLACES);
  /** Undefined for the connection. */
  readonly #halves = new Array<Half | undefined>(PLACES).fill(undefined);
  #first = 0;
  #next = 0;
  /** On their way to the connection's window; those to a stream's are counted there. */
  connectionBytes = 0;

  add(timeMs: number, half: Half | undefined, bytes: number): void {
    if (this.#next - this.#first === PLACES) this.#arrive();
    const at = this.#next++ & (PLACES - 1);
    this.#times[at] = timeMs;
    this.#bytes[at] = bytes;
    this.#halves[at] = half;
    if (half === undefined) this.connectionBytes += bytes;
    else half.grantsUnderWay += bytes;
  }

  /** Those sent until `timeMs` have reached the sender. */
  arrived(timeMs: number): void {
    while (this.#first < this.#next && this.#times[this.#first & (PLACES - 1)]! <= timeMs) this.#arrive();
  }

  #arrive(): void {
    const at = this.#first++ & (PLACES - 1);
    const bytes = this.#bytes[at]!;
    const half = this.#halves[at];
    this.#halves[at] = undefined;
    if (half === undefined) this.connectionBytes -= bytes;
    else half.grantsUnderWay -= bytes;
  }
}
