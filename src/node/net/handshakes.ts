/**
 * TLS handshakes in progress on a server. A handshake costs the server a signature and memory before the client has proved
 * anything, so their number and their time are bounded; when there are too many the oldest make place, because an honest
 * client needs a few round trips and a harmful one waits.
 */
import type { Socket } from 'node:net';
import type { Address } from '#transport';

export interface HandshakeLimits {
  readonly timeoutMs: number;
  readonly max: number;
}

/** What became of handshakes since the acceptor was made. */
export interface HandshakeCounts {
  inProgress: number;
  completed: number;
  /** Failed on either side's decision, or left in the middle. */
  failed: number;
  timedOut: number;
  /** Gave way to newer ones. */
  displaced: number;
  /** Connected and left without an octet: health checks, port scans. */
  empty: number;
}

export function noHandshakes(): HandshakeCounts {
  return { inProgress: 0, completed: 0, failed: 0, timedOut: 0, displaced: 0, empty: 0 };
}

export type GiveUp = 'timedOut' | 'displaced';

interface Handshake {
  readonly remote: Address;
  readonly dueMs: number;
}

export class Handshakes {
  readonly #limits: HandshakeLimits;
  readonly #counts: HandshakeCounts;
  readonly #givenUp: (why: GiveUp, remote: Address) => void;
  /** By the socket under TLS, oldest first: all have the same time, so the first is due first. */
  readonly #bySocket = new Map<Socket, Handshake>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: HandshakeLimits, counts: HandshakeCounts, givenUp: (why: GiveUp, remote: Address) => void) {
    this.#limits = limits;
    this.#counts = counts;
    this.#givenUp = givenUp;
  }

  begin(socket: Socket, remote: Address): void {
    if (this.#bySocket.size >= this.#limits.max) this.#giveUpOldest('displaced');
    // The deadline is one for the whole handshake: a client that sends an octet now and then gains nothing.
    this.#bySocket.set(socket, { remote, dueMs: performance.now() + this.#limits.timeoutMs });
    this.#counts.inProgress++;
    this.#arm();
  }

  /** The handshake is over, well or badly. Returns who it was; undefined if it had been given up. */
  end(socket: Socket): Address | undefined {
    const handshake = this.#bySocket.get(socket);
    if (handshake === undefined) return undefined;
    this.#bySocket.delete(socket);
    this.#counts.inProgress--;
    return handshake.remote;
  }

  /** Gives all up without a word: the server closes. */
  close(): void {
    clearTimeout(this.#timer);
    for (const socket of [...this.#bySocket.keys()]) {
      this.end(socket);
      socket.destroy();
    }
  }

  #giveUpOldest(why: GiveUp): void {
    const [oldest] = this.#bySocket;
    if (oldest === undefined) return;
    const [socket, { remote }] = oldest;
    this.end(socket);
    this.#counts[why]++;
    socket.destroy();
    this.#givenUp(why, remote);
  }

  #arm(): void {
    const [oldest] = this.#bySocket.values();
    if (this.#timer !== undefined || oldest === undefined) return;
    this.#timer = setTimeout(() => this.#expire(), Math.max(0, Math.ceil(oldest.dueMs - performance.now())));
    this.#timer.unref();
  }

  #expire(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    for (const { dueMs } of [...this.#bySocket.values()]) {
      if (dueMs > nowMs) break;
      this.#giveUpOldest('timedOut');
    }
    this.#arm();
  }
}
