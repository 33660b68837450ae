/** Incident 1 and its neighbours: PINGs that a server punishes, will punish, tolerates, or that nobody answers. */
import { describe, expect, it } from 'vitest';
import { capture, type Script, script } from '../../support/script.ts';
import { all, expectHealthy, failures, finding, has, told } from './verdicts.ts';

const ETCD = '/etcdserverpb.KV/Range';
const WATCH = '/etcdserverpb.Watch/Watch';
const BDP = '02041010090e0707';
const ZERO = '0000000000000000';
const PINGS = { code: 'ENHANCE_YOUR_CALM', debug: 'too_many_pings' } as const;

/** A connection to etcd on which one call was made and answered. */
function used(options: Parameters<typeof script>[0] = {}): Script {
  return script({ port: 2379, ...options })
    .open({ MAX_FRAME_SIZE: 16_384 })
    .request(1, ETCD, { agent: 'grpc-go/1.45.0' })
    .answer(1);
}

describe('too many pings', () => {
  it('idle: the fourth PING after the last answer is the third strike', () => {
    const story = used()
      .pings(4, 10_000, ZERO)
      .goaway('server', { last: 1, ...PINGS })
      .fin('server')
      .fin('client');
    expect(told(story)).toEqual(['keepalive/too-many-pings (idle)']);
    const found = finding(story, 'keepalive/too-many-pings');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'client', victims: [] });
    expect(found.params).toMatchObject({ pingCount: 4, strikes: 3, idle: true, lastStreamId: 1, openStreams: 0 });
    expect(found.params).toMatchObject({ serverImplementation: 'etcd', clientImplementation: 'grpc-go/1.45.0' });
    expect(found.params.intervalMs).toBeCloseTo(10_000);
    expect(found.params.minTimeMs).toBe(5_000);
  });

  it('idle on a connection that never had a call: the first PING is free all the same', () => {
    const story = script()
      .open()
      .pings(4, 200)
      .goaway('server', { last: 0, ...PINGS })
      .fin('server');
    expect(finding(story, 'keepalive/too-many-pings')).toMatchObject({ variant: 'idle', params: { strikes: 3 } });
    expect(told(story)).toHaveLength(1);
  });

  it('grpc-java cuts on the third PING', () => {
    const story = used()
      .pings(3, 10_000, '0000000000000457')
      .goaway('server', { last: 1, ...PINGS })
      .rst('server');
    const found = finding(story, 'keepalive/too-many-pings');
    expect(found).toMatchObject({ variant: 'idle', certainty: 'certain', params: { pingCount: 3, strikes: 2 } });
  });

  it('the evidence numbers the strikes and ends with the GOAWAY', () => {
    const story = used()
      .pings(4, 10_000)
      .goaway('server', { last: 1, ...PINGS })
      .fin('server');
    const lines = finding(story, 'keepalive/too-many-pings').evidence;
    expect(lines.map(({ key }) => key)).toEqual(['ping', 'strike', 'strike', 'strike', 'goaway']);
    expect(lines.map(({ params }) => params.number)).toEqual([1, 1, 2, 3, undefined]);
    expect(lines.at(-1)?.params).toEqual({
      errorCode: 'ENHANCE_YOUR_CALM',
      lastStreamId: 1,
      debugData: 'too_many_pings',
    });
  });

  it('interval: a call was open, which dies with the connection', () => {
    const story = used()
      .request(3, WATCH, { end: false })
      .begin(3)
      .pings(4, 1_000)
      .goaway('server', { last: 3, ...PINGS })
      .fin('server');
    const found = finding(story, 'keepalive/too-many-pings');
    expect(found).toMatchObject({ variant: 'interval', params: { idle: false, openStreams: 1 } });
    expect(found.victims).toEqual([{ connection: 1, stream: 3, method: WATCH, retry: 'unknown' }]);
    expect(told(story)).toHaveLength(1);
  });

  it('interval: a victim above the last stream id is safe to retry', () => {
    const story = used()
      .request(3)
      .pings(4, 1_000)
      .request(5)
      .goaway('server', { last: 3, ...PINGS })
      .fin('server');
    const { victims } = finding(story, 'keepalive/too-many-pings');
    expect(victims.map(({ stream, retry }) => [stream, retry])).toEqual([
      [3, 'unknown'],
      [5, 'safe'],
    ]);
  });

  it('bdp: probes that follow the data of the server, known by their payload', () => {
    const story = used().request(3, WATCH, { end: false }).begin(3);
    for (let round = 0; round < 4; round++) story.after(20).ping('client', BDP).ack('server');
    story.goaway('server', { last: 3, ...PINGS }).fin('server');
    expect(finding(story, 'keepalive/too-many-pings').variant).toBe('bdp');
  });

  it('bdp: one probe does not make it so, and a probe counts as a strike like any other', () => {
    const story = used()
      .after(0.2)
      .ping('client', BDP)
      .ack('server')
      .pings(3, 10_000, ZERO)
      .goaway('server', { last: 1, ...PINGS });
    expect(finding(story.fin('server'), 'keepalive/too-many-pings')).toMatchObject({
      variant: 'idle',
      params: { pingCount: 4, strikes: 3 },
    });
  });

  it('without debug data the strikes make it likely', () => {
    const story = used().pings(4, 10_000).goaway('server', { last: 1, code: 'ENHANCE_YOUR_CALM' }).fin('server');
    expect(finding(story, 'keepalive/too-many-pings')).toMatchObject({ variant: 'idle', certainty: 'likely' });
  });

  it('the next connection of the client shows the doubled interval', () => {
    const first = used()
      .pings(4, 10_000)
      .goaway('server', { last: 1, ...PINGS })
      .fin('server')
      .fin('client');
    const second = used({ at: 41_000 })
      .pings(4, 20_000)
      .goaway('server', { last: 1, ...PINGS })
      .fin('server');
    const found = finding(capture(first, second), 'keepalive/too-many-pings');
    expect(found.connections).toEqual([1, 2]);
    expect(found.params.connections).toBe(2);
    expect(found.params.nextIntervalMs).toBeCloseTo(20_000);
    expect(found.evidence.some(({ key, connection }) => key === 'next-interval' && connection === 2)).toBe(true);
  });

  it('another client of the same server proves nothing about the doubling', () => {
    const first = used()
      .pings(4, 10_000)
      .goaway('server', { last: 1, ...PINGS })
      .fin('server');
    const other = used({ client: '10.0.0.2', at: 41_000 }).pings(2, 30_000).fin('client');
    expect(finding(capture(first, other), 'keepalive/too-many-pings').params.nextIntervalMs).toBeUndefined();
  });

  it('is another finding with other debug data: a guard against resets', () => {
    const story = used().pings(4, 10_000).goaway('server', {
      last: 1,
      code: 'ENHANCE_YOUR_CALM',
      debug: 'too_many_resets',
    });
    expect(has(story, 'keepalive/too-many-pings')).toBe(false);
    expect(has(story, 'goaway/flood-guard')).toBe(true);
  });

  it('is another finding with no text and no strikes: nothing is claimed about PINGs', () => {
    const story = used().pings(1, 10_000).goaway('server', { last: 1, code: 'ENHANCE_YOUR_CALM' }).fin('server');
    expect(told(story)).toEqual(['goaway/protocol-error']);
  });
});

