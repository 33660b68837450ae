import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePercent, decodeUtf8, fromLatin1, toLatin1 } from '#base';

describe('decodeUtf8', () => {
  it('agrees with the platform decoder on any octets', () => {
    const platform = new TextDecoder('utf-8', { ignoreBOM: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        expect(decodeUtf8(bytes)).toBe(platform.decode(bytes));
      }),
      {
        numRuns: 20_000,
      },
    );
  });
  it('agrees with the platform decoder on text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeUtf8(new TextEncoder().encode(text))).toBe(text);
      }),
    );
  });
});

describe('decodePercent', () => {
  it('decodes UTF-8 escapes', () => expect(decodePercent('caf%C3%A9 %e4%b8%ad')).toBe('café 中'));
  it('keeps what is not an escape', () => expect(decodePercent('100% %zz %4')).toBe('100% %zz %4'));
});

it('Latin-1 text keeps every octet', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromLatin1(toLatin1(bytes))).toEqual(bytes);
    }),
  );
});
