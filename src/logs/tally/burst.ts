/** Whether lines come in bursts: the most of them within one window of time. */

/** Connections that die together do so within seconds; retries of their callers follow within ten. */
const WINDOW_MS = 10_000;
/** Fewer are no burst. */
const LINES_MIN = 5;
/** A burst stands out from the rest by so much. */
const TIMES_MEAN = 3;

export interface Burst {
  readonly lines: number;
  readonly startMs: number;
  readonly spanMs: number;
}

export class Bursts {
  #current: Burst = { lines: 0, startMs: 0, spanMs: 0 };
  #best: Burst = this.#current;

  add(timeMs: number): void {
    const { lines, startMs, spanMs } = this.#current;
    const inWindow = lines > 0 && timeMs >= startMs && timeMs - startMs < WINDOW_MS;
    this.#current = inWindow
      ? { lines: lines + 1, startMs, spanMs: Math.max(spanMs, timeMs - startMs) }
      : { lines: 1, startMs: timeMs, spanMs: 0 };
    if (this.#current.lines > this.#best.lines) this.#best = this.#current;
  }

  /** Of `lines` lines over `spanMs`; undefined when they are spread out, or all there are. */
  burst(lines: number, spanMs: number): Burst | undefined {
    const windows = Math.max(1, spanMs / WINDOW_MS);
    const best = this.#best;
    if (windows < 2) return undefined;
    return best.lines >= LINES_MIN && best.lines >= TIMES_MEAN * (lines / windows) ? best : undefined;
  }
}
