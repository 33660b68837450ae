/**
 * UTF-8 and percent-decoding without a platform: portable layers have no TextDecoder.
 * Both are lenient, because a diagnosis must show what a peer sent even where it is malformed.
 */

const REPLACEMENT = '\uFFFD';

/** Decodes UTF-8; each ill-formed sequence becomes U+FFFD (the Unicode standard's "maximal subpart" practice). */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = '';
  let at = start;
  while (at < end) {
    const first = bytes[at]!;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      at++;
      continue;
    }
    const length = sequenceLength(first);
    const taken = continuationBytes(bytes, at, Math.min(end, at + length));
    if (length === 0 || taken + 1 < length) {
      text += REPLACEMENT;
      at += taken + 1;
      continue;
    }
    text += String.fromCodePoint(codePoint(bytes, at, length));
    at += length;
  }
  return text;
}

function sequenceLength(first: number): number {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

/** How many octets after `at` continue the sequence; the second octet's range depends on the first (Unicode table 3-7). */
function continuationBytes(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  let low = 0x80;
  let high = 0xbf;
  if (first === 0xe0) low = 0xa0;
  else if (first === 0xed) high = 0x9f;
  else if (first === 0xf0) low = 0x90;
  else if (first === 0xf4) high = 0x8f;
  let taken = 0;
  for (let next = at + 1; next < end; next++) {
    const byte = bytes[next]!;
    if (byte < low || byte > high) break;
    low = 0x80;
    high = 0xbf;
    taken++;
  }
  return taken;
}

function codePoint(bytes: Uint8Array, at: number, length: number): number {
  let point = bytes[at]! & (0xff >> (length + 1));
  for (let next = at + 1; next < at + length; next++) point = (point << 6) | (bytes[next]! & 0x3f);
  return point;
}

/**
 * Decodes `grpc-message`: percent-encoded UTF-8. The gRPC protocol asks receivers not to fail on a bad escape,
 * but to keep it as it stands (gRPC over HTTP/2, "Responses").
 */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const escaped = text.charCodeAt(at) === 0x25 ? hexPair(text, at + 1) : -1;
    if (escaped >= 0) {
      bytes[length++] = escaped;
      at += 2;
    } else {
      bytes[length++] = text.charCodeAt(at) & 0xff;
    }
  }
  return decodeUtf8(bytes, 0, length);
}

function hexPair(text: string, at: number): number {
  const pair = text.slice(at, at + 2);
  return /^[0-9a-fA-F]{2}$/.test(pair) ? Number.parseInt(pair, 16) : -1;
}
