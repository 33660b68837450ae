/** Keeps the process alive while something is waited for that no open socket stands for. */
import { invariant } from '#base';
import type { Hold } from '#transport';

/** Node's longest timer; it never has anything to do. */
const NEVER_MS = 2_147_483_647;

export class NodeHold implements Hold {
  /** A timer is the cheapest thing that Node waits for. Made when it is first needed, then kept: toggling costs next to nothing. */
  #timer: NodeJS.Timeout | undefined;
  #taken = 0;

  take(): void {
    if (this.#taken++ > 0) return;
    if (this.#timer === undefined) this.#timer = setInterval(() => undefined, NEVER_MS);
    else this.#timer.ref();
  }

  release(): void {
    invariant(this.#taken > 0, 'a hold is released no more often than it is taken');
    if (--this.#taken === 0) this.#timer?.unref();
  }
}
