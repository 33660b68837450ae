/** What becomes of the writer's buffers: which messages share one, and how often octets are copied. */
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WireWriter } from '../../../src/rpc/codec/wire-writer.ts';

const SLAB_BYTES = 8_192;

/** Octets 1, 2, 3 ... */
function count(length: number, first = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index + first);
}

function raw(writer: WireWriter, ...parts: readonly Uint8Array[]): Uint8Array {
  writer.begin();
  for (const part of parts) writer.raw(part);
  return writer.finish();
}

describe('the writer', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('writes from the end to the beginning', () => {
    const writer = new WireWriter();
    expect(raw(writer, count(2, 10), count(3))).toEqual(new Uint8Array([1, 2, 3, 10, 11]));
  });

  it('knows the length of what was written, whether it was copied or not', () => {
    const writer = new WireWriter();
    writer.begin();
    writer.varint(300);
    writer.raw(count(2_047));
    expect(writer.length).toBe(2_049);
    writer.raw(count(2_048));
    expect(writer.length).toBe(4_097);
    expect(writer.finish()).toHaveLength(4_097);
  });

  it('puts short messages into one buffer, and touches none of them again', () => {
    const writer = new WireWriter();
    const messages = Array.from({ length: 2_000 }, (_, index) => raw(writer, count(20, index)));
    expect(new Set(messages.map(({ buffer }) => buffer)).size).toBe(Math.ceil((2_000 * 20) / (SLAB_BYTES - 20)));
    expect(messages.every((bytes, index) => Buffer.compare(bytes, count(20, index)) === 0)).toBe(true);
  });

  it('gives nothing of a slab for an empty message', () => {
    const writer = new WireWriter();
    raw(writer, count(5));
    writer.begin();
    const empty = writer.finish();
    expect(empty).toHaveLength(0);
    expect(empty.buffer.byteLength).toBe(0);
  });

  it('wastes at most a quarter of a slab, and half of any other buffer', () => {
    for (let length = 1; length < 40_000; length = Math.ceil(length * 1.1)) {
      const writer = new WireWriter();
      writer.begin();
      for (let left = length; left > 0; left -= 100) writer.raw(count(Math.min(left, 100)));
      const bytes = writer.finish();
      expect(bytes).toHaveLength(length);
      const kept = bytes.buffer.byteLength;
      expect(kept === SLAB_BYTES || kept <= 2 * length).toBe(true);
    }
  });

  it('starts anew after a message that was given up', () => {
    const writer = new WireWriter();
    writer.begin();
    writer.raw(count(5_000));
    writer.text('x'.repeat(3_000));
    writer.close();
    expect(raw(writer, count(3))).toEqual(count(3));
    writer.begin();
    writer.raw(count(3));
    expect(raw(writer, count(2))).toEqual(count(2));
  });

  it('copies a long value once, into a buffer that is as long as the message', () => {
    const writer = new WireWriter();
    raw(writer, count(1));
    const value = count(250_000);
    const sets = vi.spyOn(Uint8Array.prototype, 'set');
    const slices = vi.spyOn(Uint8Array.prototype, 'slice');
    writer.begin();
    writer.varint(7);
    writer.bytes(value);
    writer.varint(18);
    const bytes = writer.finish();
    const copied = sets.mock.calls.reduce((sum, [from]) => sum + from.length, 0);
    expect(slices).not.toHaveBeenCalled();
    sets.mockRestore();
    expect(copied).toBe(bytes.length);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
    expect(bytes).toHaveLength(250_005);
    expect([...bytes.subarray(0, 6)]).toEqual([18, 0x90, 0xa1, 0x0f, 1, 2]);
    expect(bytes.at(-1)).toBe(7);
  });

  it('keeps several long values and what is between them in order', () => {
    const writer = new WireWriter();
    const parts = [count(3), count(2_048, 9), count(5, 7), count(3_000, 4), count(2_500, 5), count(1, 99)];
    expect(Buffer.compare(raw(writer, ...parts), Buffer.concat([...parts].reverse()))).toBe(0);
  });

  it('refuses a long value that changes its length before it is copied', () => {
    const writer = new WireWriter();
    const value = count(3_000);
    writer.begin();
    writer.raw(value);
    structuredClone(value.buffer, { transfer: [value.buffer as ArrayBuffer] });
    expect(() => writer.finish()).toThrow('not plain');
  });
});

describe('texts', () => {
  const writer = new WireWriter();
  const encode = (text: string): string => {
    writer.begin();
    writer.text(text);
    return Buffer.from(writer.finish()).toString('hex');
  };
  const expected = (text: string): string => {
    const bytes = Buffer.from(text, 'utf8');
    const { length } = bytes;
    const prefix =
      length < 128
        ? [length]
        : length < 16_384
          ? [(length & 127) | 128, length >> 7]
          : [(length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14];
    return Buffer.concat([new Uint8Array(prefix), bytes]).toString('hex');
  };

  it('of every length around the limits, of one to four octets a character', () => {
    for (const character of ['a', 'é', '漢', '😀', '\ud800']) {
      for (const length of [0, 1, 2, 21, 32, 42, 43, 63, 64, 65, 127, 128, 700, 2_047, 2_048, 5_461, 16_384, 20_000]) {
        const text = character.repeat(length);
        expect(encode(text)).toBe(expected(text));
        expect(encode(`x${text}`)).toBe(expected(`x${text}`));
        expect(encode(`${'x'.repeat(70)}${text}`)).toBe(expected(`${'x'.repeat(70)}${text}`));
      }
    }
  });

  it('of any UTF-16 code units, also halves of pairs', () => {
    const unit = fc.oneof(fc.nat(0xffff), fc.nat(0x7f), fc.integer({ min: 0xd800, max: 0xdfff }));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 80, size: 'max' }), (units) => {
        const text = String.fromCharCode(...units);
        expect(encode(text)).toBe(expected(text));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('numbers', () => {
  it('of every length of a varint, also across the end of a slab', () => {
    const writer = new WireWriter();
    for (let bits = 0; bits <= 64; bits++) {
      for (const value of [2n ** BigInt(bits) - 1n, (2n ** BigInt(bits)) & (2n ** 64n - 1n)]) {
        writer.begin();
        for (let at = 0; at < 1_000; at++) writer.int64(BigInt.asIntN(64, value));
        const octets = [];
        let rest = value;
        for (; rest > 127n; rest >>= 7n) octets.push(Number(rest & 127n) | 128);
        octets.push(Number(rest));
        const one = Buffer.from(octets).toString('hex');
        expect(Buffer.from(writer.finish()).toString('hex')).toBe(one.repeat(1_000));
      }
    }
  });
});
