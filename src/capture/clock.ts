/**
 * Time of a capture: milliseconds since its first packet. Whole seconds and nanoseconds are subtracted before they meet
 * in one double, so a nanosecond survives although the epoch is 10^18 of them away (exact up to 104 days of capture).
 */
export class CaptureClock {
  #started = false;
  #originSeconds = 0;
  #originNanos = 0;
  #latestMs = 0;

  /** Milliseconds since the first stamp that was ever given. Negative for a packet that is older than the first one. */
  since(seconds: number, nanos: number): number {
    if (!this.#started) {
      this.#started = true;
      this.#originSeconds = seconds;
      this.#originNanos = nanos;
    }
    const timeMs = ((seconds - this.#originSeconds) * 1e9 + (nanos - this.#originNanos)) / 1e6;
    this.#latestMs = timeMs;
    return timeMs;
  }

  /** The time given last: the best there is for a packet without a stamp. */
  get latestMs(): number {
    return this.#latestMs;
  }

  /** The first packet's time in milliseconds since 1970, or undefined before any stamp. */
  get startEpochMs(): number | undefined {
    return this.#started ? this.#originSeconds * 1000 + this.#originNanos / 1e6 : undefined;
  }
}
