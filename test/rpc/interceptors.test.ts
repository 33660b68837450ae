import { describe, expect, it } from 'vitest';
import { Metadata, Status } from '#grpc';
import { createContextKey, createContextValues, type Interceptor, RpcError } from '#rpc';
import { OrderService } from '../../examples/rpc/gen/orders_pb.ts';
import { all, type Implementation, rejection, serving, settled, streamOf } from './orders.ts';

const everything: Implementation = {
  getOrder: async ({ id }, context) => {
    context.responseHeader.set('h', '1');
    context.responseTrailer.set('t', '2');
    return { id };
  },
  async *watch({ id }, context) {
    context.responseHeader.set('h', '1');
    yield { id, number: 1 };
    yield { id, number: 2 };
    context.responseTrailer.set('t', '2');
  },
  placeOrder: async (lines) => ({ lines: await all(lines) }),
  async *price(lines) {
    for await (const { sku } of lines) yield { sku, price: 5n };
  },
};

const line = (sku: string) => ({ sku, quantity: 1 });

/** Notes what it sees, then goes on. */
function noting(notes: string[], name = ''): Interceptor {
  return (next) => async (req) => {
    const kind = req.stream ? 'stream' : (req.message as { $typeName?: string }).$typeName;
    notes.push(`${name}> ${req.method.name} ${kind}`);
    const res = await next(req);
    notes.push(`${name}< ${res.stream ? 'stream' : (res.message as { $typeName?: string }).$typeName}`);
    return res;
  };
}

async function useAll({ client }: ReturnType<typeof serving>) {
  const order = await client.getOrder({ id: 'a' });
  const events = await all(client.watch({ id: 'b' }));
  const placed = await client.placeOrder(streamOf(line('c'), line('d')));
  const prices = await all(client.price(streamOf(line('e'))));
  return [order.id, events.map(({ number }) => number), placed.lines.map(({ sku }) => sku), prices[0]?.sku];
}

const used = ['a', [1, 2], ['c', 'd'], 'e'];
const seenByBoth = [
  '> GetOrder orders.v1.GetOrderRequest',
  '< orders.v1.Order',
  '> Watch stream',
  '< stream',
  '> PlaceOrder stream',
  '< stream',
  '> Price stream',
  '< stream',
];

describe('interceptors of a client', () => {
  it('see every kind of call', async () => {
    const notes: string[] = [];
    expect(await useAll(serving(everything, { interceptors: [noting(notes)] }))).toEqual(used);
    expect(notes).toEqual(seenByBoth);
  });

  it('are the first outermost', async () => {
    const notes: string[] = [];
    const interceptors = [noting(notes, 'a'), noting(notes, 'b')];
    await serving(everything, { interceptors }).client.getOrder({});
    expect(notes.map((note) => note.slice(0, 2))).toEqual(['a>', 'b>', 'b<', 'a<']);
  });

  it('change the request, its headers and the response', async () => {
    const add: Interceptor = (next) => async (req) => {
      req.header.set('shop', 'north');
      if (req.stream) return next(req);
      const res = await next({ ...req, message: { ...req.message, id: 'changed' } });
      if (res.stream) throw new Error('no stream was asked for');
      return { ...res, message: { ...res.message, total: 9n } };
    };
    const { client, wire } = serving(everything, { interceptors: [add] });
    expect(await client.getOrder({ id: 'x' }, { timeoutMs: 500, waitForReady: true })).toMatchObject({
      id: 'changed',
      total: 9n,
    });
    expect(wire.last.start).toMatchObject({ deadlineMs: 1_500, waitForReady: true });
    expect(wire.last.start.metadata?.get('shop')).toBe('north');
  });

  it('answer themselves', async () => {
    const cached: Interceptor = (next) => async (req) => {
      if (req.stream) return next(req);
      const { service, method } = req;
      return {
        stream: false,
        service,
        method,
        header: new Metadata(),
        trailer: new Metadata(),
        message: { id: 'cached' },
      };
    };
    const { client, wire } = serving(everything, { interceptors: [cached] });
    expect(await client.getOrder({})).toEqual({ id: 'cached' });
    expect(wire.calls).toEqual([]);
  });

  it('may try again, within the same deadline', async () => {
    let calls = 0;
    const again: Interceptor = (next) => async (req) => {
      try {
        return await next(req);
      } catch (error) {
        if (!(error instanceof RpcError) || error.code !== Status.UNAVAILABLE) throw error;
        return await next(req);
      }
    };
    const { client, wire } = serving(
      {
        getOrder: async () => {
          wire.nowMs += 100;
          if (calls++ === 0) throw new RpcError('not yet', Status.UNAVAILABLE);
          return { id: 'second' };
        },
      },
      { interceptors: [again] },
    );
    expect(await client.getOrder({}, { timeoutMs: 1_000 })).toMatchObject({ id: 'second' });
    expect(wire.starts.map(({ deadlineMs }) => deadlineMs)).toEqual([2_000, 2_000]);
  });

  it('have values of the caller, and headers and trailers of the response', async () => {
    const user = createContextKey('nobody', { description: 'user' });
    const notes: unknown[] = [];
    const look: Interceptor = (next) => async (req) => {
      notes.push(req.contextValues.get(user), req.deadlineMs, req.signal.aborted, req.service, req.url);
      const res = await next(req);
      notes.push(res.header.get('h'), res.trailer.get('t'));
      return res;
    };
    const { client } = serving(everything, { interceptors: [look] });
    const heard: (string | null)[] = [];
    await client.getOrder(
      {},
      {
        contextValues: createContextValues().set(user, 'ann'),
        onHeader: (metadata) => heard.push(metadata.get('h')),
        onTrailer: (metadata) => heard.push(metadata.get('t')),
      },
    );
    expect(notes).toEqual(['ann', undefined, false, OrderService, '/orders.v1.OrderService/GetOrder', '1', '2']);
    expect(heard).toEqual(['1', '2']);
  });

  it('see the trailers of a stream when it was read', async () => {
    let trailer: Metadata | undefined;
    const look: Interceptor = (next) => async (req) => {
      const res = await next(req);
      trailer = res.trailer;
      return res;
    };
    const { client } = serving(everything, { interceptors: [look] });
    const events = client.watch({})[Symbol.asyncIterator]();
    await events.next();
    await events.next();
    await events.next();
    expect(trailer?.get('t')).toBe('2');
  });

  it('hear of failures of every kind', async () => {
    const notes: unknown[] = [];
    const look: Interceptor = (next) => async (req) => {
      try {
        return await next(req);
      } catch (error) {
        notes.push((error as RpcError).code);
        throw error;
      }
    };
    const { client } = serving({}, { interceptors: [look] });
    const failed = { code: Status.UNIMPLEMENTED };
    expect(await rejection(client.getOrder({}))).toMatchObject(failed);
    expect(await rejection(all(client.watch({})))).toMatchObject(failed);
    expect(await rejection(client.placeOrder(streamOf()))).toMatchObject(failed);
    expect(await rejection(all(client.price(streamOf())))).toMatchObject(failed);
    expect(notes).toEqual([12, 12, 12, 12]);
  });

  it('do not hide a cancel by leaving the loop', async () => {
    const { client, wire } = serving(
      {
        async *watch() {
          for (let number = 1; ; number++) yield { number };
        },
      },
      { interceptors: [noting([])] },
    );
    for await (const { number } of client.watch({})) if (number === 3) break;
    await settled();
    expect(wire.last.server.cancel).toBeDefined();
  });

  it('leave no rejection behind when nobody reads', async () => {
    const { client } = serving({}, { interceptors: [noting([])] });
    client.watch({});
    await settled();
  });
});

