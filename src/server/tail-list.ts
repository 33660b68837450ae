/** The streams of a connection that have something in common, as a linked list through the streams themselves. */
import type { Tail } from './tail.ts';

export class TailList {
  #first: Tail | undefined = undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A stream is in one list at most. */
  add(tail: Tail): void {
    tail.list?.remove(tail);
    tail.list = this;
    tail.next = this.#first;
    if (this.#first !== undefined) this.#first.previous = tail;
    this.#first = tail;
    this.#size++;
  }

  /** Does nothing if it is in another list or in none. */
  remove(tail: Tail): void {
    if (tail.list !== this) return;
    const { next, previous } = tail;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    tail.list = undefined;
    tail.next = undefined;
    tail.previous = undefined;
    this.#size--;
  }

  /** The present members, to be gone through while they leave. */
  toArray(): Tail[] {
    const all: Tail[] = [];
    for (let tail = this.#first; tail !== undefined; tail = tail.next) all.push(tail);
    return all;
  }
}
