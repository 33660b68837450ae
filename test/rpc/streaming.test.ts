import { describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { Status } from '#grpc';
import { RpcError } from '#rpc';
import { all, rejection, serving, settled, streamOf } from './orders.ts';

const never = () => new Promise<never>(() => undefined);
const line = (sku: string) => ({ sku, quantity: 1 });

describe('server streaming', () => {
  it('gives every message in order, then ends', async () => {
    const { client, wire } = serving({
      async *watch({ id }) {
        for (let number = 1; number <= 100; number++) yield { id, number };
      },
    });
    const events = await all(client.watch({ id: 'o-1' }));
    expect(events.map(({ number }) => number)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
    expect(events[0]).toMatchObject({ id: 'o-1', $typeName: 'orders.v1.OrderEvent' });
    expect(wire.starts[0]).toMatchObject({ path: '/orders.v1.OrderService/Watch', kind: 'server-streaming' });
    expect(wire.last.server.ended).toMatchObject({ code: Status.OK });
  });

  it('begins before the loop does', async () => {
    const ids: string[] = [];
    const { client } = serving({
      async *watch({ id }) {
        ids.push(id);
        yield {};
      },
    });
    client.watch({ id: 'early' });
    await settled();
    expect(ids).toEqual(['early']);
  });

  it('gives the messages before the error, and the error once', async () => {
    const { client } = serving({
      async *watch() {
        yield { number: 1 };
        yield { number: 2 };
        throw new RpcError('the log ends here', Status.OUT_OF_RANGE);
      },
    });
    const numbers: number[] = [];
    const events = client.watch({})[Symbol.asyncIterator]();
    const read = async () => {
      for (;;) {
        const { done, value } = await events.next();
        if (done) return;
        numbers.push(value.number);
      }
    };
    expect(await rejection(read())).toMatchObject({ code: Status.OUT_OF_RANGE, rawMessage: 'the log ends here' });
    expect(numbers).toEqual([1, 2]);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('shows in the stack of an error who reads', async () => {
    const { client } = serving({});
    async function follow() {
      for await (const _ of client.watch({}));
    }
    expect(((await rejection(follow())) as Error).stack).toMatch(/at (async )?follow .*streaming\.test\.ts/);
  });

  it('holds a server back that is faster than the loop', async () => {
    let made = 0;
    const { client, wire } = serving({
      async *watch() {
        for (;;) yield { number: ++made };
      },
    });
    const events = client.watch({})[Symbol.asyncIterator]();
    await settled();
    // One is asked for at first, and the wire takes three more until it is full.
    expect({ made, asked: wire.last.down.askedInAll }).toEqual({ made: 4, asked: 1 });
    for (let taken = 0; taken < 1_000; taken++) await events.next();
    await settled();
    expect(made).toBeGreaterThanOrEqual(1_000);
    // Small messages are taken up to 1,024 ahead.
    expect(made).toBeLessThanOrEqual(1_000 + 1_024 + 4);
    await events.return?.();
  });

  it.each([
    { length: 5_000, ahead: 14 },
    { length: 70_000, ahead: 1 },
  ])('takes messages of $length octets $ahead at a time', async ({ length, ahead }) => {
    const id = 'x'.repeat(length);
    const { client, wire } = serving({
      async *watch() {
        for (let number = 1; ; number++) yield { id, number };
      },
    });
    const events = client.watch({})[Symbol.asyncIterator]();
    for (let taken = 0; taken < 10; taken++) await events.next();
    await settled();
    expect(wire.last.down.askedInAll).toBeLessThanOrEqual(10 + ahead);
    await events.return?.();
  });

  it('takes no more than 64 KiB ahead when long messages follow short ones', async () => {
    const id = 'x'.repeat(30_000);
    let made = 0;
    const { client } = serving({
      async *watch() {
        for (;;) yield { id: ++made > 10 ? id : '', number: made };
      },
    });
    const events = client.watch({})[Symbol.asyncIterator]();
    for (let taken = 0; taken < 5; taken++) await events.next();
    await settled();
    // Ten short ones, three long ones that are 64 KiB together, and what waits at the wire.
    expect(made).toBeLessThanOrEqual(10 + 3 + 4);
    const numbers = [];
    for (let taken = 0; taken < 20; taken++) {
      const { value } = await events.next();
      numbers.push(value?.number);
    }
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 6));
    await events.return?.();
  });

  it('is cancelled when the loop is left, and the generator runs its finally', async () => {
    const seen: string[] = [];
    const { client, wire, failures } = serving({
      async *watch() {
        try {
          for (let number = 1; ; number++) yield { number };
        } finally {
          seen.push('finally');
        }
      },
    });
    for await (const { number } of client.watch({})) {
      seen.push(String(number));
      if (number === 3) break;
    }
    await settled();
    expect(seen).toEqual(['1', '2', '3', 'finally']);
    expect(wire.last.server.cancel).toBeDefined();
    expect(wire.last.server.ended).toBeDefined();
    expect(failures).toEqual([]);
  });

  it('is not cancelled by leaving a loop that has ended', async () => {
    const { client, wire } = serving({
      async *watch() {
        yield { number: 1 };
      },
    });
    const events = client.watch({})[Symbol.asyncIterator]();
    await events.next();
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await events.return?.();
    await settled();
    expect(wire.last.server.cancel).toBeUndefined();
  });

  it('runs as running until a generator that waits has stopped', async () => {
    let go: () => void = () => undefined;
    const { client, wire } = serving({
      async *watch() {
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        yield {};
      },
    });
    const controller = new AbortController();
    const events = client.watch({}, { signal: controller.signal })[Symbol.asyncIterator]();
    const read = rejection(events.next());
    await settled();
    controller.abort();
    expect(await read).toMatchObject({ code: Status.CANCELLED });
    await settled();
    expect(wire.last.server.ended).toBeUndefined();
    go();
    await settled();
    expect(wire.last.server.ended).toBeDefined();
  });

  it('serves several steps that are asked for at once, in order', async () => {
    const { client } = serving({
      async *watch() {
        yield { number: 1 };
        yield { number: 2 };
      },
    });
    const events = client.watch({})[Symbol.asyncIterator]();
    const steps = await Promise.all([events.next(), events.next(), events.next(), events.next()]);
    expect(steps.map(({ value }) => value?.number)).toEqual([1, 2, undefined, undefined]);
  });

  it('tells headers and trailers', async () => {
    const { client } = serving({
      async *watch(_, context) {
        context.responseHeader.set('from', 'cache');
        yield {};
        context.responseTrailer.set('count', '1');
      },
    });
    const heard: string[] = [];
    const options = {
      onHeader: (metadata: Iterable<[string, string]>) => heard.push(...[...metadata].flat()),
      onTrailer: (metadata: Iterable<[string, string]>) => heard.push(...[...metadata].flat()),
    };
    await all(client.watch({}, options));
    expect(heard).toEqual(['from', 'cache', 'count', '1']);
  });

  it('fails with what its callbacks throw', async () => {
    const mistake = new Error('mine');
    const fail = () => {
      throw mistake;
    };
    const { client } = serving({
      async *watch() {
        yield {};
      },
    });
    expect(await rejection(all(client.watch({}, { onHeader: fail })))).toBe(mistake);
    expect(await rejection(all(client.watch({}, { onTrailer: fail })))).toBe(mistake);
  });

  it('fails in the loop when it cannot begin', async () => {
    const { client, wire } = serving({});
    const stream = client.watch({}, { signal: AbortSignal.abort() });
    expect(await rejection(all(stream))).toMatchObject({ code: Status.CANCELLED });
    expect(await rejection(all(client.watch(undefined as never)))).toBeInstanceOf(UsageError);
    expect(await rejection(all(client.price([] as never)))).toBeInstanceOf(UsageError);
    expect(wire.starts).toEqual([]);
  });

  it('is the handler mistake to return no iterable or a wrong message', async () => {
    const { client, failures } = serving({ watch: (() => never()) as never });
    expect(await rejection(all(client.watch({})))).toMatchObject({ code: Status.UNKNOWN });
    const other = serving({
      async *watch() {
        yield { number: 'many' } as never;
      },
    });
    expect(await rejection(all(other.client.watch({})))).toMatchObject({ code: Status.INTERNAL });
    expect([failures.length, other.failures.length]).toEqual([1, 1]);
  });
});

describe('client streaming', () => {
  it('takes all requests and gives one response', async () => {
    const { client, wire } = serving({
      async placeOrder(lines) {
        return { lines: await all(lines) };
      },
    });
    const order = await client.placeOrder(streamOf(line('tea'), line('milk')));
    expect(order.lines.map(({ sku }) => sku)).toEqual(['tea', 'milk']);
    expect(wire.starts[0]?.kind).toBe('client-streaming');
  });

  it('holds the caller back while the handler is busy', async () => {
    let given = 0;
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { client } = serving({
      async placeOrder(lines) {
        await gate;
        return { lines: await all(lines) };
      },
    });
    async function* lines() {
      for (; given < 50; given++) yield line(String(given));
    }
    const order = client.placeOrder(lines());
    await settled();
    expect(given).toBeLessThan(5);
    go();
    expect((await order).lines).toHaveLength(50);
  });

  it('stops the caller when the handler answers early', async () => {
    const seen: string[] = [];
    const { client } = serving({
      async placeOrder(lines) {
        for await (const { sku } of lines) if (sku === '2') break;
        return { id: 'enough' };
      },
    });
    async function* lines() {
      try {
        for (let sku = 0; ; sku++) yield line(String(sku));
      } finally {
        seen.push('finally');
      }
    }
    expect(await client.placeOrder(lines())).toMatchObject({ id: 'enough' });
    await settled();
    expect(seen).toEqual(['finally']);
  });

  it('fails with what the caller stream threw, and cancels', async () => {
    const mistake = new Error('out of ink');
    const { client, wire } = serving({ placeOrder: async (lines) => ({ lines: await all(lines) }) });
    async function* lines() {
      yield line('tea');
      throw mistake;
    }
    expect(await rejection(client.placeOrder(lines()))).toBe(mistake);
    await settled();
    expect(wire.last.server).toMatchObject({ cancel: { kind: 'reset' }, ended: {} });
  });

  it('fails for a request that cannot be encoded', async () => {
    const { client, wire } = serving({ placeOrder: async (lines) => ({ lines: await all(lines) }) });
    const error = await rejection(client.placeOrder(streamOf({ sku: 'tea', quantity: 'many' as never })));
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain('the request of /orders.v1.OrderService/PlaceOrder');
    await settled();
    expect(wire.last.server.cancel).toBeDefined();
  });

  it('shows the handler a cancel as an error of its stream', async () => {
    const errors: unknown[] = [];
    const { client, failures } = serving({
      async placeOrder(lines) {
        try {
          await all(lines);
        } catch (error) {
          errors.push(error);
          throw error;
        }
        return {};
      },
    });
    const controller = new AbortController();
    const order = rejection(client.placeOrder(forever(), { signal: controller.signal }));
    await settled();
    controller.abort();
    await order;
    await settled();
    expect(errors).toMatchObject([{ name: 'RpcError', code: Status.CANCELLED }]);
    expect(failures).toEqual([]);
  });

  it('ends with INTERNAL for a request that is no message', async () => {
    const { wire, failures } = serving({ placeOrder: async (lines) => ({ lines: await all(lines) }) });
    const ended = new Promise((resolve) => {
      const listener = { message: () => undefined, end: resolve };
      const call = wire.call({ path: '/orders.v1.OrderService/PlaceOrder' }, listener);
      call.send(new Uint8Array([10, 200]), true);
      call.pull(1);
    });
    expect(await ended).toMatchObject({
      code: Status.INTERNAL,
      message: expect.stringContaining('orders.v1.OrderLine'),
    });
    await settled();
    expect(failures).toEqual([]);
  });
});

describe('bidi streaming', () => {
  it('answers while requests come', async () => {
    const { client, wire } = serving({
      async *price(lines) {
        for await (const { sku, quantity } of lines) yield { sku, price: BigInt(quantity * 3) };
      },
    });
    const answers: string[] = [];
    let asked: (value: { sku: string; quantity: number }) => void = () => undefined;
    async function* lines() {
      yield line('tea');
      yield await new Promise<{ sku: string; quantity: number }>((resolve) => {
        asked = resolve;
      });
    }
    for await (const { sku, price } of client.price(lines())) {
      answers.push(`${sku} ${price}`);
      asked({ sku: 'milk', quantity: 2 });
    }
    expect(answers).toEqual(['tea 3', 'milk 6']);
    expect(wire.starts[0]?.kind).toBe('bidi-streaming');
  });

  it('stops both sides when the loop is left', async () => {
    const seen: string[] = [];
    const { client, wire } = serving({
      async *price(lines) {
        try {
          for await (const { sku } of lines) yield { sku };
        } finally {
          seen.push('handler');
        }
      },
    });
    async function* lines() {
      try {
        for (;;) yield line('tea');
      } finally {
        seen.push('caller');
      }
    }
    for await (const _ of client.price(lines())) break;
    await settled();
    expect(seen.sort()).toEqual(['caller', 'handler']);
    expect(wire.last.server.ended).toBeDefined();
  });

  it('gives the responses that arrived before the end, while the caller still sends', async () => {
    const { client } = serving({
      async *price() {
        yield { sku: 'a' };
        yield { sku: 'b' };
      },
    });
    expect((await all(client.price(forever()))).map(({ sku }) => sku)).toEqual(['a', 'b']);
  });

  it('is cancelled before the handler begins, and the handler does not', async () => {
    let begun = 0;
    const { client, wire } = serving({
      async *price() {
        begun++;
        yield {};
      },
    });
    const prices = client.price(forever())[Symbol.asyncIterator]();
    await prices.return?.();
    await settled();
    expect(begun).toBe(0);
    expect(wire.last.server.ended ?? wire.last.server.cancel).toBeDefined();
  });
});

async function* forever() {
  for (;;) {
    yield line('tea');
    await settled();
  }
}