describe('what forgives strikes', () => {
  const round = (story: Script, stream: number): Script => story.pings(3, 10_000).request(stream, ETCD).answer(stream);

  it('three idle PINGs and a call, again and again, are never a finding', () => {
    const story = used();
    for (let stream = 3; stream < 21; stream += 2) round(story, stream);
    story.fin('client').fin('server');
    expect(told(story)).toEqual([]);
  });

  const afterStrikes = (): Script => used().request(3, WATCH, { end: false }).begin(3).pings(3, 1_000);
  const strikesAfter = (story: Script): unknown =>
    finding(story.pings(1, 1_000).goaway('server', { last: 3, ...PINGS }), 'keepalive/too-many-pings').params.strikes;

  it('the HEADERS of the server do', () => {
    expect(strikesAfter(afterStrikes().request(5).trailersOnly(5, 5))).toBe(0);
  });
  it('the DATA of the server do', () => expect(strikesAfter(afterStrikes().message('server', 3, 10))).toBe(0));
  it('its WINDOW_UPDATE does not', () => expect(strikesAfter(afterStrikes().windowUpdate('server', 0))).toBe(3));
  it('its SETTINGS do not', () =>
    expect(strikesAfter(afterStrikes().settings('server').ackSettings('client'))).toBe(3));
  it('its RST_STREAM does not', () => {
    expect(strikesAfter(afterStrikes().request(5).reset('server', 5, 'REFUSED_STREAM'))).toBe(3);
  });
  it('what the client sends does not', () => {
    expect(strikesAfter(afterStrikes().message('client', 3, 10).windowUpdate('client', 0))).toBe(3);
  });
});

