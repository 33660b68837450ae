/** Ids that run out, SETTINGS without ACK, balancing, health checks, and calls that a proxy's timer ended. */
import { describe, expect, it } from 'vitest';
import { capture, type Script, script } from '../../support/script.ts';
import { all, expectHealthy, failures, finding, has, told } from './verdicts.ts';

const used = (at = 0): Script => script({ at }).open().request(1).answer(1);

function calls(story: Script, count: number): Script {
  story.open();
  for (let call = 0; call < count; call++) story.request(2 * call + 1).answer(2 * call + 1);
  return story;
}

describe('stream ids', () => {
  it('that are used up, without a new connection', () => {
    const found = finding(used().request(2_147_483_645).answer(2_147_483_645), 'connection/stream-ids-exhausted');
    expect(found).toMatchObject({
      variant: 'used-up',
      severity: 'warning',
      certainty: 'certain',
      params: { remaining: 1 },
    });
  });

  it('that are used up, and the client goes on elsewhere: worth knowing only', () => {
    const old = used().request(2_147_483_647).answer(2_147_483_647);
    const found = finding(capture(old, used(5)), 'connection/stream-ids-exhausted');
    expect(found).toMatchObject({ severity: 'info', params: { remaining: 0, replaced: true } });
  });

  it('at three quarters of the range', () => {
    const found = finding(used().request(1_610_612_737).answer(1_610_612_737), 'connection/stream-ids-exhausted');
    expect(found).toMatchObject({ variant: 'late', severity: 'info' });
  });

  it('below that there is nothing to say', () => {
    expect(told(used().request(1_610_612_733).answer(1_610_612_733))).toEqual([]);
  });
});

describe('SETTINGS', () => {
  const opened = (): Script => script().tcp().settings('client').settings('server').ackSettings('server');

  it('without ACK, and the server gives up', () => {
    const story = opened()
      .request(1)
      .after(10_000)
      .goaway('server', { last: 1, code: 'SETTINGS_TIMEOUT' })
      .fin('server');
    expect(told(story)).toEqual(['connection/settings-not-acked']);
    const found = finding(story, 'connection/settings-not-acked');
    expect(found).toMatchObject({
      severity: 'error',
      certainty: 'certain',
      culprit: 'client',
      params: { by: 'client' },
    });
    expect(found.victims).toHaveLength(1);
  });

  it('of the client without ACK of the server, which goes on', () => {
    const story = script().tcp().settings('client').settings('server').ackSettings('client');
    story.request(1).answer(1).after(6_000).request(3).answer(3);
    const found = finding(story, 'connection/settings-not-acked');
    expect(found).toMatchObject({ severity: 'warning', certainty: 'likely', culprit: 'server' });
  });

  it('the ACK may come late', () => {
    expectHealthy(opened().request(1).answer(1).after(4_000).ackSettings('client').after(9_000).request(3).answer(3));
  });

  it('a peer that says nothing more may be about to', () => expectHealthy(opened().request(1).answer(1).after(60_000)));

  it('the ACK may stand in a hole', () => {
    expectHealthy(opened().lost('client', 9).request(1).answer(1).after(6_000).request(3).answer(3));
  });

  it('a late join has not seen it', () => {
    const story = script().joined().settings('server').after(6_000).request(7).answer(7);
    expect(has(story, 'connection/settings-not-acked')).toBe(false);
  });
});

describe('one connection for all calls', () => {
  const other = (host: string, at = 5): Script => script({ server: host, at });

  it('while another server on that port takes calls', () => {
    const found = finding(capture(calls(script(), 120), calls(other('10.0.0.10'), 3)), 'connection/pinned');
    expect(found).toMatchObject({ severity: 'warning', certainty: 'likely', connections: [1] });
    expect(found.params).toMatchObject({ calls: 123, servers: 2, server: '10.0.0.9:50051' });
  });

  it('while another one is only checked', () => {
    const checks = [1, 4, 7].map((at) => other('10.0.0.10', at).tcp().fin('client').fin('server'));
    const story = capture(calls(script(), 120).after(50).request(901).answer(901), ...checks);
    const found = finding(story, 'connection/pinned');
    expect(found).toMatchObject({ certainty: 'possible', params: { onlyChecked: true } });
  });

  it('a single attempt elsewhere is no second server', () => {
    const tried = other('10.0.0.10').tcp().fin('client').fin('server');
    expectHealthy(capture(calls(script(), 120), tried));
  });

  it('a server that came only after it is no second one: the client has moved', () => {
    const moved = calls(other('10.0.0.10', 60_000), 5);
    expectHealthy(capture(calls(script(), 120).fin('client').fin('server'), moved));
  });

  it('calls that are spread are well', () => {
    expectHealthy(capture(calls(script(), 60), calls(other('10.0.0.10'), 60), calls(other('10.0.0.11'), 60)));
  });

  it('a hundred calls are the least', () => {
    expectHealthy(capture(calls(script(), 90), calls(other('10.0.0.10'), 3)));
  });

  it('another port is another service', () => {
    expectHealthy(capture(calls(script(), 120), calls(script({ server: '10.0.0.10', port: 9_000, at: 5 }), 3)));
  });

  it('another client has its own balance', () => {
    expectHealthy(capture(calls(script(), 120), calls(script({ client: '10.0.0.2', server: '10.0.0.10', at: 5 }), 3)));
  });
});

