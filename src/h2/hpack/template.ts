/**
 * The part of a header list that is the same in every call of a method: made once, encoded once per connection for as long
 * as its table stays, and copied from then on.
 */
import type { EncodableField } from '../headers/field.ts';
import { ENTRY_OVERHEAD_BYTES } from './dynamic-table.ts';

export class HeaderTemplate {
  readonly fields: readonly EncodableField[];
  /** The size of these fields as SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113 §6.5.2). */
  readonly listBytes: number;

  /** Pseudo-header fields come first (RFC 9113 §8.3). The list is copied. */
  constructor(fields: readonly EncodableField[]) {
    this.fields = Object.freeze(fields.slice());
    this.listBytes = listBytesOf(this.fields);
  }
}

/** A header section to send: a template, and after it the fields of this call alone. */
export interface HeaderList {
  readonly template: HeaderTemplate;
  readonly extra: readonly EncodableField[] | undefined;
}

/** The size of fields as SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113 §6.5.2). */
export function listBytesOf(fields: readonly EncodableField[]): number {
  let bytes = 0;
  for (const { name, value } of fields) bytes += name.length + value.length + ENTRY_OVERHEAD_BYTES;
  return bytes;
}
