/**
 * Calls through everything from `createClient` to a handler and back: only real sockets show whether the layers fit together and
 * to Node. Loopback only; nothing here is timed.
 */
import { type HandlerContext, type Metadata, propagate, RpcError, Status } from 'calmwire';
import { describe, expect, it } from 'vitest';
import { all, type Implementation, rejection, settled, streamOf } from '../rpc/orders.ts';
import { dialling, running, temporaryPath } from '../runtime/loopback.ts';

const line = (sku: string, quantity = 1) => ({ sku, quantity });
const never = () => new Promise<never>(() => undefined);

const shop: Implementation = {
  getOrder: async ({ id }) => ({ id, total: 250n, lines: [line('tea', 2)] }),
  async *watch({ id }) {
    for (let number = 1; number <= 200; number++) yield { id, number };
  },
  placeOrder: async (lines) => ({ id: 'new', lines: await all(lines) }),
  async *price(lines) {
    for await (const { sku, quantity } of lines) yield { sku, price: BigInt(quantity) * 125n };
  },
};

const many = (count: number) => Array.from({ length: count }, (_, at) => line(`sku-${at}`, at));

async function useAll(orders: Awaited<ReturnType<typeof running>>['orders']) {
  expect(await orders.getOrder({ id: 'o-1' })).toMatchObject({ id: 'o-1', total: 250n });
  expect((await all(orders.watch({ id: 'o-1' }))).map(({ number }) => number)).toEqual(
    Array.from({ length: 200 }, (_, at) => at + 1),
  );
  const placed = await orders.placeOrder(streamOf(...many(300)));
  expect(placed.lines.map(({ quantity }) => quantity)).toEqual(many(300).map(({ quantity }) => quantity));
  const prices = await all(orders.price(streamOf(...many(300))));
  expect(prices.map(({ price }) => price)).toEqual(many(300).map(({ quantity }) => BigInt(quantity) * 125n));
}

describe('calls of all four kinds', () => {
  it('over TCP', async () => {
    const { orders, bound, failures } = await running(shop);
    expect(bound).toMatchObject({ target: `127.0.0.1:${bound.port}`, address: { kind: 'tcp', host: '127.0.0.1' } });
    await useAll(orders);
    expect(failures).toEqual([]);
  });

  it('over a unix socket', async () => {
    const path = temporaryPath('orders.sock');
    const { orders, bound } = await running(shop, { at: `unix:${path}` });
    expect(bound).toEqual({ target: `unix:${path}`, port: 0, address: { kind: 'unix', path } });
    await useAll(orders);
  });

  it('on several addresses of one server', async () => {
    const { server, orders } = await running(shop);
    const { target } = await server.listen(`unix:${temporaryPath('second.sock')}`);
    await orders.getOrder({});
    await useAll(dialling(target).orders);
    expect(server.stats.connections).toMatchObject({ open: 2, accepted: 2 });
  });

  it('by the name localhost', async () => {
    const { orders } = await running(shop, { at: 'localhost:0' });
    expect(await orders.getOrder({ id: 'x' })).toMatchObject({ id: 'x' });
  });

  it('with messages compressed both ways', async () => {
    const { orders } = await running(
      {
        ...shop,
        getOrder: ({ id }, context) => {
          context.compress('gzip');
          return { id, total: 250n, lines: many(5_000) };
        },
      },
      { server: { compress: 'deflate' } },
    );
    const id = 'long '.repeat(100_000);
    const order = await orders.getOrder({ id }, { compress: 'gzip' });
    expect(order.id).toBe(id);
    expect(order.lines).toHaveLength(5_000);
    expect(await orders.getOrder({ id: 'x' }, { compress: 'deflate' })).toMatchObject({ id: 'x' });
    expect(await all(orders.price(streamOf(...many(50)), { compress: 'gzip' }))).toHaveLength(50);
    await useAll(orders);
  });

  it('with large messages and small windows', async () => {
    const seal = new Uint8Array(3_000_000).map((_, at) => at * 7);
    const { orders } = await running(
      {
        getOrder: async () => ({ seal }),
        async *watch() {
          for (let number = 0; number < 5; number++) yield { id: 'x'.repeat(1_000_000), number };
        },
      },
      { channel: { streamWindowBytes: 65_535 } },
    );
    expect(Buffer.compare((await orders.getOrder({})).seal, seal)).toBe(0);
    expect(await all(orders.watch({}))).toHaveLength(5);
  });

  it('a thousand at once', async () => {
    const { orders, server } = await running(shop);
    const ids = Array.from({ length: 1_000 }, (_, at) => `o-${at}`);
    const answers = await Promise.all(ids.map((id) => orders.getOrder({ id })));
    expect(answers.map(({ id }) => id)).toEqual(ids);
    expect(server.stats.calls).toMatchObject({ started: 1_000, succeeded: 1_000, failed: 0, running: 0 });
  });

  it('hundreds of streams at once, interleaved', async () => {
    const { orders } = await running(shop);
    const streams = Array.from({ length: 200 }, (_, at) => all(orders.watch({ id: String(at) })));
    for (const [at, events] of (await Promise.all(streams)).entries()) {
      expect(events).toHaveLength(200);
      expect(events.every(({ id }) => id === String(at))).toBe(true);
    }
  });
});

