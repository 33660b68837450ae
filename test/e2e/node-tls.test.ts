/**
 * TLS over real sockets: only OpenSSL on both ends shows which handshakes fail, when, and what Node makes of it. Every failure
 * must come as one sentence that a person understands. Loopback only; keys and certificates are made here.
 */
import { connect as connectRaw, createServer as createRawServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer, type TlsOptions } from 'node:tls';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ClientCredentialsOptions,
  clientCredentials,
  plainAcceptor,
  plainDialer,
  type ServerCredentialsOptions,
  serverCredentials,
  type TlsAcceptorOptions,
  tlsAcceptor,
  tlsDialer,
} from '#node';
import type { Address, LinkFault } from '#transport';
import {
  addressOf,
  type dial,
  dialFault,
  dialled,
  type End,
  LOOPBACK,
  listen,
  socketPath,
  started,
  TestServer,
  within,
} from '../node/net/links.ts';
import { makeAuthority, selfSigned } from '../support/certificates.ts';

const authority = makeAuthority();
const otherAuthority = makeAuthority({ commonName: 'Somebody Else' });
const identity = authority.issue({ names: ['localhost'], ips: ['127.0.0.1'] });
const trusting = { rootCertificates: authority.certificate };

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Faults of handshakes as a server hears them. */
class Faults {
  readonly all: { readonly fault: LinkFault; readonly remote: Address }[] = [];
  #wake: (() => void) | undefined;

  readonly add = (fault: LinkFault, remote: Address): void => {
    this.all.push({ fault, remote });
    this.#wake?.();
  };

  async next(): Promise<LinkFault> {
    const first = this.all.shift();
    if (first !== undefined) return first.fault;
    await within(
      new Promise<void>((resolve) => {
        this.#wake = resolve;
      }),
      'a fault of a handshake',
    );
    return this.next();
  }
}

async function serve(
  credentials: Partial<ServerCredentialsOptions> = {},
  options: TlsAcceptorOptions = {},
  address: Address = LOOPBACK,
) {
  const faults = new Faults();
  const own = serverCredentials({ ...identity, ...credentials });
  const acceptor = tlsAcceptor(own, { onHandshakeFault: faults.add, ...options });
  const server = await TestServer.start(acceptor, address);
  cleanups.push(() => server.stop());
  return { server, address: server.address, faults, acceptor, credentials: own };
}

function dialer(options: ClientCredentialsOptions = trusting) {
  return tlsDialer(clientCredentials(options));
}

async function connected(address: Address, options: ClientCredentialsOptions = trusting, name = 'localhost') {
  const link = await dialled(dialer(options), address, name);
  cleanups.push(() => link.destroy());
  return link;
}

/** A server of Node that does what ours would not. */
async function nodeServer(options: TlsOptions): Promise<Address> {
  const server = createTlsServer({ key: identity.privateKey, cert: identity.certificate, ...options }, (socket) => {
    socket.on('error', () => undefined);
    cleanups.push(() => socket.destroy());
  });
  server.on('tlsClientError', () => undefined);
  return listening(server);
}

async function rawServer(connection: (socket: Socket) => void): Promise<Address> {
  return listening(
    createRawServer((socket) => {
      socket.on('error', () => undefined);
      cleanups.push(() => socket.destroy());
      connection(socket);
    }),
  );
}

async function listening(server: Server): Promise<Address> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  return addressOf(server);
}

