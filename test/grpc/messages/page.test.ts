import { describe, expect, it } from 'vitest';
import { messagePart, messageView } from '#grpc';

function chunkOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index % 251);
}

describe('messageView', () => {
  it('gives the octets that were asked for, wherever they lie', () => {
    const chunk = chunkOf(65_536);
    for (let start = 0; start + 2_100 <= chunk.length; start += 97) {
      for (const length of [0, 1, 97, 2_048, 2_049]) {
        const view = messageView(chunk, start, start + length);
        expect(Buffer.compare(view, chunk.subarray(start, start + length))).toBe(0);
      }
    }
  });

  it('keeps no more of a long chunk alive than a page', () => {
    const chunk = chunkOf(65_536);
    for (let start = 0; start < chunk.length; start += 100) {
      const view = messageView(chunk, start, Math.min(start + 100, chunk.length));
      expect(view.buffer.byteLength).toBeLessThanOrEqual(8_192);
    }
  });

  it('has one page for the messages that lie in it', () => {
    const chunk = chunkOf(65_536);
    const buffers = new Set<unknown>();
    for (let start = 0; start + 100 <= chunk.length; start += 100) {
      buffers.add(messageView(chunk, start, start + 100).buffer);
    }
    expect(buffers.size).toBe(Math.ceil(65_500 / 8_100));
  });

  it('is no copy of a long message, nor of a short chunk', () => {
    const long = chunkOf(65_536);
    expect(messageView(long, 10, 2_059).buffer).toBe(long.buffer);
    const short = chunkOf(8_192);
    expect(messageView(short, 10, 20).buffer).toBe(short.buffer);
  });

  it('takes Buffers of Node for what they are', () => {
    const chunk = Buffer.concat([Buffer.alloc(100), chunkOf(65_536)]).subarray(100);
    for (const start of [0, 1, 30_000, 65_436]) {
      const view = messageView(chunk, start, start + 100);
      expect(Buffer.compare(view, chunk.subarray(start, start + 100))).toBe(0);
      expect(view.constructor).toBe(Uint8Array);
      expect(view.buffer.byteLength).toBeLessThanOrEqual(8_192);
    }
  });

  it('does not mix up chunks', () => {
    const one = chunkOf(20_000);
    const other = chunkOf(20_000).fill(7);
    expect(messageView(one, 500, 503)).toEqual(one.subarray(500, 503));
    expect(messageView(other, 500, 503)).toEqual(Uint8Array.of(7, 7, 7));
    expect(messageView(one, 500, 503)).toEqual(one.subarray(500, 503));
  });

  it('takes octets as they are, also before the page at hand', () => {
    const chunk = chunkOf(65_536);
    messageView(chunk, 30_000, 30_010);
    expect(messageView(chunk, 100, 103)).toEqual(chunk.subarray(100, 103));
  });
});

describe('messagePart', () => {
  it('gives the octets within a message, of the last one and of others', () => {
    const chunk = chunkOf(65_536);
    const one = messageView(chunk, 100, 400);
    const other = messageView(chunk, 9_000, 9_300);
    const long = messageView(chunk, 20_000, 24_000);
    for (const message of [one, other, long, chunkOf(300)]) {
      const part = messagePart(message, 80, 200);
      expect(part).toEqual(message.slice(80, 200));
      expect(part.buffer).toBe(message.buffer);
    }
  });
});
