/** `grpc-message` as it is sent: UTF-8, percent-encoded (gRPC over HTTP/2, "Responses"). Reading it is `decodePercent` of #base. */

const HEX = '0123456789ABCDEF';

/** The text with all but space, printable ASCII and `%` encoded. A surrogate without its pair becomes U+FFFD. */
export function encodePercent(text: string): string {
  for (let at = 0; at < text.length; at++) {
    if (!isPlain(text.charCodeAt(at))) return encodeFrom(text, at);
  }
  return text;
}

/** Percent-Byte-Unencoded: %x20-%x24 / %x26-%x7E. */
function isPlain(code: number): boolean {
  return code >= 0x20 && code <= 0x7e && code !== 0x25;
}

function encodeFrom(text: string, first: number): string {
  let encoded = text.slice(0, first);
  for (let at = first; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isPlain(code)) {
      encoded += text.charAt(at);
      continue;
    }
    const point = scalarAt(text, at);
    if (point > 0xffff) at++;
    encoded += encodePoint(point);
  }
  return encoded;
}

/** The Unicode scalar value at `at`; U+FFFD for a lone surrogate, which UTF-8 cannot carry. */
function scalarAt(text: string, at: number): number {
  const point = text.codePointAt(at) ?? 0xfffd;
  return point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
}

function encodePoint(point: number): string {
  if (point < 0x80) return escaped(point);
  if (point < 0x800) return escaped(0xc0 | (point >>> 6)) + follower(point);
  if (point < 0x10000) return escaped(0xe0 | (point >>> 12)) + follower(point >>> 6) + follower(point);
  return escaped(0xf0 | (point >>> 18)) + follower(point >>> 12) + follower(point >>> 6) + follower(point);
}

function follower(bits: number): string {
  return escaped(0x80 | (bits & 0x3f));
}

function escaped(octet: number): string {
  return `%${HEX.charAt(octet >>> 4)}${HEX.charAt(octet & 15)}`;
}
