import { describe, expect, it } from 'vitest';
import { messagePrefix, PREFIX_BYTES, wholeMessageEnd } from '#grpc';

function framed(length: number, compressed = false): Uint8Array {
  const bytes = new Uint8Array(PREFIX_BYTES + length);
  messagePrefix(bytes, compressed, length);
  return bytes;
}

describe('wholeMessageEnd', () => {
  it('finds the end of a message that lies whole in a chunk', () => {
    const bytes = framed(300);
    expect(wholeMessageEnd(bytes, 0, bytes.length, 300)).toBe(305);
    expect(wholeMessageEnd(framed(0), 0, 5, 0)).toBe(5);
    const two = new Uint8Array([...framed(2), ...framed(1)]);
    expect(wholeMessageEnd(two, 0, two.length, 100)).toBe(7);
    expect(wholeMessageEnd(two, 7, two.length, 100)).toBe(13);
  });

  it('leaves the rest to a reader', () => {
    const bytes = framed(300);
    expect(wholeMessageEnd(bytes, 0, bytes.length - 1, 300)).toBe(-1);
    expect(wholeMessageEnd(bytes, 0, 4, 300)).toBe(-1);
    expect(wholeMessageEnd(bytes, 0, bytes.length, 299)).toBe(-1);
    expect(wholeMessageEnd(framed(3, true), 0, 8, 300)).toBe(-1);
    const longest = Uint8Array.of(0, 0xff, 0xff, 0xff, 0xff, 1);
    expect(wholeMessageEnd(longest, 0, longest.length, 2 ** 32)).toBe(-1);
  });
});
