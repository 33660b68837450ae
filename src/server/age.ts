/**
 * A connection's age (gRFC A9): when it has lived long enough it is asked to go, so that clients look up their addresses again
 * and load spreads over new servers; when its calls do not end in the grace it is cut.
 */
import { Timer, type Timers } from '#drive';
import type { Chance } from '#transport';

/** gRFC A9: connections made at the same time must not all end at the same time. */
const JITTER = 0.1;

export interface AgeOptions {
  readonly maxConnectionAgeMs: number;
  readonly maxConnectionAgeGraceMs: number;
}

/** What happens at the two moments. */
export interface AgeListener {
  /** Old enough: no new calls. */
  aged(): void;
  /** The grace is over: cut. */
  overaged(): void;
}

export class Age {
  readonly #timers: Timers;
  readonly #timer: Timer;
  readonly #graceMs: number;
  readonly #listener: AgeListener;
  #isAged = false;

  constructor(options: AgeOptions, timers: Timers, chance: Chance, nowMs: number, listener: AgeListener) {
    this.#timers = timers;
    this.#graceMs = options.maxConnectionAgeGraceMs;
    this.#listener = listener;
    this.#timer = new Timer((atMs) => this.#expire(atMs));
    timers.set(this.#timer, nowMs + options.maxConnectionAgeMs * (1 - JITTER + 2 * JITTER * chance()));
  }

  stop(): void {
    this.#timers.clear(this.#timer);
  }

  #expire(nowMs: number): void {
    if (this.#isAged) {
      this.#listener.overaged();
      return;
    }
    this.#isAged = true;
    // Before the listener: what it does may end the connection, and that stops the timer.
    this.#timers.set(this.#timer, nowMs + this.#graceMs);
    this.#listener.aged();
  }
}
