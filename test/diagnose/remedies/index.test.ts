import { describe, expect, it } from 'vitest';
import { catalog, findingIds } from '../../../src/diagnose/catalog.ts';
import type { Remedy } from '../../../src/diagnose/finding.ts';
import { type RemedySubject, type RevealedStacks, remediesFor } from '../../../src/diagnose/remedies/index.ts';
import { isStackId, stackIds, stackName, withFoundations } from '../../../src/diagnose/remedies/stacks.ts';
import { type AnyParam, findingParams } from '../../../src/diagnose/render/params/index.ts';

const unknown: RevealedStacks = { client: undefined, server: undefined, middlebox: undefined };

function remedies(
  subject: Partial<RemedySubject> & Pick<RemedySubject, 'id'>,
  stacks: Partial<RevealedStacks> = {},
): Remedy[] {
  const whole = { variant: undefined, params: {}, culprit: 'unknown', ...subject } as const;
  return remediesFor(whole, { ...unknown, ...stacks });
}

function brief(list: readonly Remedy[]): string[] {
  return list.map(({ stack, where, setting, value }) => `${stack} ${where}: ${setting} = ${value}`);
}

const idlePings = {
  id: 'keepalive/too-many-pings',
  variant: 'idle',
  culprit: 'client',
  params: { intervalMs: 10_001, intervalMinMs: 10_000, minTimeMs: 5_000 },
} as const;

describe('incident 1, idle PINGs', () => {
  it('against etcd: its client library first, then what cannot be had from the server', () => {
    expect(brief(remedies(idlePings, { client: 'grpc-go', server: 'etcd' }))).toEqual([
      'etcd client: clientv3.Config.PermitWithoutStream = false',
      'cortex client: -<prefix>.etcd.ping-without-stream-allowed = false',
      'etcd server: embed.Config.GRPCAdditionalServerOptions = PermitWithoutStream: true',
    ]);
  });

  it('between known stacks: idle pings off, or permitted with a minimum below the interval', () => {
    const list = remedies(idlePings, { client: 'grpc-js', server: 'grpc-java' });
    expect(brief(list)).toEqual([
      'grpc-js client: grpc.keepalive_permit_without_calls = 0',
      'grpc-java server: NettyServerBuilder.permitKeepAliveWithoutCalls = true',
    ]);
    expect(list[1]!.snippet).toContain('permitKeepAliveTime(5, TimeUnit.SECONDS)');
  });

  it('an interval that is too short goes up to the minimum, or to the documented default', () => {
    const short = { ...idlePings, variant: 'interval' } as const;
    const known = remedies({ ...short, params: { intervalMs: 1_000, minTimeMs: 20_000 } }, { client: 'kitex' });
    expect(known[0]).toMatchObject({ stack: 'kitex', value: '>= 20s' });
    const defaulted = remedies({ ...short, params: { intervalMs: 1_000 } }, { client: 'c-core' });
    expect(defaulted[0]).toMatchObject({ setting: 'grpc.keepalive_time_ms', value: '>= 300000' });
  });

  it('Envoy as the client pings whatever the streams', () => {
    const list = remedies(idlePings, { client: 'envoy', server: 'grpc-go' });
    expect(list[0]).toMatchObject({ stack: 'envoy', where: 'middlebox', why: 'proxy-pings-always' });
  });

  it('a variant that could not be told gets the remedies of all', () => {
    const list = remedies({ id: 'keepalive/too-many-pings', params: idlePings.params }, { client: 'grpc-js' });
    expect(list.map(({ why }) => why)).toEqual(expect.arrayContaining(['idle-pings-off', 'interval-above-minimum']));
  });
});

describe('incident 2, closes without GOAWAY', () => {
  it('Kitex: the fixed version, draining in Kubernetes, and the retry that does retry', () => {
    const list = remedies(
      { id: 'connection/abrupt-close', variant: 'fin', culprit: 'server' },
      { client: 'kitex', server: 'kitex' },
    );
    expect(brief(list)[0]).toBe('kitex server: github.com/cloudwego/kitex = >= 0.12.2');
    expect(list.map(({ why }) => why)).toEqual(
      expect.arrayContaining(['drain-before-kill', 'keepalive-needs-both-sides', 'retry-policy-trap']),
    );
  });

  it('an idle timer in between: the client gives up first', () => {
    const subject = { id: 'connection/idle-close-race', culprit: 'middlebox', params: { gapMs: 60_003 } } as const;
    expect(brief(remedies(subject, { client: 'grpc-go', middlebox: 'aws' }))).toEqual(
      expect.arrayContaining([
        'grpc-go client: grpc.WithIdleTimeout = 50s',
        'aws middlebox: ALB idle_timeout.timeout_seconds = 120',
      ]),
    );
  });
});

