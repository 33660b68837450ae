/**
 * The part of a header list that is the same in every call of a method: made and checked once, encoded once per connection
 * for as long as its table stays, and copied from then on.
 */
import { UsageError } from '#base';
import { nameProblem, quoted, valueProblem } from '../headers/characters.ts';
import type { EncodableField } from '../headers/field.ts';
import { ENTRY_OVERHEAD_BYTES } from './dynamic-table.ts';

let made = 0;

export class HeaderTemplate {
  readonly fields: readonly EncodableField[];
  /** The size of these fields as SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113 §6.5.2). */
  readonly listBytes: number;
  /** Tells templates apart; the low bits spread them over an encoder's slots. */
  readonly id = made++;

  /**
   * Pseudo-header fields come first (RFC 9113 §8.3). The list is copied. A `UsageError` names a field that no peer would
   * accept: the values may come from options, and a line break in one would be a field of its own behind a gateway.
   */
  constructor(fields: readonly EncodableField[]) {
    for (const field of fields) checkField(field);
    this.fields = Object.freeze(fields.slice());
    this.listBytes = listBytesOf(this.fields);
  }
}

/** A header section to send: a template, and after it the fields of this call alone. */
export interface HeaderList {
  readonly template: HeaderTemplate;
  /** Encoded as they are, without a check: names in lower case, characters below 256. */
  readonly extra: readonly EncodableField[] | undefined;
}

/** The size of fields as SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113 §6.5.2). */
export function listBytesOf(fields: readonly EncodableField[]): number {
  let bytes = 0;
  for (const { name, value } of fields) bytes += name.length + value.length + ENTRY_OVERHEAD_BYTES;
  return bytes;
}

function checkField({ name, value }: EncodableField): void {
  const plainName = name.startsWith(':') ? name.slice(1) : name;
  if (nameProblem(plainName) !== 'none' || !isLatin1(name)) throw new UsageError(`${quoted(name)} is no field name`);
  if (!valueProblem(value) && isLatin1(value)) return;
  throw new UsageError(`field ${quoted(name)} cannot have the value ${quoted(value)}`);
}

function isLatin1(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return false;
  return true;
}
