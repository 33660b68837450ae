/**
 * Encodes header lists (RFC 7541). Templates are encoded once for each state of the table and copied from then on. Of the
 * other fields those are added to the table whose values come again: values that change with every call stay literals, whose
 * name is an index, so they never push useful entries out and never spoil what is remembered of the templates.
 */
import type { ByteBuffer } from '../frames/byte-buffer.ts';
import type { EncodableField } from '../headers/field.ts';
import { DynamicTable, fieldBytes, TABLE_BYTES_DEFAULT, type TableEntry } from './dynamic-table.ts';
import { writeInteger } from './integer.ts';
import { isSensitive, NameRecord } from './name-record.ts';
import { staticFieldIndex, staticNameIndex } from './static-table.ts';
import { writePlainString, writeString } from './string.ts';
import type { HeaderTemplate } from './template.ts';
import { TemplateCache } from './template-cache.ts';

export type { EncodableField } from '../headers/field.ts';
export { type HeaderList, HeaderTemplate, listBytesOf } from './template.ts';

/** The first bits of a representation (RFC 7541 §6) and the mask of its integer prefix. */
interface Representation {
  readonly pattern: number;
  readonly mask: number;
}

const INDEXED: Representation = { pattern: 0x80, mask: 0x7f };
const INCREMENTAL: Representation = { pattern: 0x40, mask: 0x3f };
const SIZE_UPDATE: Representation = { pattern: 0x20, mask: 0x1f };
const NEVER_INDEXED: Representation = { pattern: 0x10, mask: 0x0f };
const NOT_INDEXED: Representation = { pattern: 0x00, mask: 0x0f };

/**
 * Names remembered. A connection's calls use some twenty; where names never end, all are forgotten at this number, which
 * costs some literals and nothing else.
 */
const NAMES_MAX = 64;

/**
 * Once the table is full, only one block in so many may evict entries for new ones. A set of fields larger than the table
 * would else replace all of it again and again: then part of it stays indexed, and what is in use changes slowly.
 */
const BLOCKS_BETWEEN_EVICTIONS = 64;

export class HpackEncoder {
  readonly #table = new DynamicTable<TableEntry>();
  readonly #templates = new TemplateCache();
  /** By the names of fields that are in no template. */
  #names: Map<string, NameRecord> | undefined = undefined;
  /** Sizes to announce at the beginning of the next block: the least chosen since the last one, and the present one. */
  #announce: { readonly least: number; readonly last: number } | undefined = undefined;
  /** The size that this side wants, within what the peer allows. */
  readonly #wantedBytes: number;
  #blocks = 0;
  /** The block that evicted entries last. */
  #evictedAt = -BLOCKS_BETWEEN_EVICTIONS;

  constructor(wantedBytes = TABLE_BYTES_DEFAULT) {
    this.#wantedBytes = wantedBytes;
    if (wantedBytes < TABLE_BYTES_DEFAULT) this.setTableLimit(wantedBytes);
  }

  /** Forgets what makes repeated fields cheap; the table stays. */
  rest(): void {
    this.#templates.clear();
    this.#names = undefined;
  }

