/**
 * Which frames a side has certainly received, by what it sent since: acknowledgements of SETTINGS and PING, and response
 * HEADERS (RFC 9113 §5.1 names these signals). Whoever watches from between cannot tell it from the order of packets, and
 * an observer has no clock. Frames are counted a direction, from 1.
 */
import { otherSide, type Side } from '#base';

/** PINGs without acknowledgement to remember a side: keepalive and bandwidth probes have one each. */
const PINGS_MAX = 8;

interface Ping {
  readonly payload: string;
  readonly at: number;
}

export class Causality {
  #sentByClient = 0;
  #sentByServer = 0;
  #seenByClient = 0;
  #seenByServer = 0;
  readonly #pings: Readonly<Record<Side, Ping[]>> = { client: [], server: [] };

  /** A side sent a frame. */
  count(from: Side): void {
    if (from === 'client') this.#sentByClient++;
    else this.#sentByServer++;
  }

  /** The ordinal of the frame that the side sent last. */
  last(from: Side): number {
    return from === 'client' ? this.#sentByClient : this.#sentByServer;
  }

  /** The other side's frames up to this ordinal have certainly reached the side. */
  seenBy(side: Side): number {
    return side === 'client' ? this.#seenByClient : this.#seenByServer;
  }

  /** What the side sent last shows that it had received the other side's frame `at`. True if that is news. */
  saw(side: Side, at: number): boolean {
    if (at <= this.seenBy(side)) return false;
    if (side === 'client') this.#seenByClient = at;
    else this.#seenByServer = at;
    return true;
  }

  ping(from: Side, payload: string): void {
    const pings = this.#pings[from];
    if (pings.length >= PINGS_MAX) pings.shift();
    pings.push({ payload, at: this.last(from) });
  }

  /** A PING was acknowledged by `from`; returns the ordinal of that PING, 0 if it was not seen. */
  pingAcknowledged(from: Side, payload: string): number {
    const pings = this.#pings[otherSide(from)];
    const index = pings.findIndex((ping) => ping.payload === payload);
    if (index < 0) return 0;
    const [ping] = pings.splice(index, 1);
    return ping?.at ?? 0;
  }
}
