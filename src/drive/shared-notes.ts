/**
 * Header sections of connections at rest are mostly those of others: the same calls, with fields that the decoder already shares.
 * They are kept once. Sections with anything of a caller's own are not, so nothing of his outlives his connection here.
 */
import { isCommonField } from '#h2';
import type { HeadersNote } from './recorder-events.ts';

/** Requests, answers and trailers of a few dozen methods; a power of two. */
const SLOTS = 128;

const slots = new Array<HeadersNote | undefined>(SLOTS).fill(undefined);

/** The note that says the same and was seen first, or this one. */
export function sharedNote(note: HeadersNote): HeadersNote {
  const { fields, more } = note;
  if (more !== undefined || !fields.every(isCommonField)) return note;
  const slot = hashOf(note) & (SLOTS - 1);
  const known = slots[slot];
  if (known !== undefined && isSame(known, note)) return known;
  // Exactly as long as it has to be: lists that grew have room for more.
  const kept = { ...note, fields: fields.slice() };
  slots[slot] = kept;
  return kept;
}

function isSame(one: HeadersNote, other: HeadersNote): boolean {
  return (
    one.role === other.role &&
    one.endStream === other.endStream &&
    one.complete === other.complete &&
    one.fields.length === other.fields.length &&
    one.fields.every((field, at) => field === other.fields[at])
  );
}

function hashOf({ role, fields, endStream }: HeadersNote): number {
  let hash = role.length * 2 + (endStream ? 1 : 0);
  for (const { name, value } of fields) {
    hash = Math.imul(hash ^ name.length, 0x01000193) ^ value.length;
    const middle = value.length >> 1;
    if (value !== '') hash = Math.imul(hash ^ value.charCodeAt(middle) ^ (value.charCodeAt(0) << 8), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
