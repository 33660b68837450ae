/**
 * The Huffman code of RFC 7541 appendix B. It is canonical: codes of one length are consecutive numbers in the order of
 * their symbols, and the shorter lengths come first. So the lengths say it all.
 */

/** The symbol that ends the code space; it must not appear in a string (RFC 7541 §5.2). */
export const EOS = 256;

/** The longest code. */
export const CODE_BITS_MAX = 30;

/** Bits of the code of each octet, sixteen octets a row. */
const OCTET_BITS: readonly string[] = [
  '13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28',
  '28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28',
  '6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6',
  '5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10',
  '13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7',
  '7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6',
  '15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5',
  '6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28',
  '20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23',
  '24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24',
  '22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23',
  '21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23',
  '26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25',
  '19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27',
  '20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23',
  '26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26',
];

/** Bits of each symbol's code, EOS last. */
export const codeBits: Uint8Array = Uint8Array.from([...OCTET_BITS.join(' ').split(' ').map(Number), CODE_BITS_MAX]);

/** The symbols in the order of their codes: by length, then by number. */
export const symbolsByCode: Uint16Array = Uint16Array.from(codeBits.keys()).sort(
  (a, b) => codeBits[a]! - codeBits[b]! || a - b,
);

/** Each symbol's code, in the low bits. */
export const codes: Uint32Array = (() => {
  const table = new Uint32Array(codeBits.length);
  let code = 0;
  let bits = 0;
  for (const symbol of symbolsByCode) {
    code *= 2 ** (codeBits[symbol]! - bits);
    bits = codeBits[symbol]!;
    table[symbol] = code++;
  }
  return table;
})();
