/**
 * Huffman strings (RFC 7541 §5.2). Decoding looks up twelve bits at once: that settles two characters of most text, and one
 * of nearly all that header fields contain. Longer codes are found by comparing with the first code of each length.
 */
import type { ByteBuffer } from '../frames/byte-buffer.ts';
import { CODE_BITS_MAX, codeBits, codes, EOS, symbolsByCode } from './huffman-code.ts';

/** Two codes of five or six bits each, the digits and most letters, fit; the table of 16 KiB stays in the first-level cache. */
const LOOKUP_BITS = 12;
const LOOKUP_MASK = (1 << LOOKUP_BITS) - 1;

/** Where the parts of an entry stand: the first symbol in the low octet, then the second, then these. */
const COUNT_SHIFT = 16;
const BITS_SHIFT = 18;
const FIRST_BITS_SHIFT = 24;

/**
 * By the next twelve bits: the one or two symbols whose codes they hold whole, how many, the bits that both take and that the
 * first takes; 0 where already the first code is longer.
 */
const shortCodes: Uint32Array = (() => {
  const table = new Uint32Array(1 << LOOKUP_BITS);
  for (let first = 0; first < EOS; first++) {
    const bits = codeBits[first]!;
    if (bits > LOOKUP_BITS) continue;
    const start = codes[first]! << (LOOKUP_BITS - bits);
    const entry = (bits << FIRST_BITS_SHIFT) | (bits << BITS_SHIFT) | (1 << COUNT_SHIFT) | first;
    table.fill(entry, start, start + (1 << (LOOKUP_BITS - bits)));
    for (let second = 0; second < EOS; second++) {
      const left = LOOKUP_BITS - bits - codeBits[second]!;
      if (left < 0) continue;
      const both = start + (codes[second]! << left);
      const pair = (second << 8) | first | (2 << COUNT_SHIFT) | (bits << FIRST_BITS_SHIFT);
      table.fill(pair | ((LOOKUP_BITS - left) << BITS_SHIFT), both, both + (1 << left));
    }
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

/**
 * The octets to have room for when `length` Huffman octets are decoded: the shortest code has five bits, and the decoder
 * writes two octets at once, of which the second may not count.
 */
export function decodedBytesMax(length: number): number {
  return Math.floor((length * 8) / 5) + 1;
}

/** Added to what `decodeHuffman` returns if the string has an octet with a code longer than twelve bits: see there. */
export const RARE_OCTETS = 0x40000000;

/**
 * Decodes `bytes[start .. end)` to the beginning of `out`. Returns the number of octets, or -1 for an invalid string. All
 * octets with codes of up to twelve bits are printable ASCII; `RARE_OCTETS` is added if there are others, which costs
 * nothing to find out here.
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number, out: Uint8Array): number {
  let at = start;
  let window = 0;
  let bits = 0;
  let length = 0;
  let rare = 0;
  for (;;) {
    // The low `bits` bits of the window are still to decode; more than 24 would not leave room for another octet.
    if (bits < LOOKUP_BITS) {
      if (at + 1 < end) {
        window = (window << 16) | (bytes[at]! << 8) | bytes[at + 1]!;
        at += 2;
        bits += 16;
      } else {
        if (at < end) {
          window = (window << 8) | bytes[at++]!;
          bits += 8;
        }
        if (bits < LOOKUP_BITS) return finish(window, bits, out, length, rare);
      }
    }
    const entry = shortCodes[(window >>> (bits - LOOKUP_BITS)) & LOOKUP_MASK]!;
    if (entry !== 0) {
      out[length] = entry;
      out[length + 1] = entry >>> 8;
      length += (entry >>> COUNT_SHIFT) & 3;
      bits -= (entry >>> BITS_SHIFT) & 31;
      continue;
    }
    while (bits <= 24 && at < end) {
      window = (window << 8) | bytes[at++]!;
      bits += 8;
    }
    // A long code may reach up to five bits into the next octet, which the window has no room for.
    const more = at < end ? 32 - bits : 0;
    const next = more === 0 ? 0 : bytes[at]! >>> (8 - more);
    const symbol = longSymbol((bits === 32 ? window : window << (32 - bits)) | next, bits + more);
    if (symbol === EOS) return -1;
    rare = RARE_OCTETS;
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

/** Decodes the last bits, fewer than twelve: short codes, then padding, which is the beginning of EOS: up to seven ones. */
function finish(window: number, bits: number, out: Uint8Array, length: number, rare: number): number {
  let decoded = length;
  let left = bits;
  while (left >= 5) {
    const ones = (1 << (LOOKUP_BITS - left)) - 1;
    const entry = shortCodes[((window << (LOOKUP_BITS - left)) | ones) & LOOKUP_MASK]!;
    const taken = entry >>> FIRST_BITS_SHIFT;
    if (taken === 0 || taken > left) break;
    out[decoded++] = entry;
    left -= taken;
  }
  const ones = (1 << left) - 1;
  return left < 8 && (window & ones) === ones ? decoded | rare : -1;
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
