/**
 * Encodes header lists (RFC 7541): fields of the static and the dynamic table by index, Huffman strings where they are
 * shorter, sensitive fields never indexed, and values that change with every call left out of the table.
 */
import type { ByteBuffer } from '../frames/byte-buffer.ts';
import type { EncodableField, HeaderField } from '../headers/field.ts';
import { DynamicTable, fieldBytes, TABLE_BYTES_DEFAULT } from './dynamic-table.ts';
import { writeInteger } from './integer.ts';
import { STATIC_COUNT, staticFieldIndex, staticNameIndex } from './static-table.ts';
import { writeString } from './string.ts';
import type { HeaderTemplate } from './template.ts';

export type { EncodableField } from '../headers/field.ts';
export { type HeaderList, HeaderTemplate } from './template.ts';

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

/** Credentials: an attacker who can add fields could guess a table entry from block sizes (RFC 7541 §7.1). */
const SENSITIVE: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);

/** A new value with nearly every call, which would push useful entries out of the table. */
const CHANGING: ReadonlySet<string> = new Set([
  'content-length',
  'date',
  'grpc-message',
  'grpc-status-details-bin',
  'grpc-timeout',
  'grpc-trace-bin',
  'traceparent',
  'x-request-id',
]);

export class HpackEncoder {
  readonly #table = new DynamicTable();
  /** Sizes to announce at the beginning of the next block: the least chosen since the last one, and the present one. */
  #announce: { readonly least: number; readonly last: number } | undefined = undefined;
  /** The size that this side wants, within what the peer allows. */
  readonly #wantedBytes: number;

  constructor(wantedBytes = TABLE_BYTES_DEFAULT) {
    this.#wantedBytes = wantedBytes;
    if (wantedBytes < TABLE_BYTES_DEFAULT) this.setTableLimit(wantedBytes);
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
    this.#announceSize(to);
    for (const field of fields) this.#writeField(field, to);
  }

  /** Appends the block for the fields of `template` and then `extra`. */
  encodeTemplate(template: HeaderTemplate, extra: readonly EncodableField[] | undefined, to: ByteBuffer): void {
    this.encode(template.fields, to);
    if (extra !== undefined) this.encode(extra, to);
  }

  #announceSize(to: ByteBuffer): void {
    const announce = this.#announce;
    if (announce === undefined) return;
    if (announce.least < announce.last) writeInteger(to, announce.least, SIZE_UPDATE.mask, SIZE_UPDATE.pattern);
    writeInteger(to, announce.last, SIZE_UPDATE.mask, SIZE_UPDATE.pattern);
    this.#announce = undefined;
  }

  #writeField(field: EncodableField, to: ByteBuffer): void {
    if (field.neverIndexed || SENSITIVE.has(field.name)) {
      this.#writeLiteral(field, this.#nameIndex(field.name), to, NEVER_INDEXED);
      return;
    }
    if (CHANGING.has(field.name)) {
      // The first one is added all the same, so that the others can name it by index.
      const index = this.#nameIndex(field.name);
      if (index === 0) this.#writeNewEntry(field, 0, to);
      else this.#writeLiteral(field, index, to, NOT_INDEXED);
      return;
    }
    const index = staticFieldIndex(field.name, field.value) || this.#dynamicIndex(field);
    if (index !== 0) writeInteger(to, index, INDEXED.mask, INDEXED.pattern);
    else this.#writeNewEntry(field, this.#nameIndex(field.name), to);
  }

  #writeNewEntry(field: EncodableField, nameIndex: number, to: ByteBuffer): void {
    const entry: HeaderField = { name: field.name, value: field.value, neverIndexed: false, unknown: 'nothing' };
    // An entry that takes most of the table would evict more than it can save.
    if (fieldBytes(entry) > (3 * this.#table.maxBytes) / 4) {
      this.#writeLiteral(field, nameIndex, to, NOT_INDEXED);
      return;
    }
    this.#writeLiteral(field, nameIndex, to, INCREMENTAL);
    this.#table.insert(entry);
  }

  #writeLiteral(field: EncodableField, nameIndex: number, to: ByteBuffer, form: Representation): void {
    writeInteger(to, nameIndex, form.mask, form.pattern);
    if (nameIndex === 0) writeString(to, field.name);
    writeString(to, field.value);
  }

  #nameIndex(name: string): number {
    return staticNameIndex(name) || this.#dynamicNameIndex(name);
  }

  #dynamicIndex(field: EncodableField): number {
    for (let position = 0; position < this.#table.count; position++) {
      const entry = this.#table.at(position)!;
      if (entry.value === field.value && entry.name === field.name) return STATIC_COUNT + 1 + position;
    }
    return 0;
  }

  #dynamicNameIndex(name: string): number {
    for (let position = 0; position < this.#table.count; position++) {
      if (this.#table.at(position)!.name === name) return STATIC_COUNT + 1 + position;
    }
    return 0;
  }
}