describe('health checks', () => {
  const check = (at: number): Script => script({ at }).tcp().fin('client').fin('server');

  it('are told as harmless', () => {
    const found = finding(capture(used(), ...[0, 5_000, 10_000].map(check)), 'connection/health-checks');
    expect(found).toMatchObject({ severity: 'info', culprit: 'none', params: { connections: 3 } });
    expect(found.params.everyMs).toBeCloseTo(5_000, 0);
  });

  it('one or two connections without a word are none', () => {
    expect(all(capture(check(0), check(9))).map(({ id }) => id)).toEqual([]);
  });

  it('a preface makes it another matter', () => {
    const story = [0, 1, 2].map((at) => script({ at }).tcp().settings('client').fin('client'));
    expect(has(capture(...story), 'connection/health-checks')).toBe(false);
  });
});

describe("a proxy's timer", () => {
  const silent = (story: Script, stream: number, ms: number): Script =>
    story
      .request(stream, '/a.B/Watch')
      .begin(stream)
      .message('server', stream, 9)
      .after(ms)
      .reset('server', stream, 'INTERNAL_ERROR');

  it('of a documented length, on a stream that was silent', () => {
    const found = finding(silent(script().open(), 1, 60_003), 'stream/proxy-timeout');
    expect(found).toMatchObject({
      variant: 'silent',
      certainty: 'likely',
      culprit: 'middlebox',
      params: { signal: 'reset' },
    });
    expect(found.params.timer).toContain('AWS ALB idle_timeout (60 s)');
    expect(found.remedies[0]).toMatchObject({ stack: 'aws', value: '120' });
  });

  it('that PINGs do not impress', () => {
    const story = script().open().request(1, '/a.B/Watch').begin(1);
    const found = finding(
      story.pings(5, 10_000).after(10_001).reset('server', 1, 'INTERNAL_ERROR'),
      'stream/proxy-timeout',
    );
    expect(found.params).toMatchObject({ pinged: true });
    expect(found.params.timer).not.toContain('Google');
  });

  it('of a length that nothing documents, but the same on two streams', () => {
    const found = finding(silent(silent(script().open(), 1, 7_000), 3, 7_010), 'stream/proxy-timeout');
    expect(found).toMatchObject({ culprit: 'unknown', params: { streams: 2 } });
    expect(found.params.timer).toBeUndefined();
  });

  it('once and of no known length, it may be anything', () => {
    expect(failures(silent(script().open(), 1, 7_000))).toEqual(['stream/internal-error']);
  });

  it('two resets at one moment have one cause, not two timers', () => {
    const story = script().open().request(1, '/a.B/Watch').request(3, '/a.B/Watch').begin(1).begin(3).after(7_000);
    story.reset('server', 1, 'INTERNAL_ERROR').reset('server', 3, 'INTERNAL_ERROR');
    expect(failures(story)).toEqual(['stream/internal-error']);
  });

  it('for a whole call, as Envoy says it', () => {
    const story = script().open().request(1).after(15_001).trailersOnly(1, 14, 'upstream request timeout');
    const found = finding(story, 'stream/proxy-timeout');
    expect(found).toMatchObject({
      variant: 'total',
      certainty: 'certain',
      culprit: 'middlebox',
      params: { signal: 'status' },
    });
    expect(found.params.timer).toBe('Envoy route timeout (15 s)');
  });

  it('an application that says something alike is no proxy', () => {
    expectHealthy(script().open().request(1).after(15_001).trailersOnly(1, 14, 'my upstream request timeout was hit'));
  });

  it("the deadline of the client is the client's", () => {
    const story = script().open().request(1, '/a.B/C', { timeout: '60S' }).after(60_001).reset('server', 1, 'CANCEL');
    expect(has(story, 'stream/proxy-timeout')).toBe(false);
  });
});

describe('silences that a close ended', () => {
  const idle = (ms: number, at = 0): Script => used(at).after(ms).fin('server').after(0.3).request(3).rst('server');

  it('of a documented length are named, and whose they are is advised', () => {
    const found = finding(idle(75_000), 'connection/idle-close-race');
    expect(found.params.timer).toBe('nginx keepalive_timeout (75 s)');
    expect(found.remedies.map(({ stack }) => stack)).toContain('nginx');
  });

  it('of another length are said to match nothing', () => {
    expect(finding(idle(23_000), 'connection/idle-close-race').params.timer).toBeUndefined();
  });

  it('in which PINGs went on were measured by one that does not count them', () => {
    const story = used().pings(6, 10_000).fin('server').after(0.3).request(3).rst('server');
    const found = finding(story, 'connection/idle-close-race');
    expect(found.params).toMatchObject({ pinged: true, timer: 'AWS ALB idle_timeout (60 s)' });
  });

  it('under a call that waits are told with the close', () => {
    const story = used().request(3, '/a.B/Watch').begin(3).after(50_000).fin('server');
    const found = finding(story, 'connection/abrupt-close');
    expect(found.params.timer).toContain('HAProxy timeout client');
    expect(found.params.gapMs).toBeCloseTo(50_000, -1);
    expect(found.remedies.map(({ stack }) => stack)).toContain('haproxy');
  });

  it('under a call and of no length that anyone knows are not mentioned', () => {
    const story = used().request(3, '/a.B/Watch').begin(3).after(23_000).fin('server');
    expect(finding(story, 'connection/abrupt-close').params.gapMs).toBeUndefined();
  });
});
