/**
 * Happy eyeballs (RFC 8305 §5, gRFC A61): addresses are tried one after the other, each a little later than the one before,
 * and the first that is ready wins. Whoever is still under way then is cancelled.
 */
import { Timer, type Timers } from '#drive';
import { type Address, type Attempt, formatAddress, type LinkFault } from '#transport';
import type { AddressFault } from './call-face.ts';
import { durationText } from './failure-text.ts';

/** "Connection Attempt Delay": 250 ms is the RFC's recommendation, and gRFC A61's default. */
export const ATTEMPT_DELAY_MS = 250;
/**
 * Attempts under way at once. A name with hundreds of addresses, all of them silent, would otherwise hold eighty sockets
 * within the 20 s of one attempt; ten are 2.5 s of staggered attempts.
 */
export const ATTEMPTS_MAX = 10;

/** An attempt under way. */
export interface Runner {
  /** What it waits for, as a clause that `within 20 s` follows: `10.0.0.1:50051 did not accept the connection`. */
  readonly lacks: string;
  cancel(): void;
}

export interface RaceHandler<T> {
  /** Begins an attempt. `done` is called once, unless the attempt is cancelled before. */
  start(address: Address, done: (attempt: Attempt<T>) => void): Runner;
  won(value: T, address: Address): void;
  /** Every address failed; in the order in which they did. */
  lost(faults: readonly AddressFault[]): void;
}

class Contender<T> {
  readonly address: Address;
  readonly timer: Timer;
  runner: Runner | undefined = undefined;

  constructor(address: Address, race: Race<T>) {
    this.address = address;
    this.timer = new Timer(() => race.timedOut(this));
  }
}

/** One pass over a list of addresses. */
export class Race<T> {
  readonly #addresses: readonly Address[];
  readonly #timers: Timers;
  readonly #timeoutMs: number;
  readonly #handler: RaceHandler<T>;
  readonly #running = new Set<Contender<T>>();
  readonly #faults: AddressFault[] = [];
  readonly #next: Timer;
  #begun = 0;
  #isOver = false;

  /** `addresses` in the order in which they shall be tried, at least one; `timeoutMs` for each. */
  constructor(addresses: readonly Address[], timers: Timers, timeoutMs: number, handler: RaceHandler<T>) {
    this.#addresses = addresses;
    this.#timers = timers;
    this.#timeoutMs = timeoutMs;
    this.#handler = handler;
    this.#next = new Timer(() => this.#startNext());
  }

  start(): void {
    this.#startNext();
  }

  /** Ends every attempt; neither `won` nor `lost` comes any more. */
  cancel(): void {
    this.#isOver = true;
    this.#timers.clear(this.#next);
    // Forgotten first: an attempt that is cancelled may report its end, which is no failure of the race.
    const running = [...this.#running];
    this.#running.clear();
    for (const contender of running) {
      this.#timers.clear(contender.timer);
      contender.runner?.cancel();
    }
  }

  timedOut(contender: Contender<T>): void {
    // Taken out first: what is cancelled may report its end at once, and that is not why it failed.
    if (!this.#running.delete(contender)) return;
    const lacks = contender.runner?.lacks ?? `${formatAddress(contender.address)} was not ready`;
    contender.runner?.cancel();
    const text = `${lacks} within ${durationText(this.#timeoutMs)}`;
    this.#failed(contender.address, { kind: 'timed-out', code: '', text });
  }

  #startNext(): void {
    const address = this.#addresses[this.#begun];
    if (address === undefined || this.#running.size >= ATTEMPTS_MAX || this.#isOver) return;
    this.#begun++;
    const contender = new Contender<T>(address, this);
    this.#running.add(contender);
    const nowMs = this.#timers.now();
    this.#timers.set(contender.timer, nowMs + this.#timeoutMs);
    if (this.#begun < this.#addresses.length) this.#timers.set(this.#next, nowMs + ATTEMPT_DELAY_MS);
    const runner = this.#handler.start(address, (attempt) => this.#done(contender, attempt));
    // The attempt may have ended before it returned.
    if (this.#running.has(contender)) contender.runner = runner;
  }

  #done(contender: Contender<T>, attempt: Attempt<T>): void {
    if (!this.#running.delete(contender)) return;
    this.#timers.clear(contender.timer);
    if (attempt.kind === 'fault') {
      this.#failed(contender.address, attempt.fault);
      return;
    }
    this.cancel();
    this.#handler.won(attempt.value, contender.address);
  }

  /** A failure does not wait for the delay: the next address is tried at once (RFC 8305 §5). */
  #failed(address: Address, fault: LinkFault): void {
    this.#faults.push({ address, fault });
    if (this.#begun < this.#addresses.length) {
      this.#startNext();
    } else if (this.#running.size === 0) {
      this.#isOver = true;
      this.#handler.lost(this.#faults);
    }
  }
}
