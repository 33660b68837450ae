/**
 * Decodes header blocks (RFC 7541) of one direction. An invalid block is a value. Limits cut what is returned, never what is
 * decoded, so the table stays right. A decoder that joined a connection in its middle, or missed blocks, still counts
 * entries from the newest, as HPACK does: entries added since are exact, references to older ones are unknown fields.
 */

import type { ReadBlock } from '../headers/block-facts.ts';
import { nameProblem } from '../headers/characters.ts';
import type { HeaderField } from '../headers/field.ts';
import { isSoundField } from '../headers/sound.ts';
import { BlockCache } from './block-cache.ts';
import { DynamicTable, fieldBytes, TABLE_BYTES_DEFAULT } from './dynamic-table.ts';
import { BlockCursor, readInteger } from './integer.ts';
import { sharedField } from './shared-fields.ts';
import { STATIC_COUNT, staticFields } from './static-table.ts';
import { readString } from './string.ts';

export interface HeaderBlock {
  readonly kind: 'block';
  /** Shared between blocks: not to be changed. */
  readonly fields: readonly HeaderField[];
  /** The list's size as SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113 §6.5.2), left-out fields included. */
  readonly listBytes: number;
  /** False if some field is unknown or was left out because the list exceeds the decoder's limit. */
  readonly complete: boolean;
  /**
   * What a layer above worked out of these fields, for the next time: the decoder hands out the same block for the same
   * octets. Its owner is who reads the block first; an owner that finds something else here works it out anew.
   */
  memo: unknown;
  /** What the engine worked out of these fields, once it has: see `readBlock`. */
  read: ReadBlock | undefined;
}

/** The block breaks RFC 7541. The decoder has forgotten its table, because it no longer knows what the encoder's holds. */
export interface HpackFault {
  readonly kind: 'fault';
  readonly rule: 'hpack/invalid';
  readonly detail: string;
}

/**
 * Fields beyond this decoded size are left out. Servers accept 8 KiB to 64 KiB, few more; a reference of one octet can
 * stand for a field of thousands, so the number bounds what a small block can blow up to.
 */
export const LIST_BYTES_MAX = 1_048_576;

/** Larger tables are held in part only, the newest entries: peers advertise 4 KiB to 64 KiB. */
const HELD_TABLE_BYTES_MAX = 1_048_576;

/**
 * Room for entries while the table's real size is unknown. Keeping an entry that the encoder has evicted does no harm, as no
 * correct encoder refers to it; evicting one that it has kept would make a known field unknown.
 */
const UNKNOWN_TABLE_BYTES = 65_536;

/** No table that anybody uses has more entries, so a greater index in a half-known table is garbage. */
const UNSEEN_ENTRIES_MAX = HELD_TABLE_BYTES_MAX / 32;

/** Of what a connection begins with, so many fields may be those of others; later ones are values that change with every call. */
const FIELDS_SHARED = 16;

/** The one name whose rule is about its value: an entry of the table says nothing about the next value. */
const TE_LENGTH = 'te'.length;

const UNKNOWN_FIELD: HeaderField = { name: '', value: '', neverIndexed: false, unknown: 'field', sound: false };
const NO_FIELD: HeaderField = { name: '', value: '', neverIndexed: false, unknown: 'nothing', sound: false };

/** Decoding is synchronous, so all decoders share one. */
const sharedCursor = new BlockCursor();

export class HpackDecoder {
  readonly #maxListBytes: number;
  readonly #table = new DynamicTable();
  readonly #cache = new BlockCache();
  /** True if the encoder's table may hold entries older than all that ours holds. */
  #unseen = false;
  /** The greatest size that the encoder may choose: SETTINGS_HEADER_TABLE_SIZE of the decoding side. */
  #tableLimit = TABLE_BYTES_DEFAULT;
  /** The next block must begin by choosing a size of at most this (RFC 7541 §4.2). */
  #sizeDue: number | undefined = undefined;

