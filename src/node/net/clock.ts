/** The clock of a running process: monotonic time, timers that do not keep the process alive, and turns of the event loop. */
import { UsageError } from '#base';
import type { Cancel, Chance, Clock } from '#transport';

/** Node's longest timer is 2^31 - 1 ms (24.8 days) and longer ones fire at once: what is due later is waited for in steps. */
const TIMER_MS_MAX = 2_147_483_647;

/**
 * Deferred tasks may defer others, which run in the same turn. Writing output takes two or three such rounds; whoever is not
 * done after 64 would never let a socket be read, so the rest goes on after the next input.
 */
const ROUNDS_MAX = 64;

const settled = Promise.resolve();

export class NodeClock implements Clock {
  #tasks: (() => void)[] = [];
  #spare: (() => void)[] = [];
  #scheduled = false;

  now(): number {
    return performance.now();
  }

  at(atMs: number, task: () => void): Cancel {
    if (Number.isNaN(atMs)) throw new UsageError('a task cannot run at NaN');
    if (atMs === Number.POSITIVE_INFINITY) return () => undefined;
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      // Timers count whole milliseconds from the start of a turn, so they can be early; a timeout of 0 is 1.
      const waitMs = Math.min(Math.ceil(atMs - performance.now()), TIMER_MS_MAX);
      timer = setTimeout(due, Math.max(waitMs, 0));
      timer.unref();
    };
    const due = (): void => {
      if (performance.now() < atMs) wait();
      else task();
    };
    wait();
    return () => clearTimeout(timer);
  }

  defer(task: () => void): void {
    this.#tasks.push(task);
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(this.#afterInput);
  }

  /**
   * One tick for all tasks, and behind the promises that this turn has settled: what asynchronous handlers answer then goes
   * out in the same write as what the engine answers at once. Measured: as fast as one tick alone when there is nothing to
   * gather, one system call less when there is.
   */
  readonly #afterInput = (): void => {
    settled.then(this.#afterPromises);
  };

  readonly #afterPromises = (): void => {
    process.nextTick(this.#run);
  };

  readonly #run = (): void => {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      this.#runRound();
      if (this.#tasks.length === 0) {
        this.#scheduled = false;
        return;
      }
    }
    setImmediate(this.#run);
  };

  #runRound(): void {
    const tasks = this.#tasks;
    this.#tasks = this.#spare;
    let done = 0;
    try {
      for (; done < tasks.length; done++) tasks[done]!();
    } catch (error) {
      // The others have nothing to do with it: they run in the next turn, and the process learns of the error.
      this.#tasks = [...tasks.slice(done + 1), ...this.#tasks];
      setImmediate(this.#run);
      throw error;
    } finally {
      tasks.length = 0;
      this.#spare = tasks;
    }
  }
}

/** Jitter: no secret hangs on it. */
export const chance: Chance = Math.random;
