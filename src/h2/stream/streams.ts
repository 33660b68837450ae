/**
 * The streams of one connection (RFC 9113 §5.1): those in use, the ones that ended last with how they ended, and the
 * number of open streams a side. Ids that are not held are idle, passed over, or forgotten: `stateOf` tells which.
 */
import type { Side } from '#base';
import { IdRing, type RingOwner } from './id-ring.ts';
import { type StreamState, type StreamStateName, streamStates } from './state.ts';
import { initiator, type Stream } from './stream.ts';

/** What remains known of a live state when frames of the connection were lost. */
const blurred: Readonly<Partial<Record<StreamStateName, StreamState>>> = {
  reserved: streamStates.unknown,
  open: streamStates.unknown,
  'half-closed-client': streamStates['unknown-client-ended'],
  'half-closed-server': streamStates['unknown-server-ended'],
};

export class Streams<S extends Stream> implements RingOwner<S> {
  readonly make: () => S;
  readonly placesMin: number | undefined;
  readonly #ring: IdRing<S>;
  #openOfClient = 0;
  #openOfServer = 0;
  /** The highest ids that the sides opened or reserved. */
  highestOfClient = 0;
  highestOfServer = 0;
  /** Below these ids absence says nothing: frames that could have opened them were lost. */
  #blurredOdd = 0;
  #blurredEven = 0;

  /** `make` gives a new stream object; the table reuses them. `placesMin`: how many it remembers at least, a power of two. */
  constructor(make: () => S, placesMin?: number) {
    this.make = make;
    this.placesMin = placesMin;
    this.#ring = new IdRing<S>(this);
  }

  // What the ring asks: one object for its questions, because a server has thousands of rings.

  isLive(stream: S): boolean {
    return stream.state.live;
  }

  dropped(stream: S): void {
    if (stream.state.counts) this.#count(stream.id, -1);
  }

  /** The stream if it is held: in use, or ended not long ago. Do not keep the object: it is reused for other ids. */
  find(id: number): S | undefined {
    return this.#ring.find(id);
  }

  /** The state of any id. A stream that ended too long ago to be remembered is `unknown`. */
  stateOf(id: number): StreamState {
    const held = this.#ring.find(id);
    if (held !== undefined) return held.state;
    const odd = (id & 1) === 1;
    if (id > (odd ? this.highestOfClient : this.highestOfServer)) return streamStates.idle;
    const unsure = odd
      ? Math.max(this.#ring.forgottenOdd, this.#blurredOdd)
      : Math.max(this.#ring.forgottenEven, this.#blurredEven);
    return id <= unsure ? streamStates.unknown : streamStates.skipped;
  }

  /** Begins to hold a stream that is not held, in the given state. */
  hold(id: number, state: StreamState): S {
    const stream = this.#ring.claim(id);
    stream.begin(streamStates.idle);
    this.move(stream, state);
    return stream;
  }

  /** Changes the state of a held stream and with it the counts. */
  move(stream: S, next: StreamState): void {
    const before = stream.state;
    if (before === next) return;
    stream.state = next;
    if (before.counts !== next.counts) this.#count(stream.id, next.counts ? 1 : -1);
    if (next.counts || next === streamStates.reserved) this.use(stream.id);
  }

  /** How many streams that `side` opened are open or half-closed (RFC 9113 §5.1.2). */
  open(side: Side): number {
    return side === 'client' ? this.#openOfClient : this.#openOfServer;
  }

  /** The highest id that `side` opened or reserved. */
  highestOf(side: Side): number {
    return side === 'client' ? this.highestOfClient : this.highestOfServer;
  }

  /** How many of them have ids up to `id`. Walks over the streams. */
  openUpTo(id: number): number {
    let count = 0;
    this.#ring.forEach((stream) => {
      if (stream.state.counts && stream.id <= id && (stream.id & 1) === (id & 1)) count++;
    });
    return count;
  }

  /** Frames were lost: live streams may have ended, ids passed over may have been used. */
  blur(): void {
    this.#ring.forEach((stream) => {
      const next = blurred[stream.state.name];
      if (next !== undefined) this.move(stream, next);
      if (stream.state.live) stream.wholeSeen = false;
    });
    this.#blurredOdd = this.highestOfClient;
    this.#blurredEven = this.highestOfServer;
  }

  /** Nothing that is known of any stream can be trusted. */
  doubt(): void {
    this.#ring.forEach((stream) => {
      this.move(stream, streamStates.unknown);
      stream.wholeSeen = false;
    });
    this.blur();
  }

  /** Ids below `id` of the same side may have been used although nobody saw it. */
  blurBelow(id: number): void {
    if ((id & 1) === 1) this.#blurredOdd = Math.max(this.#blurredOdd, id);
    else this.#blurredEven = Math.max(this.#blurredEven, id);
  }

  /** Forgets the streams that have ended. */
  rest(): void {
    this.#ring.rest();
  }

  forEach(visit: (stream: S) => void): void {
    this.#ring.forEach(visit);
  }

  /** Its side used the id: lower ones that it did not use are passed over (RFC 9113 §5.1.1). */
  use(id: number): void {
    if (initiator(id) === 'client') this.highestOfClient = Math.max(this.highestOfClient, id);
    else this.highestOfServer = Math.max(this.highestOfServer, id);
  }

  #count(id: number, step: 1 | -1): void {
    if ((id & 1) === 1) this.#openOfClient += step;
    else this.#openOfServer += step;
  }
}
