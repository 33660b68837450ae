/**
 * How long the path of a connection has been silent and lived: what a device that forgets silent flows has not forgotten yet.
 * PINGs count here, as they do for such devices.
 */
import type { Side } from '#base';

export class Silence {
  /** Not a number before the first frame: no silence is longer than that. */
  #lastMs = Number.NaN;
  /** The longest silence since the server was last heard: not yet known to be survived. */
  #pendingMs = 0;
  /** The longest silence after which the server was heard again. */
  survivedMs = 0;

  frame(from: Side, timeMs: number): void {
    const gapMs = timeMs - this.#lastMs;
    this.#lastMs = timeMs;
    if (gapMs > this.#pendingMs) this.#pendingMs = gapMs;
    if (from === 'client') return;
    if (this.#pendingMs > this.survivedMs) this.survivedMs = this.#pendingMs;
    this.#pendingMs = 0;
  }
}
