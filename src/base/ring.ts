/** A list that keeps its newest `capacity` entries: evidence must not grow with the length of a connection. */
export class Ring<T> {
  readonly #capacity: number;
  readonly #entries: T[] = [];
  #next = 0;
  #total = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(entry: T): void {
    this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#capacity;
    this.#total++;
  }

  /** How many entries were ever pushed, the forgotten ones included. */
  get total(): number {
    return this.#total;
  }

  /** The entry pushed last. */
  get last(): T | undefined {
    return this.#total === 0 ? undefined : this.#entries[(this.#next + this.#capacity - 1) % this.#capacity];
  }

  /** The kept entries, oldest first. */
  toArray(): T[] {
    if (this.#total <= this.#capacity) return this.#entries.slice();
    return [...this.#entries.slice(this.#next), ...this.#entries.slice(0, this.#next)];
  }
}