describe('interceptors of a server', () => {
  it('see every kind of call', async () => {
    const notes: string[] = [];
    expect(await useAll(serving(everything, { serverInterceptors: [noting(notes)] }))).toEqual(used);
    expect(notes).toEqual(seenByBoth);
  });

  it('turn callers away', async () => {
    const auth: Interceptor = (next) => async (req) => {
      if (req.header.get('token') !== 'secret') throw new RpcError('who are you?', Status.UNAUTHENTICATED);
      return next(req);
    };
    const { client, failures } = serving(everything, { serverInterceptors: [auth] });
    const refused = { code: Status.UNAUTHENTICATED, rawMessage: 'who are you?' };
    expect(await rejection(client.getOrder({}))).toMatchObject(refused);
    expect(await rejection(all(client.watch({})))).toMatchObject(refused);
    expect(await client.getOrder({ id: 'x' }, { headers: { token: 'secret' } })).toMatchObject({ id: 'x' });
    expect(failures).toEqual([]);
  });

  it('leave values for handlers', async () => {
    const user = createContextKey('nobody');
    const identify: Interceptor = (next) => (req) => {
      req.contextValues.set(user, req.header.get('user') ?? 'guest');
      return next(req);
    };
    const { client } = serving(
      { getOrder: async (_, context) => ({ id: context.values.get(user) }) },
      { serverInterceptors: [identify] },
    );
    expect(await client.getOrder({}, { headers: { user: 'ann' } })).toMatchObject({ id: 'ann' });
    expect(await client.getOrder({})).toMatchObject({ id: 'guest' });
  });

  it('change what goes in and comes out, metadata too', async () => {
    const change: Interceptor = (next) => async (req) => {
      if (req.stream) return next(req);
      const res = await next({ ...req, message: { ...req.message, id: 'in' } });
      if (res.stream) throw new Error('no stream was asked for');
      return { ...res, message: { ...res.message, total: 3n }, trailer: new Metadata({ added: 'yes' }) };
    };
    const { client } = serving(everything, { serverInterceptors: [change] });
    let added: string | null = null;
    const onTrailer = (metadata: Metadata) => {
      added = metadata.get('added');
    };
    expect(await client.getOrder({ id: 'x' }, { onTrailer })).toMatchObject({ id: 'in', total: 3n });
    expect(added).toBe('yes');
  });

  it('see the signal of the call', async () => {
    const reasons: unknown[] = [];
    const watch: Interceptor = (next) => (req) => {
      req.signal.addEventListener('abort', () => reasons.push(req.signal.reason));
      return next(req);
    };
    const { client } = serving({ getOrder: () => new Promise(() => undefined) }, { serverInterceptors: [watch] });
    const controller = new AbortController();
    const response = rejection(client.getOrder({}, { signal: controller.signal }));
    await settled();
    controller.abort();
    await response;
    await settled();
    expect(reasons).toMatchObject([{ code: Status.CANCELLED }]);
  });

  it('are told when they pass on another request', async () => {
    const lose: Interceptor = (next) => (req) => next({ stream: false, message: {}, method: req.method } as never);
    const { client, failures } = serving(everything, { serverInterceptors: [lose] });
    expect(await rejection(client.getOrder({}))).toMatchObject({ code: Status.UNKNOWN });
    expect(failures[0]?.error).toMatchObject({ name: 'UsageError' });
  });

  it('see a handler that returns nothing', async () => {
    const { client, failures } = serving(
      { getOrder: (async () => undefined) as never },
      { serverInterceptors: [noting([])] },
    );
    expect(await rejection(client.getOrder({}))).toMatchObject({ code: Status.UNKNOWN });
    expect(failures).toHaveLength(1);
  });
});
