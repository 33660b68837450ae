/**
 * Beginning and end of servers and channels on real sockets: draining, closing, restarting, states, and whether a process may
 * end. Loopback only.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type ChannelState, createChannel, createServer, ListenError, RpcError, Status } from 'calmwire';
import { describe, expect, it } from 'vitest';
import { OrderService } from '../../examples/rpc/gen/orders_pb.ts';
import { rejection, streamOf } from '../rpc/orders.ts';
import { afterwards, dialling, running, temporaryPath } from '../runtime/loopback.ts';
import { root } from './program.ts';

const never = () => new Promise<never>(() => undefined);

/** A handler that answers when it is told to. */
function gate() {
  let open: (value?: unknown) => void = () => undefined;
  const opened = new Promise((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('shutdown of a server', () => {
  it('lets calls that run end, and takes no new ones', async () => {
    const { open, opened } = gate();
    const { server, orders, channel } = await running({
      getOrder: async ({ id }) => {
        await opened;
        return { id };
      },
      async *watch() {
        yield { number: 1 };
        await opened;
        yield { number: 2 };
      },
    });
    const events = orders.watch({})[Symbol.asyncIterator]();
    await events.next();
    const answers = [orders.getOrder({ id: 'a' }), orders.getOrder({ id: 'b' })];
    await eventually(() => server.stats.calls.running === 3);
    let done = false;
    const over = server.shutdown().then(() => {
      done = true;
    });
    await eventually(() => channel.state !== 'ready');
    const refused = await rejection(orders.getOrder({ id: 'late' }, { timeoutMs: 2_000 }));
    expect(refused).toMatchObject({ code: Status.UNAVAILABLE, failure: { processed: 'no' } });
    expect(done).toBe(false);
    open();
    expect((await Promise.all(answers)).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(await events.next()).toMatchObject({ value: { number: 2 } });
    expect(await events.next()).toMatchObject({ done: true });
    await over;
    expect(server.stats).toMatchObject({ connections: { open: 0 }, calls: { running: 0, succeeded: 3 } });
    expect(channel.state).not.toBe('ready');
  });

  it('ends what is left after the grace with UNAVAILABLE', async () => {
    let reason: unknown;
    const { server, orders } = await running({
      getOrder: (_, { signal }) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
        });
        return never();
      },
    });
    const answer = rejection(orders.getOrder({}));
    await eventually(() => server.stats.calls.running === 1);
    await server.shutdown({ graceMs: 20 });
    expect(await answer).toMatchObject({ code: Status.UNAVAILABLE });
    expect(reason).toMatchObject({ name: 'RpcError', code: Status.UNAVAILABLE });
  });

  it('is over at once without connections, and for good', async () => {
    const server = createServer();
    await server.listen('127.0.0.1:0');
    await server.shutdown();
    await server.shutdown();
    await expect(server.listen('127.0.0.1:0')).rejects.toThrow(/make a new one/);
  });

  it('moves calls to the next server unseen by the caller', async () => {
    const path = temporaryPath('orders.sock');
    const first = await running({ getOrder: async () => ({ id: 'first' }) }, { at: `unix:${path}` });
    expect(await first.orders.getOrder({})).toMatchObject({ id: 'first' });
    await first.server.shutdown();
    expect(existsSync(path)).toBe(false);
    await running({ getOrder: async () => ({ id: 'second' }) }, { at: `unix:${path}` });
    expect(await first.orders.getOrder({}, { waitForReady: true, timeoutMs: 10_000 })).toMatchObject({ id: 'second' });
  });
});

describe('close', () => {
  it('of a server ends its calls', async () => {
    const { server, orders } = await running({ getOrder: never });
    const answer = rejection(orders.getOrder({}));
    await eventually(() => server.stats.calls.running === 1);
    await server.close();
    expect(await answer).toMatchObject({ code: Status.UNAVAILABLE });
  });

  it('of a channel ends its calls and takes no more', async () => {
    const { server, channel, orders } = await running({ getOrder: never });
    const answer = rejection(orders.getOrder({}));
    await eventually(() => server.stats.calls.running === 1);
    channel.close();
    expect(await answer).toMatchObject({ code: Status.UNAVAILABLE, failure: { origin: 'closed', culprit: 'client' } });
    expect(await rejection(orders.getOrder({}))).toMatchObject({ failure: { origin: 'closed', processed: 'no' } });
    await eventually(() => server.stats.connections.open === 0);
  });

  it('of a channel in peace lets calls end', async () => {
    const { open, opened } = gate();
    const { channel, orders, server } = await running({
      getOrder: async () => {
        await opened;
        return { id: 'ended' };
      },
    });
    const answer = orders.getOrder({});
    await eventually(() => server.stats.calls.running === 1);
    const over = channel.shutdown();
    open();
    expect(await answer).toMatchObject({ id: 'ended' });
    await over;
    expect(channel.state).toBe('shutdown');
  });
});

describe('a channel', () => {
  it('connects when it is asked to, and tells its states', async () => {
    const { bound } = await running({});
    const { channel } = dialling(bound.target);
    const states: ChannelState[] = [channel.state];
    channel.onState((state) => states.push(state));
    await channel.connect();
    await channel.connect();
    expect(states).toEqual(['idle', 'connecting', 'ready']);
    expect(channel.target).toBe(bound.target);
  });

  it('gives up connecting when its time is over, or it is closed', async () => {
    const { channel } = dialling('127.0.0.1:1');
    expect(await rejection(channel.connect({ timeoutMs: 30 }))).toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
      rawMessage: expect.stringContaining('127.0.0.1:1'),
    });
    const waiting = rejection(channel.connect());
    channel.close();
    expect(await waiting).toMatchObject({ code: Status.UNAVAILABLE });
    expect(await rejection(channel.connect())).toBeInstanceOf(RpcError);
  });

  it('does not punish who does not wait for it to connect', async () => {
    const channel = createChannel('127.0.0.1:1');
    afterwards(() => channel.close());
    channel.connect({ timeoutMs: 5 });
    await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('waits with a call for a server that comes later', async () => {
    const path = temporaryPath('late.sock');
    const { orders } = dialling(`unix:${path}`, { backoff: { initialMs: 20 } });
    const answer = orders.getOrder({}, { waitForReady: true, timeoutMs: 10_000 });
    await running({ getOrder: async () => ({ id: 'late' }) }, { at: `unix:${path}` });
    expect(await answer).toMatchObject({ id: 'late' });
  });
});

describe('listening', () => {
  it('says why it cannot', async () => {
    const { bound } = await running({});
    const server = createServer();
    const error = await rejection(server.listen(bound.target));
    expect(error).toBeInstanceOf(ListenError);
    expect(error).toMatchObject({ code: 'EADDRINUSE', message: expect.stringContaining(String(bound.port)) });
  });

  it('serves what is added while it runs', async () => {
    const { server, orders } = await running({});
    expect(await rejection(orders.getOrder({}))).toMatchObject({ code: Status.UNIMPLEMENTED });
    expect(() => server.add(OrderService, {})).toThrow(/has a handler already/);
    server.handle('/raw.Service/Echo', {
      kind: 'unary',
      start: (call) => {
        call.pull(1);
        return {
          message: (bytes) => call.send(bytes),
          halfClosed: () => call.end(Status.OK),
          cancelled: () => call.end(Status.CANCELLED),
        };
      },
    });
    expect(await rejection(orders.placeOrder(streamOf()))).toMatchObject({ code: Status.UNIMPLEMENTED });
  });
});

/** Runs a program that imports the built package by its own name; answers its output when it ends. */
function program(target: string, code: string): Promise<{ code: number | null; output: string }> {
  const text = `import { createChannel, createServer } from 'calmwire'; const channel = createChannel('${target}'); ${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], { cwd: root });
  afterwards(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      output += part;
    });
  }
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ code: exitCode, output })));
}

const CALL = `const listener = { message: () => {}, end: ({ code }) => console.log('ended', code) };
  const call = () => { const one = channel.call({ path: '/orders.v1.OrderService/GetOrder' }, listener); one.pull(1); one.send(new Uint8Array(), true); };`;

describe('a process', () => {
  it('ends when its calls have, whether the channel was closed or not', async () => {
    const { bound } = await running({ getOrder: async () => ({}) });
    expect(await program(bound.target, `${CALL} call();`)).toEqual({ code: 0, output: 'ended 0\n' });
    expect(await program(bound.target, 'channel.connect().then(() => console.log(channel.state));')).toEqual({
      code: 0,
      output: 'ready\n',
    });
  });

  it('waits for a call that is open, and for a channel that shuts down', async () => {
    const { open, opened } = gate();
    const { bound, server } = await running({
      getOrder: async () => {
        await opened;
        return {};
      },
    });
    const ended = program(bound.target, `${CALL} call(); await channel.shutdown(); console.log('closed');`);
    await eventually(() => server.stats.calls.running === 1);
    open();
    expect(await ended).toEqual({ code: 0, output: 'ended 0\nclosed\n' });
  });

  it('waits for a server that comes later only if a call does', async () => {
    const path = temporaryPath('later.sock');
    expect(await program(`unix:${path}`, 'channel.connect().catch(() => {}); channel.close();')).toEqual({
      code: 0,
      output: '',
    });
    const waiting = program(
      `unix:${path}`,
      `const listener = { message: () => {}, end: ({ code }) => console.log('ended', code) };
       const one = channel.call({ path: '/orders.v1.OrderService/GetOrder', waitForReady: true }, listener); one.pull(1); one.send(new Uint8Array(), true);`,
    );
    await running({ getOrder: async () => ({}) }, { at: `unix:${path}` });
    expect(await waiting).toEqual({ code: 0, output: 'ended 0\n' });
  });
});
