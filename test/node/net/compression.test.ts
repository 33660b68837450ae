import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeCompressions } from '#node';
import type { Compression, Inflated } from '#transport';
import { ThreadGate } from '../../../src/node/net/thread-gate.ts';

const MEGABYTE = 1_048_576;

function compressionOf(name: string): Compression {
  const found = nodeCompressions().find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const compress = (compression: Compression, message: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve) => compression.compress(message, resolve));

const decompress = (compression: Compression, message: Uint8Array, limitBytes = 4 * MEGABYTE): Promise<Inflated> =>
  new Promise((resolve) => compression.decompress(message, limitBytes, resolve));

/** Text-like octets: they compress to about a third. */
function sample(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return 97 + (state % 7);
  });
}

const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
const joined = (...parts: readonly Uint8Array[]): Uint8Array => plain(Buffer.concat(parts));

it('there are gzip and deflate', () => {
  expect(nodeCompressions().map(({ name }) => name)).toEqual(['gzip', 'deflate']);
});

describe.each(['gzip', 'deflate'])('%s', (name) => {
  const compression = compressionOf(name);
  const [reference, undo] = name === 'gzip' ? [gzipSync, gunzipSync] : [deflateSync, inflateSync];

  it('gives back what went in, and others understand it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(60_000), fc.nat(200), async (length, cut) => {
        const message = sample(length).subarray(Math.min(cut, length));
        const packed = await compress(compression, message);
        expect(Buffer.from(undo(packed)).equals(message)).toBe(true);
        const result = await decompress(compression, packed);
        expect(result.kind === 'ok' && Buffer.from(result.bytes).equals(message)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('answers small messages at once and large ones from another thread', async () => {
    let done = 0;
    compression.compress(sample(16_384), () => done++);
    expect(done).toBe(1);
    const large = compress(compression, sample(16_385));
    const packed = plain(reference(sample(1_000)));
    compression.decompress(packed, 1_000, () => done++);
    expect(done).toBe(2);
    expect((await large).length).toBeGreaterThan(1_000);
  });

  it('gives plain arrays that hold no more than they are', async () => {
    const packed = await compress(compression, sample(100));
    const result = await decompress(compression, packed);
    if (result.kind !== 'ok') throw new Error(result.kind);
    for (const bytes of [packed, result.bytes]) {
      expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
      expect(bytes.buffer.byteLength).toBeLessThan(2 * bytes.length + 1);
    }
  });

  it('stops at the limit, to the octet', async () => {
    for (const length of [1, 100, 131_072, 131_073, 200_000]) {
      const packed = plain(reference(sample(length)));
      expect(await decompress(compression, packed, length)).toMatchObject({ kind: 'ok' });
      expect(await decompress(compression, packed, length - 1)).toEqual({ kind: 'too-large' });
    }
    expect(await decompress(compression, plain(reference(new Uint8Array(0))), 0)).toEqual({
      kind: 'ok',
      bytes: new Uint8Array(0),
    });
    expect(await decompress(compression, plain(reference(sample(1))), 0)).toEqual({ kind: 'too-large' });
    expect(await decompress(compression, plain(reference(sample(9))), Number.POSITIVE_INFINITY)).toMatchObject({
      kind: 'ok',
    });
  });

  it('does not make what a bomb asks for', async () => {
    const bomb = plain(reference(new Uint8Array(100 * MEGABYTE)));
    expect(bomb.length).toBeLessThan(120_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(await decompress(compression, bomb, 4 * MEGABYTE)).toEqual({ kind: 'too-large' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * MEGABYTE);
    // A small one is begun at once, given up soon and then done in another thread.
    const small = plain(reference(new Uint8Array(8 * MEGABYTE)));
    expect(small.length).toBeLessThan(16_384);
    let result: Inflated | undefined;
    compression.decompress(small, 4 * MEGABYTE, (inflated) => {
      result = inflated;
    });
    expect(result).toBeUndefined();
    expect(await decompress(compression, small, 4 * MEGABYTE)).toEqual({ kind: 'too-large' });
    expect(await decompress(compression, small, 8 * MEGABYTE)).toMatchObject({ kind: 'ok' });
  });

  it.each([
    ['nothing', () => new Uint8Array(0)],
    ['garbage', () => sample(100)],
    ['a truncated message', () => plain(reference(sample(1_000))).slice(0, -1)],
    ['a truncated large message', () => plain(reference(sample(200_000))).slice(0, -9)],
    [
      'a message with another checksum',
      () => plain(reference(sample(1_000))).map((byte, at, all) => (at === all.length - 5 ? byte ^ 1 : byte)),
    ],
    ['octets behind the end', () => joined(reference(sample(10)), Uint8Array.of(1, 2, 3))],
    ['zeros behind the end', () => joined(reference(sample(10)), new Uint8Array(3))],
    ['octets behind the end of a large message', () => joined(reference(sample(200_000)), Uint8Array.of(0))],
    ['deflate without its header', () => plain(deflateRawSync(sample(1_000)))],
  ])('%s is corrupt', async (_name, make) => {
    const result = await decompress(compression, make());
    expect(result.kind).toBe('corrupt');
    if (result.kind === 'corrupt') expect(result.detail).not.toBe('');
  });

  it('never throws, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(20), async (octets, kept) => {
        const start = plain(reference(sample(50))).subarray(0, kept);
        expect(['ok', 'corrupt', 'too-large']).toContain((await decompress(compression, joined(start, octets))).kind);
      }),
      { numRuns: 200 },
    );
  });
});

it('gzip takes several members for one message (RFC 1952 §2.2)', async () => {
  const result = await decompress(compressionOf('gzip'), joined(gzipSync('one '), gzipSync('two')));
  expect(result.kind === 'ok' && Buffer.from(result.bytes).toString()).toBe('one two');
});

describe('the gate to other threads', () => {
  it('lets three in, the others in order as places become free', () => {
    const gate = new ThreadGate();
    const began: number[] = [];
    const leave: (() => void)[] = [];
    for (let task = 0; task < 6; task++) {
      gate.enter((done) => {
        began.push(task);
        leave.push(done);
      });
    }
    expect(began).toEqual([0, 1, 2]);
    leave[1]?.();
    expect(began).toEqual([0, 1, 2, 3]);
    leave[0]?.();
    leave[3]?.();
    expect(began).toEqual([0, 1, 2, 3, 4, 5]);
    leave[2]?.();
    gate.enter(() => began.push(6));
    expect(began.at(-1)).toBe(6);
  });
});
