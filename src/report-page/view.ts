/** Which part of the scale is in sight: zooming keeps the place under the pointer, nothing leaves the ends by much. */

/** Deeper zoom than a few marks across the page shows nothing more. */
const SPAN_MIN_PART = 1e-7;
/** Room beyond the first and the last mark. */
const MARGIN_PART = 0.04;

export class View {
  #length = 1;
  from = 0;
  to = 1;

  /** Everything, for a scale of this length. */
  reset(length: number): void {
    this.#length = length;
    const margin = length * MARGIN_PART;
    this.from = -margin;
    this.to = length + margin;
  }

  get span(): number {
    return this.to - this.from;
  }

  /** `factor` above 1 comes nearer; `at` is 0 at the left edge and 1 at the right. */
  zoom(factor: number, at = 0.5): void {
    const place = this.from + at * this.span;
    const span = Math.min(
      Math.max(this.span / factor, this.#length * SPAN_MIN_PART),
      this.#length * (1 + 2 * MARGIN_PART),
    );
    this.from = place - at * span;
    this.to = this.from + span;
    this.#clamp();
  }

  /** By a part of what is in sight. */
  pan(part: number): void {
    const by = part * this.span;
    this.from += by;
    this.to += by;
    this.#clamp();
  }

  /** Brings a place into sight, to the middle if it was out of it. */
  reveal(position: number): void {
    const edge = 0.08 * this.span;
    if (position >= this.from + edge && position <= this.to - edge) return;
    this.pan((position - (this.from + this.to) / 2) / this.span);
  }

  /** Narrows the view around a place; never widens it. */
  narrow(position: number, span: number): void {
    if (span < this.span) {
      this.from = position - span / 2;
      this.to = position + span / 2;
    }
    this.reveal(position);
    this.#clamp();
  }

  #clamp(): void {
    const margin = this.#length * MARGIN_PART;
    const span = this.span;
    if (this.from < -margin) this.from = -margin;
    else if (this.to > this.#length + margin) this.from = this.#length + margin - span;
    this.to = this.from + span;
  }
}
