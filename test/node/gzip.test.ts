import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Input } from '#node';
import { collect, cut, pieces } from './support.ts';

const plain = Buffer.concat([randomBytes(300_000), Buffer.alloc(2_000_000, 'GOAWAY ')]);
const packed = gzipSync(plain);

async function read(parts: readonly Uint8Array[]) {
  const input = new Input(pieces(...parts), undefined);
  return { bytes: await collect(input.chunks()), input };
}

describe('gzip input', () => {
  it.each([1, 7, 4096, packed.length])('decompresses, whatever the chunking (%i octets)', async (size) => {
    const source = size === 1 ? gzipSync(plain.subarray(0, 3_000)) : packed;
    const expected = size === 1 ? plain.subarray(0, 3_000) : plain;
    const { bytes, input } = await read(cut(source, size));
    expect(bytes.equals(expected)).toBe(true);
    expect(input.fault).toBeUndefined();
    expect(input.compressed).toBe(true);
    expect(input.readBytes).toBe(source.length);
  });

  it('reads members that follow one another as one file', async () => {
    const { bytes, input } = await read([gzipSync('first '), gzipSync('second')]);
    expect(bytes.toString()).toBe('first second');
    expect(input.fault).toBeUndefined();
  });

  it.each([1, 8, 200, 150_000])('gives all that a file cut by %i octets holds, and says so', async (missing) => {
    const { bytes, input } = await read(cut(packed.subarray(0, packed.length - missing), 65_536));
    expect(input.fault).toEqual({ kind: 'gzip-truncated' });
    expect(plain.subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect(bytes.length).toBeGreaterThan(plain.length - 2_150_000);
    if (missing <= 8) expect(bytes.length).toBe(plain.length);
  });

  it('stops where the data is damaged', async () => {
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, 200_000, 200_100);
    const { bytes, input } = await read(cut(damaged, 65_536));
    expect(input.fault?.kind).toBe('gzip-damaged');
    expect(bytes.length).toBeGreaterThan(150_000);
    expect(plain.subarray(0, 150_000).equals(bytes.subarray(0, 150_000))).toBe(true);
  });

  it('ignores the zeros that some tools pad a file with', async () => {
    const { bytes, input } = await read([Buffer.concat([gzipSync('whole'), Buffer.alloc(512)]), Buffer.alloc(512)]);
    expect(bytes.toString()).toBe('whole');
    expect(input.fault).toBeUndefined();
  });

  it('calls a file of the magic alone truncated', async () => {
    const { bytes, input } = await read([Uint8Array.of(0x1f), Uint8Array.of(0x8b)]);
    expect(bytes.length).toBe(0);
    expect(input.fault).toEqual({ kind: 'gzip-truncated' });
  });
});
