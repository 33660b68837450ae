/** Entries in the order in which they were last used. An entry is on one list at most. */
import type { Entry } from './entry.ts';

export class FlowList {
  first: Entry | undefined;
  #last: Entry | undefined;
  size = 0;

  append(entry: Entry): void {
    entry.list = this;
    entry.previous = this.#last;
    entry.next = undefined;
    if (this.#last === undefined) this.first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.size++;
  }

  remove(entry: Entry): void {
    if (entry.previous === undefined) this.first = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next === undefined) this.#last = entry.previous;
    else entry.next.previous = entry.previous;
    entry.previous = undefined;
    entry.next = undefined;
    entry.list = undefined;
    this.size--;
  }

  /** Moves an entry of the list to its end. */
  touch(entry: Entry): void {
    if (this.#last === entry) return;
    this.remove(entry);
    this.append(entry);
  }
}
