import { create, createRegistry, toBinary } from '@bufbuild/protobuf';
import { AnySchema, DurationSchema, StringValueSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import type { CallFailure } from '#client';
import { Metadata, Status } from '#grpc';
import { type Explanation, RpcError } from '#rpc';
import { decodeDetails, encodeDetails } from '../../src/rpc/error-details.ts';
import { trailersOf } from '../../src/rpc/rpc-error.ts';
import { rejection, serving } from './orders.ts';

describe('an RpcError', () => {
  it('begins with the name of its code', () => {
    expect(new RpcError('no order 7', Status.NOT_FOUND).message).toBe('NOT_FOUND: no order 7');
    expect(new RpcError('', Status.NOT_FOUND).message).toBe('NOT_FOUND');
    expect(new RpcError('odd', 42).codeName).toBe('STATUS(42)');
    expect(new RpcError('unsaid').code).toBe(Status.UNKNOWN);
  });

  it('has a cause only if it was given one', () => {
    expect('cause' in new RpcError('x')).toBe(false);
    expect(new RpcError('x', 2, { cause: 7 }).cause).toBe(7);
  });

  it('refuses what cannot be sent when it is made', () => {
    expect(() => new RpcError('x', 3, { metadata: { 'Bad Name': 'y' } })).toThrow(UsageError);
    expect(
      () => new RpcError('x', 3, { details: [{ desc: DurationSchema, value: { seconds: 'y' as never } }] }),
    ).toThrow();
  });

  it('is made from anything', () => {
    const error = new RpcError('x', Status.ABORTED);
    expect(RpcError.from(error)).toBe(error);
    expect(RpcError.from(new Error('disk'))).toMatchObject({ code: Status.UNKNOWN, rawMessage: 'disk' });
    expect(RpcError.from('text', Status.INTERNAL)).toMatchObject({ code: Status.INTERNAL, rawMessage: 'text' });
    expect(RpcError.from(new DOMException('', 'AbortError')).code).toBe(Status.CANCELLED);
    expect(RpcError.from(new DOMException('', 'TimeoutError')).code).toBe(Status.DEADLINE_EXCEEDED);
    expect(RpcError.from(null).rawMessage).toBe('null');
  });

  it('has no failure and no explanation when a program made it', () => {
    const error = new RpcError('mine');
    expect([error.failure, error.explanation]).toEqual([undefined, undefined]);
  });

  it('is explained once, when somebody asks', async () => {
    const { client, wire } = serving({});
    const asked: unknown[] = [];
    const explanation: Explanation = { facts: [], findings: [], text: () => 'why', toString: () => 'why' };
    wire.explain = (failure: CallFailure, status) => {
      asked.push([failure.origin, status.code]);
      return explanation;
    };
    const error = (await rejection(client.getOrder({}))) as RpcError;
    expect(asked).toEqual([]);
    expect([error.explanation, error.explanation]).toEqual([explanation, explanation]);
    expect(asked).toEqual([['server-status', Status.UNIMPLEMENTED]]);
  });
});

describe('details', () => {
  const text = { desc: StringValueSchema, value: { value: 'sku' } };
  const pause = { desc: DurationSchema, value: { seconds: 3n } };

  it('travel from the handler to the caller', async () => {
    const { client } = serving({
      getOrder: async () => {
        throw new RpcError('wrong', Status.INVALID_ARGUMENT, { details: [text, pause], metadata: { shelf: '1' } });
      },
    });
    const error = (await rejection(client.getOrder({}))) as RpcError;
    expect(error.details.map(({ typeUrl }) => typeUrl)).toEqual([
      'type.googleapis.com/google.protobuf.StringValue',
      'type.googleapis.com/google.protobuf.Duration',
    ]);
    expect(error.findDetails(DurationSchema)).toMatchObject([{ seconds: 3n }]);
    expect(error.findDetails(createRegistry(StringValueSchema))).toMatchObject([{ value: 'sku' }]);
    expect(error.findDetails(createRegistry(StringValueSchema, DurationSchema))).toHaveLength(2);
    expect(error.metadata.get('shelf')).toBe('1');
  });

  it('are passed on by a handler that does not catch them', async () => {
    const stock = serving({
      getOrder: async () => {
        throw new RpcError('wrong', Status.INVALID_ARGUMENT, { details: [text] });
      },
    });
    const { client } = serving({ getOrder: () => stock.client.getOrder({}) });
    const error = (await rejection(client.getOrder({}))) as RpcError;
    expect(error.findDetails(StringValueSchema)).toMatchObject([{ value: 'sku' }]);
  });

  it('cost nothing when there are none, and do not touch the metadata of the error', () => {
    const metadata = new Metadata({ a: 'b' });
    expect([...trailersOf(new RpcError('x', 3, { metadata }))]).toEqual([['a', 'b']]);
    expect(trailersOf(new RpcError('x', 3, { metadata, details: [text] })).has('grpc-status-details-bin')).toBe(true);
    expect([...metadata.keys()]).toEqual(['a']);
  });

  it('are written as google.rpc.Status', () => {
    // 08 05: code 5; 12 01 61: message "a"; 1a 02 ..: one Any with an empty value and type "x".
    const detail = create(AnySchema, { typeUrl: 'x' });
    expect([...encodeDetails(5, 'a', [detail])]).toEqual([0x08, 5, 0x12, 1, 0x61, 0x1a, 3, 0x0a, 1, 0x78]);
    expect(decodeDetails(encodeDetails(5, 'a', [detail]))).toEqual([detail]);
  });

  it('that are broken are none', () => {
    expect(decodeDetails(new Uint8Array([0x1a, 200]))).toEqual([]);
    const error = new RpcError('x', 3, { metadata: { 'grpc-status-details-bin': new Uint8Array([0x1a, 200]) } });
    expect(error.details).toEqual([]);
    const wrong = create(AnySchema, {
      typeUrl: 'type.googleapis.com/google.protobuf.Duration',
      value: new Uint8Array([200]),
    });
    const bytes = encodeDetails(3, '', [wrong]);
    const other = new RpcError('x', 3, { metadata: { 'grpc-status-details-bin': bytes } });
    expect(other.findDetails(DurationSchema)).toEqual([]);
    expect(other.findDetails(createRegistry(DurationSchema))).toEqual([]);
    expect(toBinary(AnySchema, other.details[0]!)).toEqual(toBinary(AnySchema, wrong));
  });
});
