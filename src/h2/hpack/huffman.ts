/**
 * Huffman strings (RFC 7541 §5.2). Decoding looks up eight bits at once: that settles every code of up to eight bits, and
 * with them nearly all that header fields contain. Longer codes are found by comparing with the first code of each length.
 */
import type { ByteBuffer } from '../frames/byte-buffer.ts';
import { CODE_BITS_MAX, codeBits, codes, EOS, symbolsByCode } from './huffman-code.ts';

const LOOKUP_BITS = 8;

/** By the next eight bits: the code's length above, its symbol in the low octet; 0 where the code is longer. */
const shortCodes: Uint16Array = (() => {
  const table = new Uint16Array(1 << LOOKUP_BITS);
  for (let symbol = 0; symbol < EOS; symbol++) {
    const bits = codeBits[symbol]!;
    if (bits > LOOKUP_BITS) continue;
    const first = codes[symbol]! << (LOOKUP_BITS - bits);
    table.fill((bits << 8) | symbol, first, first + (1 << (LOOKUP_BITS - bits)));
  }
  return table;
})();

/** The codes of one length beyond the lookup. */
interface LongCodes {
  readonly bits: number;
  readonly firstCode: number;
  readonly lastCode: number;
  /** Where the symbol of `firstCode` stands in `symbolsByCode`. */
  readonly firstIndex: number;
}

const longCodes: readonly LongCodes[] = (() => {
  const table: LongCodes[] = [];
  for (let bits = LOOKUP_BITS + 1; bits <= CODE_BITS_MAX; bits++) {
    const firstIndex = symbolsByCode.findIndex((symbol) => codeBits[symbol] === bits);
    const count = codeBits.filter((length) => length === bits).length;
    if (count === 0) continue;
    const firstCode = codes[symbolsByCode[firstIndex]!]!;
    table.push({ bits, firstCode, lastCode: firstCode + count - 1, firstIndex });
  }
  return table;
})();

/** The octets that `length` Huffman octets can decode to at most: the shortest code has five bits. */
export function decodedBytesMax(length: number): number {
  return Math.floor((length * 8) / 5);
}

/** Decodes `bytes[start .. end)` to the beginning of `out`. Returns the number of octets, or -1 for an invalid string. */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number, out: Uint8Array): number {
  let at = start;
  let window = 0;
  let bits = 0;
  let length = 0;
  for (;;) {
    // The low `bits` bits of the window are still to decode; more than 24 would not leave room for another octet.
    while (bits <= 24 && at < end) {
      window = (window << 8) | bytes[at++]!;
      bits += 8;
    }
    if (bits < LOOKUP_BITS) return finish(window, bits, out, length);
    const short = shortCodes[(window >>> (bits - LOOKUP_BITS)) & 0xff]!;
    if (short !== 0) {
      out[length++] = short & 0xff;
      bits -= short >>> 8;
      continue;
    }
    // A long code may reach up to five bits into the next octet, which the window has no room for.
    const more = at < end ? 32 - bits : 0;
    const next = more === 0 ? 0 : bytes[at]! >>> (8 - more);
    const symbol = longSymbol((bits === 32 ? window : window << (32 - bits)) | next, bits + more);
    if (symbol === EOS) return -1;
    out[length++] = symbol;
    const taken = codeBits[symbol]!;
    if (taken > bits) {
      window = (window << 8) | bytes[at++]!;
      bits += 8;
    }
    bits -= taken;
  }
}

/**
 * The symbol of a code longer than the lookup that begins at the highest of 32 bits, of which `available` are input. EOS
 * when there is none, as EOS is an error as well.
 */
function longSymbol(top: number, available: number): number {
  for (const row of longCodes) {
    if (row.bits > available) return EOS;
    const code = top >>> (32 - row.bits);
    if (code <= row.lastCode) return symbolsByCode[row.firstIndex + code - row.firstCode]!;
  }
  return EOS;
}

/** Decodes the last bits, fewer than eight: at most one short code, then padding, which is the beginning of EOS: ones. */
function finish(window: number, bits: number, out: Uint8Array, length: number): number {
  let decoded = length;
  let left = bits;
  while (left >= 5) {
    const padded = ((window << (LOOKUP_BITS - left)) | (0xff >> left)) & 0xff;
    const short = shortCodes[padded]!;
    if (short === 0 || short >>> 8 > left) break;
    out[decoded++] = short & 0xff;
    left -= short >>> 8;
  }
  const ones = (1 << left) - 1;
  return (window & ones) === ones ? decoded : -1;
}

/** Octets that `text` takes as a Huffman string. */
export function huffmanBytes(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at++) bits += codeBits[text.charCodeAt(at)]!;
  return (bits + 7) >>> 3;
}

/** Appends `text`, one character an octet, as a Huffman string of `packed` octets (see `huffmanBytes`), without its length. */
export function writeHuffman(to: ByteBuffer, text: string, packed: number): void {
  let out = to.reserve(packed);
  const bytes = to.bytes;
  let window = 0;
  let bits = 0;
  for (let at = 0; at < text.length; at++) {
    const symbol = text.charCodeAt(at);
    let left = codeBits[symbol]!;
    // At most 16 bits at a time, so that the window holds 7 old bits and the new ones.
    while (left > 0) {
      const taken = Math.min(left, 16);
      left -= taken;
      window = (window << taken) | ((codes[symbol]! >>> left) & ((1 << taken) - 1));
      bits += taken;
      for (; bits >= 8; bits -= 8) bytes[out++] = window >>> (bits - 8);
    }
  }
  if (bits > 0) bytes[out] = (window << (8 - bits)) | (0xff >>> bits);
}
