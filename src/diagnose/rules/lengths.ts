/**
 * How many connections of a group share a length: the silence before their close, their age, a number of requests. Each group's
 * lengths are read and sorted once, because every one of its connections asks, and there may be thousands.
 */
import type { ConnectionFacts } from '../facts/connection.ts';

export class Lengths {
  readonly #of: (connection: ConnectionFacts) => number | undefined;
  readonly #sorted = new WeakMap<readonly ConnectionFacts[], Float64Array>();

  /** `of` gives a connection's length, or undefined if it has none. */
  constructor(of: (connection: ConnectionFacts) => number | undefined) {
    this.#of = of;
  }

  /** Connections of the group within `tolerance` of `length`. */
  near(group: readonly ConnectionFacts[], length: number, tolerance: number): number {
    const sorted = this.#lengthsOf(group);
    return firstAbove(sorted, length + tolerance) - firstAbove(sorted, length - tolerance, true);
  }

  #lengthsOf(group: readonly ConnectionFacts[]): Float64Array {
    const known = this.#sorted.get(group);
    if (known !== undefined) return known;
    const lengths = group.map((connection) => this.#of(connection)).filter((length) => length !== undefined);
    const sorted = new Float64Array(lengths).sort();
    this.#sorted.set(group, sorted);
    return sorted;
  }
}

/** The first place with a value above `limit`, or with one that is at least `limit`. */
function firstAbove(sorted: Float64Array, limit: number, orEqual = false): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = sorted[middle] ?? 0;
    if (value > limit || (orEqual && value === limit)) high = middle;
    else low = middle + 1;
  }
  return low;
}
