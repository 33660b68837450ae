/** Text forms that are written: base64 of binary metadata, percent-encoding of `grpc-message`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64, encodePercent, parseStatusMessage } from '#grpc';

describe('encodeBase64', () => {
  it('is what the platform writes, without padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(btoa(String.fromCharCode(...bytes)).replace(/=+$/, ''));
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });

  it('has the vectors of RFC 4648 §10', () => {
    const vectors = ['', 'Zg', 'Zm8', 'Zm9v', 'Zm9vYg', 'Zm9vYmE', 'Zm9vYmFy'];
    vectors.forEach((text, length) => {
      expect(encodeBase64(new TextEncoder().encode('foobar'.slice(0, length)))).toBe(text);
    });
  });
});

describe('encodePercent', () => {
  it.each([
    ['', ''],
    ['plain text: 100 of 3~', 'plain text: 100 of 3~'],
    ['100%', '100%25'],
    ['%41', '%2541'],
    ['a\nb\u007f', 'a%0Ab%7F'],
    ['café', 'caf%C3%A9'],
    ['ߏ 日本', '%DF%8F %E6%97%A5%E6%9C%AC'],
    ['😈!', '%F0%9F%98%88!'],
    ['\ud800x', '%EF%BF%BDx'],
    ['x\udc00', 'x%EF%BF%BD'],
  ])('%j is %s', (text, encoded) => expect(encodePercent(text)).toBe(encoded));

  it('is printable ASCII, and undone by reading', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = encodePercent(text);
        expect(encoded).toMatch(/^[ -~]*$/);
        expect(parseStatusMessage(encoded)).toBe(text);
      }),
    );
  });

  it('gives back the text itself where nothing is to be encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        if (!text.includes('%')) expect(encodePercent(text)).toBe(text);
        else expect(encodePercent(text).length).toBeGreaterThan(text.length);
      }),
    );
  });
});
