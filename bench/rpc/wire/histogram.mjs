/** Latencies in microseconds, exact to 1 % or 1 µs, in a table of fixed size. */

/** Steps of 1 µs to 1 ms, of 10 µs to 10 ms, of 100 µs to 100 ms, of 1 ms to 1 s, of 10 ms to 10 s. */
const STEPS = 5;
const CELLS = 1000;

export class Histogram {
  #counts = new Uint32Array(STEPS * CELLS + 1);
  #total = 0;

  clear() {
    this.#counts.fill(0);
    this.#total = 0;
  }

  add(milliseconds) {
    let value = milliseconds * 1000;
    let step = 0;
    while (value >= CELLS && step < STEPS) {
      value /= 10;
      step++;
    }
    this.#counts[step === STEPS ? STEPS * CELLS : step * CELLS + Math.floor(value)]++;
    this.#total++;
  }

  /** The value in microseconds that `share` (0 to 1) of all do not exceed; undefined if there is none. */
  quantile(share) {
    if (this.#total === 0) return undefined;
    let left = Math.ceil(share * this.#total);
    for (let cell = 0; cell < this.#counts.length; cell++) {
      left -= this.#counts[cell];
      if (left <= 0) return Math.round(((cell % CELLS) + 0.5) * 10 ** Math.floor(cell / CELLS));
    }
    return undefined;
  }

  summary() {
    return { p50Us: this.quantile(0.5), p99Us: this.quantile(0.99), p999Us: this.quantile(0.999) };
  }
}