describe('will be cut', () => {
  it('idle PINGs go on against etcd when the capture ends', () => {
    const story = used().pings(3, 10_000);
    expect(told(story)).toEqual(['keepalive/will-be-cut']);
    const found = finding(story, 'keepalive/will-be-cut');
    expect(found).toMatchObject({ severity: 'warning', certainty: 'likely', culprit: 'client' });
    expect(found.params).toMatchObject({ pingCount: 3, strikes: 2, cutAtPing: 4, serverImplementation: 'etcd' });
  });

  it('one strike is enough to foresee it', () => {
    expect(finding(used().pings(2, 10_000), 'keepalive/will-be-cut').params).toMatchObject({
      strikes: 1,
      cutAtPing: 4,
    });
  });

  it('a first idle PING is no strike yet', () => expect(told(used().pings(1, 10_000))).toEqual([]));

  it('not against a server that does not count strikes, or that is not known', () => {
    const story = script()
      .open()
      .request(1, '/pkg.Svc/Get')
      .answer(1, { fields: { server: 'envoy' } })
      .pings(3, 10_000);
    expectHealthy(story);
  });

  it('not when the client has stopped: C-core sends two PINGs without data', () => {
    expectHealthy(used().pings(2, 10_000).after(25_000));
  });

  it('not when the server tolerated more strikes than the limit', () => {
    const permissive = used().pings(9, 10_000);
    expectHealthy(permissive);
  });

  it('grpc-java counts the first PING as well, and cuts on the third', () => {
    const java = script().open({ INITIAL_WINDOW_SIZE: 1_048_576, MAX_HEADER_LIST_SIZE: 8_192 });
    const story = java.request(1).answer(1).pings(2, 10_000);
    const { params } = finding(story, 'keepalive/will-be-cut');
    expect(params).toMatchObject({ strikes: 2, cutAtPing: 3, serverImplementation: 'grpc-java' });
    story
      .after(10_000)
      .ping('client')
      .goaway('server', { last: 1, code: 'ENHANCE_YOUR_CALM', debug: 'too_many_pings' });
    expect(finding(story, 'keepalive/too-many-pings').params).toMatchObject({ pingCount: 3, strikes: 3 });
  });

  it('a bandwidth probe counts towards the strikes: the run ends one interval sooner', () => {
    const story = script().open().request(1, ETCD).begin(1).message('server', 1, 20).trailers(1);
    story.ping('client', BDP).ack('server').after(10_000).pings(3, 10_000);
    story.goaway('server', { last: 1, code: 'ENHANCE_YOUR_CALM', debug: 'too_many_pings' }).fin('server');
    const found = finding(story, 'keepalive/too-many-pings');
    expect(found).toMatchObject({ variant: 'idle', params: { pingCount: 4, strikes: 3, probes: 1 } });
  });

  it('not while a call is open: the minimum of the server is not known', () => {
    expectHealthy(used().request(3, WATCH, { end: false }).begin(3).pings(3, 30_000));
  });

  it('not at two hours and more', () => expectHealthy(used().pings(3, 7_200_001)));

  it('not after the client closed', () => expectHealthy(used().pings(3, 10_000).fin('client').fin('server')));

  it('not after the server said farewell', () => {
    expectHealthy(used().pings(3, 10_000).goaway('server', { last: 1, debug: 'max_idle' }).fin('server'));
  });

  it('not for bandwidth probes that go with traffic', () => {
    const story = used();
    for (let stream = 3; stream < 15; stream += 2) {
      story.request(stream, ETCD).begin(stream).message('server', stream, 5_000).ping('client', BDP).ack('server');
      story.trailers(stream);
    }
    expectHealthy(story);
  });
});

