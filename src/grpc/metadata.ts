/** Binary metadata: fields whose names end in `-bin` carry base64 (gRPC over HTTP/2, "Custom-Metadata"; RFC 4648 §4). */

/** True for names that carry octets instead of text. */
export function isBinaryName(name: string): boolean {
  return name.endsWith('-bin');
}

/**
 * The values of one binary field: "Implementations must split Binary-Headers on ',' before decoding". A part that is no
 * base64 becomes `undefined`.
 */
export function decodeBinaryValues(value: string): readonly (Uint8Array | undefined)[] {
  return value.split(',').map((part) => decodeBase64(part.trim()));
}

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

const digits: readonly number[] = (() => {
  const table = new Array<number>(128).fill(-1);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let value = 0; value < alphabet.length; value++) table[alphabet.charCodeAt(value)] = value;
  return table;
})();

function digitOf(code: number): number {
  return digits[code] ?? -1;
}
