/**
 * Dialling and listening as the kernel answers: ports that are closed, sockets that are left over, addresses that are not
 * ours. Loopback and unix sockets only.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { plainAcceptor, plainDialer, SystemNames } from '#node';
import type { Address, Attempt, Link } from '#transport';
import {
  addressOf,
  type dial,
  dialFault,
  dialled,
  LOOPBACK,
  listen,
  socketPath,
  started,
  TestServer,
  within,
} from '../node/net/links.ts';

const dialer = plainDialer();
const acceptor = plainAcceptor();
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(address: Address = LOOPBACK): Promise<TestServer> {
  const server = await TestServer.start(acceptor, address);
  cleanups.push(() => server.stop());
  return server;
}

/** A port that was open a moment ago. */
async function closedPort(): Promise<Address> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = addressOf(server);
  await new Promise((resolve) => server.close(resolve));
  return address;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('dialling', () => {
  it('a closed port: refused', async () => {
    const address = await closedPort();
    const { port } = address as { port: number };
    expect(await dialFault(dialer, address)).toEqual({
      kind: 'refused',
      code: 'ECONNREFUSED',
      text: `127.0.0.1:${port} refused the connection: no program listens there. Start the server or correct the address.`,
    });
  });

  it('by IPv6 works the same', async () => {
    const server = await serve({ kind: 'tcp', host: '::1', port: 0 });
    const link = await dialled(dialer, server.address);
    cleanups.push(() => link.destroy());
    expect(link.remote).toEqual(server.address);
    expect(link.local).toMatchObject({ host: '::1' });
  });

  it('a unix socket that does not exist', async () => {
    const path = socketPath();
    expect(await dialFault(dialer, { kind: 'unix', path })).toEqual({
      kind: 'no-such-socket',
      code: 'ENOENT',
      text: `There is no socket unix:${path}: start its server or correct the path.`,
    });
  });

  it('a unix path that is a file, or too long', async () => {
    const path = socketPath();
    writeFileSync(path, '');
    cleanups.push(() => rmSync(path));
    expect(await dialFault(dialer, { kind: 'unix', path })).toMatchObject({ kind: 'refused', code: 'ECONNREFUSED' });
    const long = await dialFault(dialer, { kind: 'unix', path: `/tmp/${'x'.repeat(200)}` });
    expect(long.text).toContain('the path is too long');
  });

  it('a port that cannot be is a fault, told later', async () => {
    let told = false;
    const outcome = new Promise<Attempt<Link>>((resolve) => {
      dialer.dial({ kind: 'tcp', host: '127.0.0.1', port: 70_000 }, '', (attempt) => {
        told = true;
        resolve(attempt);
      });
    });
    expect(told).toBe(false);
    expect(await within(outcome, 'an outcome')).toMatchObject({
      kind: 'fault',
      fault: { code: 'ERR_SOCKET_BAD_PORT' },
    });
  });

  it('an address without a route: one sentence', async () => {
    // Reserved and never routed (RFC 1112 §4): the kernel refuses at once.
    const fault = await dialFault(dialer, { kind: 'tcp', host: '240.0.0.1', port: 1 }).catch(() => undefined);
    // A machine may route even that; then nothing can be said here.
    if (fault !== undefined) expect(fault.text).toMatch(/240\.0\.0\.1:1/);
  });
});

describe('cancelling', () => {
  it('at once: no outcome, and nobody arrives', async () => {
    const server = await serve();
    let outcomes = 0;
    const cancel = dialer.dial(server.address, '', () => outcomes++);
    cancel();
    cancel();
    const link = await dialled(dialer, server.address);
    cleanups.push(() => link.destroy());
    await server.take();
    expect(outcomes).toBe(0);
    expect(server.waiting).toBe(0);
  });

  it('while it connects: no outcome, and the socket is gone', async () => {
    const address = await closedPort();
    let outcomes = 0;
    for (let turns = 0; turns < 3; turns++) {
      const cancel = dialer.dial(address, '', () => outcomes++);
      for (let at = 0; at < turns && outcomes === 0; at++)
        await new Promise<void>((resolve) => process.nextTick(resolve));
      cancel();
    }
    for (let at = 0; at < 5; at++) await turn();
    expect(outcomes).toBe(0);
    expect(process.getActiveResourcesInfo().filter((name) => name.startsWith('TCPConnectWrap'))).toEqual([]);
  });

  it('after the outcome changes nothing', async () => {
    const server = await serve();
    let cancel = (): void => undefined;
    const attempt = await within(
      new Promise<Awaited<ReturnType<typeof dial>>>((resolve) => {
        cancel = dialer.dial(server.address, '', resolve);
      }),
      'an outcome',
    );
    cancel();
    if (attempt.kind === 'fault') throw new Error(attempt.fault.text);
    const client = started(attempt.value);
    cleanups.push(() => client.link.destroy());
    const accepted = started(await server.take());
    client.link.write([Uint8Array.of(1)]);
    await accepted.handler.untilBytes(1);
  });
});