describe('unanswered pings', () => {
  it('no ACK and nothing else, then the client closes: a dead path', () => {
    const story = used().after(30_000).request(3, ETCD).ping('client').after(20_000).fin('client');
    expect(told(story)).toEqual(['keepalive/unanswered-ping']);
    const found = finding(story, 'keepalive/unanswered-ping');
    expect(found).toMatchObject({ severity: 'error', certainty: 'likely', culprit: 'unknown' });
    expect(found.params).toMatchObject({ by: 'client', openStreams: 1 });
    expect(found.params.waitedMs).toBeCloseTo(20_000, -1);
    expect(found.victims.map(({ stream }) => stream)).toEqual([3]);
  });

  it('a PING that TCP had to repeat was lost on the way', () => {
    const story = used().request(3).ping('client').segments('client', 'retransmission', 2).after(20_000).fin('client');
    expect(finding(story, 'keepalive/unanswered-ping').culprit).toBe('network');
  });

  it('an ACK that comes after the client gave up is no answer, but shows that the peer was alive', () => {
    const story = used().request(3).ping('client').after(20_000).fin('client').ack('server').answer(3).fin('server');
    expect(failures(story)).toEqual(['keepalive/watchdog-false-positive (late-ack)']);
    expect(finding(story, 'keepalive/watchdog-false-positive')).toMatchObject({
      culprit: 'unknown',
      certainty: 'likely',
    });
  });

  it('the client says GOAWAY before it closes', () => {
    const story = used().request(3).ping('client').after(20_000).goaway('client', { last: 0 }).fin('client');
    expect(failures(story)).toEqual(['keepalive/unanswered-ping']);
  });

  it('with a RST instead of a FIN', () => {
    expect(has(used().request(3).ping('client').after(20_000).rst('client'), 'keepalive/unanswered-ping')).toBe(true);
  });

  it('bytes came meanwhile: the watchdog bit a living peer', () => {
    const story = used().request(3).begin(3).ping('client');
    for (let part = 0; part < 5; part++) story.after(900).data('server', 3, 16_384);
    story.after(500).fin('client');
    const found = finding(story, 'keepalive/watchdog-false-positive');
    expect(found).toMatchObject({ severity: 'error', culprit: 'client', params: { openStreams: 1 } });
    expect(found.params.receivedBytes).toBe(5 * (16_384 + 9));
    expect(has(story, 'keepalive/unanswered-ping')).toBe(false);
  });

  it('a PING that is still in flight when the client closes is healthy', () => {
    expectHealthy(used().ping('client').after(5).fin('client').fin('server'));
  });

  it('an acknowledged PING and a close long after are healthy', () => {
    expectHealthy(used().ping('client').ack('server').after(60_000).fin('client').fin('server'));
  });

  it('a capture that ends before anybody closes claims nothing', () => {
    expectHealthy(used().ping('client').after(60_000));
  });

  it('an ACK long after the close tells of an outage, not of a hasty timer', () => {
    const story = used().request(3).ping('client').after(2_000).fin('client').after(2_100).ack('server');
    expect(failures(story)).toEqual(['keepalive/unanswered-ping']);
  });

  it('the server asks, nobody answers, it closes: by the server', () => {
    const story = used().request(3).begin(3).ping('server').after(20_000).fin('server');
    expect(told(story)).toEqual(['keepalive/unanswered-ping']);
    expect(finding(story, 'keepalive/unanswered-ping')).toMatchObject({ severity: 'error', params: { by: 'server' } });
  });

  it('a server that drops an idle client so hurts nobody', () => {
    const story = used().ping('server').after(20_000).fin('server');
    expect(finding(story, 'keepalive/unanswered-ping').severity).toBe('info');
  });

  it('a server whose PING was answered closes for another reason', () => {
    const story = used().request(3).begin(3).ping('server').ack('client').after(20_000).fin('server');
    expect(failures(story)).toEqual(['connection/abrupt-close (fin)']);
  });

  it('the PING of a graceful stop is no watchdog', () => {
    const story = used()
      .request(3)
      .begin(3)
      .goaway('server', { last: 2 ** 31 - 1 })
      .ping('server')
      .after(5_000)
      .fin('server');
    expect(has(story, 'keepalive/unanswered-ping')).toBe(false);
  });

  it('the server closes: that is its own finding', () => {
    const story = used().request(3).ping('client').after(20_000).fin('server');
    expect(all(story).map(({ id }) => id)).toEqual(['connection/abrupt-close']);
  });
});
