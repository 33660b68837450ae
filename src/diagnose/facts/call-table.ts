/**
 * The open calls of a connection by stream. Ids mostly increase by two and live briefly, so a ring that an index reaches
 * holds them, and a map what outlives a turn of the ring. A map alone would do, but each rehash of a busy one keeps the
 * table before it reachable until the next full collection: a long capture spent a third of its time there.
 */
import type { Call } from './call.ts';

const PLACES_MIN = 8;
/** 1,024 open calls are above the limits that servers set (100 to 1,024); more go to the map. */
const PLACES_MAX = 1_024;
/** Open calls kept. A connection with more is not credible. */
const OPEN_MAX = 100_000;

export class CallTable {
  #places: (Call | undefined)[] = new Array<Call | undefined>(PLACES_MIN).fill(undefined);
  #mask = PLACES_MIN - 1;
  readonly #older = new Map<number, Call>();

  get(stream: number): Call | undefined {
    const call = this.#places[(stream >>> 1) & this.#mask];
    if (call !== undefined && call.stream === stream) return call;
    return this.#older.size === 0 ? undefined : this.#older.get(stream);
  }

  add(call: Call): void {
    const at = (call.stream >>> 1) & this.#mask;
    const occupant = this.#places[at];
    if (occupant !== undefined && occupant.stream !== call.stream) {
      if (this.#older.size >= this.#places.length >>> 2 && this.#places.length < PLACES_MAX) {
        this.#grow();
        this.add(call);
        return;
      }
      if (this.#older.size < OPEN_MAX) this.#older.set(occupant.stream, occupant);
    }
    this.#places[at] = call;
  }

  /** Whether it was there. */
  delete(call: Call): boolean {
    const at = (call.stream >>> 1) & this.#mask;
    if (this.#places[at] !== call) return this.#older.get(call.stream) === call && this.#older.delete(call.stream);
    this.#places[at] = undefined;
    return true;
  }

  /** All of them, oldest stream first. */
  values(): Call[] {
    const held = this.#places.filter((call) => call !== undefined);
    return [...this.#older.values(), ...held].sort((a, b) => a.stream - b.stream);
  }

  /** Doubles the ring: calls in different places stay in different places. */
  #grow(): void {
    const before = this.#places;
    this.#mask = before.length * 2 - 1;
    this.#places = new Array<Call | undefined>(before.length * 2).fill(undefined);
    for (const call of before) if (call !== undefined) this.#places[(call.stream >>> 1) & this.#mask] = call;
  }
}
