/** Counts over a time whose length is not known: equal parts that double in width when the time outgrows them. */

/** Parts kept: twice what a report shows, so that halving them loses nothing that is seen. */
const PARTS = 64;
const WIDTH_MS = 1_000;
/** Parts shown: they fit a line of a terminal. */
const SHOWN = 32;

export interface Bars {
  readonly bars: readonly number[];
  readonly widthMs: number;
}

export class Histogram {
  #parts = new Array<number>(PARTS).fill(0);
  #widthMs = WIDTH_MS;

  /** Times before 0 count as 0: a log is not always in order. */
  add(timeMs: number): void {
    const at = Math.max(0, timeMs);
    while (at >= this.#widthMs * PARTS) this.#double();
    const part = Math.floor(at / this.#widthMs);
    this.#parts[part] = (this.#parts[part] ?? 0) + 1;
  }

  /** The counts from 0 to `endMs`, in at most as many parts as a report shows. */
  bars(endMs: number): Bars {
    let bars = this.#parts;
    let widthMs = this.#widthMs;
    while (endMs >= widthMs * SHOWN || bars.length > PARTS) {
      bars = paired(bars);
      widthMs *= 2;
    }
    return { bars: bars.slice(0, Math.max(1, Math.ceil((endMs + 1) / widthMs))), widthMs };
  }

  #double(): void {
    const pairs = paired(this.#parts);
    this.#parts = [...pairs, ...new Array<number>(PARTS - pairs.length).fill(0)];
    this.#widthMs *= 2;
  }
}

function paired(parts: readonly number[]): number[] {
  const pairs: number[] = [];
  for (let at = 0; at < parts.length; at += 2) pairs.push((parts[at] ?? 0) + (parts[at + 1] ?? 0));
  return pairs;
}
