/**
 * Says quickly that a header section is well-formed (RFC 9113 §8.2, §8.3), as nearly all are: the decoder has looked at the
 * characters of each field already, once where a field is indexed. What this does not find sound, `headerFaults` judges.
 */
import type { HeaderField, HeadersRole } from './field.ts';

/** Fields whose rule depends on their value or on other fields, and fields that may not be sent at all (§8.2.2). */
const NEVER_SOUND: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** Whether a field with this name, whose value is plain text, breaks no rule whatever the other fields are. */
export function isSoundField(name: string, value: string): boolean {
  return name === 'te' ? value === 'trailers' : !NEVER_SOUND.has(name);
}

/** True if the section breaks no rule as `role`. False says nothing. */
export function isSoundSection(role: HeadersRole, fields: readonly HeaderField[]): boolean {
  switch (role) {
    case 'request':
      return isSoundRequest(fields);
    case 'response':
    case 'informational':
      return fields.length > 0 && isStatus(fields[0]!) && areSound(fields, 1);
    case 'trailers':
      return areSound(fields, 0);
    default:
      return false;
  }
}

const COLON = 0x3a;

const METHOD = 1;
const SCHEME = 2;
const PATH = 4;
const AUTHORITY = 8;
const REQUIRED = METHOD | SCHEME | PATH;

function isSoundRequest(fields: readonly HeaderField[]): boolean {
  let seen = 0;
  let at = 0;
  for (; at < fields.length; at++) {
    const field = fields[at]!;
    if (field.name.charCodeAt(0) !== COLON) break;
    const bit = requestBit(field.name);
    if (bit === 0 || (seen & bit) !== 0 || field.sound !== true || field.value === '') return false;
    if (bit === METHOD && field.value === 'CONNECT') return false;
    seen |= bit;
  }
  return (seen & REQUIRED) === REQUIRED && areSound(fields, at);
}

function requestBit(name: string): number {
  switch (name) {
    case ':method':
      return METHOD;
    case ':scheme':
      return SCHEME;
    case ':path':
      return PATH;
    case ':authority':
      return AUTHORITY;
    default:
      return 0;
  }
}

function isStatus({ name, value, sound }: HeaderField): boolean {
  if (name !== ':status' || sound !== true || value.length !== 3) return false;
  const first = value.charCodeAt(0);
  return first >= 0x31 && first <= 0x39 && isDigit(value.charCodeAt(1)) && isDigit(value.charCodeAt(2));
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** No pseudo-header field from `start` on, and every field sound. */
function areSound(fields: readonly HeaderField[], start: number): boolean {
  for (let at = start; at < fields.length; at++) {
    const field = fields[at]!;
    if (field.sound !== true || field.name.charCodeAt(0) === COLON) return false;
  }
  return true;
}
