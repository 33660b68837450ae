/**
 * Connections without calls let go of what only busy ones need: most of the thousands that a server holds are idle, and what an
 * idle one keeps decides how many fit. One timer looks after all of them, and only while one has not come to rest.
 */
import { Timer, type Timers } from '#drive';

/** A pause of so long is no gap between two calls. Below the seconds after which people look at memory, above those of a page. */
export const REST_AFTER_MS = 5_000;

/** How often connections are looked at while one of them is busy. */
const LOOK_EVERY_MS = 1_000;

/** Thousands may become idle together; calls must not wait until all of them have come to rest, or have been looked at. */
const LOOKS_AT_ONCE = 1_024;
const RESTS_AT_ONCE = 64;
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
  /** The round that goes on: whom it has still to look at, and whether somebody was busy. */
  #round: Iterator<Resting> | undefined = undefined;
  #isBusy = false;

  constructor(timers: Timers, connections: Iterable<Resting>) {
    this.#timers = timers;
    this.#connections = connections;
  }

  /** Some connection is not at rest. */
  wake(): void {
    this.#isBusy = true;
    if (!this.#timer.armed) this.#timers.set(this.#timer, this.#timers.now() + LOOK_EVERY_MS);
  }

  stop(): void {
    this.#round = undefined;
    this.#timers.clear(this.#timer);
  }

  #look(nowMs: number): void {
    if (this.#round === undefined) {
      this.#round = this.#connections[Symbol.iterator]();
      this.#isBusy = false;
    }
    let rests = RESTS_AT_ONCE;
    for (let looks = LOOKS_AT_ONCE; looks > 0 && rests > 0; looks--) {
      const { done, value } = this.#round.next();
      if (done === true) {
        this.#round = undefined;
        if (this.#isBusy) this.#timers.set(this.#timer, nowMs + LOOK_EVERY_MS);
        return;
      }
      if (value.isResting) continue;
      if (value.rest(nowMs)) rests--;
      else this.#isBusy = true;
    }
    this.#timers.set(this.#timer, nowMs + PAUSE_MS);
  }
}
