/** The seam: what it takes and gives, and what its octets keep alive. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { protobufCodec } from '#rpc';
import { type Order, OrderLineSchema, OrderSchema } from '../../../examples/rpc/gen/orders_pb.ts';
import { three, two } from './types.ts';

/** The octets in the middle of a chunk, as a socket brings them. */
function within(chunkBytes: number, bytes: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(chunkBytes);
  chunk.set(bytes, 100);
  return chunk.subarray(100, 100 + bytes.length);
}

function blobOf(size: number, more: readonly number[] = []): Uint8Array {
  const message = { data: new Uint8Array(size).fill(size), more: more.map((length) => new Uint8Array(length).fill(9)) };
  return toBinary(three.BlobSchema, create(three.BlobSchema, message));
}

const blobs = protobufCodec.messageCodec(three.BlobSchema);

describe('the codec of protobuf', () => {
  it('takes messages and objects that initialise them', () => {
    const codec = protobufCodec.messageCodec(OrderLineSchema);
    const init = { sku: 'tea', quantity: 2 };
    const bytes = toBinary(OrderLineSchema, create(OrderLineSchema, init));
    expect(codec.toBinary(init)).toEqual(bytes);
    expect(codec.toBinary(create(OrderLineSchema, init))).toEqual(bytes);
    expect(codec.fromBinary(bytes)).toMatchObject(init);
  });

  it('is one for a type', () => {
    expect(protobufCodec.messageCodec(OrderSchema)).toBe(protobufCodec.messageCodec(OrderSchema));
    expect(protobufCodec.messageCodec(OrderSchema)).not.toBe(protobufCodec.messageCodec(OrderLineSchema));
  });

  it('says in the words of the library what is wrong', () => {
    const codec = protobufCodec.messageCodec(OrderLineSchema);
    expect(() => codec.toBinary({ sku: 'tea', quantity: 1.5 })).toThrow(
      /^cannot encode field .*OrderLine\.quantity to binary: invalid .*int32: 1\.5$/,
    );
    expect(() => codec.fromBinary(new Uint8Array([10, 5, 97]))).toThrow(new RangeError('premature EOF'));
  });
});

describe('bytes', () => {
  it('are views of a message that is most of its buffer', () => {
    const codec = protobufCodec.messageCodec(OrderSchema);
    const bytes = toBinary(OrderSchema, create(OrderSchema, { seal: new Uint8Array(1_000) }));
    const { seal } = codec.fromBinary(bytes) as Order;
    expect(seal.buffer).toBe(bytes.buffer);
  });

  it('are views of a message that is half of its buffer, and copies when it is less', () => {
    const bytes = blobOf(3_000);
    const half = within(2 * bytes.length, bytes);
    const less = within(2 * bytes.length + 1, bytes);
    expect((blobs.fromBinary(half) as three.Blob).data.buffer).toBe(half.buffer);
    expect((blobs.fromBinary(less) as three.Blob).data.buffer).not.toBe(less.buffer);
  });

  it('do not keep a long chunk alive when they are short', () => {
    for (const length of [0, 1, 3, 64]) {
      const { data } = blobs.fromBinary(within(65_536, blobOf(length))) as three.Blob;
      expect([...data]).toEqual(new Array(length).fill(length));
      expect(data.buffer.byteLength).toBe(length);
    }
  });

  it('share a small buffer when they are not so short', () => {
    const bytes = blobOf(65, new Array(7).fill(400));
    const { data, more } = blobs.fromBinary(within(100_000, bytes)) as three.Blob;
    const all = [data, ...more];
    expect(all.every(({ buffer }) => buffer.byteLength === 8_192)).toBe(true);
    expect(new Set(all.map(({ buffer }) => buffer)).size).toBeLessThanOrEqual(2);
    expect(more.every((octets) => octets.length === 400 && octets.every((octet) => octet === 9))).toBe(true);
    expect([...data]).toEqual(new Array(65).fill(65));
  });

  it('are views of one copy when there are many of them', () => {
    const bytes = blobOf(65, new Array(300).fill(100));
    const { data, more } = blobs.fromBinary(within(100_000, bytes)) as three.Blob;
    expect(data.buffer.byteLength).toBe(8_192);
    expect(new Set(more.slice(7).map(({ buffer }) => buffer)).size).toBe(1);
    expect(more.at(-1)?.buffer.byteLength).toBe(bytes.length);
    expect(more.every((octets) => octets.length === 100 && octets.every((octet) => octet === 9))).toBe(true);
  });

  it('have a buffer of their own when they are long', () => {
    const { data } = blobs.fromBinary(within(100_000, blobOf(2_049))) as three.Blob;
    expect(data.buffer.byteLength).toBe(2_049);
  });

  it('of a copy are no part of it', () => {
    const chunk = within(65_536, blobOf(200, [2_000]));
    const { data } = blobs.fromBinary(chunk) as three.Blob;
    chunk.fill(0);
    expect([...data]).toEqual(new Array(200).fill(200));
  });

  it('of unknown fields are copied too', () => {
    const chunk = within(65_536, blobOf(2_100));
    const message = protobufCodec.messageCodec(three.FewSchema).fromBinary(chunk) as three.Few;
    const [unknown] = message.$unknown ?? [];
    expect(unknown?.data.buffer.byteLength).toBe(unknown?.data.length);
  });

  it('are copied when the library decodes', () => {
    const desc = two.GroupedSchema;
    const bytes = toBinary(desc, create(desc, { inner: { number: 5 }, data: new Uint8Array(3_000).fill(1) }));
    const chunk = within(65_536, bytes);
    const message = protobufCodec.messageCodec(desc).fromBinary(chunk) as two.Grouped;
    expect(message.data.buffer).not.toBe(chunk.buffer);
    expect(message).toEqual(fromBinary(desc, bytes));
  });

  it('of a Buffer of Node are no Buffers when they are copied', () => {
    const bytes = Buffer.concat([new Uint8Array(60_000), blobOf(50)]).subarray(60_000);
    expect((blobs.fromBinary(bytes) as three.Blob).data.constructor).toBe(Uint8Array);
  });
});

describe('a long value', () => {
  it('is copied into a buffer that is as long as the message', () => {
    const bytes = blobs.toBinary({ name: 'x', data: new Uint8Array(250_000).fill(7), count: 5 });
    expect(bytes.buffer.byteLength).toBe(bytes.length);
    expect(blobs.fromBinary(bytes)).toMatchObject({ name: 'x', count: 5 });
  });

  it('is no part of the octets: the program may change it afterwards', () => {
    const data = new Uint8Array(5_000).fill(7);
    const bytes = blobs.toBinary({ data });
    data.fill(8);
    expect((blobs.fromBinary(bytes) as three.Blob).data[0]).toBe(7);
  });

  it('deep within gets all the lengths around it right', () => {
    const data = new Uint8Array(20_000).fill(7);
    const init = { inner: { name: 'y', inner: { data, more: [data, new Uint8Array(3)] }, data }, count: 1 };
    const wanted = toBinary(three.BlobSchema, create(three.BlobSchema, init));
    expect(Buffer.compare(blobs.toBinary(init), wanted)).toBe(0);
  });
});