  /** The peer's SETTINGS_HEADER_TABLE_SIZE; takes effect, and is announced, with the next block (RFC 7541 §4.2). */
  setTableLimit(limitBytes: number): void {
    const size = Math.min(limitBytes, this.#wantedBytes);
    if (size === this.#table.maxBytes && this.#announce === undefined) return;
    this.#announce = { least: Math.min(size, this.#announce?.least ?? size), last: size };
    this.#table.resize(size);
  }

  /** Appends the block for `fields`. */
  encode(fields: readonly EncodableField[], to: ByteBuffer): void {
    this.#beginBlock(to);
    for (const field of fields) this.#writeField(field, to);
  }

  /** Appends the block for the fields of `template` and then `extra`. */
  encodeTemplate(template: HeaderTemplate, extra: readonly EncodableField[] | undefined, to: ByteBuffer): void {
    this.#beginBlock(to);
    const { generation } = this.#table;
    if (!this.#templates.copy(template, generation, to)) {
      const start = to.length;
      for (const field of template.fields) this.#writeConstant(field, to);
      // Octets that add entries mean something else the next time.
      if (this.#table.generation === generation) this.#templates.keep(template, generation, to, start);
    }
    if (extra !== undefined) for (const field of extra) this.#writeField(field, to);
  }

  #beginBlock(to: ByteBuffer): void {
    this.#blocks++;
    const announce = this.#announce;
    if (announce === undefined) return;
    if (announce.least < announce.last) writeInteger(to, announce.least, SIZE_UPDATE.mask, SIZE_UPDATE.pattern);
    writeInteger(to, announce.last, SIZE_UPDATE.mask, SIZE_UPDATE.pattern);
    this.#announce = undefined;
  }

  /**
   * A field of a template: it will come again, so it is added to the table at once. Searches the table, which happens only
   * when the table has changed since the template was encoded last.
   */
  #writeConstant(field: EncodableField, to: ByteBuffer): void {
    const { name, value } = field;
    const nameIndex = staticNameIndex(name) || this.#table.find(name);
    if (field.neverIndexed || isSensitive(name)) {
      this.#writeLiteral(field, nameIndex, NEVER_INDEXED, to);
      return;
    }
    const index = staticFieldIndex(name, value) || this.#table.find(name, value);
    if (index !== 0) {
      writeInteger(to, index, INDEXED.mask, INDEXED.pattern);
    } else if (this.#mayInsert(fieldBytes(field))) {
      this.#writeNewEntry(field, nameIndex, to);
      this.#names?.get(name)?.hold(this.#table.inserted);
    } else {
      this.#writeLiteral(field, nameIndex, NOT_INDEXED, to);
    }
  }

  /** A field of this call. */
  #writeField(field: EncodableField, to: ByteBuffer): void {
    const { name, value } = field;
    const table = this.#table;
    const met = this.#names?.get(name);
    const record = met ?? this.#meet(name);
    if (field.neverIndexed || record.sensitive) {
      this.#writeLiteral(field, record.nameIndex(table), NEVER_INDEXED, to);
      return;
    }
    const index = record.fieldIndex(value, table);
    if (index !== 0) {
      writeInteger(to, index, INDEXED.mask, INDEXED.pattern);
      return;
    }
    const nameIndex = record.nameIndex(table);
    // The first value of a name is added in any case, so that those after it can name it by index.
    const wanted = met === undefined || nameIndex === 0 || record.cameBefore(value);
    if (wanted && this.#mayInsert(fieldBytes(field))) {
      // A copy: the field is the caller's, who may use it for the next call.
      this.#writeNewEntry({ name, value }, nameIndex, to);
      record.hold(table.inserted);
    } else {
      this.#writeLiteral(field, nameIndex, NOT_INDEXED, to);
    }
  }

  #meet(name: string): NameRecord {
    this.#names ??= new Map();
    if (this.#names.size >= NAMES_MAX) this.#names.clear();
    const record = new NameRecord(name, this.#table);
    this.#names.set(name, record);
    return record;
  }

  #mayInsert(bytes: number): boolean {
    const { maxBytes } = this.#table;
    // An entry that takes most of the table would evict more than it can save.
    if (bytes > (3 * maxBytes) / 4) return false;
    if (this.#table.bytes + bytes <= maxBytes) return true;
    if (this.#evictedAt !== this.#blocks && this.#blocks - this.#evictedAt < BLOCKS_BETWEEN_EVICTIONS) return false;
    this.#evictedAt = this.#blocks;
    return true;
  }

  #writeNewEntry(entry: TableEntry, nameIndex: number, to: ByteBuffer): void {
    writeInteger(to, nameIndex, INCREMENTAL.mask, INCREMENTAL.pattern);
    if (nameIndex === 0) writeString(to, entry.name);
    writeString(to, entry.value);
    this.#table.insert(entry);
  }

  /** A literal that is sent with every call is not packed: that costs both sides more time than its octets are worth. */
  #writeLiteral(field: TableEntry, nameIndex: number, form: Representation, to: ByteBuffer): void {
    writeInteger(to, nameIndex, form.mask, form.pattern);
    if (nameIndex === 0) writePlainString(to, field.name);
    writePlainString(to, field.value);
  }
}