function port(address: Address): number {
  return address.kind === 'tcp' ? address.port : 0;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** One way and back. */
async function exchange(client: End, server: End, text = 'hello'): Promise<void> {
  const before = [server.handler.receivedBytes, client.handler.receivedBytes] as const;
  client.link.write([bytes(text.slice(0, 2)), bytes(text.slice(2))]);
  await server.handler.untilBytes(before[0] + text.length);
  server.link.write([bytes(text)]);
  await client.handler.untilBytes(before[1] + text.length);
}

describe('a TLS link', () => {
  it('carries octets, half-open too, and ends in peace', async () => {
    const { server, acceptor } = await serve();
    const client = started(await connected(server.address));
    const accepted = started(await server.take());
    expect(client.link.security).toEqual({ protocol: 'TLSv1.3', alpn: 'h2', peer: 'CN=localhost' });
    expect(accepted.link.security).toEqual({ protocol: 'TLSv1.3', alpn: 'h2', peer: '' });
    expect(client.link.remote).toEqual(accepted.link.local);
    expect(client.link.local).toEqual(accepted.link.remote);
    await exchange(client, accepted);
    client.link.end();
    await accepted.handler.untilEvent('ended');
    accepted.link.write([new Uint8Array(2_000_000), bytes('the end')]);
    accepted.link.end();
    await client.handler.untilEvent('closed');
    await accepted.handler.untilEvent('closed');
    expect(client.handler.receivedBytes).toBe(5 + 2_000_007);
    expect(client.handler.text.endsWith('the end')).toBe(true);
    expect([client.handler.fault, accepted.handler.fault]).toEqual([undefined, undefined]);
    expect(acceptor.handshakes).toMatchObject({ inProgress: 0, completed: 1, failed: 0 });
  });

  it('speaks TLS 1.2 with a peer that has nothing newer', async () => {
    const address = await nodeServer({ maxVersion: 'TLSv1.2', ALPNProtocols: ['h2'] });
    const link = await connected(address);
    expect(link.security).toEqual({ protocol: 'TLSv1.2', alpn: 'h2', peer: 'CN=localhost' });
  });

  it('runs over a unix socket', async () => {
    const { server } = await serve({}, {}, { kind: 'unix', path: socketPath() });
    const client = started(await connected(server.address));
    await exchange(client, started(await server.take()));
  });

  it('slows a writer down when the peer does not read', async () => {
    const { server } = await serve();
    const client = started(await connected(server.address));
    const accepted = started(await server.take());
    accepted.link.pause();
    let written = 0;
    let more = true;
    while (written < 100 && more) {
      more = client.link.write([new Uint8Array(100_000)]);
      written++;
    }
    expect(more).toBe(false);
    accepted.link.resume();
    await client.handler.untilEvent('drained');
    await accepted.handler.untilBytes(written * 100_000);
    expect(client.handler.drainedTimes).toBe(1);
  });

  it('tells a reset in plain words', async () => {
    const { server } = await serve();
    const client = started(await connected(server.address));
    const accepted = started(await server.take());
    await exchange(client, accepted);
    client.link.pause();
    accepted.link.write([new Uint8Array(100_000)]);
    await new Promise((resolve) => setImmediate(resolve));
    client.link.destroy();
    await accepted.handler.until(
      () => accepted.handler.events.includes('closed') || accepted.handler.events.includes('ended'),
      'an end',
    );
    accepted.link.destroy();
    await accepted.handler.untilEvent('closed');
    expect(client.handler.events.filter((event) => event === 'closed')).toHaveLength(1);
  });
});

describe('the server has', () => {
  async function faultWith(
    issued: { certificate: string; privateKey: string },
    name = 'localhost',
    options: ClientCredentialsOptions = trusting,
  ) {
    const address = await nodeServer({ key: issued.privateKey, cert: issued.certificate, ALPNProtocols: ['h2'] });
    return { fault: await dialFault(dialer(options), address, name), place: `(127.0.0.1:${port(address)})` };
  }

  it('a certificate that has expired', async () => {
    const { fault, place } = await faultWith(
      authority.issue({ names: ['localhost'], notAfter: new Date('2024-02-03T04:05:06Z') }),
    );
    expect(fault).toEqual({
      kind: 'tls',
      code: 'CERT_HAS_EXPIRED',
      text: `The certificate of localhost ${place}, or one that it was issued with, has expired; its own ends on 2024-02-03 04:05 UTC. Renew it there.`,
    });
  });

  it('a certificate that is not valid yet', async () => {
    const notBefore = new Date(Date.now() + 3_600_000);
    const { fault } = await faultWith(authority.issue({ names: ['localhost'], notBefore }));
    expect(fault).toMatchObject({ kind: 'tls', code: 'CERT_NOT_YET_VALID' });
    expect(fault.text).toContain(`is valid only from ${notBefore.toISOString().slice(0, 10)}`);
  });

  it('a certificate for another name', async () => {
    const { fault, place } = await faultWith(
      authority.issue({ names: ['orders.example', 'eu.orders.example'], ips: ['10.0.0.1'] }),
    );
    expect(fault).toEqual({
      kind: 'tls',
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      text: `The certificate of localhost ${place} is not for "localhost" but for orders.example, eu.orders.example, 10.0.0.1: connect under a name that it shows, or set serverName to one.`,
    });
  });

  it('a certificate of an authority that is not trusted', async () => {
    const { fault } = await faultWith(otherAuthority.issue({ names: ['localhost'] }));
    expect(fault.kind).toBe('tls');
    expect(fault.text).toMatch(
      /was issued by "CN=Somebody Else" that is not among the trusted ones: add that authority/,
    );
  });

  it('a certificate without the intermediate that issued it', async () => {
    const middle = authority.issueAuthority({ commonName: 'Middle' });
    const whole = middle.issue({ names: ['localhost'] });
    const leafOnly = whole.certificate.slice(0, whole.certificate.indexOf('-----END') + 26);
    const { fault } = await faultWith({ certificate: leafOnly, privateKey: whole.privateKey });
    expect(fault.text).toMatch(/"CN=Middle".*have localhost .* send its intermediate certificates too/);
    const address = await nodeServer({ key: whole.privateKey, cert: whole.certificate, ALPNProtocols: ['h2'] });
    expect((await connected(address)).security?.alpn).toBe('h2');
  });

  it('a certificate that it signed itself, until that is trusted', async () => {
    const own = selfSigned({ names: ['localhost'] });
    const { fault } = await faultWith(own);
    expect(fault).toMatchObject({ kind: 'tls', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const address = await nodeServer({ key: own.privateKey, cert: own.certificate, ALPNProtocols: ['h2'] });
    expect((await connected(address, { rootCertificates: own.certificate })).security?.peer).toBe('CN=localhost');
  });

  it('a certificate that is meant for a client', async () => {
    const { fault } = await faultWith(authority.issue({ names: ['localhost'], client: true }));
    expect(fault).toMatchObject({ kind: 'tls', code: 'INVALID_PURPOSE' });
    expect(fault.text).toContain('issue one for serverAuth');
  });

  it('a certificate for its address, which is then a name as good as another', async () => {
    const { server } = await serve();
    expect((await connected(server.address, trusting, '127.0.0.1')).security?.peer).toBe('CN=localhost');
    const fault = await dialFault(dialer(), server.address, '127.0.0.2');
    expect(fault.code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('another name than the host: serverName says which', async () => {
    const { server } = await serve(authority.issue({ names: ['orders.example'] }));
    expect((await connected(server.address, { ...trusting, serverName: 'orders.example' })).security?.peer).toBe(
      'CN=orders.example',
    );
    expect((await connected(server.address, trusting, 'orders.example.')).security?.peer).toBe('CN=orders.example');
  });

  it('no public authority behind it, and nothing else is trusted by default', async () => {
    const { server } = await serve();
    expect((await dialFault(dialer({}), server.address)).kind).toBe('tls');
  });
});

describe('verification', () => {
  it('is not switched off by the environment', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    cleanups.push(() => {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    });
    const address = await nodeServer({ ALPNProtocols: ['h2'] });
    expect((await dialFault(dialer({}), address)).kind).toBe('tls');
    expect((await dialFault(dialer(), address, 'another.example')).code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });
});

describe('a peer that does not speak HTTP/2 over TLS', () => {
  it('but HTTP/1.1 only', async () => {
    const fault = await dialFault(dialer(), await nodeServer({ ALPNProtocols: ['http/1.1'] }));
    expect(fault).toMatchObject({ kind: 'no-alpn', code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL' });
    expect(fault.text).toMatch(/chose no protocol where HTTP\/2 \(ALPN "h2"\) was offered/);
  });

  it('or knows no ALPN', async () => {
    const fault = await dialFault(dialer(), await nodeServer({}));
    expect(fault).toMatchObject({ kind: 'no-alpn', code: '' });
  });

  it('but clear text: HTTP/1.1', async () => {
    const address = await rawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    const fault = await dialFault(dialer(), address);
    expect(fault).toEqual({
      kind: 'tls',
      code: 'ERR_SSL_WRONG_VERSION_NUMBER',
      text: `localhost (127.0.0.1:${port(address)}) does not speak TLS but clear text: connect without TLS credentials, or use the port for TLS.`,
    });
  });

  it('but clear text: our own server', async () => {
    const server = await TestServer.start(plainAcceptor());
    cleanups.push(() => server.stop());
    const fault = dialFault(dialer(), server.address);
    const accepted = started(await server.take());
    // A server's first octets: SETTINGS.
    accepted.link.write([Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 0, 0)]);
    expect((await fault).text).toContain('does not speak TLS but clear text');
  });

  it('and hangs up', async () => {
    const fault = await dialFault(dialer(), await rawServer((socket) => socket.once('data', () => socket.end())));
    expect(fault).toMatchObject({ kind: 'reset', code: 'ECONNRESET' });
    expect(fault.text).toMatch(
      /^localhost \(127.0.0.1:\d+\) closed the connection during the TLS handshake without a reason/,
    );
  });

  it('and resets', async () => {
    const fault = await dialFault(
      dialer(),
      await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
    );
    expect(fault.kind).toBe('reset');
    expect(fault.text).toContain('during the TLS handshake');
  });

  it('or is not there at all', async () => {
    const server = createRawServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = addressOf(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await dialFault(dialer(), address)).toMatchObject({ kind: 'refused', code: 'ECONNREFUSED' });
  });
});

describe('on the server', () => {
  /** A client that is no link; its outcome does not matter. */
  function visit(address: Address, octets: Uint8Array | undefined): Socket {
    const socket = connectRaw(port(address), '127.0.0.1', () => {
      if (octets === undefined) socket.end();
      else socket.write(octets);
    });
    socket.on('error', () => undefined);
    cleanups.push(() => socket.destroy());
    return socket;
  }

  it.each([
    ['an HTTP/2 client in clear text', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['an HTTP/1.1 client in clear text', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('%s is told apart', async (_name, text) => {
    const { server, faults, acceptor } = await serve();
    visit(server.address, bytes(text));
    const fault = await faults.next();
    expect(fault.kind).toBe('tls');
    expect(fault.text).toMatch(/^127\.0\.0\.1:\d+ speaks clear text where TLS is served/);
    expect(acceptor.handshakes).toMatchObject({ failed: 1, inProgress: 0, completed: 0 });
  });

  it('a visit without an octet is counted and not told', async () => {
    const { server, faults, acceptor } = await serve();
    const socket = visit(server.address, undefined);
    await within(new Promise((resolve) => socket.once('close', resolve)), 'the close');
    const client = await connected(server.address);
    expect(client.security?.alpn).toBe('h2');
    await server.take();
    expect(acceptor.handshakes).toMatchObject({ empty: 1, failed: 0, completed: 1 });
    expect(faults.all).toEqual([]);
  });

  it('a client without ALPN, or without h2 in it, is refused', async () => {
    const { server, faults } = await serve();
    for (const ALPNProtocols of [undefined, ['http/1.1']]) {
      const client = connectTls({
        port: port(server.address),
        host: '127.0.0.1',
        ca: authority.certificate,
        ...(ALPNProtocols && { ALPNProtocols }),
      });
      client.on('error', () => undefined);
      cleanups.push(() => client.destroy());
      const fault = await faults.next();
      expect(fault.kind).toBe('no-alpn');
      expect(fault.text).toMatch(/^127\.0\.0\.1:\d+ did not offer HTTP\/2 \(ALPN "h2"\)/);
    }
    expect(server.waiting).toBe(0);
  });

  it('a client that does not trust us leaves: told so', async () => {
    const { server, faults } = await serve();
    await dialFault(dialer({ rootCertificates: otherAuthority.certificate }), server.address);
    const fault = await faults.next();
    expect(fault.text).toContain('it may not trust our certificate');
  });

  it('a client that stops in the middle has a time limit, however slowly it drips', async () => {
    const { server, faults, acceptor } = await serve({}, { handshakeTimeoutMs: 100 });
    // The head of a record of 512 octets that never comes, an octet at a time.
    const socket = visit(server.address, Uint8Array.of(22, 3, 1, 2));
    const drip = setInterval(() => socket.write(Uint8Array.of(0)), 10);
    cleanups.push(() => clearInterval(drip));
    const fault = await faults.next();
    expect(fault).toMatchObject({ kind: 'timed-out', code: '' });
    expect(fault.text).toContain('did not finish the TLS handshake within 100 ms');
    await within(new Promise((resolve) => socket.once('close', resolve)), 'the close');
    expect(acceptor.handshakes).toMatchObject({ timedOut: 1, inProgress: 0, failed: 0 });
  });

  it('a link whose handshake was in time is not cut by that limit', async () => {
    const { server, faults } = await serve({}, { handshakeTimeoutMs: 60 });
    const client = started(await connected(server.address));
    const accepted = started(await server.take());
    // Another one runs into the limit: so the time of the first is over as well.
    visit(server.address, Uint8Array.of(22));
    await faults.next();
    await exchange(client, accepted);
  });

  it('too many at once: the oldest gives way, and an honest client gets through', async () => {
    const { server, faults, acceptor } = await serve({}, { maxHandshakes: 3 });
    const silent = Array.from({ length: 3 }, () => visit(server.address, Uint8Array.of(22)));
    await within(
      Promise.all(silent.map((socket) => new Promise((resolve) => socket.once('connect', resolve)))),
      'connections',
    );
    const client = started(await connected(server.address));
    await exchange(client, started(await server.take()));
    expect(await faults.next()).toMatchObject({ kind: 'cancelled' });
    expect(acceptor.handshakes).toMatchObject({ displaced: 1, completed: 1, inProgress: 2 });
    await server.stop();
    expect(acceptor.handshakes.inProgress).toBe(0);
    for (const socket of silent)
      if (!socket.destroyed) await within(new Promise((resolve) => socket.once('close', resolve)), 'the close');
  });

  it('a reset in the middle is survived', async () => {
    const { server, acceptor, faults } = await serve();
    const socket = visit(server.address, Uint8Array.of(22, 3, 1, 2, 0, 1));
    await within(new Promise((resolve) => socket.once('connect', resolve)), 'the connection');
    await new Promise((resolve) => setImmediate(resolve));
    socket.resetAndDestroy();
    expect((await faults.next()).kind).toBe('reset');
    expect(acceptor.handshakes.inProgress).toBe(0);
  });
});

describe('client certificates', () => {
  const mine = authority.issue({ names: ['billing.example'], client: true });
  const foreign = otherAuthority.issue({ names: ['billing.example'], client: true });
  const expired = authority.issue({
    names: ['billing.example'],
    client: true,
    notAfter: new Date(Date.now() - 60_000),
  });

  it('required: one that is valid names the client', async () => {
    const { server } = await serve({ clientCertificates: 'required', ...trusting });
    const client = started(await connected(server.address, { ...trusting, ...mine }));
    const accepted = started(await server.take());
    expect(accepted.link.security?.peer).toBe('CN=billing.example');
    await exchange(client, accepted);
  });

  it('required: a client without one is told so', async () => {
    const { server, faults } = await serve({ clientCertificates: 'required', ...trusting });
    // TLS 1.3: the client is done before the server has looked, so the alert comes on the open link.
    const client = started(await connected(server.address));
    await client.handler.untilEvent('closed');
    expect(client.handler.events).toEqual(['closed']);
    expect(client.handler.fault).toMatchObject({ kind: 'tls', code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' });
    expect(client.handler.fault?.text).toMatch(
      /wants a certificate from its clients, and none was shown: set certificate and privateKey/,
    );
    expect((await faults.next()).text).toMatch(/showed no certificate where clients must/);
    expect(server.waiting).toBe(0);
  });

  it('required: a client without one is told so in TLS 1.2 too', async () => {
    const address = await nodeServer({
      ALPNProtocols: ['h2'],
      maxVersion: 'TLSv1.2',
      requestCert: true,
      rejectUnauthorized: true,
      ca: authority.certificate,
    });
    const fault = await dialFault(dialer(), address);
    expect(fault.code).toBe('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE');
    expect(fault.text).toContain('it may want a client certificate');
  });

  it.each([
    ['of another authority', foreign, /was issued by an authority that is not among the trusted ones/],
    ["that is a server's", identity, /not meant for a client \(extended key usage\): issue one for clientAuth/],
  ])('required: one %s is refused, and the client learns what can be learnt', async (_name, shown, words) => {
    const { server, faults } = await serve({ clientCertificates: 'required', ...trusting });
    const client = started(await connected(server.address, { ...trusting, ...shown }));
    expect((await faults.next()).text).toMatch(words);
    await client.handler.until(() => client.handler.events.length > 0, 'an end');
    const fault = client.handler.fault;
    if (fault !== undefined) expect(fault.text).toContain('it may not accept our client certificate');
    expect(server.waiting).toBe(0);
  });

  it('required: one that expired while in use is refused', async () => {
    const { server, faults } = await serve({ clientCertificates: 'required', ...trusting });
    const client = connectTls({
      port: port(server.address),
      host: '127.0.0.1',
      ca: authority.certificate,
      key: expired.privateKey,
      cert: expired.certificate,
      ALPNProtocols: ['h2'],
    });
    client.on('error', () => undefined);
    cleanups.push(() => client.destroy());
    expect((await faults.next()).text).toMatch(
      /^The certificate of 127\.0\.0\.1:\d+, or one that it was issued with, has expired\. Renew it there\.$/,
    );
  });

  it('optional: none is accepted, a valid one names the client, another is refused', async () => {
    const { server, faults, acceptor } = await serve({ clientCertificates: 'optional', ...trusting });
    await connected(server.address);
    expect((await server.take()).security?.peer).toBe('');
    await connected(server.address, { ...trusting, ...mine });
    expect((await server.take()).security?.peer).toBe('CN=billing.example');
    await connected(server.address, { ...trusting, ...foreign });
    expect((await faults.next()).text).toMatch(/issued by "CN=Somebody Else" that is not among the trusted ones/);
    expect(server.waiting).toBe(0);
    expect(acceptor.handshakes).toMatchObject({ completed: 2, failed: 1 });
  });

  it('none: a client that has one is not asked for it', async () => {
    const { server } = await serve();
    await connected(server.address, { ...trusting, ...foreign });
    expect((await server.take()).security?.peer).toBe('');
  });
});

describe('a reload', () => {
  const next = authority.issue({ names: ['localhost'], commonName: 'second' });

  it('of the server leaves connections alone and shows the new certificate to new ones', async () => {
    const { server, credentials } = await serve();
    const oldClient = started(await connected(server.address));
    const oldAccepted = started(await server.take());
    expect(credentials.update(next)).toMatchObject({ kind: 'changed', generation: 2 });
    const newClient = started(await connected(server.address));
    const newAccepted = started(await server.take());
    expect(oldClient.link.security?.peer).toBe('CN=localhost');
    expect(newClient.link.security?.peer).toBe('CN=second');
    await exchange(oldClient, oldAccepted);
    await exchange(newClient, newAccepted);
  });

  it('of the server with something bad is refused, and the old stays', async () => {
    const { server, credentials } = await serve();
    const outcome = credentials.update({ certificate: next.certificate, privateKey: identity.privateKey });
    expect(outcome.kind).toBe('refused');
    expect((await connected(server.address)).security?.peer).toBe('CN=localhost');
  });

  it('of the server ends sessions: a resumed one would keep what the old authorities vouched for', async () => {
    const mine = otherAuthority.issue({ names: ['billing.example'], client: true });
    const both = [authority.certificate, otherAuthority.certificate];
    const { server, credentials, faults } = await serve({ clientCertificates: 'required', rootCertificates: both });
    const shared = dialer({ ...trusting, ...mine });
    for (let round = 0; round < 2; round++) {
      const client = started(await dialled(shared, server.address));
      const accepted = started(await server.take());
      // Also of the second, which is resumed.
      expect(accepted.link.security?.peer).toBe('CN=billing.example');
      await exchange(client, accepted);
      client.link.destroy();
    }
    expect(credentials.update({ ...identity, rootCertificates: authority.certificate }).kind).toBe('changed');
    const refused = started(await dialled(shared, server.address));
    cleanups.push(() => refused.link.destroy());
    expect((await faults.next()).text).toContain('not among the trusted ones');
  });

  it('of the client is used by the next handshake', async () => {
    const { server } = await serve();
    const credentials = clientCredentials({ rootCertificates: otherAuthority.certificate });
    const shared = tlsDialer(credentials);
    expect((await dialFault(shared, server.address)).kind).toBe('tls');
    expect(credentials.update(trusting).kind).toBe('changed');
    const link = started(await dialled(shared, server.address));
    cleanups.push(() => link.link.destroy());
    await exchange(link, started(await server.take()));
    expect(credentials.update({ rootCertificates: otherAuthority.certificate }).kind).toBe('changed');
    // The session of the link must not carry the old trust on.
    expect((await dialFault(shared, server.address)).kind).toBe('tls');
  });

  it('waits for a provider that takes its time, on both sides', async () => {
    let give: ((material: ServerCredentialsOptions) => void) | undefined;
    const later = new Promise<ServerCredentialsOptions>((resolve) => {
      give = resolve;
    });
    const acceptor = tlsAcceptor(serverCredentials({ provider: () => later }));
    const starting = TestServer.start(acceptor);
    give?.(identity);
    const server = await starting;
    cleanups.push(() => server.stop());
    const link = await connected(server.address, { provider: async () => trusting });
    expect(link.security?.peer).toBe('CN=localhost');
  });

  it('a provider that fails is a fault of the dial, and the next dial asks again', async () => {
    const { server } = await serve();
    let asked = 0;
    const shared = dialer({
      provider: async () => {
        if (asked++ === 0) throw new Error('the vault is sealed');
        return trusting;
      },
    });
    const fault = await dialFault(shared, server.address);
    expect(fault.text).toBe(
      'No TLS handshake is possible without credentials: The provider of the TLS credentials failed: the vault is sealed',
    );
    const link = await dialled(shared, server.address);
    link.destroy();
  });
});

describe('resumption', () => {
  it('happens on the next connection to the same peer, and not to another', async () => {
    const reused: boolean[] = [];
    const server = createTlsServer(
      { key: identity.privateKey, cert: identity.certificate, ALPNProtocols: ['h2'] },
      (socket) => {
        reused.push(socket.isSessionReused());
        socket.on('error', () => undefined);
        socket.pipe(socket);
        cleanups.push(() => socket.destroy());
      },
    );
    const address = await listening(server);
    const shared = dialer();
    for (const name of ['localhost', 'localhost', '127.0.0.1']) {
      const end = started(await dialled(shared, address, name));
      cleanups.push(() => end.link.destroy());
      // Tickets come before the answer to the first octets.
      end.link.write([bytes('hello')]);
      await end.handler.untilBytes(5);
      expect(end.link.security).toEqual({ protocol: 'TLSv1.3', alpn: 'h2', peer: 'CN=localhost' });
    }
    expect(reused).toEqual([false, true, false]);
  });
});

describe('cancelling', () => {
  it('in the middle of the handshake leaves nothing and says nothing', async () => {
    let outcomes = 0;
    const arrived: Socket[] = [];
    let wake: (() => void) | undefined;
    const address = await rawServer((socket) => {
      arrived.push(socket);
      socket.once('data', () => wake?.());
    });
    const greeting = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const cancel = dialer().dial(address, 'localhost', () => outcomes++);
    await within(greeting, 'a ClientHello');
    cancel();
    cancel();
    const [socket] = arrived;
    socket?.resume();
    await within(new Promise((resolve) => socket?.once('close', resolve)), 'the close');
    expect(outcomes).toBe(0);
  });

  it('after success does nothing', async () => {
    const { server } = await serve();
    const shared = dialer();
    let cancel = (): void => undefined;
    const attempt = await within(
      new Promise<Awaited<ReturnType<typeof dial>>>((resolve) => {
        cancel = shared.dial(server.address, 'localhost', resolve);
      }),
      'an outcome',
    );
    cancel();
    if (attempt.kind === 'fault') throw new Error(attempt.fault.text);
    const client = started(attempt.value);
    cleanups.push(() => client.link.destroy());
    await exchange(client, started(await server.take()));
  });

  it('while a provider is asked says nothing', async () => {
    let outcomes = 0;
    const provided = Promise.resolve(trusting);
    const { server } = await serve();
    const cancel = dialer({ provider: () => provided }).dial(server.address, 'localhost', () => outcomes++);
    cancel();
    await provided;
    await new Promise((resolve) => setImmediate(resolve));
    expect(outcomes).toBe(0);
    expect(server.waiting).toBe(0);
  });
});

describe('races', () => {
  /** Both sides give up at moments drawn by chance, before, in and after the handshake. */
  it('leave no error to nobody, no handshake behind, and one closed for each link', async () => {
    const uncaught: unknown[] = [];
    const keep = (error: unknown): void => {
      uncaught.push(error);
    };
    process.on('uncaughtException', keep);
    cleanups.push(() => process.off('uncaughtException', keep));
    const accepted: End[] = [];
    let serverTurns = 0;
    const acceptor = tlsAcceptor(serverCredentials(identity));
    const opened = await listen(acceptor, LOOPBACK, (link) => {
      accepted.push(started(link));
      link.write([new Uint8Array(300_000)]);
      void turns(serverTurns).then(() => link.destroy());
    });
    if (opened.kind === 'fault') throw new Error(opened.fault.text);
    const { value: open } = opened;
    cleanups.push(() => new Promise<void>((resolve) => open.close(resolve)));
    const shared = dialer();
    const ends = fc.constantFrom('cancel', 'destroy', 'end');
    await fc.assert(
      fc.asyncProperty(fc.nat(12), fc.nat(6), ends, async (clientTurns, turnsOfServer, how) => {
        serverTurns = turnsOfServer;
        let client: End | undefined;
        const cancel = shared.dial(open.address, 'localhost', (attempt) => {
          if (attempt.kind === 'ok') client = started(attempt.value);
        });
        await turns(clientTurns);
        if (client === undefined || how === 'cancel') cancel();
        if (client !== undefined) {
          if (how === 'end') client.link.end();
          await turns(how === 'end' ? 2 : 0);
          client.link.destroy();
          await client.handler.untilEvent('closed');
          await turns(1);
          expect(client.handler.closedTimes).toBe(1);
        }
      }),
      { numRuns: 120 },
    );
    for (const { handler } of accepted) await handler.untilEvent('closed');
    for (let at = 0; acceptor.handshakes.inProgress > 0 && at < 1_000; at++) await turns(1);
    expect(acceptor.handshakes.inProgress).toBe(0);
    for (const { handler } of accepted) expect(handler.closedTimes).toBe(1);
    expect(uncaught).toEqual([]);
    // It has not been for nothing: links came about, and attempts were given up.
    expect(acceptor.handshakes.completed).toBeGreaterThan(0);
    expect(acceptor.handshakes.failed + acceptor.handshakes.empty).toBeGreaterThan(0);
  });

  async function turns(count: number): Promise<void> {
    for (let at = 0; at < count; at++) await new Promise((resolve) => setImmediate(resolve));
  }
});

describe('clear text', () => {
  it('to a TLS server: the peer closes, and the server knows why', async () => {
    const { server, faults } = await serve();
    const client = started(await dialled(plainDialer(), server.address));
    cleanups.push(() => client.link.destroy());
    client.link.write([bytes('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')]);
    expect((await faults.next()).text).toContain('speaks clear text where TLS is served');
    await client.handler.until(() => client.handler.events.length > 0, 'an end');
  });
});