  constructor(maxListBytes = LIST_BYTES_MAX) {
    this.#maxListBytes = maxListBytes;
  }

  /** Forgets the blocks that repeat; the table stays. */
  rest(): void {
    this.#cache.clear();
  }

  /** The size of the entries that the table holds (RFC 7541 §4.1). */
  get tableBytes(): number {
    return this.#table.bytes;
  }

  /** Sets the limit that the encoder has acknowledged: SETTINGS_HEADER_TABLE_SIZE of the decoding side. */
  setTableLimit(limitBytes: number): void {
    this.#tableLimit = limitBytes;
    if (this.#unseen || limitBytes >= (this.#sizeDue ?? this.#table.maxBytes)) return;
    this.#sizeDue = limitBytes;
  }

  /** Blocks were missed, or may have been: nothing that the table holds can be trusted, and older entries may exist. */
  forgetTable(): void {
    this.#table.clear();
    this.#table.resize(Math.max(this.#table.maxBytes, UNKNOWN_TABLE_BYTES));
    this.#unseen = true;
    this.#sizeDue = undefined;
  }

  /** Decodes the block `bytes[start .. end)`. The octets are not kept. */
  decode(bytes: Uint8Array, start: number, end: number): HeaderBlock | HpackFault {
    if (this.#sizeDue !== undefined) return this.#decodeBlock(bytes, start, end);
    const generation = this.#table.generation;
    const known = this.#cache.find(bytes, start, end, generation);
    if (known !== undefined) return known;
    const result = this.#decodeBlock(bytes, start, end);
    if (result.kind === 'block' && this.#table.generation === generation) {
      this.#cache.keep(bytes, start, end, generation, result);
    }
    return result;
  }

  /**
   * Decodes the beginning `bytes[start .. end)` of a block whose rest is missing: the fields that are whole, if any. What the rest would have added is missing from the table, so nothing in it can be trusted then.
   */
  decodeCut(bytes: Uint8Array, start: number, end: number): HeaderBlock {
    const fields: HeaderField[] = [];
    const cursor = sharedCursor;
    cursor.open(bytes, start, end);
    this.#readSizes(cursor);
    let listBytes = 0;
    while (cursor.at < end && cursor.problem === undefined) {
      const field = this.#readField(cursor);
      if (cursor.problem !== undefined) break;
      listBytes += fieldBytes(field);
      if (listBytes <= this.#maxListBytes) fields.push(field);
    }
    cursor.close();
    this.forgetTable();
    return { kind: 'block', fields, listBytes, complete: false, memo: undefined, read: undefined };
  }

  #decodeBlock(bytes: Uint8Array, start: number, end: number): HeaderBlock | HpackFault {
    const cursor = sharedCursor;
    cursor.open(bytes, start, end);
    this.#readSizes(cursor);
    const fields: HeaderField[] = [];
    const table = this.#table;
    let listBytes = 0;
    let complete = true;
    let { at } = cursor;
    while (at < end && cursor.problem === undefined) {
      const first = bytes[at]!;
      let field: HeaderField | undefined;
      // An index of one octet, as most fields are (RFC 7541 §6.1); one that is not found is told about below.
      if (first > 0x80 && first < 0xff) {
        const index = first & 0x7f;
        field = index <= STATIC_COUNT ? staticFields[index] : table.at(index - STATIC_COUNT - 1);
      }
      if (field !== undefined) {
        at++;
      } else {
        cursor.at = at;
        field = this.#readField(cursor);
        at = cursor.at;
        if (field.unknown !== 'nothing') complete = false;
      }
      listBytes += fieldBytes(field);
      if (listBytes <= this.#maxListBytes) fields.push(field);
      else complete = false;
    }
    cursor.close();
    if (cursor.problem === undefined) {
      return { kind: 'block', fields, listBytes, complete, memo: undefined, read: undefined };
    }
    this.forgetTable();
    const detail = `header block of ${end - start} octets: ${cursor.problem}, at octet ${cursor.at - start}`;
    return { kind: 'fault', rule: 'hpack/invalid', detail };
  }

  /** Table size updates stand at the beginning of a block and nowhere else (RFC 7541 §4.2). */
  #readSizes(cursor: BlockCursor): void {
    while (cursor.at < cursor.end && (cursor.bytes[cursor.at]! & 0xe0) === 0x20) {
      const size = readInteger(cursor, 0x1f);
      if (cursor.problem !== undefined) return;
      const limit = this.#sizeDue ?? this.#tableLimit;
      if (size > limit && !this.#unseen) {
        cursor.problem = `a table size of ${size} where at most ${limit} is allowed`;
        return;
      }
      this.#sizeDue = undefined;
      this.#resize(size);
    }
    if (this.#sizeDue === undefined) return;
    cursor.problem = `no table size update although the limit was lowered to ${this.#sizeDue}`;
  }

  #resize(size: number): void {
    this.#table.resize(Math.min(size, HELD_TABLE_BYTES_MAX));
    if (size > HELD_TABLE_BYTES_MAX) this.#unseen = true;
    // An empty table is a known one, however little was known before.
    else if (size === 0) this.#unseen = false;
  }

  /** One field representation (RFC 7541 §6), told apart by its first bits. */
  #readField(cursor: BlockCursor): HeaderField {
    const first = cursor.bytes[cursor.at]!;
    if (first & 0x80) return this.#entry(cursor, readInteger(cursor, 0x7f));
    if (first & 0x40) {
      const read = this.#readLiteral(cursor, 0x3f, false);
      if (cursor.problem !== undefined) return read;
      const field = this.#table.inserted < FIELDS_SHARED ? sharedField(read) : read;
      this.#table.insert(field);
      return field;
    }
    if (first & 0x20) {
      cursor.problem = 'a table size update after a field';
      return NO_FIELD;
    }
    return this.#readLiteral(cursor, 0x0f, (first & 0x10) !== 0);
  }

  #readLiteral(cursor: BlockCursor, prefixMask: number, neverIndexed: boolean): HeaderField {
    const index = readInteger(cursor, prefixMask);
    if (cursor.problem !== undefined) return NO_FIELD;
    if (index === 0) return this.#readNamed(cursor, neverIndexed);
    const named = this.#entry(cursor, index);
    if (cursor.problem !== undefined) return NO_FIELD;
    const value = readString(cursor);
    const { name } = named;
    const sound = cursor.plain && named.sound === true && (name.length !== TE_LENGTH || isSoundField(name, value));
    return { name, value, neverIndexed, unknown: named.unknown === 'nothing' ? 'nothing' : 'name', sound };
  }

  /** A literal that brings its name with it. */
  #readNamed(cursor: BlockCursor, neverIndexed: boolean): HeaderField {
    const name = readString(cursor);
    if (cursor.problem !== undefined) return NO_FIELD;
    const value = readString(cursor);
    const sound = cursor.plain && nameProblem(name) === 'none' && isSoundField(name, value);
    return { name, value, neverIndexed, unknown: 'nothing', sound };
  }

  /** The field at an index of the two tables (RFC 7541 §2.3.3). */
  #entry(cursor: BlockCursor, index: number): HeaderField {
    if (index <= STATIC_COUNT) {
      if (index === 0) cursor.problem ??= 'an index of 0';
      return staticFields[index]!;
    }
    const position = index - STATIC_COUNT - 1;
    const field = this.#table.at(position);
    if (field !== undefined) return field;
    if (this.#unseen && position < UNSEEN_ENTRIES_MAX) return UNKNOWN_FIELD;
    cursor.problem = `index ${index} where the tables end at ${STATIC_COUNT + this.#table.count}`;
    return NO_FIELD;
  }
}
