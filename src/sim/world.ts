/** Virtual time: a queue of events, run one after the other as fast as they go. The same seed gives the same run. */
import type { Cancel, Clock } from '#transport';
import { Digest } from './digest.ts';
import { Event, EventQueue } from './events.ts';
import { Prng } from './prng.ts';

/**
 * Tasks at one instant before it counts as a livelock. The busiest healthy instant is a restart that ends some thousand calls;
 * code that waits for itself never ends.
 */
const INSTANT_STEPS_MAX = 200_000;
/** Tasks of one world. A small world takes some ten thousand, the largest test some million. */
const STEPS_MAX = 50_000_000;

export interface WorldOptions {
  readonly seed: number | string;
  readonly maxSteps?: number | undefined;
}

/** `idle`: nothing is left to do. `time`: the time has come. `livelock`: time stood still. `steps`: it went on for too long. */
export type RunEnd = 'idle' | 'time' | 'livelock' | 'steps';

export class World implements Clock {
  readonly chance: Prng;
  readonly digest = new Digest();
  readonly #maxSteps: number;
  readonly #events = new EventQueue();
  #deferred: (() => void)[] = [];
  #nowMs = 0;
  #order = 0;
  #steps = 0;
  #instantSteps = 0;

  constructor(options: WorldOptions) {
    this.chance = new Prng(options.seed);
    this.#maxSteps = options.maxSteps ?? STEPS_MAX;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Tasks that ran. */
  get steps(): number {
    return this.#steps;
  }

  at(atMs: number, task: () => void): Cancel {
    if (atMs === Number.POSITIVE_INFINITY) return () => {};
    const event = new Event(Math.max(atMs, this.#nowMs), this.#order++, task);
    this.#events.push(event);
    return () => {
      event.task = undefined;
    };
  }

  after(delayMs: number, task: () => void): Cancel {
    return this.at(this.#nowMs + delayMs, task);
  }

  defer(task: () => void): void {
    this.#deferred.push(task);
  }

  /** Goes on until nothing is left to do or `untilMs` has come; what is due then is still done. */
  run(untilMs = Number.POSITIVE_INFINITY): RunEnd {
    for (;;) {
      if (!this.#settle()) return 'livelock';
      if (this.#steps >= this.#maxSteps) return 'steps';
      const event = this.#events.first;
      if (event === undefined || event.atMs > untilMs) {
        if (untilMs !== Number.POSITIVE_INFINITY) this.#moveTo(untilMs);
        return event === undefined ? 'idle' : 'time';
      }
      this.#events.pop();
      const { task } = event;
      if (task === undefined) continue;
      event.task = undefined;
      this.#moveTo(event.atMs);
      if (++this.#instantSteps > INSTANT_STEPS_MAX) return 'livelock';
      this.#steps++;
      task();
    }
  }

  #moveTo(atMs: number): void {
    if (atMs <= this.#nowMs) return;
    this.#nowMs = atMs;
    this.#instantSteps = 0;
  }

  /** Does what was put off until after the present task, and what that puts off. */
  #settle(): boolean {
    while (this.#deferred.length > 0) {
      const tasks = this.#deferred;
      this.#deferred = [];
      for (const task of tasks) {
        if (++this.#instantSteps > INSTANT_STEPS_MAX) return false;
        this.#steps++;
        task();
      }
    }
    return true;
  }
}
