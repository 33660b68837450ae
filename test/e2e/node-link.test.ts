/**
 * Links over real sockets of Node, dialled and accepted: only the kernel shows what becomes of chunks, slow readers, half-open
 * connections and resets. Loopback and unix sockets; no program beside Node.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { plainAcceptor, plainDialer } from '#node';
import type { Address, Link } from '#transport';
import { addressOf, dialled, type End, LOOPBACK, socketPath, started, TestServer, within } from '../node/net/links.ts';

const dialer = plainDialer();
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(address: Address = LOOPBACK): Promise<TestServer> {
  const server = await TestServer.start(plainAcceptor(), address);
  cleanups.push(() => server.stop());
  return server;
}

async function pair(address: Address = LOOPBACK): Promise<{ client: Link; server: Link }> {
  const listening = await serve(address);
  const client = await dialled(dialer, listening.address);
  cleanups.push(() => client.destroy());
  return { client, server: await listening.take() };
}

async function startedPair(address: Address = LOOPBACK): Promise<{ client: End; server: End }> {
  const { client, server } = await pair(address);
  return { client: started(client), server: started(server) };
}

/** A bare server of Node: a peer that does what no link would. */
async function rawServer(connected: (socket: Socket) => void): Promise<Address> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    cleanups.push(() => socket.destroy());
    connected(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  return addressOf(server);
}

async function connectedTo(connected: (socket: Socket) => void): Promise<End> {
  const end = started(await dialled(dialer, await rawServer(connected)));
  cleanups.push(() => end.link.destroy());
  return end;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** `total` cut at the given places. */
function cutAt(total: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (total.length + 1)).sort((a, b) => a - b), total.length];
  return places.slice(1).map((end, index) => total.subarray(places[index], end));
}

describe('a link', () => {
  for (const [name, address] of [
    ['TCP', LOOPBACK],
    ['a unix socket', { kind: 'unix', path: socketPath() }],
  ] as const) {
    it(`carries octets both ways over ${name} and ends in peace`, async () => {
      const { client, server } = await startedPair(address);
      expect(client.link.write([bytes('from the '), bytes('client')])).toBe(true);
      expect(server.link.write([bytes('from the server')])).toBe(true);
      client.link.end();
      server.link.end();
      await client.handler.untilEvent('closed');
      await server.handler.untilEvent('closed');
      expect(server.handler.text).toBe('from the client');
      expect(client.handler.text).toBe('from the server');
      for (const { handler } of [client, server]) {
        expect(handler.events).toEqual(['bytes', 'ended', 'closed']);
        expect(handler.fault).toBeUndefined();
      }
    });
  }

  it('knows both addresses', async () => {
    const { client, server } = await pair();
    expect(client.remote).toEqual(server.local);
    expect(client.local).toEqual(server.remote);
    expect(client.security).toBeUndefined();
  });

  it('says IPv4 addresses plainly when it comes through an IPv6 socket', async () => {
    const listening = await serve({ kind: 'tcp', host: '::', port: 0 });
    const { port } = listening.address as { port: number };
    const client = await dialled(dialer, { kind: 'tcp', host: '127.0.0.1', port });
    cleanups.push(() => client.destroy());
    const server = await listening.take();
    expect(server.remote).toEqual(client.local);
    expect(server.local).toEqual({ kind: 'tcp', host: '127.0.0.1', port });
  });

  it('gives the path to both ends of a unix socket', async () => {
    const address: Address = { kind: 'unix', path: socketPath() };
    const { client, server } = await pair(address);
    for (const end of [client.local, client.remote, server.local, server.remote]) expect(end).toEqual(address);
  });

  it('carries the same octets in whatever chunks they are written', async () => {
    const { client, server } = await startedPair();
    const total = new Uint8Array(randomBytes(20_000));
    let expected = Buffer.alloc(0);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 40 }), fc.nat(40), async (cuts, group) => {
        const chunks = cutAt(total, cuts);
        client.link.write(chunks.slice(0, group));
        client.link.write(chunks.slice(group));
        expected = Buffer.concat([expected, total]);
        await server.handler.untilBytes(expected.length);
      }),
      { numRuns: 30 },
    );
    expect(Buffer.concat(server.handler.chunks).equals(expected)).toBe(true);
  });

  it('gives octets away as plain arrays that never change', async () => {
    const { client, server } = await startedPair();
    for (let round = 0; round < 50; round++) {
      client.link.write([new Uint8Array(1_000).fill(round)]);
      await server.handler.untilBytes((round + 1) * 1_000);
    }
    expect(server.handler.chunks.every((chunk) => Object.getPrototypeOf(chunk) === Uint8Array.prototype)).toBe(true);
    const all = Buffer.concat(server.handler.chunks);
    expect(all.every((byte, at) => byte === Math.floor(at / 1_000))).toBe(true);
  });

  it('is started once', async () => {
    const { client } = await startedPair();
    expect(() => client.link.start(client.handler)).toThrow(UsageError);
  });
});

