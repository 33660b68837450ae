/**
 * Remembers decoded header blocks by their octets: most blocks of a busy connection repeat one of a few, octet for octet.
 * A block's meaning depends on the dynamic table, so an entry holds for one table generation, and only blocks that left the
 * table alone are kept. Where blocks never repeat, the cache stops looking for growing stretches.
 */
import type { HeaderBlock } from './decoder.ts';

/** Enough for the requests and answers of a connection's busiest methods. A power of two. */
const SLOTS = 32;

/** Longer blocks are mostly literals, which seldom repeat and would cost as much to compare as they save. */
const KEPT_BYTES_MAX = 256;

/** Misses in a row after which the cache takes a rest. */
const MISSES_BEFORE_REST = 64;

/** Blocks that a rest lasts, first and at most. With the longest, looking costs one block in 17. */
const FIRST_REST_BLOCKS = 64;
const LAST_REST_BLOCKS = 1_024;

interface Slot {
  readonly bytes: Uint8Array;
  readonly generation: number;
  readonly block: HeaderBlock;
}

export class BlockCache {
  #slots: (Slot | undefined)[] | undefined = undefined;
  #misses = 0;
  #rest = 0;
  #nextRest = FIRST_REST_BLOCKS;
  /** Where the block of the last `find` belongs; -1 when it is not to be kept. */
  #place = -1;

  /** The block that these octets meant at this table generation, if it is remembered. */
  find(bytes: Uint8Array, start: number, end: number, generation: number): HeaderBlock | undefined {
    this.#place = -1;
    if (this.#rest > 0) {
      this.#rest--;
      return undefined;
    }
    if (end - start > KEPT_BYTES_MAX) return undefined;
    this.#slots ??= new Array<Slot | undefined>(SLOTS).fill(undefined);
    this.#place = place(bytes, start, end);
    const slot = this.#slots[this.#place];
    if (slot?.generation === generation && sameBytes(slot.bytes, bytes, start, end)) {
      this.#misses = 0;
      this.#nextRest = FIRST_REST_BLOCKS;
      return slot.block;
    }
    this.#miss();
    return undefined;
  }

  /** Remembers what the octets of the last `find`, which found nothing, turned out to mean. */
  keep(bytes: Uint8Array, start: number, end: number, generation: number, block: HeaderBlock): void {
    if (this.#place < 0 || this.#slots === undefined) return;
    this.#slots[this.#place] = { bytes: bytes.slice(start, end), generation, block };
  }

  #miss(): void {
    this.#misses++;
    if (this.#misses < MISSES_BEFORE_REST) return;
    this.#misses = 0;
    this.#rest = this.#nextRest;
    this.#nextRest = Math.min(2 * this.#nextRest, LAST_REST_BLOCKS);
  }
}

/** FNV-1a over all octets: values that differ do so at the end, indexes at the beginning. */
function place(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

function sameBytes(kept: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (kept.length !== end - start) return false;
  for (let at = 0; at < kept.length; at++) if (kept[at] !== bytes[start + at]) return false;
  return true;
}
