import { create, fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { type Metadata, Status } from '#grpc';
import { addService, type CallOptions, createClient, type HandlerContext, propagate, RpcError } from '#rpc';
import { GetOrderRequestSchema, OrderService } from '../../examples/rpc/gen/orders_pb.ts';
import { FakeWire } from './fake.ts';
import { rejection, serving, settled } from './orders.ts';

const never = () => new Promise<never>(() => undefined);

describe('a unary call', () => {
  it('brings the request to the handler and the response back', async () => {
    const { client } = serving({ getOrder: ({ id }) => ({ id, total: 300n, lines: [{ sku: 'tea', quantity: 2 }] }) });
    const order = await client.getOrder({ id: 'o-1' });
    expect(order).toMatchObject({ id: 'o-1', total: 300n, $typeName: 'orders.v1.Order' });
    expect(order.lines[0]).toMatchObject({ sku: 'tea', quantity: 2, $typeName: 'orders.v1.OrderLine' });
  });

  it('states path, kind and the options of the call', async () => {
    const { client, wire } = serving({ getOrder: async () => ({}) });
    await client.getOrder({}, { timeoutMs: 250, headers: { shop: 'north' }, waitForReady: true, compress: 'gzip' });
    expect(wire.starts[0]).toMatchObject({
      path: '/orders.v1.OrderService/GetOrder',
      kind: 'unary',
      deadlineMs: 1_250,
      waitForReady: true,
      compress: 'gzip',
    });
    expect(wire.starts[0]?.metadata?.get('shop')).toBe('north');
  });

  it('has the deadline of the client unless it gives its own, and none at infinity', async () => {
    const { client, wire } = serving({ getOrder: async () => ({}) }, { defaultTimeoutMs: 5_000 });
    await client.getOrder({});
    await client.getOrder({}, { timeoutMs: 10 });
    await client.getOrder({}, { timeoutMs: Number.POSITIVE_INFINITY });
    expect(wire.starts.map(({ deadlineMs }) => deadlineMs)).toEqual([6_000, 1_010, undefined]);
  });

  it('carries metadata both ways, binary too', async () => {
    const seal = new Uint8Array([0, 255, 7]);
    const { client } = serving({
      getOrder: async (_, context) => {
        context.responseHeader.set('served-by', context.requestHeader.get('shop') ?? '');
        context.responseTrailer.setBinary('seal-bin', context.requestHeader.getBinary('seal-bin') ?? new Uint8Array());
        return {};
      },
    });
    const heard: Metadata[] = [];
    const onHeader = (metadata: Metadata) => heard.push(metadata);
    await client.getOrder({}, { headers: { shop: 'north', 'seal-bin': seal }, onHeader, onTrailer: onHeader });
    expect(heard.map((metadata) => [...metadata.keys()])).toEqual([['served-by'], ['seal-bin']]);
    expect(heard[0]?.get('served-by')).toBe('north');
    expect(heard[1]?.getBinary('seal-bin')).toEqual(seal);
  });

  it('does not ask for the metadata of headers that nobody wants', () => {
    const wire = new FakeWire();
    const heard: unknown[] = [];
    const { call } = wire;
    wire.call = (start, listener) => {
      heard.push(listener.headers);
      return call.call(wire, start, listener);
    };
    const client = createClient(OrderService, wire);
    const ignored = () => undefined;
    client.getOrder({}).catch(ignored);
    client.getOrder({}, { onHeader: ignored }).catch(ignored);
    expect(heard).toEqual([undefined, expect.any(Function)]);
  });
});

describe('a unary call that fails', () => {
  it('rejects with the status that the handler threw', async () => {
    const { client, failures } = serving({
      getOrder: () => {
        throw new RpcError('no order 7', Status.NOT_FOUND, { metadata: { shelf: '12' } });
      },
    });
    const error = await rejection(client.getOrder({ id: '7' }));
    expect(error).toBeInstanceOf(RpcError);
    expect(error).toMatchObject({
      name: 'RpcError',
      code: Status.NOT_FOUND,
      codeName: 'NOT_FOUND',
      message: 'NOT_FOUND: no order 7',
      rawMessage: 'no order 7',
      failure: { origin: 'server-status' },
    });
    expect((error as RpcError).metadata.get('shelf')).toBe('12');
    expect(failures).toEqual([]);
  });

  it('shows in its stack where the call was made', async () => {
    const { client } = serving({});
    async function checkout() {
      return await client.getOrder({});
    }
    expect(((await rejection(checkout())) as Error).stack).toMatch(/at (async )?checkout .*unary\.test\.ts/);
  });

  it('tells the client nothing of an exception and its server everything', async () => {
    const { client, failures } = serving({
      getOrder: async () => {
        throw new TypeError('password hunter2 is wrong');
      },
    });
    const error = await rejection(client.getOrder({}));
    expect(error).toMatchObject({ code: Status.UNKNOWN, rawMessage: 'the handler failed' });
    expect(failures).toMatchObject([
      { error: new TypeError('password hunter2 is wrong'), path: '/orders.v1.OrderService/GetOrder' },
    ]);
  });

  it('ends although whoever hears of it throws', async () => {
    const wire = new FakeWire();
    const sink = () => {
      expect(wire.last.server.ended).toMatchObject({ code: Status.UNKNOWN });
    };
    const getOrder = async () => {
      throw new Error('disk');
    };
    addService({ host: wire, now: () => 0, interceptors: [], sink }, OrderService, { getOrder });
    expect(await rejection(createClient(OrderService, wire).getOrder({}))).toMatchObject({ code: Status.UNKNOWN });
  });

  it('does not take an RpcError with OK for success', async () => {
    const { client, failures } = serving({
      getOrder: async () => {
        throw new RpcError('fine', Status.OK);
      },
    });
    expect(await rejection(client.getOrder({}))).toMatchObject({ code: Status.UNKNOWN });
    expect(failures).toHaveLength(1);
  });

  it('passes on the status of another call without its trailers', async () => {
    const stock = serving({
      getOrder: async () => {
        throw new RpcError('sold out', Status.FAILED_PRECONDITION, { metadata: { internal: 'shelf 12' } });
      },
    });
    const { client } = serving({ getOrder: ({ id }) => stock.client.getOrder({ id }) });
    const error = (await rejection(client.getOrder({}))) as RpcError;
    expect(error).toMatchObject({ code: Status.FAILED_PRECONDITION, rawMessage: 'sold out' });
    expect(error.metadata.has('internal')).toBe(false);
  });

  it('is UNIMPLEMENTED for a method without a function', async () => {
    const { client } = serving({});
    expect(await rejection(client.getOrder({}))).toMatchObject({
      code: Status.UNIMPLEMENTED,
      rawMessage: 'orders.v1.OrderService does not implement GetOrder',
    });
  });

  it('is INTERNAL when the handler returns no message', async () => {
    const { client, failures } = serving({ getOrder: (async () => undefined) as never });
    expect(await rejection(client.getOrder({}))).toMatchObject({ code: Status.INTERNAL });
    expect(failures[0]?.error).toMatchObject({ message: expect.stringContaining('gave undefined') });
  });

  it('is INTERNAL when the handler returns what cannot be encoded', async () => {
    const { client, failures } = serving({ getOrder: async () => ({ total: 'many' }) as never });
    expect(await rejection(client.getOrder({}))).toMatchObject({
      code: Status.INTERNAL,
      rawMessage: 'the response could not be encoded',
    });
    expect(failures).toHaveLength(1);
  });

  it('is INTERNAL when the request or the response is no message', async () => {
    const { client, wire, failures } = serving({ getOrder: async () => ({}) });
    const broken = new Uint8Array([10, 200]);
    wire.handle('/orders.v1.OrderService/GetOrder', {
      kind: 'unary',
      start: (call) => {
        call.pull(1);
        return {
          message: () => undefined,
          halfClosed: () => {
            call.send(broken);
            call.end(Status.OK);
          },
          cancelled: () => undefined,
        };
      },
    });
    expect(await rejection(client.getOrder({}))).toMatchObject({
      code: Status.INTERNAL,
      rawMessage: expect.stringContaining('is no orders.v1.Order'),
      failure: { origin: 'malformed-response', processed: 'yes' },
    });
    const other = serving({ getOrder: async () => ({}) });
    const ended = new Promise((resolve) => {
      const call = other.wire.call(
        { path: '/orders.v1.OrderService/GetOrder' },
        { message: () => undefined, end: resolve },
      );
      call.pull(1);
      call.send(broken, true);
    });
    expect(await ended).toMatchObject({
      code: Status.INTERNAL,
      message: expect.stringContaining('the request is no orders.v1.GetOrderRequest'),
    });
    expect(failures).toEqual([]);
  });

  it('is the caller mistake when the request cannot be encoded, and nothing begins', async () => {
    const { client, wire } = serving({});
    expect(await rejection(client.getOrder(undefined as never))).toBeInstanceOf(UsageError);
    expect(await rejection(client.placeOrder([] as never))).toBeInstanceOf(UsageError);
    expect(await rejection(client.getOrder({}, { headers: { 'Bad Name': 'x' } }))).toBeInstanceOf(UsageError);
    expect(await rejection(client.getOrder({}, { timeoutMs: Number.NaN }))).toBeInstanceOf(UsageError);
    expect(wire.starts).toEqual([]);
  });

  it('rejects with what onHeader threw', async () => {
    const { client, wire } = serving({ getOrder: async () => ({}) });
    const mistake = new Error('mine');
    const onHeader = () => {
      throw mistake;
    };
    expect(await rejection(client.getOrder({}, { onHeader }))).toBe(mistake);
    expect(wire.last.over).toBe(true);
  });
});

describe('cancelling', () => {
  it('ends the call at both sides', async () => {
    const contexts: HandlerContext[] = [];
    const { client, wire } = serving({
      getOrder: (_, context) => {
        contexts.push(context);
        return never();
      },
    });
    const controller = new AbortController();
    const response = rejection(client.getOrder({}, { signal: controller.signal }));
    await settled();
    controller.abort(new Error('the user left'));
    const error = await response;
    expect(error).toMatchObject({ code: Status.CANCELLED, cause: new Error('the user left') });
    expect((error as RpcError).rawMessage).toContain('the user left');
    await settled();
    // Made only now, and aborted already.
    expect(contexts[0]?.signal).toMatchObject({ aborted: true, reason: { code: Status.CANCELLED } });
    expect(wire.last.server.cancel).toBeDefined();
  });

  it('aborts a signal that the handler has taken', async () => {
    const reasons: unknown[] = [];
    const { client } = serving({
      getOrder: async (_, { signal }) => {
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        return never();
      },
    });
    const controller = new AbortController();
    const response = rejection(client.getOrder({}, { signal: controller.signal }));
    await settled();
    expect(reasons).toEqual([]);
    controller.abort();
    await response;
    await settled();
    expect(reasons).toMatchObject([{ name: 'RpcError', code: Status.CANCELLED }]);
  });

  it('is DEADLINE_EXCEEDED for a signal that timed out', async () => {
    const { client } = serving({ getOrder: never });
    const controller = new AbortController();
    const response = rejection(client.getOrder({}, { signal: controller.signal }));
    controller.abort(new DOMException('too late', 'TimeoutError'));
    expect(await response).toMatchObject({ code: Status.DEADLINE_EXCEEDED });
  });

  it('begins nothing with an aborted signal', async () => {
    const { client, wire } = serving({});
    const options: CallOptions = { signal: AbortSignal.abort() };
    expect(await rejection(client.getOrder({}, options))).toMatchObject({ code: Status.CANCELLED });
    expect(wire.starts).toEqual([]);
  });

  it('takes its listener off the signal when the call is over', async () => {
    const { client } = serving({ getOrder: async () => ({}) });
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    const calls = [client.getOrder({}, { signal }), client.getOrder({}, { signal })];
    expect(listeners).toBe(1);
    await Promise.all(calls);
    expect(listeners).toBe(0);
  });

  it('ends the call of a handler that has not begun', async () => {
    const { client, wire } = serving({ getOrder: never });
    const controller = new AbortController();
    const response = rejection(client.getOrder({}, { signal: controller.signal }));
    wire.last.halfClose = () => undefined;
    controller.abort();
    await response;
    await settled();
    expect(wire.last.server.ended).toBeDefined();
  });

  it('lets a handler that still runs end, and reports only what is no abort', async () => {
    const errors = [new DOMException('stop', 'AbortError'), new RpcError('stop', Status.ABORTED), new Error('real')];
    for (const [at, error] of errors.entries()) {
      let fail: (error: unknown) => void = () => undefined;
      const { client, wire, failures } = serving({
        getOrder: () =>
          new Promise((_, reject) => {
            fail = reject;
          }),
      });
      const controller = new AbortController();
      const response = rejection(client.getOrder({}, { signal: controller.signal }));
      await settled();
      controller.abort();
      await response;
      await settled();
      expect(wire.last.server.ended).toBeUndefined();
      fail(error);
      await settled();
      expect(wire.last.server.ended).toBeDefined();
      expect(failures).toHaveLength(at === 2 ? 1 : 0);
    }
  });
});

describe('the context of a handler', () => {
  it('knows its method, its client and what time is left', async () => {
    let seen: unknown;
    const { client, wire } = serving({
      getOrder: (_, context) => {
        wire.nowMs += 300;
        const { service, method, peer, authority, security } = context;
        seen = { service, method, peer, authority, security, leftMs: context.timeoutMs() };
        return {};
      },
    });
    await client.getOrder({}, { timeoutMs: 1_000 });
    expect(seen).toEqual({
      service: OrderService,
      method: OrderService.method.getOrder,
      peer: { kind: 'tcp', host: '127.0.0.1', port: 4_000 },
      authority: 'orders.test',
      security: undefined,
      leftMs: 700,
    });
  });

  it('gives the limits of its call to the calls that it makes', async () => {
    const stock = serving({ getOrder: never });
    const { client, wire } = serving({
      getOrder: async (_, context) => {
        const other = stock.client.getOrder({}, propagate(context, { timeoutMs: 10_000 }));
        return await other;
      },
    });
    const controller = new AbortController();
    const response = rejection(client.getOrder({}, { timeoutMs: 2_000, signal: controller.signal }));
    await settled();
    expect(stock.wire.last.start.deadlineMs).toBe(stock.wire.nowMs + 2_000);
    controller.abort();
    await response;
    await settled();
    expect(stock.wire.last.server.cancel).toBeDefined();
    expect(wire.last.server.ended).toBeDefined();
  });

  it('propagates the sooner limit, or none', () => {
    const { signal } = new AbortController();
    const left = (timeoutMs: number | undefined) => ({ signal, timeoutMs: () => timeoutMs });
    expect(propagate(left(500)).timeoutMs).toBe(500);
    expect(propagate(left(500), { timeoutMs: 200 }).timeoutMs).toBe(200);
    expect(propagate(left(undefined), { timeoutMs: 200 }).timeoutMs).toBe(200);
    expect(propagate(left(undefined)).timeoutMs).toBeUndefined();
    expect(propagate(left(500), { headers: { a: 'b' } })).toMatchObject({ signal, headers: { a: 'b' } });
  });

  it('sends headers early when asked, and compresses', async () => {
    let release: (value: object) => void = () => undefined;
    const answers: boolean[] = [];
    const { client, wire } = serving({
      getOrder: (_, context) => {
        answers.push(context.compress('gzip'), context.compress('brotli'));
        context.responseHeader.set('queue', '7');
        context.sendHeader();
        context.sendHeader();
        return new Promise((resolve) => {
          release = resolve;
        });
      },
    });
    const heard: (string | null)[] = [];
    const response = client.getOrder({}, { onHeader: (metadata) => heard.push(metadata.get('queue')) });
    await settled();
    expect(heard).toEqual(['7']);
    expect(wire.last.over).toBe(false);
    release({});
    await response;
    expect(answers).toEqual([true, false]);
  });
});

describe('a client', () => {
  it('needs the descriptor of a service', () => {
    expect(() => createClient(GetOrderRequestSchema as never, new FakeWire())).toThrow(UsageError);
  });

  it('takes another codec', async () => {
    const { client } = serving(
      { getOrder: async () => ({}) },
      {
        codec: {
          messageCodec: (desc) => ({
            toBinary: () => new Uint8Array([10, 1, 0x41]),
            fromBinary: (bytes) => ({ desc: desc.name, text: fromBinary(GetOrderRequestSchema, bytes.slice(0, 0)) }),
          }),
        },
      },
    );
    expect(await client.getOrder(create(GetOrderRequestSchema, { id: 'x' }))).toMatchObject({ desc: 'Order' });
  });
});
