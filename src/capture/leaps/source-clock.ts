/**
 * The clock that stamps the packets of one interface. A step is a place where its time does not go on as packets that follow each other
 * closely do: a silence, or a leap of the clock. Steps are counted, so that it is known which of them a host's two time stamps enclose.
 */

/** Queues put packets in this much disorder, and no more: see `holdMs` of the TCP limits, twice. */
const DISORDER_MS = 100;
/** A shorter silence is not looked into: no timer of any protocol is that short. */
const SILENCE_MS = 150;

export class SourceClock {
  /** What its times are ahead of true ones, as far as that was proved. */
  shiftMs = 0;
  /** How many steps there were. */
  epoch = 0;
  #lastMs: number | undefined = undefined;
  /** Steps after `#trueFrom` up to `#trueTo` are known to be true, or were mended. */
  #trueFrom = 0;
  #trueTo = 0;

  /** How far the stamp of the next packet is from that of the one before, if that is a step; 0 if it is none, and then it is the last one. */
  stepTo(rawMs: number): number {
    const deltaMs = rawMs - (this.#lastMs ?? rawMs);
    if (deltaMs >= SILENCE_MS || deltaMs < -DISORDER_MS) return deltaMs;
    this.#lastMs = rawMs;
    return 0;
  }

  /** The packet after a step. */
  step(rawMs: number): void {
    this.#lastMs = rawMs;
    this.epoch++;
  }

  /** Whether of the steps since `epoch` only the last one can be a leap. */
  enclosesLast(epoch: number): boolean {
    return epoch === this.epoch - 1 || (this.#trueTo === this.epoch - 1 && epoch >= this.#trueFrom);
  }

  /** All steps since `epoch` are as long as they look, or have been mended. */
  holdsSince(epoch: number): void {
    if (epoch > this.#trueTo || epoch < this.#trueFrom) this.#trueFrom = epoch;
    this.#trueTo = this.epoch;
  }
}
