/**
 * The clock of one end of a connection, as its TCP time stamps tell it: they advance at an even rate whatever happens to the
 * clock of the capture (RFC 7323 §5.4), so they say how long a silence really was.
 */

/**
 * Ticks a millisecond that systems use: 1 s and 500 ms (old BSDs), 100 ms, 10 ms (Windows), 4 ms (old Linux), 1 ms (Linux, BSDs,
 * Windows), 1 us (Linux, by route). RFC 7323 §5.4 allows 1 ms to 1 s.
 */
const RATES: readonly number[] = [0.001, 0.002, 0.01, 0.1, 0.25, 1, 1000];
/** A rate that was measured is the nearest of these, if it is as near as this: the next one is more than twice as far. */
const RATE_SLACK = 0.12;
/** What systems of today use: a silence that fits them shows the rate. Slower ones must have been measured without a step. */
const USUAL_RATES: ReadonlySet<number> = new Set([1, 1000]);
const USUAL_RATE = 1;
/** Ticks and time that show a rate: 20 ticks are known to 5 percent, and packets wait for milliseconds, not for tens of them. */
const RATE_TICKS_MIN = 20;
const RATE_MS_MIN = 50;
/** A clock that has advanced by so many ticks without a step is no slower than half of what that makes. */
const FLOOR_TICKS_MIN = 3;
/** Half of the range of 32 bits: a longer time may have wrapped. */
const TICKS_MAX = 2 ** 31;

export class HostTime {
  /** The host's address: two ends with one address have one clock. */
  readonly address: string;
  /** The other end of the same connection. */
  peer: HostTime | undefined = undefined;
  /** The interface of the capture whose clock its packets were stamped with; -1 before the first. */
  source = -1;
  /** The capture's steps until the sample that is kept: see `SourceClock`. */
  epoch = 0;
  /** When the sample was taken, and when any packet of this end was seen last. */
  sampledMs = 0;
  lastMs = 0;
  #ticks: number | undefined = undefined;
  /** The first sample since the last step: between the two nothing can have leapt. */
  #firstTicks = 0;
  #firstMs = 0;
  /** Ticks a millisecond; 0 while that is not known. */
  #rate = 0;
  /** It is not slower than this. */
  #rateMin = 0;

  constructor(address: string) {
    this.address = address;
  }

  get hasSample(): boolean {
    return this.#ticks !== undefined;
  }

  /** A packet of this end carried `ticks`. An older one that comes late says nothing new. */
  sample(ticks: number, timeMs: number, epoch: number): void {
    if (this.#ticks === undefined || epoch !== this.epoch) {
      if (this.#rate === 0) this.elapsedMs(ticks, timeMs);
      this.#firstTicks = ticks;
      this.#firstMs = timeMs;
    } else if (timeMs < this.sampledMs || ((ticks - this.#ticks) | 0) < 0) return;
    this.#ticks = ticks;
    this.sampledMs = timeMs;
    this.epoch = epoch;
    if (this.#rate === 0) this.#learn();
  }

  /** The time between the sample and a packet with `ticks` at `nowMs`, by this end's own clock; undefined if it cannot tell. */
  elapsedMs(ticks: number, nowMs: number): number | undefined {
    if (this.#ticks === undefined) return undefined;
    const passed = (ticks - this.#ticks) | 0;
    const seenMs = nowMs - this.sampledMs;
    if (this.#rate !== 0) return Math.abs(seenMs) * this.#rate < TICKS_MAX ? passed / this.#rate : undefined;
    const fitting = rateNear(passed / seenMs);
    if (fitting === 0 || fitting < this.#rateMin) return passed / USUAL_RATE;
    if (!USUAL_RATES.has(fitting)) return undefined;
    // The silence shows the rate: no leap makes one of another rate look so.
    this.#rate = fitting;
    return passed / fitting;
  }

  /** What was measured so far lies before a leap of the capture's clock. */
  restart(): void {
    this.#ticks = undefined;
  }

  #learn(): void {
    const ticks = ((this.#ticks ?? 0) - this.#firstTicks) | 0;
    const spanMs = this.sampledMs - this.#firstMs;
    if (ticks >= RATE_TICKS_MIN && spanMs >= RATE_MS_MIN) this.#rate = rateNear(ticks / spanMs);
    if (ticks >= FLOOR_TICKS_MIN && spanMs > 0) this.#rateMin = Math.max(this.#rateMin, ticks / spanMs / 2);
  }
}

function rateNear(measured: number): number {
  return RATES.find((rate) => Math.abs(measured / rate - 1) <= RATE_SLACK) ?? 0;
}