describe('before start', () => {
  it('loses nothing that came', async () => {
    const { client, server } = await pair();
    client.write([bytes('early')]);
    client.end();
    // Long enough for it to arrive: this process reads and writes several turns later.
    const other = started(client);
    server.write([bytes('x')]);
    await other.handler.untilBytes(1);
    const end = started(server);
    await end.handler.untilEvent('ended');
    expect(end.handler.text).toBe('early');
  });

  it('tells an end without a word, once', async () => {
    const { client, server } = await pair();
    const other = started(client);
    client.end();
    // What it writes comes back only after the end has arrived at this process too.
    server.write([bytes('x')]);
    await other.handler.untilBytes(1);
    await new Promise((resolve) => setImmediate(resolve));
    const end = started(server);
    expect(end.handler.events).toEqual([]);
    await end.handler.untilEvent('ended');
    end.link.end();
    await end.handler.untilEvent('closed');
    expect(end.handler.events).toEqual(['ended', 'closed']);
  });

  it('tells that it was destroyed', async () => {
    const { client } = await pair();
    client.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    const end = started(client);
    expect(end.handler.events).toEqual([]);
    await end.handler.untilEvent('closed');
    expect(end.handler.fault).toBeUndefined();
    expect(end.handler.closedTimes).toBe(1);
  });

  it('remembers that it was paused', async () => {
    const { client, server } = await pair();
    server.pause();
    const end = started(server);
    const other = started(client);
    client.write([bytes('wait')]);
    server.write([bytes('x')]);
    await other.handler.untilBytes(1);
    expect(end.handler.events).toEqual([]);
    server.resume();
    await end.handler.untilBytes(4);
  });
});

describe('a slow reader', () => {
  it('makes write ask to stop, and the rest goes out when it reads', async () => {
    const { client, server } = await startedPair();
    server.link.pause();
    const chunk = new Uint8Array(randomBytes(100_000));
    let written = 0;
    let more = true;
    // Both sockets' buffers take some megabytes first.
    while (more && written < 200) {
      more = client.link.write([chunk]);
      written++;
    }
    expect(more).toBe(false);
    expect(client.link.unsentBytes).toBeGreaterThan(0);
    // What is written nevertheless is not lost.
    client.link.write([chunk]);
    written++;
    expect(client.handler.drainedTimes).toBe(0);
    const before = server.handler.receivedBytes;
    server.link.resume();
    await client.handler.untilEvent('drained');
    await server.handler.untilBytes(written * chunk.length);
    expect(before).toBeLessThan(written * chunk.length);
    expect(client.link.unsentBytes).toBe(0);
    expect(client.handler.drainedTimes).toBe(1);
    const all = Buffer.concat(server.handler.chunks);
    for (let at = 0; at < written; at++) {
      expect(all.subarray(at * chunk.length, (at + 1) * chunk.length).equals(chunk)).toBe(true);
    }
  });

  it('a little may wait: then nobody is asked to stop, and no drained comes', async () => {
    const { client, server } = await startedPair();
    server.link.pause();
    let written = 0;
    while (client.link.unsentBytes === 0) {
      expect(client.link.write([new Uint8Array(20_000)])).toBe(true);
      written++;
    }
    server.link.resume();
    await server.handler.untilBytes(written * 20_000);
    client.link.write([bytes('x')]);
    await server.handler.untilBytes(written * 20_000 + 1);
    expect(client.handler.drainedTimes).toBe(0);
  });

  it('nothing waits when the kernel takes it all', async () => {
    const { client, server } = await startedPair();
    for (let round = 0; round < 20; round++) {
      expect(client.link.write([new Uint8Array(10_000)])).toBe(true);
      await server.handler.untilBytes((round + 1) * 10_000);
    }
    expect(client.handler.drainedTimes).toBe(0);
  });
});

