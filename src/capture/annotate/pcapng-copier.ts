/**
 * A pcapng file once more, block by block as it was, in the byte order that it has: only the blocks that get a comment are
 * made anew. Interfaces, statistics, names, TLS secrets and blocks that nobody knows are copied untouched.
 */
import { readOrdered32 } from '../order.ts';
import { MAX_BLOCK_BYTES, SECTION_HEADER, sectionIsLittle } from '../pcapng.ts';
import { BlockWriter, commentOptions, padded } from './block.ts';
import type { Copier, Notes, OctetSink } from './notes.ts';

const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
/** Type, length, and the length again. */
const FRAME_BYTES = 12;
/** Before the packet, the block's head included. */
const PACKET_AT = 28;

export class PcapngCopier implements Copier {
  readonly #notes: Notes;
  readonly #sink: OctetSink;
  #writer = new BlockWriter(true);
  #little = true;
  #sections = 0;
  #packets = 0;
  /** Octets of a block too large to be held that are still to come. */
  #passing = 0;
  noted = 0;
  stopped = false;

  constructor(notes: Notes, sink: OctetSink) {
    this.#notes = notes;
    this.#sink = sink;
  }

  copy(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && !this.stopped) {
      if (this.#passing > 0) {
        at = this.#pass(bytes, at, end);
        continue;
      }
      if (end - at < FRAME_BYTES) return at;
      if (!this.#knowsOrder(bytes, at)) return end;
      const total = readOrdered32(bytes, at + 4, this.#little);
      if (total % 4 !== 0 || total < FRAME_BYTES) return this.#stop(end);
      if (total > MAX_BLOCK_BYTES) {
        if (this.#isPacket(readOrdered32(bytes, at, this.#little))) return this.#stop(end);
        this.#passing = total;
        continue;
      }
      if (total > end - at) return at;
      this.#block(bytes, at, total);
      at += total;
    }
    return at;
  }

  /** The reader stops there as well. */
  #stop(end: number): number {
    this.stopped = true;
    return end;
  }

  #pass(bytes: Uint8Array, at: number, end: number): number {
    const passed = Math.min(this.#passing, end - at);
    this.#sink(bytes.subarray(at, at + passed));
    this.#passing -= passed;
    return at + passed;
  }

  /** Each section says in its header in which order its integers stand. */
  #knowsOrder(bytes: Uint8Array, at: number): boolean {
    if (readOrdered32(bytes, at, false) !== SECTION_HEADER) return true;
    const little = sectionIsLittle(bytes, at);
    if (little === undefined) {
      this.stopped = true;
      return false;
    }
    this.#little = little;
    this.#writer = new BlockWriter(little);
    return true;
  }

  #isPacket(type: number): boolean {
    return type === ENHANCED_PACKET || type === OBSOLETE_PACKET || type === SIMPLE_PACKET;
  }

  #block(bytes: Uint8Array, at: number, total: number): void {
    const type = readOrdered32(bytes, at, this.#little);
    const block = bytes.subarray(at, at + total);
    if (type === SECTION_HEADER && total >= PACKET_AT) this.#section(block);
    else if (type === SIMPLE_PACKET && total >= 16) {
      // It has no place for a comment (draft §4.4).
      this.#packets++;
      this.#sink(block);
    } else if ((type === ENHANCED_PACKET || type === OBSOLETE_PACKET) && total >= 32) this.#packet(type, block);
    else this.#sink(block);
  }

  /** The length of the section is no longer what it was: unknown, all ones (draft §4.1). Comments stand in the first. */
  #section(block: Uint8Array): void {
    const comments = this.#sections++ === 0 ? this.#notes.section : [];
    const fixed = block.slice(8, 24);
    fixed.fill(0xff, 8, 16);
    this.#sink(this.#commented(SECTION_HEADER, fixed, block.subarray(24, block.length - 4), comments));
  }

  #packet(type: number, block: Uint8Array): void {
    const captured = readOrdered32(block, 20, this.#little);
    if (captured > block.length - 32) {
      // Contradicts itself: the reader does not count it, and readers of the new file are to see what it is.
      this.#sink(block);
      return;
    }
    const comments = this.#notes.packets.get(++this.#packets);
    if (comments === undefined) {
      this.#sink(block);
      return;
    }
    this.noted++;
    const optionsAt = Math.min(PACKET_AT + padded(captured), block.length - 4);
    this.#sink(
      this.#commented(type, block.subarray(8, optionsAt), block.subarray(optionsAt, block.length - 4), comments),
    );
  }

  /** The new comments come first, before the options that were there and their end mark. */
  #commented(type: number, fixed: Uint8Array, options: Uint8Array, comments: readonly string[]): Uint8Array {
    const added = this.#writer.options(commentOptions(comments), options.length === 0);
    return this.#writer.block(type, fixed, added, options);
  }
}
