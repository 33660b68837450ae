/** Which implementation speaks, from what the traffic shows of it. */
import { describe, expect, it } from 'vitest';
import {
  isProxyHeader,
  named,
  Stacks,
  stackOfDebugData,
  stackOfMethod,
  stackOfServerHeader,
  stackOfServerSettings,
  stackOfUserAgent,
} from '../../../src/diagnose/facts/stack.ts';
import { script } from '../../support/script.ts';

describe('user-agent', () => {
  it.each([
    ['grpc-go/1.45.0', 'grpc-go', 'grpc-go/1.45.0'],
    ['etcd-client/3.5 grpc-go/1.59.0', 'grpc-go', 'grpc-go/1.59.0'],
    ['grpc-node-js/1.14.2', 'grpc-js', 'grpc-node-js/1.14.2'],
    ['grpc-java-netty/1.60.0', 'grpc-java', 'grpc-java-netty/1.60.0'],
    ['grpc-python/1.60.0 grpc-c/37.0.0 (linux; chttp2)', 'c-core', 'grpc-python/1.60.0'],
    ['connect-es/2.1.2', 'connect', 'connect-es/2.1.2'],
    ['shop/2 calmwire/0.1.0', 'calmwire', 'calmwire/0.1.0'],
  ])('%s', (userAgent, stack, name) => {
    expect(stackOfUserAgent(userAgent)).toMatchObject({ stack, name, by: 'user-agent' });
  });

  it.each(['', 'curl/8.5.0', 'Mozilla/5.0'])('%s is no stack that we know', (userAgent) => {
    expect(stackOfUserAgent(userAgent)).toBeUndefined();
  });
});

describe('server field', () => {
  it.each([
    ['nginx/1.24.0', 'nginx', '1.24.0'],
    ['openresty', 'nginx', undefined],
    ['envoy', 'envoy', undefined],
    ['istio-envoy', 'envoy', undefined],
    ['awselb/2.0', 'aws', '2.0'],
  ])('%s', (server, stack, version) => expect(stackOfServerHeader(server)).toMatchObject({ stack, version }));

  it('an unknown server is no proxy', () => expect(stackOfServerHeader('thttpd')).toBeUndefined());
});

describe('other signs', () => {
  it('services that one product serves', () => {
    expect(stackOfMethod('/etcdserverpb.KV/Range')?.stack).toBe('etcd');
    expect(stackOfMethod('/pkg.Svc/Get')).toBeUndefined();
  });

  it('SETTINGS that others do not send', () => {
    expect(stackOfServerSettings([{ id: 0xfe03, value: 1 }])?.stack).toBe('c-core');
    expect(stackOfServerSettings([{ id: 5, value: 16_384 }])?.stack).toBe('grpc-go');
    expect(
      stackOfServerSettings([
        { id: 4, value: 1_048_576 },
        { id: 6, value: 8_192 },
      ])?.stack,
    ).toBe('grpc-java');
    expect(stackOfServerSettings([{ id: 3, value: 100 }])).toBeUndefined();
    expect(stackOfServerSettings([])).toBeUndefined();
  });

  it.each([
    ['graceful_stop', 'grpc-go'],
    ['graceful shutdown', 'kitex'],
    ['app_requested', 'grpc-java'],
    ['Request stream 7 is not correct for server connection', 'netty'],
    ['too_many_internal_resets', 'tonic'],
    ['too_many_pings', undefined],
    ['max_age', undefined],
    ['', undefined],
  ])('debug data %j', (debugData, stack) => expect(stackOfDebugData(debugData)?.stack).toBe(stack));

  it('fields that proxies add', () => {
    expect(['x-envoy-upstream-service-time', 'via', 'x-forwarded-for'].every(isProxyHeader)).toBe(true);
    expect(['server', 'x-request-id', 'content-type'].some(isProxyHeader)).toBe(false);
  });
});

describe('strength', () => {
  it('a strong sign replaces a weak one, never the other way', () => {
    const stacks = new Stacks();
    stacks.learn('server', named('grpc-go', undefined, 'settings'));
    stacks.learn('server', named('etcd', undefined, 'method'));
    stacks.learn('server', named('grpc-go', undefined, 'ping-payload'));
    expect(stacks.server?.stack).toBe('etcd');
    stacks.learn('server', undefined);
    expect(stacks.server?.stack).toBe('etcd');
  });

  it('the summary of a connection names both ends', () => {
    const story = script().open({ MAX_FRAME_SIZE: 16_384 }).request(1, '/a.B/C', { agent: 'grpc-go/1.45.0' }).answer(1);
    expect(story.verdict().connections[0]).toMatchObject({ clientStack: 'grpc-go/1.45.0', serverStack: 'grpc-go' });
  });
});
