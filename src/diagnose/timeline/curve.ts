/** A flow-control window over time in a bounded number of points: where there are too many, neighbours give way to the lower one. */

/** Twice the points that a wide screen can show apart. */
const POINTS_MAX = 512;

export interface Point {
  readonly timeMs: number;
  /** Octets that may still be sent. */
  readonly window: number;
}

export class Curve {
  #points: Point[] = [];
  /** Values that share a point. */
  #stride = 1;
  #inLast = 0;

  add(timeMs: number, window: number): void {
    const last = this.#points.at(-1);
    if (last !== undefined && this.#inLast < this.#stride) {
      this.#inLast++;
      if (window < last.window) this.#points[this.#points.length - 1] = { timeMs, window };
      return;
    }
    this.#points.push({ timeMs, window });
    this.#inLast = 1;
    if (this.#points.length > POINTS_MAX) this.#thin();
  }

  get points(): readonly Point[] {
    return this.#points;
  }

  /** The low points are what stalls are made of. */
  #thin(): void {
    const thinned: Point[] = [];
    for (let at = 0; at < this.#points.length; at += 2) {
      const one = this.#points[at]!;
      const other = this.#points[at + 1] ?? one;
      thinned.push(other.window < one.window ? other : one);
    }
    this.#points = thinned;
    this.#stride *= 2;
  }
}
