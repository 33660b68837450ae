/** Undoing the compression of messages: each kind, what ends early, what is damaged, and what is a bomb. */
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflateMessage } from '#node';

const text = Buffer.from('an order of tea '.repeat(40));

describe('the contents of a compressed message', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['identity', text],
  ])('%s are those that were compressed', (encoding, bytes) => {
    const result = inflateMessage(encoding, bytes, 10_000);
    expect(result.kind === 'inflated' && Buffer.from(result.bytes).equals(text)).toBe(true);
  });

  it('are given as far as they go when the octets end early', () => {
    const bytes = gzipSync(
      Buffer.concat([text, Buffer.from(Array.from({ length: 2_000 }, (_, at) => (at * 7919) % 251))]),
    );
    const result = inflateMessage('gzip', bytes.subarray(0, bytes.length - 40), 10_000);
    expect(result.kind === 'inflated' && Buffer.from(result.bytes).subarray(0, text.length).equals(text)).toBe(true);
  });

  it.each([
    ['zstd', text, 'unknown-encoding'],
    ['toString', text, 'unknown-encoding'],
    ['gzip', text, 'damaged'],
    ['gzip', gzipSync(Buffer.alloc(5_000_000)), 'too-large'],
  ])('%s: are not given where that cannot be', (encoding, bytes, kind) => {
    expect(inflateMessage(encoding, bytes, 100_000).kind).toBe(kind);
  });
});
