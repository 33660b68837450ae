/** What messages made to hurt may cost: octets that are copied and memory that is taken follow the message, not its shape. */
import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { protobufCodec } from '#rpc';
import { MessageDecoder } from '../../../src/rpc/codec/decoder.ts';
import { three } from './types.ts';

const tree = protobufCodec.messageCodec(three.TreeSchema);

/** As deep as the library decodes. */
function deep(text: string): three.Tree {
  let message = create(three.TreeSchema, { name: text });
  for (let level = 1; level < 100; level++) message = create(three.TreeSchema, { left: message });
  return message;
}

/** Octets that are copied and reserved while something is done. */
function costOf(act: () => void): { copied: number; reserved: number } {
  let copied = 0;
  let reserved = 0;
  const prototype = Uint8Array.prototype;
  const { set, copyWithin, slice } = prototype;
  vi.spyOn(prototype, 'set').mockImplementation(function (this: Uint8Array, from, at) {
    copied += from.length;
    set.call(this, from, at);
  });
  vi.spyOn(prototype, 'copyWithin').mockImplementation(function (this: Uint8Array, to, from, end) {
    copied += (end ?? this.length) - from;
    return copyWithin.call(this, to, from, end) as never;
  });
  vi.spyOn(prototype, 'slice').mockImplementation(function (this: Uint8Array, from, end) {
    const part = slice.call(this, from, end);
    copied += part.length;
    return part as never;
  });
  const Original = globalThis.Uint8Array;
  vi.stubGlobal(
    'Uint8Array',
    new Proxy(Original, {
      construct(target, [first, ...rest]: [unknown, ...unknown[]], newTarget) {
        if (typeof first === 'number') reserved += first;
        if (first instanceof Original) reserved += first.length;
        return Reflect.construct(target, [first, ...rest], newTarget);
      },
    }),
  );
  try {
    act();
  } finally {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  }
  return { copied, reserved };
}

describe('encoding', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it('moves nothing when a length of a message in a message turns out to be long', () => {
    for (const text of ['x'.repeat(100_000), '漢'.repeat(30_000)]) {
      const message = deep(text);
      const bytes = toBinary(three.TreeSchema, message);
      const { copied, reserved } = costOf(() => tree.toBinary(message));
      expect(copied).toBeLessThan(4 * bytes.length);
      expect(reserved).toBeGreaterThan(bytes.length);
      expect(reserved).toBeLessThan(4 * bytes.length + 20_000);
    }
  });

  it('would be seen to move: the library does', () => {
    const message = deep('x'.repeat(100_000));
    const { copied } = costOf(() => toBinary(three.TreeSchema, message));
    expect(copied).toBeGreaterThan(20 * 100_000);
  });

  it('grows a long message of short parts by doubling', () => {
    const message = create(three.TreeSchema, { more: Array.from({ length: 20_000 }, () => ({ name: 'part' })) });
    const bytes = toBinary(three.TreeSchema, message);
    const { copied, reserved } = costOf(() => tree.toBinary(message));
    expect(copied).toBeLessThan(4 * bytes.length);
    expect(reserved).toBeLessThan(8 * bytes.length);
  });
});

describe('decoding', () => {
  /** One octet too many in the last field: everything is read, and then refused. */
  const refused = (length: number): Uint8Array =>
    new BinaryWriter()
      .tag(1, WireType.LengthDelimited)
      .uint32(length)
      .raw(new Uint8Array(length - 1))
      .finish();

  it('takes no memory for what a length promises', () => {
    const promise = new BinaryWriter()
      .tag(2, WireType.LengthDelimited)
      .uint32(2 ** 31 - 1)
      .finish();
    const { reserved } = costOf(() => {
      expect(() => protobufCodec.messageCodec(three.BlobSchema).fromBinary(promise)).toThrow('premature EOF');
    });
    expect(reserved).toBeLessThan(1_000);
  });

  it('copies bytes out of a long chunk at most twice', () => {
    const data = Array.from({ length: 500 }, (_, index) => new Uint8Array(index));
    const message = toBinary(three.BlobSchema, create(three.BlobSchema, { more: data }));
    const chunk = new Uint8Array(3 * message.length);
    chunk.set(message, 9);
    const part = chunk.subarray(9, 9 + message.length);
    const { copied, reserved } = costOf(() => MessageDecoder.of(three.BlobSchema).decode(part));
    expect(copied + reserved).toBeGreaterThan(message.length);
    expect(copied + reserved).toBeLessThan(2 * message.length + 8_192);
  });

  it('reads a message twice at most, when it is refused', () => {
    const bytes = refused(100_000);
    const reads = vi.spyOn(MessageDecoder.prototype, 'read');
    expect(() => tree.fromBinary(bytes)).toThrow('premature EOF');
    expect(reads).toHaveBeenCalledTimes(1);
    reads.mockRestore();
  });
});
