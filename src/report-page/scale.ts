/**
 * Time to position and back. A capture is bursts of microseconds between pauses of minutes: the even scale gives every
 * moment its place and shortens the pauses, in the order of time; the linear scale is the clock.
 */

export type ScaleKind = 'even' | 'linear';

/** Below a tenth of a millisecond moments stand side by side; each doubling of a pause adds as much again as that. */
const STEP_MS = 0.1;

export class Scale {
  readonly #times: readonly number[];
  readonly #positions: readonly number[];

  /** `times` in milliseconds, in any order, repeated or not. */
  constructor(times: readonly number[], kind: ScaleKind) {
    const sorted = [...new Set(times)].sort((one, other) => one - other);
    this.#times = sorted.length === 0 ? [0] : sorted;
    this.#positions = kind === 'linear' ? this.#times.map((time) => time - this.#times[0]!) : evened(this.#times);
  }

  get length(): number {
    return Math.max(this.#positions.at(-1)!, 1e-6);
  }

  get times(): readonly number[] {
    return this.#times;
  }

  position(time: number): number {
    return along(this.#times, this.#positions, time);
  }

  time(position: number): number {
    return along(this.#positions, this.#times, position);
  }
}

function evened(times: readonly number[]): number[] {
  let position = 0;
  return times.map((time, at) => {
    if (at > 0) position += 1 + Math.log2(1 + (time - times[at - 1]!) / STEP_MS);
    return position;
  });
}

/** Straight lines between the known places; beyond the ends, the end. Both lists ascend. */
function along(from: readonly number[], to: readonly number[], value: number): number {
  const last = from.length - 1;
  if (value <= from[0]!) return to[0]!;
  if (value >= from[last]!) return to[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle]! <= value) low = middle;
    else high = middle;
  }
  const part = (value - from[low]!) / (from[high]! - from[low]!);
  return to[low]! + part * (to[high]! - to[low]!);
}
