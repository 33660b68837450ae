/** Base64 as binary metadata uses it (RFC 4648 §4; gRPC over HTTP/2, "Custom-Metadata"), without a platform. */
import { toLatin1 } from '#base';

/**
 * Base64, padded or not ("Implementations MUST accept padded and un-padded values"); `undefined` if a character or the
 * length is impossible. Bits left over in the last character are ignored, as Go, Java and C do.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const length = unpaddedLength(text);
  if (length < 0 || length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  let value = 0;
  let written = 0;
  for (let at = 0; at < length; at++) {
    const digit = digitOf(text.charCodeAt(at));
    if (digit < 0) return undefined;
    value = ((value << 6) | digit) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[written++] = value >>> bits;
    }
  }
  return bytes;
}

/** The length without `=`; -1 if the padding is not what the length asks for. */
function unpaddedLength(text: string): number {
  if (!text.endsWith('=')) return text.length;
  const length = text.endsWith('==') ? text.length - 2 : text.length - 1;
  return text.length % 4 === 0 ? length : -1;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const digits: readonly number[] = (() => {
  const table = new Array<number>(128).fill(-1);
  for (let value = 0; value < ALPHABET.length; value++) table[ALPHABET.charCodeAt(value)] = value;
  return table;
})();

function digitOf(code: number): number {
  return digits[code] ?? -1;
}

/** The character codes of the alphabet by value. */
const codes = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));

/** Base64 without padding: "Implementations ... should emit un-padded values". */
export function encodeBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(base64Length(bytes.length));
  const whole = bytes.length - (bytes.length % 3);
  let written = 0;
  let at = 0;
  for (; at < whole; at += 3) {
    const three = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    text[written++] = codes[three >>> 18]!;
    text[written++] = codes[(three >>> 12) & 63]!;
    text[written++] = codes[(three >>> 6) & 63]!;
    text[written++] = codes[three & 63]!;
  }
  if (at < bytes.length) {
    const rest = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8);
    text[written++] = codes[rest >>> 18]!;
    text[written++] = codes[(rest >>> 12) & 63]!;
    if (written < text.length) text[written] = codes[(rest >>> 6) & 63]!;
  }
  return toLatin1(text);
}

/** The characters that so many octets take, without padding. */
export function base64Length(octets: number): number {
  return Math.ceil((octets * 4) / 3);
}
