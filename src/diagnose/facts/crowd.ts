/**
 * The times in which a client had as many streams open as the server allows (RFC 9113 §5.1.2). How long calls wait for one
 * is not on the wire; that a new one begins as soon as another ends, each time, is.
 */
import { at, type Mark } from './mark.ts';

/** The longest time without a free stream, as far as the capture shows it. */
export interface FullHouse {
  readonly since: Mark;
  readonly untilMs: number;
  /** New calls that took the place of one that had just ended. */
  readonly refills: number;
}

/** A client that has calls in a queue starts the next one within a turn of its loop. */
const PROMPT_MS = 20;

export class Crowd {
  #since: Mark | undefined = undefined;
  #freedMs: number | undefined = undefined;
  #refills = 0;
  #longest: FullHouse | undefined = undefined;

  /** A call began, and with it all streams are in use. The end of the last one had to reach the client before. */
  full(mark: Mark, roundTripMs: number): void {
    if (this.#freedMs !== undefined) {
      if (mark.timeMs - this.#freedMs <= PROMPT_MS + 2 * roundTripMs) this.#refills++;
      else this.#close(this.#freedMs);
    }
    this.#freedMs = undefined;
    this.#since ??= at(mark);
  }

  /** One of them ended. */
  freed(mark: Mark): void {
    this.#freedMs ??= mark.timeMs;
  }

  /** The longest time, up to now. */
  longest(nowMs: number): FullHouse | undefined {
    const current = this.#current(this.#freedMs ?? nowMs);
    return isLonger(current, this.#longest) ? current : this.#longest;
  }

  #close(untilMs: number): void {
    const current = this.#current(untilMs);
    if (isLonger(current, this.#longest)) this.#longest = current;
    this.#since = undefined;
    this.#refills = 0;
  }

  #current(untilMs: number): FullHouse | undefined {
    return this.#since === undefined ? undefined : { since: this.#since, untilMs, refills: this.#refills };
  }
}

function isLonger(one: FullHouse | undefined, other: FullHouse | undefined): boolean {
  if (one === undefined) return false;
  return other === undefined || one.untilMs - one.since.timeMs > other.untilMs - other.since.timeMs;
}
