/**
 * How long a connection has been without calls (gRFC A9, MAX_CONNECTION_IDLE). Calls begin and end far more often than the time
 * runs out, so the timer is not touched by them: when it expires it looks how long the present pause is.
 */
import { Timer, type Timers } from '#drive';

export class Idle {
  readonly #timers: Timers;
  readonly #timer: Timer;
  readonly #maxIdleMs: number;
  readonly #idle: () => void;
  /** The beginning of the present pause; Infinity while calls are open. */
  #sinceMs: number;

  /** `idle` is called once, when there has been no call for `maxIdleMs`. */
  constructor(maxIdleMs: number, timers: Timers, nowMs: number, idle: () => void) {
    this.#maxIdleMs = maxIdleMs;
    this.#timers = timers;
    this.#idle = idle;
    this.#sinceMs = nowMs;
    this.#timer = new Timer((atMs) => this.#expire(atMs));
    timers.set(this.#timer, nowMs + maxIdleMs);
  }

  /** The first call began. */
  busy(): void {
    this.#sinceMs = Number.POSITIVE_INFINITY;
  }

  /** The last call ended. */
  free(nowMs: number): void {
    this.#sinceMs = nowMs;
    if (!this.#timer.armed) this.#timers.set(this.#timer, nowMs + this.#maxIdleMs);
  }

  stop(): void {
    this.#timers.clear(this.#timer);
  }

  #expire(nowMs: number): void {
    if (this.#sinceMs === Number.POSITIVE_INFINITY) return;
    const dueMs = this.#sinceMs + this.#maxIdleMs;
    if (dueMs <= nowMs) this.#idle();
    else this.#timers.set(this.#timer, dueMs);
  }
}