describe('incident 3, request trailers', () => {
  it('Volo: the fixed version', () => {
    expect(
      brief(remedies({ id: 'stream/request-trailers', culprit: 'client' }, { client: 'volo', server: 'grpc-go' })),
    ).toEqual(['volo client: volo-grpc = >= 0.9.3']);
  });
  it('an unknown client: the stacks that can send them', () => {
    const stacks = remedies({ id: 'stream/request-trailers', culprit: 'client' }).map(({ stack }) => stack);
    expect(stacks).toEqual(['volo', 'tonic', 'node']);
  });
});

describe('incident 4, lost trailers', () => {
  it('grpc-js and Envoy: the version that helps first, what helps in part or is only said to help last', () => {
    const list = remedies(
      { id: 'stream/response-truncated', culprit: 'middlebox' },
      { client: 'grpc-js', middlebox: 'envoy' },
    );
    expect(brief(list)).toEqual([
      'grpc-js client: @grpc/grpc-js = >= 1.14.3',
      'envoy middlebox: Envoy = >= 1.39.0',
      'envoy middlebox: envoy.reloadable_features.allow_multiplexed_upstream_half_close = true',
      'istio middlebox: proxy.istio.io/config = allow_multiplexed_upstream_half_close: true',
    ]);
  });
  it('connect-node has no fixed version, and is told so', () => {
    const list = remedies(
      { id: 'stream/late-half-close', culprit: 'client' },
      { client: 'connect', server: 'grpc-go' },
    );
    expect(list.find(({ stack }) => stack === 'connect')).toMatchObject({ why: 'late-half-close-unfixed', value: '' });
  });
});

describe('incident 5, the late write', () => {
  const subject = { id: 'goaway/late-write', culprit: 'server', params: { handlerMs: 10_003 } } as const;
  it('Netty shows itself: what is built on it comes first', () => {
    const list = remedies(subject, { server: 'netty' });
    expect(brief(list).slice(0, 3)).toEqual([
      'servicecomb server: java-chassis = >= 2.8.20, >= 3.2.2',
      'vertx server: HttpServerResponse.closed() = ',
      'netty server: ChannelPromise = ctx.newPromise()',
    ]);
  });
  it('the timeout of the client comes last', () => {
    const list = remedies(subject, { client: 'servicecomb', server: 'servicecomb' });
    expect(list.at(-1)).toMatchObject({
      setting: 'servicecomb.request.timeout',
      value: '16000',
      why: 'timeout-hides-late-write',
    });
  });
});

describe('the choice', () => {
  it('guesses at most three stacks a side, and none for a side that is known', () => {
    const none = remedies(idlePings);
    expect(new Set(none.filter(({ where }) => where === 'client').map(({ stack }) => stack)).size).toBe(3);
    const known = remedies(idlePings, { client: 'nghttp2', server: 'grpc-dotnet' });
    expect(known).toEqual([]);
  });

  it('guesses a proxy only where one has its part', () => {
    expect(remedies(idlePings).some(({ where }) => where === 'middlebox')).toBe(false);
    expect(remedies({ id: 'goaway/one-shot', params: { requests: 1_000 } })[0]).toMatchObject({ stack: 'nginx' });
  });

  it('falls back to what a stack is built on', () => {
    const list = remedies({ id: 'stream/refused', params: { limit: 100 } }, { client: 'grpc-go', server: 'connect' });
    expect(list[0]).toMatchObject({ stack: 'node', setting: 'settings.maxConcurrentStreams', value: '200' });
  });

  it('asks the receiver, not the sender, to raise its limit', () => {
    const subject = { id: 'message/too-large', params: { by: 'server', sizeBytes: 6_291_456 } } as const;
    const list = remedies(subject, { client: 'grpc-go', server: 'grpc-go' });
    expect(brief(list)).toEqual(['grpc-go client: grpc.MaxCallRecvMsgSize = 8388608']);
  });

  it('leaves out what needs a number that was not observed', () => {
    expect(remedies({ id: 'goaway/grace-expired' }, { server: 'grpc-go' })).toEqual([]);
    expect(
      remedies(
        { id: 'goaway/grace-expired', params: { longestMs: 95_000, debugData: 'max_age' } },
        { server: 'grpc-go' },
      ),
    ).toHaveLength(1);
  });

  it('tells an aged connection from a stopping server', () => {
    const params = { longestMs: 95_000, debugData: 'graceful shutdown' };
    const list = remedies({ id: 'goaway/grace-expired', params }, { server: 'kitex' });
    expect(brief(list)[0]).toBe('kitex server: server.WithExitWaitTime = 150s');
    expect(list.map(({ stack }) => stack)).toEqual(['kitex', 'kubernetes']);
  });

  it('takes a server that looks like grpc-go for Kitex, when the client is Kitex', () => {
    const list = remedies({ id: 'connection/abrupt-close' }, { client: 'kitex', server: 'grpc-go' });
    expect(list[0]).toMatchObject({ stack: 'kitex', where: 'server', value: '>= 0.12.2' });
  });

  it('is bounded, filled in, and carries the parameters of its reason, for every finding and pair of stacks', () => {
    for (const id of findingIds) {
      const params = Object.fromEntries(
        Object.entries<AnyParam>(findingParams[id]).map(([name, { example }]) => [name, example]),
      );
      for (const variant of [undefined, ...catalog[id].variants]) {
        for (const stack of stackIds) {
          const list = remedies(
            { id, variant, params, culprit: 'server' },
            { client: stack, server: stack, middlebox: stack },
          );
          expect(list.length).toBeLessThanOrEqual(12);
          for (const { value, snippet } of list) expect(value + snippet).not.toMatch(/<<\w+(?::\w+)?>>|undefined/);
        }
      }
    }
  });
});

