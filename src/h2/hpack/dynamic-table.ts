/**
 * The dynamic table (RFC 7541 §2.3.2, §4): a ring of fields, counted from the newest. Indexed fields are these very
 * objects, so that a repeated field costs no allocation.
 */
import type { HeaderField } from '../headers/field.ts';

/** What an entry takes beside its name and value (RFC 7541 §4.1). */
export const ENTRY_OVERHEAD_BYTES = 32;

/** The size before anybody has said anything (RFC 9113 §6.5.2). */
export const TABLE_BYTES_DEFAULT = 4_096;

/** An entry's size (RFC 7541 §4.1). For a field with an unknown name it is the least that the size can be. */
export function fieldBytes(field: HeaderField): number {
  return field.name.length + field.value.length + ENTRY_OVERHEAD_BYTES;
}

/** Slots of a ring that is used for the first time; a power of two, as is every later number. */
const FIRST_SLOTS = 16;

export class DynamicTable {
  #slots: (HeaderField | undefined)[] = [];
  /** Slot of the next entry. */
  #next = 0;
  #count = 0;
  #bytes = 0;
  #maxBytes: number;
  #generation = 0;

  constructor(maxBytes = TABLE_BYTES_DEFAULT) {
    this.#maxBytes = maxBytes;
  }

  get count(): number {
    return this.#count;
  }

  /** The sum of the entries' sizes. */
  get bytes(): number {
    return this.#bytes;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** Grows by one or more with every change: while it stays, an index means the same field. */
  get generation(): number {
    return this.#generation;
  }

  /** The entry at `position`, 0 being the newest; `undefined` beyond the oldest. */
  at(position: number): HeaderField | undefined {
    if (position >= this.#count) return undefined;
    return this.#slots[(this.#next - 1 - position) & (this.#slots.length - 1)];
  }

  /** Adds an entry and evicts what no longer fits. One larger than the table empties it and is not added (RFC 7541 §4.4). */
  insert(field: HeaderField): void {
    const bytes = fieldBytes(field);
    this.#generation++;
    this.#evict(this.#maxBytes - bytes);
    if (bytes > this.#maxBytes) return;
    if (this.#count === this.#slots.length) this.#grow();
    this.#slots[this.#next] = field;
    this.#next = (this.#next + 1) & (this.#slots.length - 1);
    this.#count++;
    this.#bytes += bytes;
  }

  /** Changes the maximum size and evicts what no longer fits (RFC 7541 §4.3). */
  resize(maxBytes: number): void {
    this.#generation++;
    this.#maxBytes = maxBytes;
    this.#evict(maxBytes);
  }

  clear(): void {
    this.#generation++;
    this.#evict(0);
  }

  /** Evicts from the oldest on until the rest takes no more than `allowedBytes`. */
  #evict(allowedBytes: number): void {
    while (this.#bytes > allowedBytes && this.#count > 0) {
      const oldest = (this.#next - this.#count) & (this.#slots.length - 1);
      this.#bytes -= fieldBytes(this.#slots[oldest]!);
      this.#slots[oldest] = undefined;
      this.#count--;
    }
  }

  #grow(): void {
    const kept: (HeaderField | undefined)[] = [];
    for (let position = this.#count - 1; position >= 0; position--) kept.push(this.at(position));
    this.#next = kept.length;
    while (kept.length < Math.max(FIRST_SLOTS, 2 * this.#count)) kept.push(undefined);
    this.#slots = kept;
  }
}
