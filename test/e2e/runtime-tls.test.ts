/**
 * Calls over TLS and mutual TLS: real handshakes by Node on both ends, through `createServer` and `createChannel`. What a handshake
 * can fail of is tested beside the adapters; here, what the caller of a method gets to know. Loopback only.
 */
import { type Address, clientCredentials, type LinkFault, RpcError, Status, serverCredentials } from 'calmwire';
import { describe, expect, it } from 'vitest';
import { all, type Implementation, rejection } from '../rpc/orders.ts';
import { dialling, running } from '../runtime/loopback.ts';
import { makeAuthority } from '../support/certificates.ts';

const authority = makeAuthority();
const stranger = makeAuthority({ commonName: 'Somebody Else' });
const identity = authority.issue({ names: ['localhost'], ips: ['127.0.0.1'] });
const trusting = clientCredentials({ rootCertificates: authority.certificate });

const shop: Implementation = {
  getOrder: async ({ id }, { security }) => ({ id: `${id} ${security?.protocol} ${security?.peer}`.trim() }),
  async *watch() {
    for (let number = 1; number <= 50; number++) yield { number };
  },
};

describe('TLS', () => {
  it('carries calls', async () => {
    const { orders } = await running(shop, {
      listen: { credentials: serverCredentials(identity) },
      channel: { credentials: trusting },
    });
    expect((await orders.getOrder({ id: 'x' })).id).toMatch(/^x TLSv1\.[23]$/);
    expect(await all(orders.watch({}))).toHaveLength(50);
  });

  it('says why a certificate is not trusted', async () => {
    const { orders } = await running(shop, {
      listen: { credentials: serverCredentials(identity) },
      channel: { credentials: clientCredentials({ rootCertificates: stranger.certificate }) },
    });
    const error = (await rejection(orders.getOrder({}))) as RpcError;
    expect(error.code).toBe(Status.UNAVAILABLE);
    expect(error.failure).toMatchObject({
      origin: 'connect',
      processed: 'no',
      addresses: [{ fault: { kind: 'tls' } }],
    });
    expect(error.message).toMatch(/trust|authority|signed/i);
    expect(error.explanation?.text('zh')).toContain('TLS 握手失败');
  });

  it('says so when only one side speaks it', async () => {
    const plain = await running(shop, { channel: { credentials: trusting } });
    expect(await rejection(plain.orders.getOrder({}))).toMatchObject({ code: Status.UNAVAILABLE });
    const secure = await running(shop, { listen: { credentials: serverCredentials(identity) } });
    const error = (await rejection(secure.orders.getOrder({}))) as RpcError;
    expect(error).toMatchObject({ code: Status.UNAVAILABLE, failure: { processed: 'no' } });
    expect(error.explanation?.facts.length).toBeGreaterThan(2);
  });

  it('takes new certificates while it runs', async () => {
    const credentials = serverCredentials(stranger.issue({ ips: ['127.0.0.1'] }));
    const { bound, orders } = await running(shop, {
      listen: { credentials },
      channel: { credentials: trusting, backoff: { initialMs: 10 } },
    });
    expect(await rejection(orders.getOrder({}))).toMatchObject({ code: Status.UNAVAILABLE });
    expect(credentials.update(identity)).toMatchObject({ kind: 'changed' });
    const { orders: again } = dialling(bound.target, { credentials: trusting });
    expect((await again.getOrder({ id: 'new' })).id).toContain('new');
  });
});

describe('mutual TLS', () => {
  const required = serverCredentials({
    ...identity,
    rootCertificates: authority.certificate,
    clientCertificates: 'required',
  });

  it('shows the handler who its client is', async () => {
    const client = authority.issue({ commonName: 'till-7', client: true });
    const { orders } = await running(shop, {
      listen: { credentials: required },
      channel: { credentials: clientCredentials({ ...client, rootCertificates: authority.certificate }) },
    });
    expect((await orders.getOrder({ id: 'x' })).id).toContain('till-7');
  });

  it('turns a client without a certificate away, and both sides learn why', async () => {
    const faults: { fault: LinkFault; remote: Address }[] = [];
    const { orders, server } = await running(shop, {
      listen: { credentials: required, onHandshakeFault: (fault, remote) => faults.push({ fault, remote }) },
      channel: { credentials: trusting },
    });
    const error = (await rejection(orders.getOrder({}))) as RpcError;
    expect(error).toBeInstanceOf(RpcError);
    expect(error.code).toBe(Status.UNAVAILABLE);
    expect(error.message).toMatch(/certificate/);
    expect(faults[0]).toMatchObject({ fault: { kind: 'tls' }, remote: { kind: 'tcp', host: '127.0.0.1' } });
    expect(server.stats.connections.accepted).toBe(0);
  });
});
