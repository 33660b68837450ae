/**
 * Remembers decoded header blocks by their octets: most blocks of a busy connection repeat one of a few, octet for octet.
 * A block's meaning depends on the dynamic table, so an entry holds for one table generation, and only blocks that left the
 * table alone are kept. Where blocks never repeat, the cache stops looking for growing stretches.
 */
import { toLatin1 } from '#base';
import type { HeaderBlock } from './decoder.ts';

/** Enough for a connection of one method; idle connections are many, and each keeps its slots. A power of two. */
const FIRST_SLOTS = 4;

/** Enough for the requests and answers of a connection's busiest methods. A power of two. */
const SLOTS_MAX = 32;

/** Longer blocks are mostly literals, which seldom repeat and would cost as much to compare as they save. */
const KEPT_BYTES_MAX = 256;

/** Misses in a row after which the cache takes a rest. */
const MISSES_BEFORE_REST = 64;

/** Blocks that a rest lasts, first and at most. With the longest, looking costs one block in 17. */
const FIRST_REST_BLOCKS = 64;
const LAST_REST_BLOCKS = 1_024;

interface Slot {
  /** One character an octet: a tenth of what a short array takes, and quicker to make. */
  readonly octets: string;
  readonly generation: number;
  readonly block: HeaderBlock;
}

export class BlockCache {
  #slots: (Slot | undefined)[] | undefined = undefined;
  #misses = 0;
  #rest = 0;
  #nextRest = FIRST_REST_BLOCKS;
  /** The hash of the block of the last `find`; -1 when the block is not to be kept. */
  #hash = -1;

  clear(): void {
    this.#slots = undefined;
  }

  /** The block that these octets meant at this table generation, if it is remembered. */
  find(bytes: Uint8Array, start: number, end: number, generation: number): HeaderBlock | undefined {
    this.#hash = -1;
    if (this.#rest > 0) {
      this.#rest--;
      return undefined;
    }
    if (end - start > KEPT_BYTES_MAX) return undefined;
    const hash = hashOf(bytes, start, end);
    const slot = this.#slots?.[hash & (this.#slots.length - 1)];
    if (slot?.generation === generation && sameOctets(slot.octets, bytes, start, end)) {
      this.#misses = 0;
      this.#nextRest = FIRST_REST_BLOCKS;
      return slot.block;
    }
    this.#hash = hash;
    this.#miss();
    return undefined;
  }

  /** Remembers what the octets of the last `find`, which found nothing, turned out to mean. */
  keep(bytes: Uint8Array, start: number, end: number, generation: number, block: HeaderBlock): void {
    const hash = this.#hash;
    if (hash < 0) return;
    this.#slots ??= emptySlots(FIRST_SLOTS);
    const { length } = this.#slots;
    // What is in the way still holds: with more slots both have room. The others come back with their next blocks.
    if (this.#slots[hash & (length - 1)]?.generation === generation && length < SLOTS_MAX) {
      this.#slots = emptySlots(2 * length);
    }
    this.#slots[hash & (this.#slots.length - 1)] = { octets: toLatin1(bytes, start, end), generation, block };
  }

  #miss(): void {
    this.#misses++;
    if (this.#misses < MISSES_BEFORE_REST) return;
    this.#misses = 0;
    this.#rest = this.#nextRest;
    this.#nextRest = Math.min(2 * this.#nextRest, LAST_REST_BLOCKS);
  }
}

function emptySlots(count: number): (Slot | undefined)[] {
  return new Array<Slot | undefined>(count).fill(undefined);
}

/** FNV-1a over all octets: values that differ do so at the end, indexes at the beginning. Never negative. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return (hash ^ (hash >>> 15)) & 0x7fffffff;
}

function sameOctets(kept: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (kept.length !== end - start) return false;
  for (let at = 0; at < kept.length; at++) if (kept.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}
