import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBuffer } from '#h2';
import { BlockCursor, INTEGER_MAX, readInteger, writeInteger } from '../../../src/h2/hpack/integer.ts';
import { hex } from '../hex.ts';

const masks = fc.constantFrom(0x0f, 0x1f, 0x3f, 0x7f);

function read(bytes: Uint8Array, mask: number): { value: number; taken: number; problem: string | undefined } {
  const cursor = new BlockCursor();
  cursor.open(bytes, 0, bytes.length);
  const value = readInteger(cursor, mask);
  return { value, taken: cursor.at, problem: cursor.problem };
}

it('reads what was written, whatever the bits above the prefix', () => {
  const values = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: INTEGER_MAX }));
  fc.assert(
    fc.property(values, masks, fc.nat(255), (value, mask, above) => {
      const buffer = new ByteBuffer();
      writeInteger(buffer, value, mask, above & ~mask & 0xff);
      const bytes = buffer.toBytes();
      expect(bytes[0]! & ~mask & 0xff).toBe(above & ~mask & 0xff);
      expect(read(bytes, mask)).toEqual({ value, taken: bytes.length, problem: undefined });
    }),
  );
});

describe('limits', () => {
  it.each([
    ['the greatest integer', '7f 80 ff ff ff 07', INTEGER_MAX, undefined],
    ['one more', '7f 81 ff ff ff 07', 0, 'an integer exceeds 2147483647'],
    ['far more', '7f ff ff ff ff 7f', 0, 'an integer exceeds 2147483647'],
    ['zeros at its end are allowed', '7f 80 80 80 80 00', 127, undefined],
    ['but not for ever', '7f 80 80 80 80 80 00', 0, 'an integer goes on after 5 octets'],
    ['nothing after a full prefix', '7f', 0, 'the block ends within an integer'],
    ['nothing after a continued octet', '7f 80', 0, 'the block ends within an integer'],
  ])('%s', (_name, digits, value, problem) => {
    const result = read(hex(digits), 0x7f);
    expect(result.value).toBe(value);
    expect(result.problem).toBe(problem);
  });
});
