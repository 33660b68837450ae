import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { protobufCodec } from '#rpc';
import { type Order, OrderLineSchema, OrderSchema } from '../../examples/rpc/gen/orders_pb.ts';

describe('the codec of protobuf', () => {
  it('takes messages and objects that initialise them', () => {
    const codec = protobufCodec.messageCodec(OrderLineSchema);
    const init = { sku: 'tea', quantity: 2 };
    const bytes = toBinary(OrderLineSchema, create(OrderLineSchema, init));
    expect(codec.toBinary(init)).toEqual(bytes);
    expect(codec.toBinary(create(OrderLineSchema, init))).toEqual(bytes);
    expect(codec.fromBinary(bytes)).toMatchObject(init);
  });

  it('does not keep a long chunk alive for a short field of bytes', () => {
    const codec = protobufCodec.messageCodec(OrderSchema);
    const bytes = codec.toBinary({ seal: new Uint8Array([1, 2, 3]) });
    const chunk = new Uint8Array(65_536);
    chunk.set(bytes, 100);
    const { seal } = codec.fromBinary(chunk.subarray(100, 100 + bytes.length)) as Order;
    expect([...seal]).toEqual([1, 2, 3]);
    expect(seal.buffer.byteLength).toBeLessThan(100);
  });

  it('copies nothing when the message is most of its buffer', () => {
    const codec = protobufCodec.messageCodec(OrderSchema);
    const bytes = codec.toBinary({ seal: new Uint8Array(1_000) });
    const { seal } = codec.fromBinary(bytes) as Order;
    expect(seal.buffer).toBe(bytes.buffer);
  });

  it('does not copy messages without bytes', () => {
    const codec = protobufCodec.messageCodec(OrderLineSchema);
    expect(codec.constructor.name).not.toBe(protobufCodec.messageCodec(OrderSchema).constructor.name);
  });
});
