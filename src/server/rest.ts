/**
 * Connections without calls let go of what only busy ones need: most of the thousands that a server holds are idle, and what an
 * idle one keeps decides how many fit. One timer looks after all of them, and only while one has not come to rest.
 */
import { Timer, type Timers } from '#drive';

/** A pause of so long is no gap between two calls. Below the seconds after which people look at memory, above those of a page. */
export const REST_AFTER_MS = 5_000;

/** Thousands may become idle together; calls must not wait until all of them have come to rest. */
const AT_ONCE = 64;
const PAUSE_MS = 5;

/** A connection, as far as resting goes. */
export interface Resting {
  readonly isResting: boolean;
  /** Lets go of what it can spare if it is idle. True if it need not be looked at again before its next call. */
  rest(nowMs: number): boolean;
}

export class Rest {
  readonly #timers: Timers;
  readonly #connections: Iterable<Resting>;
  readonly #timer = new Timer((nowMs) => this.#look(nowMs));

  constructor(timers: Timers, connections: Iterable<Resting>) {
    this.#timers = timers;
    this.#connections = connections;
  }

  /** Some connection is not at rest. */
  wake(): void {
    if (!this.#timer.armed) this.#timers.set(this.#timer, this.#timers.now() + REST_AFTER_MS);
  }

  stop(): void {
    this.#timers.clear(this.#timer);
  }

  #look(nowMs: number): void {
    let areAll = true;
    let left = AT_ONCE;
    for (const connection of this.#connections) {
      if (connection.isResting) continue;
      if (left === 0) {
        this.#timers.set(this.#timer, nowMs + PAUSE_MS);
        return;
      }
      if (connection.rest(nowMs)) left--;
      else areAll = false;
    }
    if (!areAll) this.wake();
  }
}
