/**
 * After a hole in the stream: finds the next record that opens, and with it the number of records that the hole
 * swallowed. That a record opens proves both its place and its number.
 */
import { readU16 } from '#base';
import type { Protection } from './protection.ts';
import { plausibleRecord, RECORD_BYTES_MAX, RECORD_HEADER_BYTES } from './record.ts';

/** Octets searched: two longest records must contain a whole one, and the search costs no decryption where no header is. */
const SEARCHED_MAX = 4 * (RECORD_HEADER_BYTES + RECORD_BYTES_MAX);
/** Attempts to open a record, all in all: at some microseconds each, a fraction of a second. */
const TRIALS_MAX = 20_000;
/** Numbers tried for one record. A hole of 100 KB of the smallest frames swallows no more records than this. */
const NUMBERS_MAX = 4_096;
/** Octets of the smallest record of content, header and tag included. */
const SMALLEST_RECORD = RECORD_HEADER_BYTES + 17;

export interface Found {
  readonly protection: Protection;
  readonly sequence: number;
  /** Where in `Seeker.bytes` the record begins. */
  readonly at: number;
}

export class Seeker {
  /** Octets since the hole. */
  bytes: Uint8Array = new Uint8Array(2_048);
  length = 0;
  /** Octets that are missing for good: the hole, and the part before it of a record that is of no use now. */
  lost: number;
  #at = 0;
  #trials = 0;

  constructor(lost: number) {
    this.lost = lost;
  }

  /** Another hole: what was searched in vain belongs to the first. */
  gap(length: number): void {
    this.lost += this.length + length;
    this.length = 0;
    this.#at = 0;
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.length + end - start;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.length = needed;
  }

  /** The search has cost enough. */
  get isHopeless(): boolean {
    return this.length > SEARCHED_MAX || this.#trials > TRIALS_MAX;
  }

  /** The first record that opens under these keys or the ones after them; undefined if more octets are needed. */
  find(keys: Protection): Found | undefined {
    for (; this.length - this.#at >= RECORD_HEADER_BYTES && !this.isHopeless; this.#at++) {
      if (!plausibleRecord(this.bytes, this.#at)) continue;
      const end = this.#at + RECORD_HEADER_BYTES + readU16(this.bytes, this.#at + 3);
      if (end > this.length) return undefined;
      const found = this.#tryNumbers(keys, keys.sequence, end) ?? this.#tryNext(keys, end);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #tryNext({ next }: Protection, end: number): Found | undefined {
    return next === undefined ? undefined : this.#tryNumbers(next, 0, end);
  }

  #tryNumbers(protection: Protection, first: number, end: number): Found | undefined {
    const swallowed = Math.floor((this.lost + this.#at) / SMALLEST_RECORD) + 1;
    const last = first + Math.min(swallowed, NUMBERS_MAX);
    const type = this.bytes[this.#at] ?? 0;
    const start = this.#at + RECORD_HEADER_BYTES;
    for (let sequence = first; sequence <= last && this.#trials <= TRIALS_MAX; sequence++) {
      this.#trials++;
      if (protection.cipher.open(type, this.bytes, start, end, sequence) !== undefined) {
        return { protection, sequence, at: this.#at };
      }
    }
    return undefined;
  }
}
