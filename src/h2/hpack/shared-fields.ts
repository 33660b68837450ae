/**
 * Fields with which connections begin are mostly those of other connections: path, user agent, content type. They are kept once
 * for all connections of the process, because thousands of idle ones each hold them in their tables.
 */
import type { HeaderField } from '../headers/field.ts';

/** Names whose values belong to no caller: credentials and metadata are never kept beyond their connection. */
const COMMON: ReadonlySet<string> = new Set([
  ':method',
  ':scheme',
  ':authority',
  ':path',
  ':status',
  'content-type',
  'te',
  'user-agent',
  'accept-encoding',
  'grpc-accept-encoding',
  'grpc-encoding',
  'grpc-status',
]);

/** A few dozen methods and clients; a power of two. Where there are more, they take each other's places and are kept as often as they come. */
const SLOTS = 256;
/** Longer values are seldom those of several connections, and this many octets in each slot are 64 KiB. */
const VALUE_LENGTH_MAX = 256;

const slots = new Array<HeaderField | undefined>(SLOTS).fill(undefined);

/** The value may be kept for other connections. */
export function isCommonField({ name, value }: Pick<HeaderField, 'name' | 'value'>): boolean {
  return value.length <= VALUE_LENGTH_MAX && COMMON.has(name);
}

/** The field that is equal to this one and was seen first, or this one. */
export function sharedField(field: HeaderField): HeaderField {
  if (!isCommonField(field)) return field;
  const slot = hashOf(field.name.length, field.value) & (SLOTS - 1);
  const known = slots[slot];
  if (known !== undefined && isSame(known, field)) return known;
  slots[slot] = field;
  return field;
}

function isSame(one: HeaderField, other: HeaderField): boolean {
  return (
    one.value === other.value &&
    one.name === other.name &&
    one.unknown === other.unknown &&
    one.sound === other.sound &&
    one.neverIndexed === other.neverIndexed
  );
}

/** FNV-1a over all characters: values that differ do so at the end. */
function hashOf(seed: number, value: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < value.length; at++) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
  return hash ^ (hash >>> 15);
}
