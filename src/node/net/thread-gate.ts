/** Lets a few tasks at a time into the thread pool; the others wait in order. */

/**
 * Node's pool has four threads, which name lookups and file reads share: one stays free for them. zlib's state is a quarter
 * of a megabyte a task, so a crowd at once would also be memory.
 */
const AT_ONCE_MAX = 3;

type Task = (leave: () => void) => void;

export class ThreadGate {
  /** As long as the callers make it: each call waits for its message before it goes on, so there is one a call. */
  readonly #waiting: Task[] = [];
  #running = 0;

  /** Runs `task` now or when its turn comes; it calls `leave` when its work is done. */
  enter(task: Task): void {
    if (this.#running < AT_ONCE_MAX) this.#run(task);
    else this.#waiting.push(task);
  }

  #run(task: Task): void {
    this.#running++;
    task(this.#leave);
  }

  readonly #leave = (): void => {
    this.#running--;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#run(next);
  };
}