describe('stacks', () => {
  it('have names, in the role where it differs', () => {
    expect(stackName('etcd', 'client')).toBe('etcd clientv3');
    expect(stackName('etcd', 'server')).toBe('etcd');
    expect(stackName('unheard-of')).toBe('unheard-of');
  });
  it('know their foundations by role', () => {
    expect(withFoundations('servicecomb', 'server')).toEqual(['servicecomb', 'vertx', 'netty']);
    expect(withFoundations('etcd', 'server')).toEqual(['etcd']);
  });
  it('are told from other names', () => {
    expect(isStackId('kitex')).toBe(true);
    expect(isStackId('toString')).toBe(false);
  });
});

describe('timers name whose settings to change', () => {
  const stacksOf = (subject: RemedySubject): string[] =>
    remedies(subject)
      .filter(({ where }) => where === 'middlebox')
      .map(({ stack }) => stack);

  it.each([
    ['connection/half-open', 'reset', { idleGapMs: 355_000, survivedMs: 300_000 }, ['aws']],
    ['connection/half-open', 'silent', { idleGapMs: 250_000, survivedMs: 200_000 }, ['azure']],
    ['connection/half-open', 'silent', { idleGapMs: 950_000, survivedMs: 700_000 }, ['kube-proxy']],
    ['connection/idle-close-race', undefined, { gapMs: 75_010 }, ['nginx', 'ingress-nginx']],
    ['connection/abrupt-close', 'fin', { gapMs: 50_003 }, ['haproxy']],
    ['stream/proxy-timeout', 'silent', { gapMs: 300_001, sinceRequestMs: 400_000 }, ['envoy', 'istio']],
    ['stream/proxy-timeout', 'total', { gapMs: 15_001, sinceRequestMs: 15_001 }, ['envoy', 'istio']],
    [
      'stream/proxy-timeout',
      'silent',
      { gapMs: 60_001, sinceRequestMs: 70_000, pinged: true },
      ['aws', 'nginx', 'ingress-nginx'],
    ],
  ] as const)('%s (%s) %o', (id, variant, params, stacks) => {
    expect(new Set(stacksOf({ id, variant, params, culprit: 'unknown' }))).toEqual(new Set(stacks));
  });

  it('a proxy that headers show is believed before any timer', () => {
    const subject = {
      id: 'stream/proxy-timeout',
      variant: 'silent',
      params: { gapMs: 60_001 },
      culprit: 'middlebox',
    } as const;
    const list = remedies(subject, { middlebox: 'haproxy' }).filter(({ where }) => where === 'middlebox');
    expect(list.map(({ stack }) => stack)).toEqual(['haproxy']);
  });

  it('values stay within what the product takes', () => {
    const subject = {
      id: 'connection/half-open',
      variant: 'reset',
      params: { idleGapMs: 5_000_000 },
      culprit: 'middlebox',
    } as const;
    expect(remedies(subject, { middlebox: 'aws' })[0]).toMatchObject({
      setting: 'NLB tcp.idle_timeout.seconds',
      value: '6000',
    });
    expect(remedies(subject, { middlebox: 'azure' })[0]?.value).toBe('100, true');
  });

  it('a reload is told from a limit on requests', () => {
    const settings = (trigger: string): string[] =>
      remedies(
        { id: 'goaway/one-shot', variant: undefined, culprit: 'middlebox', params: { requests: 3, trigger } },
        { middlebox: 'nginx' },
      )
        .filter(({ where }) => where === 'middlebox')
        .map(({ setting }) => setting);
    expect(settings('reload')).toEqual(['worker_shutdown_timeout']);
    expect(settings('requests')).toEqual(['keepalive_requests, keepalive_time']);
  });
});
