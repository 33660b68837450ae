import { expect, it } from 'vitest';
import { toLatin1 } from '#base';
import { textOf } from '../../../src/h2/hpack/text.ts';

it('is one character an octet, for every length and every octet', () => {
  const bytes = Uint8Array.from({ length: 600 }, (_, index) => index * 31);
  for (let length = 0; length <= 130; length++) {
    for (const start of [0, 1, 300]) {
      const expected = [...bytes.subarray(start, start + length)].map((octet) => String.fromCharCode(octet)).join('');
      expect(textOf(bytes, start, start + length)).toBe(expected);
      expect(toLatin1(bytes, start, start + length)).toBe(expected);
    }
  }
  for (let octet = 0; octet < 256; octet++) {
    expect(textOf(new Uint8Array(36).fill(octet), 0, 36)).toBe(String.fromCharCode(octet).repeat(36));
  }
});
