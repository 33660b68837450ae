/**
 * Values by stream id, for ids that mostly increase by two and mostly live briefly: a ring that an index reaches, and a
 * map for what outlives a turn of the ring. Finished values stay until their place is needed, so the ring is also a
 * bounded memory of what ended last. Values are reused: hold ids, not values, across calls.
 */

/** Places at first unless told: the newest 64 streams are remembered, which covers late frames of usual concurrency. */
const RING_MIN = 64;
/** Places at most: 1,024 streams at once is Envoy's default limit and far above that of others (100 to 256). */
const RING_MAX = 1_024;
/** Live values beyond the ring: peers without a limit have been seen with some thousand streams; more is an attack. */
const LIVE_MAX = 16_384;
/** Sweeping the map for finished values starts here and then at twice what remained, so that it costs little an entry. */
const SWEEP_MIN = 16;

export interface RingEntry {
  id: number;
}

export interface RingOwner<T> {
  make(): T;
  /** Live values are kept while there is room; others go when their place is needed. */
  isLive(value: T): boolean;
  /** Told of a live value that the limit forces out. */
  dropped(value: T): void;
  /** Places at first, a power of two. */
  readonly placesMin?: number | undefined;
}

export class IdRing<T extends RingEntry> {
  readonly #owner: RingOwner<T>;
  #places: (T | undefined)[];
  #mask: number;
  /** Made when it is needed: most connections never do. */
  #overflow: Map<number, T> | undefined = undefined;
  #sweepAt = SWEEP_MIN;

  /** The highest odd and even ids whose values were dropped: below them, absence says nothing. */
  forgottenOdd = 0;
  forgottenEven = 0;

  constructor(owner: RingOwner<T>) {
    this.#owner = owner;
    this.#places = emptyPlaces(owner);
    this.#mask = this.#places.length - 1;
  }

  find(id: number): T | undefined {
    const value = this.#places[(id >>> 1) & this.#mask];
    if (value !== undefined && value.id === id) return value;
    return this.#overflow === undefined ? undefined : this.#overflow.get(id);
  }

  /** The value for a new id, new or reused: the caller must set every field but `id`. The id must not be present. */
  claim(id: number): T {
    const value = this.#place(id);
    value.id = id;
    return value;
  }

  /** Calls `visit` for each value, finished ones included. */
  forEach(visit: (value: T) => void): void {
    for (const value of this.#places) if (value !== undefined) visit(value);
    for (const value of this.#overflow?.values() ?? []) visit(value);
  }

  /** Lets go of finished values, and of the room that they took. */
  rest(): void {
    const live: T[] = [];
    this.forEach((value) => {
      if (this.#owner.isLive(value)) live.push(value);
      else this.#forget(value.id);
    });
    if (live.length > 0) return;
    this.#overflow = undefined;
    this.#sweepAt = SWEEP_MIN;
    this.#places = emptyPlaces(this.#owner);
    this.#mask = this.#places.length - 1;
  }

  #place(id: number): T {
    const at = (id >>> 1) & this.#mask;
    const occupant = this.#places[at];
    if (occupant === undefined) return this.#fill(at);
    if (!this.#owner.isLive(occupant)) {
      this.#forget(occupant.id);
      return occupant;
    }
    const crowded = this.#places.length >>> 2;
    if (this.#overflowing >= crowded) this.#sweep();
    if (this.#overflowing >= crowded && this.#places.length < RING_MAX) {
      this.#grow();
      return this.#place(id);
    }
    this.#evict(occupant);
    return this.#fill(at);
  }

  #fill(at: number): T {
    const value = this.#owner.make();
    this.#places[at] = value;
    return value;
  }

  get #overflowing(): number {
    return this.#overflow === undefined ? 0 : this.#overflow.size;
  }

  #evict(occupant: T): void {
    this.#overflow ??= new Map();
    this.#overflow.set(occupant.id, occupant);
    if (this.#overflow.size <= LIVE_MAX) return;
    for (const oldest of this.#overflow.values()) {
      this.#overflow.delete(oldest.id);
      this.#forget(oldest.id);
      if (this.#owner.isLive(oldest)) this.#owner.dropped(oldest);
      return;
    }
  }

  #sweep(): void {
    const overflow = this.#overflow;
    if (overflow === undefined || overflow.size < this.#sweepAt) return;
    for (const value of overflow.values()) {
      if (this.#owner.isLive(value)) continue;
      overflow.delete(value.id);
      this.#forget(value.id);
    }
    this.#sweepAt = Math.max(SWEEP_MIN, overflow.size * 2);
  }

  /** Doubles the ring: values in different places stay in different places. */
  #grow(): void {
    const old = this.#places;
    this.#mask = old.length * 2 - 1;
    this.#places = new Array<T | undefined>(old.length * 2).fill(undefined);
    for (const value of old) if (value !== undefined) this.#places[(value.id >>> 1) & this.#mask] = value;
  }

  #forget(id: number): void {
    if ((id & 1) === 1) this.forgottenOdd = Math.max(this.forgottenOdd, id);
    else this.forgottenEven = Math.max(this.forgottenEven, id);
  }
}

function emptyPlaces<T>({ placesMin = RING_MIN }: RingOwner<T>): (T | undefined)[] {
  return new Array<T | undefined>(placesMin).fill(undefined);
}