describe('metadata', () => {
  it('goes both ways, binary too', async () => {
    const seal = Uint8Array.from({ length: 256 }, (_, octet) => octet);
    const { orders } = await running({
      getOrder: async (_, context) => {
        context.responseHeader.set('shop', context.requestHeader.get('shop') ?? '');
        for (const value of context.requestHeader.getAll('tag')) context.responseTrailer.append('tag', value);
        context.responseTrailer.setBinary('seal-bin', context.requestHeader.getBinary('seal-bin')!);
        return {};
      },
    });
    let header: Metadata | undefined;
    let trailer: Metadata | undefined;
    await orders.getOrder(
      {},
      {
        headers: { Shop: 'north side', tag: ['a', 'b'], 'seal-bin': seal },
        onHeader: (metadata) => {
          header = metadata;
        },
        onTrailer: (metadata) => {
          trailer = metadata;
        },
      },
    );
    expect(header?.get('shop')).toBe('north side');
    expect(trailer?.getAll('tag')).toEqual(['a', 'b']);
    expect(trailer?.getBinary('seal-bin')).toEqual(seal);
  });

  it('comes with errors', async () => {
    const { orders } = await running({
      getOrder: async () => {
        throw new RpcError('größer als erlaubt\n50 %', Status.OUT_OF_RANGE, { metadata: { limit: '50' } });
      },
    });
    const error = (await rejection(orders.getOrder({}))) as RpcError;
    expect(error).toMatchObject({ code: Status.OUT_OF_RANGE, rawMessage: 'größer als erlaubt\n50 %' });
    expect(error.metadata.get('limit')).toBe('50');
  });
});

describe('deadlines and cancels', () => {
  it('end a call at both sides when its time is over', async () => {
    let reason: unknown;
    const { orders } = await running({
      getOrder: (_, context) =>
        new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => {
            reason = context.signal.reason;
            reject(reason);
          });
        }),
    });
    const error = await rejection(orders.getOrder({}, { timeoutMs: 40 }));
    expect(error).toMatchObject({ code: Status.DEADLINE_EXCEEDED });
    await eventually(() => reason !== undefined);
    expect([Status.DEADLINE_EXCEEDED, Status.CANCELLED]).toContain((reason as RpcError).code);
  });

  it('pass on to the calls that a handler makes', async () => {
    const left: (number | undefined)[] = [];
    const stock = await running({
      getOrder: (_, context) => {
        left.push(context.timeoutMs());
        return never();
      },
    });
    const { orders } = await running({
      getOrder: (request, context) => stock.orders.getOrder(request, propagate(context)),
    });
    const error = await rejection(orders.getOrder({}, { timeoutMs: 200 }));
    expect(error).toMatchObject({ code: Status.DEADLINE_EXCEEDED });
    expect(left[0]).toBeGreaterThan(0);
    expect(left[0]).toBeLessThanOrEqual(200);
    await eventually(() => stock.server.stats.calls.failed === 0 || stock.server.stats.calls.running <= 1);
  });

  it('cancel at the server what the caller aborts', async () => {
    const contexts: HandlerContext[] = [];
    const { orders } = await running({
      getOrder: (_, context) => {
        contexts.push(context);
        return never();
      },
    });
    const controller = new AbortController();
    const response = rejection(orders.getOrder({}, { signal: controller.signal }));
    await eventually(() => contexts.length === 1);
    controller.abort(new Error('the user left'));
    const error = await response;
    expect(error).toMatchObject({ code: Status.CANCELLED, cause: new Error('the user left') });
    await eventually(() => contexts[0]!.signal.aborted);
    expect(contexts[0]?.signal.reason).toMatchObject({ code: Status.CANCELLED });
  });

  it('end a stream whose loop is left', async () => {
    let stopped = 0;
    const { orders, server } = await running({
      async *watch() {
        try {
          for (let number = 1; ; number++) {
            yield { number };
            await settled();
          }
        } finally {
          stopped++;
        }
      },
    });
    for await (const { number } of orders.watch({})) if (number === 5) break;
    await eventually(() => stopped === 1);
    await eventually(() => server.stats.calls.running === 0);
  });
});

describe('backpressure', () => {
  it('holds a server back that is faster than its reader', async () => {
    let made = 0;
    const id = 'x'.repeat(10_000);
    const { orders } = await running(
      {
        async *watch() {
          for (;;) yield { id, number: ++made };
        },
      },
      { channel: { streamWindowBytes: 65_535 } },
    );
    const events = orders.watch({})[Symbol.asyncIterator]();
    await events.next();
    await quiet(() => made);
    const before = made;
    // Windows, the socket and the queue of the call: some hundreds of KB, never without end.
    expect(before).toBeLessThan(600);
    for (let taken = 0; taken < 300; taken++) await events.next();
    await eventually(() => made > before);
    await events.return?.();
  });

  it('holds a client back that is faster than the handler', async () => {
    let given = 0;
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { orders } = await running({
      placeOrder: async (lines) => {
        await gate;
        let quantity = 0;
        for await (const _ of lines) quantity++;
        return { total: BigInt(quantity) };
      },
    });
    async function* lines() {
      for (; given < 2_000; given++) yield line('x'.repeat(10_000));
    }
    const order = orders.placeOrder(lines());
    await eventually(() => given > 0);
    await quiet(() => given);
    expect(given).toBeLessThan(600);
    go();
    expect((await order).total).toBe(2_000n);
  });
});

/** Waits until it is so; the test's own limit ends what never is. */
async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Waits until a count has stopped growing. */
async function quiet(count: () => number): Promise<void> {
  for (let last = -1; last !== count(); ) {
    last = count();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
