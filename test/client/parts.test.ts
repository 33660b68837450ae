/** The small parts: backoff, order of addresses, state table, keepalive policy, options, request heads. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { LIBRARY } from '#client';
import { Metadata } from '#grpc';
import { ErrorCode } from '#h2';
import type { Address } from '#transport';
import { formatAddress } from '#transport';
import { Backoff } from '../../src/client/backoff.ts';
import { type ChannelOptions, completeOptions } from '../../src/client/channel-options.ts';
import { interleave } from '../../src/client/interleave.ts';
import { isTooManyPings, KeepalivePolicy } from '../../src/client/keepalive-policy.ts';
import { RequestHeads, sizeOfList } from '../../src/client/request-heads.ts';
import { ChannelStates, channelStates, type StateEvent } from '../../src/client/states.ts';

describe('backoff', () => {
  const settings = { initialMs: 1_000, multiplier: 1.6, jitter: 0.2, maxMs: 120_000 };

  it('grows from 1 s by 1.6 up to 120 s, counted from the beginning of the attempt', () => {
    const backoff = new Backoff(settings, () => 0.5);
    expect([0, 0, 0, 0].map(() => Math.round(backoff.pause(0, 0)))).toEqual([1_000, 1_600, 2_560, 4_096]);
    for (let pass = 0; pass < 20; pass++) backoff.pause(0, 0);
    expect(backoff.pause(0, 0)).toBe(120_000);
    expect(backoff.pause(0, 20_000)).toBe(100_000);
    expect(backoff.pause(0, 200_000)).toBe(0);
    backoff.reset();
    expect(backoff.pause(0, 0)).toBe(1_000);
  });

  it('is spread by chance within 20 %', () => {
    expect(new Backoff(settings, () => 0).pause(0, 0)).toBeCloseTo(800);
    expect(new Backoff(settings, () => 0.999_999).pause(0, 0)).toBeCloseTo(1_200, 1);
  });
});

describe('order of addresses (RFC 8305 §4)', () => {
  const v4 = (last: number): Address => ({ kind: 'tcp', host: `10.0.0.${last}`, port: 1 });
  const v6 = (last: number): Address => ({ kind: 'tcp', host: `::${last}`, port: 1 });

  it('takes families by turns, beginning with the first', () => {
    const order = (addresses: readonly Address[]) => interleave(addresses).map(formatAddress);
    expect(order([v6(1), v6(2), v4(1), v4(2), v4(3)])).toEqual([
      '[::1]:1',
      '10.0.0.1:1',
      '[::2]:1',
      '10.0.0.2:1',
      '10.0.0.3:1',
    ]);
    expect(order([v4(1), v6(1)])).toEqual(['10.0.0.1:1', '[::1]:1']);
    expect(order([v4(2), v4(1)])).toEqual(['10.0.0.2:1', '10.0.0.1:1']);
    expect(order([])).toEqual([]);
  });
});

describe('states', () => {
  const events: readonly StateEvent[] = ['wanted', 'connected', 'failed', 'lost', 'rested', 'closed'];

  it('shutdown is for ever; TRANSIENT_FAILURE ends with a connection or with rest only (gRFC A62)', () => {
    for (const event of events) expect(channelStates.shutdown[event]).toBe('shutdown');
    const left = events.filter((event) => channelStates['transient-failure'][event] !== 'transient-failure');
    expect(left).toEqual(['connected', 'rested', 'closed']);
    for (const row of Object.values(channelStates)) {
      expect(row.closed).toBe('shutdown');
      if (row !== channelStates.shutdown) expect(row.connected).toBe('ready');
    }
  });

  it('tells changes only, and nobody who has left', () => {
    const states = new ChannelStates(() => {});
    const heard: string[] = [];
    const leave = states.listen((state) => heard.push(state));
    states.listen((state) => state === 'ready' && leave());
    for (const event of ['wanted', 'wanted', 'failed', 'wanted', 'connected', 'lost', 'closed'] as const) {
      states.happen(event);
    }
    expect(heard).toEqual(['connecting', 'transient-failure', 'ready']);
  });

  it('tells everybody in order, also what a listener causes, and goes on when one throws', () => {
    const errors: unknown[] = [];
    const states = new ChannelStates((error) => errors.push(error));
    const heard: string[] = [];
    states.listen((state) => {
      if (state === 'connecting') states.happen('connected');
      throw new Error(state);
    });
    states.listen((state) => heard.push(state));
    states.happen('wanted');
    expect(heard).toEqual(['connecting', 'ready']);
    expect(errors).toEqual([new Error('connecting'), new Error('ready')]);
  });
});

describe('keepalive policy (gRFC A8)', () => {
  const options = { intervalMs: 10_000, timeoutMs: 20_000, withoutCalls: true, probeAfterMs: 10_000 };

  it('doubles the interval, once for all connections that used it, up to two hours', () => {
    const policy = new KeepalivePolicy(options);
    policy.punished(options, true);
    policy.punished(options, true);
    expect(policy.options).toMatchObject({ intervalMs: 20_000, withoutCalls: true });
    policy.punished(policy.options, true);
    expect(policy.options.intervalMs).toBe(40_000);
    for (let cut = 0; cut < 20; cut++) policy.punished(policy.options, true);
    expect(policy.options.intervalMs).toBe(7_200_000);
  });

  it('gives up PINGs without calls for good when the server cut an idle connection', () => {
    const policy = new KeepalivePolicy(options);
    policy.punished(options, false);
    expect(policy.options).toMatchObject({ intervalMs: 20_000, withoutCalls: false });
    policy.punished(policy.options, true);
    expect(policy.options.withoutCalls).toBe(false);
  });

  it('a keepalive that is off stays off', () => {
    const off = { ...options, intervalMs: Number.POSITIVE_INFINITY };
    const policy = new KeepalivePolicy(off);
    policy.punished(off, true);
    expect(policy.options.intervalMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('knows the one text that servers use, and no other ENHANCE_YOUR_CALM', () => {
    const say = (errorCode: number, debugData: string) => isTooManyPings({ lastStream: 0, errorCode, debugData });
    expect(say(ErrorCode.ENHANCE_YOUR_CALM, 'too_many_pings')).toBe(true);
    expect(say(ErrorCode.ENHANCE_YOUR_CALM, 'too_many_resets')).toBe(false);
    expect(say(ErrorCode.NO_ERROR, 'too_many_pings')).toBe(false);
  });
});

describe('options', () => {
  it('have the documented defaults', () => {
    expect(completeOptions({})).toMatchObject({
      connectTimeoutMs: 20_000,
      settingsTimeoutMs: 20_000,
      backoff: { initialMs: 1_000, multiplier: 1.6, jitter: 0.2, maxMs: 120_000 },
      keepalive: { intervalMs: Number.POSITIVE_INFINITY, timeoutMs: 20_000, withoutCalls: false, probeAfterMs: 10_000 },
      idleTimeoutMs: 1_800_000,
      connections: 'long-lived',
      spreadConnections: 1,
      maxConnections: 10,
      maxReceiveMessageBytes: 4_194_304,
      maxMetadataBytes: 65_536,
    });
    expect(completeOptions({ connections: 'one-call' }).maxConnections).toBe(100);
    expect(completeOptions({ connections: { pooled: 12 } })).toMatchObject({
      spreadConnections: 12,
      maxConnections: 12,
    });
    expect(completeOptions({ connectTimeoutMs: 5 }).settingsTimeoutMs).toBe(5);
  });

  it('raise a keepalive interval below 10 s to that (A8), and leave others', () => {
    expect(completeOptions({ keepalive: { intervalMs: 1 } }).keepalive.intervalMs).toBe(10_000);
    expect(completeOptions({ keepalive: { intervalMs: 10_001 } }).keepalive.intervalMs).toBe(10_001);
  });

  const wrong: readonly (readonly [string, ChannelOptions])[] = [
    ['connectTimeoutMs', { connectTimeoutMs: 0 }],
    ['connectTimeoutMs', { connectTimeoutMs: Number.NaN }],
    ['backoff.multiplier', { backoff: { multiplier: 0.5 } }],
    ['backoff.jitter', { backoff: { jitter: 1 } }],
    ['backoff.maxMs', { backoff: { initialMs: 10, maxMs: 5 } }],
    ['connections.pooled', { connections: { pooled: 0 } }],
    ['maxConnections', { connections: { pooled: 3 }, maxConnections: 2 }],
    ['maxConnections', { maxConnections: 1.5 }],
    ['maxQueuedCalls', { maxQueuedCalls: -1 }],
    ['userAgent', { userAgent: 'a\nb' }],
    ['userAgent', { userAgent: ' a' }],
    ['streamWindowBytes', { streamWindowBytes: -1 }],
    ['maxMetadataBytes', { maxMetadataBytes: 0 }],
  ];
  it.each(wrong)('%s that makes no sense is named', (name, options) => {
    expect(() => completeOptions(options)).toThrow(UsageError);
    expect(() => completeOptions(options)).toThrow(name);
  });
});

describe('request heads', () => {
  const heads = () =>
    new RequestHeads({ scheme: 'http', authority: 'svc', userAgent: 'ua', acceptEncodings: ['gzip', 'deflate'] });

  it('use one template for all calls of a method, and another for each compression', () => {
    const all = heads();
    const first = all.list({ path: '/a.B/C' }, undefined);
    expect(all.list({ path: '/a.B/D' }, undefined).template).not.toBe(first.template);
    expect(all.list({ path: '/a.B/C' }, undefined).template).toBe(first.template);
    const gzip = all.list({ path: '/a.B/C', compress: 'gzip' }, undefined).template;
    expect(gzip).not.toBe(first.template);
    expect(all.list({ path: '/a.B/C', compress: 'gzip' }, undefined).template).toBe(gzip);
    expect(gzip.fields).toContainEqual({ name: 'grpc-encoding', value: 'gzip', neverIndexed: false });
    expect(first.template.fields).toContainEqual({
      name: 'grpc-accept-encoding',
      value: 'identity,gzip,deflate',
      neverIndexed: false,
    });
    expect(first.extra).toBeUndefined();
  });

  it('forget methods that are not used, and never those in use', () => {
    const all = heads();
    const used = all.list({ path: '/a.B/used' }, undefined).template;
    const once = all.list({ path: '/a.B/once' }, undefined).template;
    for (let method = 0; method < 2_000; method++) {
      all.list({ path: `/a.B/m${method}` }, undefined);
      expect(all.list({ path: '/a.B/used' }, undefined).template).toBe(used);
    }
    expect(all.list({ path: '/a.B/once' }, undefined).template).not.toBe(once);
  });

  it('put the timeout before metadata, rounded up', () => {
    const all = heads();
    const metadata = new Metadata({ a: '1', 'b-bin': new Uint8Array([1]) });
    const { extra } = all.list({ path: '/a.B/C', metadata }, 1_999.2);
    expect(extra?.map(({ name, value }) => `${name}: ${value}`)).toEqual(['grpc-timeout: 2000m', 'a: 1', 'b-bin: AQ']);
    expect(all.list({ path: '/a.B/C' }, 0.01).extra?.[0]?.value).toBe('1000u');
    expect(sizeOfList({ template: all.list({ path: '/a.B/C' }, 5).template, extra })).toBe(
      all.list({ path: '/a.B/C' }, 5).template.listBytes + 'grpc-timeout2000m'.length + 2 + 'b-binAQ'.length + 3 * 32,
    );
  });
});

it('the library names the version of the package', () => {
  const { name, version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(LIBRARY).toBe(`${name}/${version}`);
});
