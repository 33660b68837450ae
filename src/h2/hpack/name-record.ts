/**
 * What an encoder remembers of a field name whose values differ from call to call: which entries of the dynamic table have it,
 * and its last values that no table holds. It decides what is worth an entry: a value that comes again is.
 */
import { type DynamicTable, entryIndex, type TableEntry } from './dynamic-table.ts';
import { type NameEntries, staticEntries } from './static-table.ts';

/**
 * Values remembered that are in no table. Callers take turns with a few values (tenants, versions, deadlines), which come
 * again within as many calls; each more costs a comparison in every call whose value is new.
 */
const RECENT_MAX = 4;

/** Credentials: an attacker who can add fields could guess a table entry from block sizes (RFC 7541 §7.1). */
const SENSITIVE: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);

/** True for names whose values are never to be indexed. */
export function isSensitive(name: string): boolean {
  return SENSITIVE.has(name);
}

export class NameRecord {
  readonly #fixed: NameEntries | undefined;
  readonly sensitive: boolean;
  /** Number of the newest entry with this name (see `DynamicTable.inserted`); 0 if there was none. */
  #newest = 0;
  /** Numbers of the others, oldest first. Evicted ones may still be among them. */
  #older: number[] | undefined = undefined;
  #recent: string[] | undefined = undefined;
  #next = 0;

  /** `table`: may hold entries of the name already. */
  constructor(name: string, table: DynamicTable<TableEntry>) {
    this.#fixed = staticEntries(name);
    this.sensitive = isSensitive(name);
    for (let position = table.count - 1; position >= 0; position--) {
      if (table.at(position)?.name === name) this.hold(table.inserted - position);
    }
  }

  /** The index of the field with this value in the two tables; 0 if neither has it. */
  fieldIndex(value: string, table: DynamicTable<TableEntry>): number {
    const fixed = this.#fixed?.indexByValue.get(value);
    if (fixed !== undefined) return fixed;
    if (this.#newest === 0) return 0;
    if (heldValue(table, this.#newest) === value) return entryIndex(table, this.#newest);
    return this.#older === undefined ? 0 : olderIndex(this.#older, value, table);
  }

  /** The index of any entry with this name; 0 if there is none. */
  nameIndex(table: DynamicTable<TableEntry>): number {
    if (this.#fixed !== undefined) return this.#fixed.index;
    return this.#newest === 0 ? 0 : entryIndex(table, this.#newest);
  }

  /** The entry with this number has this name. */
  hold(number: number): void {
    if (this.#newest !== 0) {
      this.#older ??= [];
      this.#older.push(this.#newest);
    }
    this.#newest = number;
  }

  /** True if the value came before and is remembered; remembers it otherwise. */
  cameBefore(value: string): boolean {
    this.#recent ??= [];
    for (const recent of this.#recent) if (recent === value) return true;
    this.#recent[this.#next] = value;
    this.#next = (this.#next + 1) % RECENT_MAX;
    return false;
  }
}

function heldValue(table: DynamicTable<TableEntry>, number: number): string | undefined {
  return table.at(table.inserted - number)?.value;
}

/** Looks from the newest on; evicted entries, which are the oldest, are dropped on the way. */
function olderIndex(older: number[], value: string, table: DynamicTable<TableEntry>): number {
  for (let at = older.length - 1; at >= 0; at--) {
    const number = older[at]!;
    const held = heldValue(table, number);
    if (held === value) return entryIndex(table, number);
    if (held === undefined) {
      older.splice(0, at + 1);
      return 0;
    }
  }
  return 0;
}
