/** How fast a client resets streams, as the guards of servers count it: in windows of time, or against a bucket. */
import { at, type Mark } from './mark.ts';

/** Netty since 4.1.100: so many resets of the client in so much time. */
const WINDOW_MS = 30_000;
export const WINDOW_RESETS_MAX = 200;
/** nghttp2 since 1.57, and Node with it: a bucket of a thousand that fills by 33 a second. */
export const BUCKET = 1_000;
const BUCKET_PER_MS = 33 / 1_000;

export interface Burst {
  readonly count: number;
  readonly since: Mark;
  readonly until: Mark;
}

export class ResetRate {
  #since: Mark | undefined = undefined;
  #count = 0;
  total = 0;
  #most: Burst | undefined = undefined;
  #tokens = BUCKET;
  #lastMs = 0;
  /** The most that was ever taken from the bucket. */
  bucketUsed = 0;

  add(mark: Mark): void {
    this.#drain(mark.timeMs);
    if (this.#since === undefined || mark.timeMs - this.#since.timeMs > WINDOW_MS) {
      this.#since = at(mark);
      this.#count = 0;
    }
    this.#count++;
    this.total++;
    if (this.#count >= (this.#most?.count ?? 0)) {
      this.#most = { count: this.#count, since: this.#since, until: at(mark) };
    }
  }

  /** The most resets within one window. */
  get most(): Burst | undefined {
    return this.#most;
  }

  #drain(timeMs: number): void {
    this.#tokens = Math.min(BUCKET, this.#tokens + (timeMs - this.#lastMs) * BUCKET_PER_MS) - 1;
    this.#lastMs = timeMs;
    this.bucketUsed = Math.max(this.bucketUsed, BUCKET - this.#tokens);
  }
}
