/**
 * The dynamic table (RFC 7541 §2.3.2, §4): a ring of fields, counted from the newest. Indexed fields are these very
 * objects, so that a repeated field costs no allocation.
 */
import type { HeaderField } from '../headers/field.ts';
import { STATIC_COUNT } from './static-table.ts';

/** What an entry takes beside its name and value (RFC 7541 §4.1). */
export const ENTRY_OVERHEAD_BYTES = 32;

/** The size before anybody has said anything (RFC 9113 §6.5.2). */
export const TABLE_BYTES_DEFAULT = 4_096;

/** What a table needs to know of its entries. */
export type TableEntry = Pick<HeaderField, 'name' | 'value'>;

/** An entry's size (RFC 7541 §4.1). For a field with an unknown name it is the least that the size can be. */
export function fieldBytes(field: TableEntry): number {
  return field.name.length + field.value.length + ENTRY_OVERHEAD_BYTES;
}

/** The index of the entry with this number (RFC 7541 §2.3.3); 0 if it has been evicted. */
export function entryIndex(table: DynamicTable<TableEntry>, number: number): number {
  const position = table.inserted - number;
  return position < table.count ? STATIC_COUNT + 1 + position : 0;
}

/** Slots of a ring that is used for the first time; a power of two, as is every later number. */
const FIRST_SLOTS = 8;

export class DynamicTable<Entry extends TableEntry = HeaderField> {
  #slots: (Entry | undefined)[] = [];
  /** Slot of the next entry. */
  #next = 0;
  #count = 0;
  #bytes = 0;
  #maxBytes: number;
  #generation = 0;
  #inserted = 0;

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

  /** How many entries were ever added. An entry's number is this count just after it was added. */
  get inserted(): number {
    return this.#inserted;
  }

  /** The entry at `position`, 0 being the newest; `undefined` beyond the oldest. */
  at(position: number): Entry | undefined {
    if (position >= this.#count) return undefined;
    return this.#slots[(this.#next - 1 - position) & (this.#slots.length - 1)];
  }

  /** The index of the newest entry with this name and value (RFC 7541 §2.3.3), or with this name only; 0 if there is none. */
  find(name: string, value?: string): number {
    for (let position = 0; position < this.#count; position++) {
      const entry = this.at(position)!;
      if ((value === undefined || entry.value === value) && entry.name === name) return STATIC_COUNT + 1 + position;
    }
    return 0;
  }

  /** Adds an entry and evicts what no longer fits. One larger than the table empties it and is not added (RFC 7541 §4.4). */
  insert(field: Entry): void {
    const bytes = fieldBytes(field);
    this.#generation++;
    this.#evict(this.#maxBytes - bytes);
    if (bytes > this.#maxBytes) return;
    if (this.#count === this.#slots.length) this.#grow();
    this.#slots[this.#next] = field;
    this.#next = (this.#next + 1) & (this.#slots.length - 1);
    this.#count++;
    this.#inserted++;
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
    const kept = new Array<Entry | undefined>(Math.max(FIRST_SLOTS, 2 * this.#count)).fill(undefined);
    for (let index = 0; index < this.#count; index++) kept[index] = this.at(this.#count - 1 - index);
    this.#next = this.#count;
    this.#slots = kept;
  }
}
