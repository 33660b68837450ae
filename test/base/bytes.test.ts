/** Octets as numbers and text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromLatin1, readU16, readU24, readU31, readU32, toHex, toLatin1 } from '#base';

describe('octets', () => {
  it('are read as numbers, the first one highest, without a sign', () => {
    const bytes = Uint8Array.of(0, 0xff, 0xfe, 0xfd, 0xfc);
    expect(readU16(bytes, 1)).toBe(0xfffe);
    expect(readU24(bytes, 1)).toBe(0xfffefd);
    expect(readU32(bytes, 1)).toBe(0xfffefdfc);
    expect(readU31(bytes, 1)).toBe(0x7ffefdfc);
  });

  it('are written in hexadecimal, all or a part', () => {
    expect(toHex(Uint8Array.of(0, 10, 255))).toBe('000aff');
    expect(toHex(Uint8Array.of(0, 10, 255), 1, 2)).toBe('0a');
  });

  it('become text and come back, whatever their number', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(20), (bytes, start) => {
        expect(fromLatin1(toLatin1(bytes))).toEqual(bytes);
        expect(toLatin1(bytes, start)).toBe(String.fromCharCode(...bytes.subarray(start)));
      }),
    );
  });

  it('are joined into new ones', () => {
    expect(concatBytes(Uint8Array.of(1), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
  });
});
