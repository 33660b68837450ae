/** The connections of a channel: those that take calls, those that only finish theirs, and those whose last octets are on the way. */
import { Timer, type Timers } from '#drive';
import type { LocalReason } from '#h2';
import type { ChannelConnection } from './connection.ts';

/**
 * A connection beyond those that are kept is closed after so many ms without a call: peaks of traffic come again within a
 * minute, and each open connection costs both sides memory.
 */
const EXTRA_IDLE_MS = 60_000;

export class Pool {
  readonly #timers: Timers;
  /** How many connections stay open without calls. */
  readonly #kept: number;
  readonly #extra: Timer;
  #ready: readonly ChannelConnection[] = [];
  readonly #draining = new Set<ChannelConnection>();
  readonly #closing = new Set<ChannelConnection>();

  constructor(timers: Timers, kept: number) {
    this.#timers = timers;
    this.#kept = kept;
    this.#extra = new Timer((nowMs) => this.#closeExtra(nowMs));
  }

  /** Those that take calls, oldest first. A list is never changed, only replaced. */
  get ready(): readonly ChannelConnection[] {
    return this.#ready;
  }

  /** Nothing is left, not even a link that still carries what was written. */
  get isGone(): boolean {
    return this.#ready.length === 0 && this.#draining.size === 0 && this.#closing.size === 0;
  }

  /** The least of the limits that the servers announced (MAX_CONCURRENT_STREAMS); infinity without connections. */
  get leastLimit(): number {
    return Math.min(...this.#ready.map(({ engine }) => engine.peerSettings.maxConcurrentStreams));
  }

  add(connection: ChannelConnection): void {
    this.#ready = [...this.#ready, connection];
    this.#watchExtra();
  }

  /** It takes no more calls. False if it did not before. */
  drain(connection: ChannelConnection): boolean {
    if (this.#draining.has(connection)) return false;
    this.#leave(connection);
    this.#draining.add(connection);
    return true;
  }

  /** Its streams are over. True if it took calls until now. */
  closed(connection: ChannelConnection): boolean {
    this.#closing.add(connection);
    if (this.#draining.delete(connection)) return false;
    this.#leave(connection);
    return true;
  }

  /** Its link is closed. */
  gone(connection: ChannelConnection): void {
    this.#closing.delete(connection);
  }

  /** Those that take calls end with their last stream. */
  retireAll(reason: LocalReason): void {
    this.#timers.clear(this.#extra);
    for (const connection of this.#ready) this.#retire(connection, reason);
  }

  /** All of them end now. */
  closeAll(reason: LocalReason): void {
    this.#timers.clear(this.#extra);
    for (const connection of [...this.#ready, ...this.#draining]) connection.close(reason);
  }

  #retire(connection: ChannelConnection, reason: LocalReason): void {
    this.drain(connection);
    connection.shutdown(reason);
  }

  #leave(connection: ChannelConnection): void {
    this.#ready = this.#ready.filter((other) => other !== connection);
  }

  #watchExtra(): void {
    if (this.#ready.length > this.#kept && !this.#extra.armed) {
      this.#timers.set(this.#extra, this.#timers.now() + EXTRA_IDLE_MS);
    }
  }

  /** The oldest stay: they are filled first. */
  #closeExtra(nowMs: number): void {
    for (const connection of this.#ready.slice(this.#kept)) {
      if (nowMs - connection.idleSinceMs >= EXTRA_IDLE_MS) this.#retire(connection, 'idle');
    }
    this.#watchExtra();
  }
}
