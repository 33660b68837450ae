/** The times of a log: when it begins and ends, whether they have a zone, and the time of lines that have none. */
import type { LogTime } from './line/time.ts';

export type Zone = 'given' | 'none' | 'no-times';

export class LogClock {
  #first: LogTime | undefined;
  #latest: LogTime | undefined;
  #endMs = 0;

  /** Takes the time of a line, which later lines without one share. Returns it relative to the first. */
  see(time: LogTime | undefined): number | undefined {
    if (time === undefined) return undefined;
    this.#first ??= time;
    this.#latest = time;
    const relative = this.#relative(time);
    this.#endMs = Math.max(this.#endMs, relative);
    return relative;
  }

  /** For a line without a time: that of the line before it, as in a stack trace. */
  get latestMs(): number | undefined {
    return this.#latest === undefined ? undefined : this.#relative(this.#latest);
  }

  get zone(): Zone {
    if (this.#first === undefined) return 'no-times';
    return this.#first.zoned ? 'given' : 'none';
  }

  /** Of the first time; as if in UTC where the log names no zone. */
  get first(): LogTime | undefined {
    return this.#first;
  }

  get durationMs(): number {
    return this.#endMs;
  }

  /** A log is not always in order: what lies before its first time counts as that. Mixed zones are not compared. */
  #relative(time: LogTime): number {
    const first = this.#first ?? time;
    return time.yearless === first.yearless ? Math.max(0, time.epochMs - first.epochMs) : 0;
  }
}