describe('half-open', () => {
  it.each(['client', 'server'] as const)(
    'our output goes on after the end of the peer: the %s ends first',
    async (who) => {
      const { client, server } = await startedPair();
      const [ending, staying] = who === 'client' ? [client, server] : [server, client];
      ending.link.end();
      await staying.handler.untilEvent('ended');
      const reply = new Uint8Array(randomBytes(3_000_000));
      staying.link.write([reply]);
      staying.link.end();
      await ending.handler.untilBytes(reply.length);
      await ending.handler.untilEvent('closed');
      await staying.handler.untilEvent('closed');
      expect(Buffer.concat(ending.handler.chunks).equals(reply)).toBe(true);
      expect([client.handler.fault, server.handler.fault]).toEqual([undefined, undefined]);
    },
  );

  it('what is written after our end is dropped', async () => {
    const { client, server } = await startedPair();
    client.link.write([bytes('last')]);
    client.link.end();
    client.link.end();
    expect(client.link.write([bytes('too late')])).toBe(true);
    await server.handler.untilEvent('ended');
    expect(server.handler.text).toBe('last');
  });
});

describe('destroy', () => {
  it('ends both directions, and nothing but closed follows', async () => {
    const { client, server } = await startedPair();
    server.link.write([bytes('on its way')]);
    client.link.destroy();
    client.link.destroy();
    expect(client.handler.events).toEqual([]);
    expect(client.link.write([bytes('no')])).toBe(true);
    expect(client.link.unsentBytes).toBe(0);
    client.link.end();
    await client.handler.untilEvent('closed');
    await server.handler.untilEvent('closed');
    expect(client.handler.events).toEqual(['closed']);
    expect(client.handler.fault).toBeUndefined();
  });

  it('out of the handler silences the rest of what was read', async () => {
    const { client, server } = await startedPair();
    server.handler.onBytes = () => server.link.destroy();
    for (let round = 0; round < 20; round++) client.link.write([new Uint8Array(100_000)]);
    await server.handler.untilEvent('closed');
    expect(server.handler.events).toEqual(['bytes', 'closed']);
    expect(server.handler.chunks).toHaveLength(1);
    await client.handler.untilEvent('closed');
    expect(client.handler.fault?.kind).toBe('reset');
  });

  it('out of the handler silences what was read while it was paused', async () => {
    const { client, server } = await startedPair();
    server.link.pause();
    for (let round = 0; round < 5; round++) {
      client.link.write([bytes('part')]);
      // Each part is read for itself: it comes back only when this process has had turns to read it.
      server.link.write([bytes('x')]);
      await client.handler.untilBytes(round + 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    server.handler.onBytes = () => server.link.destroy();
    server.link.resume();
    await server.handler.untilEvent('closed');
    expect(server.handler.chunks).toHaveLength(1);
    expect(server.handler.text).toBe('part');
  });

  it('with output that the peer does not take loses that output, not the end', async () => {
    const { client, server } = await startedPair();
    server.link.pause();
    let written = 1;
    while (client.link.write([new Uint8Array(1_000_000)])) written++;
    client.link.destroy();
    await client.handler.untilEvent('closed');
    expect(client.handler.events).toEqual(['closed']);
    server.link.resume();
    await server.handler.untilEvent('ended');
    expect(server.handler.receivedBytes).toBeLessThan(written * 1_000_000);
    server.link.end();
    await server.handler.untilEvent('closed');
  });
});

describe('a reset', () => {
  it('comes as a fault in plain words', async () => {
    const end = await connectedTo((socket) => socket.once('data', () => socket.resetAndDestroy()));
    end.link.write([bytes('hello')]);
    await end.handler.untilEvent('closed');
    expect(end.handler.events).toEqual(['closed']);
    expect(end.handler.fault).toMatchObject({ kind: 'reset', code: 'ECONNRESET' });
    expect(end.handler.fault?.text).toMatch(/^127\.0\.0\.1:\d+ cut the connection \(TCP RST\): /);
  });

  it('of ours reaches an accepted link the same way', async () => {
    const listening = await serve();
    const client = await dialled(dialer, listening.address);
    const server = started(await listening.take());
    // Unread octets make the kernel send RST instead of FIN.
    server.link.write([bytes('unread')]);
    client.pause();
    const other = started(client);
    await new Promise((resolve) => setImmediate(resolve));
    other.link.destroy();
    await server.handler.untilEvent('closed');
    expect(server.handler.fault?.kind).toBe('reset');
  });

  it('while we write ends in one fault, whichever call learns of it', async () => {
    for (let round = 0; round < 20; round++) {
      const end = await connectedTo((socket) => socket.once('data', () => socket.resetAndDestroy()));
      for (let at = 0; at < 10; at++) {
        end.link.write([new Uint8Array(1 + 1_000 * round)]);
        if (at % 3 === 2) await new Promise((resolve) => setImmediate(resolve));
      }
      await end.handler.untilEvent('closed');
      expect(end.handler.closedTimes).toBe(1);
      expect(end.handler.fault?.kind).toBe('reset');
    }
  });

  it('after our end is a fault: what we sent may not have arrived', async () => {
    const end = await connectedTo((socket) => socket.once('end', () => socket.resetAndDestroy()).resume());
    end.link.end();
    await end.handler.untilEvent('closed');
    expect(end.handler.fault?.kind).toBe('reset');
  });
});

describe('races', () => {
  /** Everything that can be done with a link, by both ends, in an order drawn by chance: one closed, nothing uncaught. */
  it('end in exactly one closed, and no error is left to nobody', async () => {
    const uncaught: unknown[] = [];
    const keep = (error: unknown): void => {
      uncaught.push(error);
    };
    process.on('uncaughtException', keep);
    cleanups.push(() => process.off('uncaughtException', keep));
    const listening = await serve();
    const steps = fc.array(
      fc.tuple(fc.boolean(), fc.constantFrom('write', 'big', 'end', 'pause', 'resume', 'turn', 'destroy', 'start')),
      { minLength: 1, maxLength: 14 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const client = await dialled(dialer, listening.address);
        const server = await listening.take();
        const ends = new Map<Link, End>();
        const start = (link: Link): End => {
          const end = ends.get(link) ?? started(link);
          ends.set(link, end);
          return end;
        };
        for (const [ofClient, step] of script) {
          const link = ofClient ? client : server;
          if (step === 'write') link.write([bytes('a'), bytes('b')]);
          else if (step === 'big') link.write([new Uint8Array(2_000_000)]);
          else if (step === 'turn') await new Promise((resolve) => setImmediate(resolve));
          else if (step === 'start') start(link);
          else link[step]();
        }
        const both = [start(client), start(server)];
        for (const { link } of both) link.destroy();
        for (const { handler } of both) await handler.untilEvent('closed');
        await new Promise((resolve) => setImmediate(resolve));
        for (const { handler } of both) {
          expect(handler.closedTimes).toBe(1);
          expect(handler.events.at(-1)).toBe('closed');
          expect(handler.events.filter((event) => event === 'ended').length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 150 },
    );
    expect(uncaught).toEqual([]);
  });
});

describe('a process', () => {
  it('is not told of peers that left before they were accepted', async () => {
    const listening = await serve();
    const address = listening.address as { port: number };
    await within(
      new Promise<void>((resolve) => {
        import('node:net').then(({ connect }) => {
          const socket = connect(address.port, '127.0.0.1', () => socket.resetAndDestroy());
          socket.on('error', () => undefined);
          socket.on('close', () => resolve());
        });
      }),
      'the reset',
    );
    const client = await dialled(dialer, listening.address);
    cleanups.push(() => client.destroy());
    client.write([bytes('after')]);
    // The reset one is either not handed over, or closes with a fault; the next one works.
    for (let link = await listening.take(); ; link = await listening.take()) {
      const end = started(link);
      await end.handler.until(() => end.handler.events.length > 0, 'anything');
      if (end.handler.text === 'after') break;
      expect(end.handler.events).toEqual(['closed']);
    }
  });
});
