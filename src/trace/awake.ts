/**
 * Which connections are awake. A connection remembers header blocks that may come again and streams that have ended, some fifty
 * kilobytes, to be fast and to judge late frames. Of many thousand open connections only those that spoke last keep that.
 */

/** At some fifty kilobytes each, 10 MB; and more than take turns within the round trips in which late frames arrive. */
const AWAKE_MAX = 200;

export interface Sleeper {
  /** Its place among those that are awake; whatever it was when it is not. */
  place: number;
  /** Lets go of what it can do without. */
  rest(): void;
}

export class Awake {
  readonly #sleepers: (Sleeper | undefined)[] = [];
  #next = 0;

  /** It speaks; in its turn another one rests for it. */
  wake(sleeper: Sleeper): void {
    if (this.#sleepers[sleeper.place] === sleeper) return;
    this.#sleepers[this.#next]?.rest();
    this.#sleepers[this.#next] = sleeper;
    sleeper.place = this.#next;
    this.#next = (this.#next + 1) % AWAKE_MAX;
  }

  /** It will not speak again. */
  leave(sleeper: Sleeper): void {
    if (this.#sleepers[sleeper.place] === sleeper) this.#sleepers[sleeper.place] = undefined;
  }
}
