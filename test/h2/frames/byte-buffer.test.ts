import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteBuffer } from '#h2';

it('holds what was appended, in order, whatever its first size', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
  fc.assert(
    fc.property(pieces, fc.integer({ min: 0, max: 8 }), (parts, size) => {
      const buffer = new ByteBuffer(size);
      for (const part of parts) buffer.append(part);
      expect([...buffer.toBytes()]).toEqual(parts.flatMap((part) => [...part]));
    }),
  );
});

it('writes numbers in network byte order', () => {
  const buffer = new ByteBuffer(0);
  buffer.u8(0x01);
  buffer.u16(0x0203);
  buffer.u24(0x040506);
  buffer.u32(0xfff8f9fa);
  buffer.latin1('a\xff');
  buffer.zeros(2);
  expect([...buffer.toBytes()]).toEqual([1, 2, 3, 4, 5, 6, 0xff, 0xf8, 0xf9, 0xfa, 0x61, 0xff, 0, 0]);
});

it('can be used again, and then zeros are zeros', () => {
  const buffer = new ByteBuffer(4);
  buffer.u32(0xffffffff);
  buffer.clear();
  buffer.zeros(3);
  expect([...buffer.toBytes()]).toEqual([0, 0, 0]);
  buffer.append(Uint8Array.of(1, 2, 3, 4), 1, 3);
  expect([...buffer.toBytes()]).toEqual([0, 0, 0, 2, 3]);
});
