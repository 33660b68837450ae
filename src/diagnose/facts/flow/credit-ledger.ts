/**
 * Credit of the connection's window that does not come back (RFC 9113 §5.1: DATA of a stream that was reset counts towards
 * the connection's window all the same). Every receiver keeps some credit back and returns it in lots, so a single low
 * value says nothing: compared are the highest values between one reset and the next. In a leak they sink, reset by reset, by about what
 * lay on those streams.
 */
import { WINDOW_DEFAULT } from '#h2';
import { at, type Mark } from '../mark.ts';

/** Steps kept: a leak shows in a few, and the first and the last tell its size. */
const STEPS_MAX = 64;

/** From one reset to the next. */
interface Step {
  /** The reset that it begins with; undefined for the time before the first one. */
  readonly reset: ResetFact | undefined;
  /** The highest window meanwhile. */
  readonly peak: number;
  /** DATA on all streams reset by then. */
  readonly resetBytes: number;
  readonly resets: number;
}

interface ResetFact extends Mark {
  readonly stream: number;
  readonly bytes: number;
}

export interface Leak {
  readonly missingBytes: number;
  readonly resetStreams: number;
  readonly resetBytes: number;
  /** What the window comes back to by now. */
  readonly leftBytes: number;
  /** Resets with what the window came back to afterwards. */
  readonly steps: readonly (ResetFact & { readonly window: number })[];
}

/** A smaller loss may be the receiver's rounding. */
const LEAK_BYTES_MIN = 8_192;
/** Fewer steps down may be chance: what is in flight differs from one moment to the next. */
const SINKING_MIN = 3;
/** What was read before the reset has come back, so a part of the streams' octets is missing, and hardly more than all. */
const SHARE_LEAST = 0.3;
const SHARE_MOST = 1.05;

export class CreditLedger {
  readonly #steps: Step[] = [];
  #peak: number | undefined = WINDOW_DEFAULT;
  #reset: ResetFact | undefined = undefined;
  #resetBytes = 0;
  #resets = 0;
  /** The window was not known for a time: what came before proves nothing of what comes after. */
  broken = false;

  /** The connection's window after a WINDOW_UPDATE. */
  granted(window: number): void {
    if (this.#peak === undefined || window > this.#peak) this.#peak = window;
  }

  /** A stream with `bytes` of DATA was reset. */
  reset(mark: Mark, stream: number, bytes: number): void {
    this.#close();
    this.#reset = { ...at(mark), stream, bytes };
    this.#resets++;
    this.#resetBytes += bytes;
  }

  /** DATA arrived on a stream that had been reset. */
  late(bytes: number): void {
    this.#resetBytes += bytes;
  }

  /** What is missing, if it sinks with the resets. */
  leak(): Leak | undefined {
    if (this.broken) return undefined;
    const steps = this.#peak === undefined ? this.#steps : [...this.#steps, this.#step(this.#peak)];
    const [first] = steps;
    const last = steps.at(-1);
    if (first === undefined || last === undefined || !isSinking(steps)) return undefined;
    const missingBytes = first.peak - last.peak;
    const resetBytes = last.resetBytes - first.resetBytes;
    if (missingBytes < LEAK_BYTES_MIN) return undefined;
    if (missingBytes < SHARE_LEAST * resetBytes || missingBytes > SHARE_MOST * resetBytes) return undefined;
    const fallen = steps.flatMap(({ reset, peak }) => (reset === undefined ? [] : [{ ...reset, window: peak }]));
    return { missingBytes, resetBytes, resetStreams: last.resets - first.resets, leftBytes: last.peak, steps: fallen };
  }

  #close(): void {
    if (this.#peak === undefined) return;
    const step = this.#step(this.#peak);
    this.#peak = undefined;
    if (this.#steps.length < STEPS_MAX) this.#steps.push(step);
    else this.#steps[STEPS_MAX - 1] = step;
  }

  #step(peak: number): Step {
    return { reset: this.#reset, peak, resetBytes: this.#resetBytes, resets: this.#resets };
  }
}

/** It goes down several times and never up, and never by more than lay on the streams that were reset meanwhile. */
function isSinking(steps: readonly Step[]): boolean {
  let sunk = 0;
  for (let index = 1; index < steps.length; index++) {
    const drop = steps[index - 1]!.peak - steps[index]!.peak;
    if (drop < 0 || drop > SHARE_MOST * (steps[index]!.resetBytes - steps[index - 1]!.resetBytes)) return false;
    if (drop > 0) sunk++;
  }
  return sunk >= SINKING_MIN;
}
