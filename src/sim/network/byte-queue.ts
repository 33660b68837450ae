/** Octets that wait to be sent: chunks as they were handed over, taken out in any size. */

export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #head = 0;
  /** Octets of the first chunk that have been taken. */
  #taken = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The first `count` octets, behind `margin` octets of nothing: receivers must mind offsets. There must be as many. */
  take(count: number, margin: number): Uint8Array {
    const taken = new Uint8Array(margin + count);
    let at = margin;
    while (at < taken.length) {
      const chunk = this.#chunks[this.#head]!;
      const part = chunk.subarray(this.#taken, this.#taken + taken.length - at);
      taken.set(part, at);
      at += part.length;
      this.#taken += part.length;
      if (this.#taken === chunk.length) this.#next();
    }
    this.#length -= count;
    return taken;
  }

  /** Keeps the first `count` octets only. */
  truncate(count: number): void {
    if (count >= this.#length) return;
    const kept = this.take(count, 0);
    this.clear();
    this.push(kept);
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#taken = 0;
    this.#length = 0;
  }

  #next(): void {
    this.#head++;
    this.#taken = 0;
    // Chunks that are gone are dropped now and then, not one by one: that would move the others each time.
    if (this.#head < 64) return;
    this.#chunks = this.#chunks.slice(this.#head);
    this.#head = 0;
  }
}