describe('listening', () => {
  it('tells the real port, and close frees it while links live on', async () => {
    const server = await serve();
    expect(server.address).toMatchObject({ kind: 'tcp', host: '127.0.0.1' });
    const client = started(await dialled(dialer, server.address));
    cleanups.push(() => client.link.destroy());
    const accepted = started(await server.take());
    await within(new Promise<void>((resolve) => server.listening.close(resolve)), 'the close');
    expect(await dialFault(dialer, server.address)).toMatchObject({ kind: 'refused' });
    const again = await serve(server.address);
    expect(again.address).toEqual(server.address);
    client.link.write([Uint8Array.of(1)]);
    await accepted.handler.untilBytes(1);
    // A second close is harmless.
    await within(new Promise<void>((resolve) => server.listening.close(resolve)), 'the close');
  });

  it('on a port that is taken', async () => {
    const server = await serve();
    const attempt = await listen(acceptor, server.address, () => undefined);
    const { port } = server.address as { port: number };
    expect(attempt).toEqual({
      kind: 'fault',
      fault: {
        kind: 'other',
        code: 'EADDRINUSE',
        text: `127.0.0.1:${port} is taken: another program listens there. Stop it or take another port.`,
      },
    });
  });

  it('on an address of another machine', async () => {
    const attempt = await listen(acceptor, { kind: 'tcp', host: '192.0.2.1', port: 0 }, () => undefined);
    expect(attempt).toMatchObject({ kind: 'fault', fault: { code: 'EADDRNOTAVAIL' } });
    if (attempt.kind === 'fault') expect(attempt.fault.text).toContain('this machine has no such address');
  });

  it('on a port that cannot be', async () => {
    const attempt = await listen(acceptor, { kind: 'tcp', host: '127.0.0.1', port: -1 }, () => undefined);
    expect(attempt).toMatchObject({ kind: 'fault', fault: { code: 'ERR_SOCKET_BAD_PORT' } });
  });

  it('on a unix socket makes the file, and close takes it away', async () => {
    const path = socketPath();
    const server = await serve({ kind: 'unix', path });
    expect(server.address).toEqual({ kind: 'unix', path });
    expect(existsSync(path)).toBe(true);
    await within(new Promise<void>((resolve) => server.listening.close(resolve)), 'the close');
    expect(existsSync(path)).toBe(false);
  });

  it('on a unix socket that exists, or in a folder that does not', async () => {
    const path = socketPath();
    await serve({ kind: 'unix', path });
    const taken = await listen(acceptor, { kind: 'unix', path }, () => undefined);
    expect(taken).toMatchObject({ kind: 'fault', fault: { code: 'EADDRINUSE' } });
    if (taken.kind === 'fault') expect(taken.fault.text).toContain('Stop the one or delete the other.');
    const nowhere = await listen(acceptor, { kind: 'unix', path: `${socketPath()}/x.sock` }, () => undefined);
    expect(nowhere.kind).toBe('fault');
    if (nowhere.kind === 'fault') expect(nowhere.fault.text).toContain('the folder does not exist');
    const path107 = `/tmp/${'x'.repeat(102)}`;
    const tooLong = await listen(acceptor, { kind: 'unix', path: `${path107}x` }, () => undefined);
    expect(tooLong).toMatchObject({ kind: 'fault', fault: { code: 'ENAMETOOLONG' } });
    expect(existsSync(path107)).toBe(false);
  });
});

describe('names', () => {
  const names = new SystemNames();
  const lookup = (host: string): Promise<Attempt<readonly string[]>> =>
    within(new Promise((resolve) => names.lookup(host, resolve)), 'an answer');

  it('localhost is this machine', async () => {
    const attempt = await lookup('localhost');
    if (attempt.kind === 'fault') throw new Error(attempt.fault.text);
    for (const address of attempt.value) expect(['127.0.0.1', '::1']).toContain(address);
    expect(new Set(attempt.value).size).toBe(attempt.value.length);
  });

  it('an address is its own answer', async () => {
    expect(await lookup('::1')).toEqual({ kind: 'ok', value: ['::1'] });
    expect(await lookup('10.1.2.3')).toEqual({ kind: 'ok', value: ['10.1.2.3'] });
  });
});
