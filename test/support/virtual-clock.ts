/** A clock that stands still until a test moves it. What is deferred runs after each input, as on a platform. */
import type { Cancel, Clock } from '#transport';

interface Waiting {
  readonly atMs: number;
  readonly order: number;
  readonly task: () => void;
}

export class VirtualClock implements Clock {
  nowMs = 1_000;
  #waiting: Waiting[] = [];
  #deferred: (() => void)[] = [];
  #order = 0;

  now(): number {
    return this.nowMs;
  }

  at(atMs: number, task: () => void): Cancel {
    const entry = { atMs, order: this.#order++, task };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
    };
  }

  defer(task: () => void): void {
    this.#deferred.push(task);
  }

  /** Runs what was deferred, and what that defers. */
  settle(): void {
    for (let task = this.#deferred.shift(); task !== undefined; task = this.#deferred.shift()) task();
  }

  /** Moves time, and lets everything happen on the way in its order. */
  advance(byMs: number): void {
    const untilMs = this.nowMs + byMs;
    this.settle();
    for (;;) {
      const due = this.#waiting
        .filter(({ atMs }) => atMs <= untilMs)
        .sort((one, other) => one.atMs - other.atMs || one.order - other.order)[0];
      if (due === undefined) break;
      this.#waiting = this.#waiting.filter((other) => other !== due);
      this.nowMs = Math.max(this.nowMs, due.atMs);
      due.task();
      this.settle();
    }
    this.nowMs = untilMs;
  }

  /** Nothing waits for its time. */
  get isAsleep(): boolean {
    return this.#waiting.length === 0;
  }
}
