import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLatin1, toLatin1 } from '#base';
import { ByteBuffer } from '#h2';
import {
  decodedBytesMax,
  decodeHuffman,
  huffmanBytes,
  RARE_OCTETS,
  writeHuffman,
} from '../../../src/h2/hpack/huffman.ts';
import { codeBits, codes, EOS } from '../../../src/h2/hpack/huffman-code.ts';
import { hex } from '../hex.ts';

function fast(bytes: Uint8Array): string | undefined {
  const out = new Uint8Array(decodedBytesMax(bytes.length));
  const length = decodeHuffman(bytes, 0, bytes.length, out);
  expect(length & ~RARE_OCTETS).toBeLessThanOrEqual(length < 0 ? -1 : out.length);
  return length < 0 ? undefined : toLatin1(out, 0, length & ~RARE_OCTETS);
}

const symbolByCode = new Map<string, number>();
for (let symbol = 0; symbol <= EOS; symbol++) {
  symbolByCode.set(codes[symbol]!.toString(2).padStart(codeBits[symbol]!, '0'), symbol);
}

/** One bit at a time, out of a map from code to symbol. */
function slow(bytes: Uint8Array): string | undefined {
  let text = '';
  let code = '';
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code += (byte >> bit) & 1;
      const symbol = symbolByCode.get(code);
      if (symbol === undefined) continue;
      if (symbol === EOS) return undefined;
      text += String.fromCharCode(symbol);
      code = '';
    }
  }
  return code.length < 8 && !code.includes('0') ? text : undefined;
}

function encode(text: string): Uint8Array {
  const buffer = new ByteBuffer();
  writeHuffman(buffer, text, huffmanBytes(text));
  return buffer.toBytes();
}

describe('the code', () => {
  it.each([
    [0, 0x1ff8, 13],
    [10, 0x3ffffffc, 30],
    [32, 0x14, 6],
    [48, 0x0, 5],
    [58, 0x5c, 7],
    [92, 0x7fff0, 19],
    [97, 0x3, 5],
    [126, 0x1ffd, 13],
    [127, 0xffffffc, 28],
    [128, 0xfffe6, 20],
    [199, 0x1ffffec, 25],
    [255, 0x3ffffee, 26],
    [256, 0x3fffffff, 30],
  ])('symbol %i', (symbol, code, bits) => {
    expect(codeBits[symbol]).toBe(bits);
    expect(codes[symbol]).toBe(code);
  });

  it('uses up the code space', () => {
    expect(codeBits.reduce((sum, bits) => sum + 2 ** -bits, 0)).toBe(1);
    expect(symbolByCode.size).toBe(257);
  });
});

describe('decoding', () => {
  it('agrees with a bit-by-bit decoder on all inputs of one and two octets', () => {
    const wrong: string[] = [];
    for (let value = 0; value < 0x10000; value++) {
      const two = Uint8Array.of(value >> 8, value & 0xff);
      if (fast(two) !== slow(two)) wrong.push(`two ${value}`);
    }
    for (let value = 0; value < 0x100; value++) {
      if (fast(Uint8Array.of(value)) !== slow(Uint8Array.of(value))) wrong.push(`one ${value}`);
    }
    expect(wrong).toEqual([]);
  });

  it('agrees on every pair of symbols', () => {
    const wrong: string[] = [];
    for (let first = 0; first < 256; first++) {
      for (let second = 0; second < 256; second++) {
        const text = String.fromCharCode(first, second);
        const bytes = encode(text);
        if (fast(bytes) !== text || (second % 16 === 0 && slow(bytes) !== text)) wrong.push(`${first} ${second}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('agrees on any octets, and on octets that hold long codes', () => {
    const dense = fc.array(fc.constantFrom(0xff, 0xfe, 0xfc, 0x7f, 0xf8, 0x00, 0x5a), { maxLength: 12 });
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 24 }),
      dense.map((list) => Uint8Array.from(list)),
    );
    fc.assert(
      fc.property(octets, (bytes) => {
        expect(fast(bytes)).toBe(slow(bytes));
      }),
      { numRuns: 5_000 },
    );
  });

  it('starts and ends where it is told', () => {
    const out = new Uint8Array(16);
    expect(decodeHuffman(hex('ff 6402 ff'), 1, 3, out)).toBe(3);
    expect(toLatin1(out, 0, 3)).toBe('302');
  });

  it.each([
    ['EOS', 'ffffffff'],
    ['EOS after a symbol', '1fffffffff'],
    ['padding of eight ones', '1f ff'],
    ['padding that is not ones', '18'],
    ['the beginning of a long code', 'fe'],
  ])('rejects %s', (_name, digits) => {
    expect(fast(hex(digits))).toBeUndefined();
  });

  it('accepts padding of up to seven ones', () => {
    expect(fast(hex('1f'))).toBe('a');
    expect(fast(hex('ff cf'))).toBe(slow(hex('ff cf')));
    expect(fast(hex(''))).toBe('');
  });
});

describe('rare octets', () => {
  const isRare = (text: string): boolean => {
    const bytes = encode(text);
    return (decodeHuffman(bytes, 0, bytes.length, new Uint8Array(decodedBytesMax(bytes.length))) & RARE_OCTETS) !== 0;
  };

  it('are told of exactly where a code is longer than twelve bits, at every place of a string', () => {
    const wrong: number[] = [];
    for (let octet = 0; octet < 256; octet++) {
      const character = String.fromCharCode(octet);
      const long = codeBits[octet]! > 12;
      for (const text of [character, `${character}abc`, `abc${character}`, `0123${character}4567`]) {
        if (isRare(text) !== long) wrong.push(octet);
      }
    }
    expect(wrong).toEqual([]);
    expect(isRare('')).toBe(false);
  });

  it('are all that is not printable ASCII', () => {
    for (let octet = 0; octet < 256; octet++) {
      if (octet < 0x20 || octet > 0x7e) expect(codeBits[octet]).toBeGreaterThan(12);
    }
  });
});

describe('encoding', () => {
  it('is undone by decoding, and as long as announced', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        const text = toLatin1(octets);
        const bytes = encode(text);
        expect(bytes.length).toBe(huffmanBytes(text));
        expect(fast(bytes)).toBe(text);
        expect(slow(bytes)).toBe(text);
        expect(fromLatin1(text)).toEqual(octets);
      }),
    );
  });
});
