/** Incident 2 and its neighbours: connections that end without a word. */
import { describe, expect, it } from 'vitest';
import { capture, type Script, script } from '../../support/script.ts';
import { all, expectHealthy, failures, finding, has, told, verdictOf } from './verdicts.ts';

/** Opened, used and answered; the round trip of the handshake is one step. */
function used(options: Parameters<typeof script>[0] = {}): Script {
  return script(options).open().request(1).answer(1);
}

describe('abrupt close', () => {
  it('FIN of the server with a call open and no GOAWAY', () => {
    const story = script().open().request(1, '/a.B/C').after(400).fin('server').fin('client');
    expect(told(story)).toEqual(['connection/abrupt-close (fin)']);
    const found = finding(story, 'connection/abrupt-close');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'server', streams: [1] });
    expect(found.params).toMatchObject({ how: 'fin', openStreams: 1 });
    expect(found.victims).toEqual([{ connection: 1, stream: 1, method: '/a.B/C', retry: 'unknown' }]);
    expect(found.evidence.map(({ key }) => key)).toEqual(['open-stream', 'fin', 'no-goaway']);
  });

  it('RST of the server, half an answer sent: a crash', () => {
    const story = used().request(3).begin(3).message('server', 3, 9_000, { sent: 4_000 }).after(5).rst('server');
    const found = finding(story, 'connection/abrupt-close');
    expect(found).toMatchObject({ variant: 'rst', culprit: 'server', params: { answered: 1, openStreams: 1 } });
    expect(told(story)).toHaveLength(1);
  });

  it('a RST with a strange TTL comes from a box in between', () => {
    const story = used().request(3).after(50).rst('server', 255, 63);
    const found = finding(story, 'connection/abrupt-close');
    expect(found).toMatchObject({ culprit: 'middlebox', params: { foreignTimeToLive: true } });
  });

  it('a RST with the usual TTL does not', () => {
    expect(finding(used().request(3).after(50).rst('server', 63, 63), 'connection/abrupt-close').culprit).toBe(
      'server',
    );
  });

  it('several calls, one of them answered before: only the others are victims', () => {
    const story = used().request(3).request(5).request(7).answer(5).after(20).fin('server');
    expect(finding(story, 'connection/abrupt-close').victims.map(({ stream }) => stream)).toEqual([3, 7]);
  });

  it('REFUSED_STREAM of the client after the FIN is its own bookkeeping, not another failure', () => {
    const story = used().request(3).after(20).fin('server').reset('client', 3, 'REFUSED_STREAM').fin('client');
    expect(failures(story)).toEqual(['connection/abrupt-close (fin)']);
    expect(finding(story, 'connection/abrupt-close').victims).toHaveLength(1);
  });

  it('a server that closes in the middle of an upload', () => {
    const story = used().request(3, '/a.B/Upload', { end: false }).message('client', 3, 9_000).after(5).fin('server');
    expect(finding(story, 'connection/abrupt-close').victims).toHaveLength(1);
  });

  it('after a GOAWAY it is the end of the grace period instead', () => {
    const story = used().request(3).goaway('server', { last: 3, debug: 'max_age' }).after(5_000).fin('server');
    expect(has(story, 'connection/abrupt-close')).toBe(false);
    expect(has(story, 'goaway/grace-expired')).toBe(true);
  });

  it('after the FIN of the client it is nothing: the client left', () => {
    expectHealthy(script().open().request(1).after(100).fin('client').fin('server'));
    expectHealthy(script().open().request(1).after(100).fin('client').rst('server'));
  });

  it('with all calls answered it is nothing', () => {
    expectHealthy(used().after(60_000).fin('server').fin('client'));
    expect(told(used().after(60_000).fin('server').fin('client'))).toEqual([]);
  });

  it('with a call that was answered but never half-closed it is nothing', () => {
    expectHealthy(script().open().request(1, '/a.B/C', { end: false }).answer(1).after(100).fin('server'));
  });

  it('with a call that the client had cancelled it is nothing', () => {
    expectHealthy(used().request(3).after(100).reset('client', 3).after(100).fin('server'));
  });

  it('calls that were older than a hole in the capture may have been answered in it', () => {
    expectHealthy(used().request(3).after(10).lost('server', 1_448).after(60_000).fin('server'));
    const busy = used().request(3).after(10).lost('server', 1_448).after(400).request(5).after(10).fin('server');
    expect(finding(busy, 'connection/abrupt-close').victims.map(({ stream }) => stream)).toContain(5);
    const older = used().request(3).after(10).lost('server', 1_448).after(10).fin('server');
    expect(all(older).every(({ certainty, severity }) => severity === 'info' || certainty !== 'certain')).toBe(true);
  });

  it('a call younger than the hole died', () => {
    const story = used().lost('server', 1_448).after(400).request(3).after(100).fin('server');
    expect(finding(story, 'connection/abrupt-close').streams).toEqual([3]);
  });

  it('a TCP connection without a byte is nothing', () => {
    expectHealthy(script().tcp().fin('client').fin('server'));
    expectHealthy(script().tcp().fin('server').fin('client'));
    expectHealthy(script().tcp().rst('client'));
  });

  it('tells the same thing between the same hosts once', () => {
    const stories = [0, 5_000, 10_000].map((at) =>
      script({ at }).open().request(1).after(300).fin('server').fin('client'),
    );
    const found = finding(capture(...stories), 'connection/abrupt-close');
    expect(found).toMatchObject({ connections: [1, 2, 3], params: { openStreams: 3 } });
    expect(found.victims).toHaveLength(3);
  });
});

describe('the race of an idle close with a request', () => {
  const idle = (options?: Parameters<typeof script>[0]): Script => used(options).after(60_000);

  it('the FIN is seen first, the request meets it, a RST answers', () => {
    const story = idle().fin('server').after(0.3).request(3).rst('server');
    expect(told(story)).toEqual(['connection/idle-close-race']);
    const found = finding(story, 'connection/idle-close-race');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'server', streams: [3] });
    expect(found.victims).toEqual([{ connection: 1, stream: 3, method: '/pkg.Svc/Get', retry: 'safe' }]);
    expect(found.params.gapMs).toBeCloseTo(60_000, -1);
    expect(found.params.sinceFinMs).toBeCloseTo(0.4);
    expect(found.params.timer).toContain('60 s');
    expect(found.evidence.map(({ key }) => key)).toEqual(['fin', 'headers-request', 'rst']);
  });

  it('the request is seen first, the FIN crosses it', () => {
    const story = idle().request(3).fin('server').after(0.2).rst('server');
    const found = finding(story, 'connection/idle-close-race');
    expect(found).toMatchObject({ certainty: 'certain', culprit: 'server' });
    expect(found.params.sinceFinMs).toBeLessThan(0);
    expect(found.params.gapMs).toBeCloseTo(60_000, -1);
    expect(found.evidence.map(({ key }) => key)).toEqual(['headers-request', 'fin', 'rst']);
  });

  it('the FIN crosses the request and no RST is seen: likely', () => {
    expect(finding(idle().request(3).fin('server').fin('client'), 'connection/idle-close-race').certainty).toBe(
      'likely',
    );
  });

  it('a request long after the FIN is the same race on a slow path', () => {
    const story = idle().fin('server').after(40).request(3).rst('server');
    expect(told(story)).toEqual(['connection/idle-close-race']);
  });

  it('the same silence on several connections shows a timer', () => {
    const stories = [0, 7_000, 13_000].map((at) => idle({ at }).fin('server').after(0.3).request(3).rst('server'));
    const found = finding(capture(...stories), 'connection/idle-close-race');
    expect(found.connections).toEqual([1, 2, 3]);
    expect(found.params.sameGapConnections).toBe(3);
    expect(found.evidence.some(({ key }) => key === 'same-gap')).toBe(true);
  });

  it('different silences do not', () => {
    const one = used().after(60_000).fin('server').after(0.3).request(3).rst('server');
    const other = used({ at: 5_000 }).after(31_000).fin('server').fin('client');
    expect(finding(capture(one, other), 'connection/idle-close-race').params.sameGapConnections).toBeUndefined();
  });

  it('PINGs are no activity: the silence goes on under them', () => {
    const story = used().pings(5, 10_000).after(10_000).fin('server').after(0.3).request(3).rst('server');
    expect(finding(story, 'connection/idle-close-race').params.gapMs).toBeCloseTo(60_000, -1);
  });

  it('a server that took the request and then closed is an abrupt close', () => {
    expect(told(idle().request(3).after(250).fin('server'))).toEqual(['connection/abrupt-close (fin)']);
    expect(told(idle().request(3).begin(3).after(0.2).fin('server'))).toEqual(['connection/abrupt-close (fin)']);
  });

  it('a busy connection is an abrupt close', () => {
    expect(told(used().after(20).request(3).fin('server'))).toEqual(['connection/abrupt-close (fin)']);
  });

  it('the FIN does not acknowledge the request: it had left before, however long the way', () => {
    const far = script().open().request(1).answer(1).after(60_000).request(3).after(40).fin('server', 120);
    expect(finding(far, 'connection/idle-close-race')).toMatchObject({ certainty: 'certain', culprit: 'server' });
    const near = script().open().request(1).answer(1).after(60_000).request(3).after(40).fin('server', 0);
    expect(failures(near)).toEqual(['connection/abrupt-close (fin)']);
  });
  it('with an older call open it was no idle close', () => {
    const story = used().request(3).after(60_000).request(5).fin('server');
    expect(told(story)).toEqual(['connection/abrupt-close (fin)']);
  });

  it('an idle close that no request meets is nothing', () => {
    expectHealthy(idle().fin('server').fin('client'));
  });

  it('an announced idle close is no race of this kind', () => {
    const story = idle().goaway('server', { last: 0x7fffffff, debug: 'max_idle' }).goaway('server', { last: 1 });
    expectHealthy(story.fin('server').fin('client'));
  });
});

describe('server restart', () => {
  const busy = (at: number, client = '10.0.0.1'): Script =>
    script({ at, client })
      .open()
      .request(1)
      .after(5_000 - at);

  it('several connections end together with calls open: their abrupt closes are its consequences', () => {
    const story = capture(
      busy(0).fin('server'),
      busy(10).after(3).fin('server'),
      busy(20, '10.0.0.2').after(9).rst('server'),
    );
    expect(verdictOf(story).findings.map(({ id }) => id)).toEqual(['connection/server-restart']);
    const found = finding(story, 'connection/server-restart');
    expect(found).toMatchObject({ severity: 'error', certainty: 'likely', culprit: 'server', connections: [1, 2, 3] });
    expect(found.params).toMatchObject({ connections: 3, openStreams: 3, server: '10.0.0.9:50051' });
    expect(found.params.spreadMs).toBeLessThan(20);
    expect(found.victims).toHaveLength(3);
    expect(new Set(found.consequences.map(({ id }) => id))).toEqual(new Set(['connection/abrupt-close']));
  });

  it('what an idle timer closes together, while the server takes new connections, is no restart', () => {
    const raced = (at: number): Script => used({ at }).after(60_000).fin('server').after(0.3).request(3).rst('server');
    const next = script({ at: 60_050 }).open().request(1).answer(1).fin('client').fin('server');
    const story = capture(raced(0), raced(2), next);
    expect(failures(story)).toEqual(['connection/idle-close-race']);
    expect(finding(story, 'connection/idle-close-race').params.sameGapConnections).toBe(2);
  });

  it('nobody was hit: worth knowing, no failure', () => {
    const quiet = (at: number): Script =>
      used({ at })
        .after(5_000 - at)
        .fin('server')
        .fin('client');
    const story = capture(quiet(0), quiet(10), quiet(20));
    expectHealthy(story);
    expect(finding(story, 'connection/server-restart')).toMatchObject({ severity: 'info', params: { openStreams: 0 } });
  });

  it('one of them was hit: the others count all the same', () => {
    const quiet = used({ at: 10 }).after(4_990).fin('server').fin('client');
    const found = finding(capture(busy(0).fin('server'), quiet), 'connection/server-restart');
    expect(found).toMatchObject({ severity: 'error', params: { connections: 2, openStreams: 1 } });
  });

  it('a connection that goes on proves that the server lives', () => {
    const alive = script({ at: 30 }).open().after(6_000).request(1).answer(1);
    const story = capture(busy(0).fin('server'), busy(10).fin('server'), alive);
    expect(has(story, 'connection/server-restart')).toBe(false);
    expect(finding(story, 'connection/abrupt-close').connections).toEqual([1, 2]);
  });

  it('a connection that opens afterwards does not', () => {
    const later = script({ at: 8_000 }).open().request(1).answer(1);
    expect(has(capture(busy(0).fin('server'), busy(10).fin('server'), later), 'connection/server-restart')).toBe(true);
  });

  it('one connection alone is no restart', () => {
    expect(told(busy(0).fin('server'))).toEqual(['connection/abrupt-close (fin)']);
  });

  it('ends that are far apart are no restart', () => {
    const story = capture(busy(0).fin('server'), busy(10).after(2_000).fin('server'));
    expect(has(story, 'connection/server-restart')).toBe(false);
  });

  it('different servers are no restart', () => {
    const other = script({ at: 10, server: '10.0.0.8' }).open().request(1).after(4_990).fin('server');
    expect(has(capture(busy(0).fin('server'), other), 'connection/server-restart')).toBe(false);
  });

  it('announced closes are a graceful stop', () => {
    const stop = (at: number): Script =>
      used({ at })
        .after(5_000 - at)
        .goaway('server', { last: 1, debug: 'graceful_stop' })
        .fin('server')
        .fin('client');
    expectHealthy(capture(stop(0), stop(10)));
    expect(has(capture(stop(0), stop(10)), 'connection/server-restart')).toBe(false);
  });

  it('closes by the clients are no restart', () => {
    const leave = (at: number): Script =>
      used({ at })
        .after(5_000 - at)
        .fin('client')
        .fin('server');
    expect(told(capture(leave(0), leave(10)))).toEqual([]);
  });
});

describe('short-lived connections', () => {
  const once = (at: number): Script =>
    script({ at }).open().request(1, '/a.B/C', { agent: 'kitex/v0.11.0' }).answer(1).fin('client').fin('server');

  it('one call each, closed by the client, again and again: no error, but handshakes', () => {
    const story = capture(...[0, 100, 200, 300, 400].map(once));
    expect(told(story)).toEqual(['connection/short-lived']);
    const found = finding(story, 'connection/short-lived');
    expect(found).toMatchObject({ severity: 'info', culprit: 'none', params: { connections: 5, calls: 5 } });
    expect(found.params.handshakeMs).toBeGreaterThan(0);
  });

  it('a few are no habit', () => expect(told(capture(...[0, 100, 200].map(once)))).toEqual([]));

  it('connections with several calls are pooled ones', () => {
    const pooled = (at: number): Script => used({ at }).request(3).answer(3).fin('client').fin('server');
    expect(told(capture(...[0, 100, 200, 300, 400].map(pooled)))).toEqual([]);
  });
});

describe('no preface of the server', () => {
  it('silence after the preface, then the client gives up', () => {
    const story = script().tcp().settings('client').after(20_000).fin('client').fin('server');
    const found = finding(story, 'connection/no-server-preface');
    expect(found).toMatchObject({ severity: 'error', certainty: 'likely', culprit: 'unknown' });
    expect(found.params).toMatchObject({ receivedBytes: 0, closedBy: 'client', established: true });
    expect(told(story)).toHaveLength(1);
  });

  it('the server closes at once', () => {
    const story = script().tcp().settings('client').request(1).fin('server').fin('client');
    expect(finding(story, 'connection/no-server-preface')).toMatchObject({ culprit: 'server', streams: [1] });
    expect(finding(story, 'connection/no-server-preface').victims[0]?.retry).toBe('safe');
    expect(told(story)).toHaveLength(1);
  });

  it('still silent when the capture ends', () => {
    expect(has(script().tcp().settings('client').request(1).after(10_000), 'connection/no-server-preface')).toBe(true);
  });

  it('a capture that ends soon after the preface claims nothing', () => {
    expectHealthy(script().tcp().settings('client').after(50));
  });

  it('a slow server is healthy', () => {
    const story = script().tcp().settings('client').after(5_000).settings('server').ackSettings('client');
    expectHealthy(story.ackSettings('server').request(1).answer(1).fin('client'));
  });

  it('a hole where the SETTINGS may have been claims nothing', () => {
    const story = script().tcp().settings('client').lost('server', 100).after(5_000).fin('client');
    expect(has(story, 'connection/no-server-preface')).toBe(false);
  });

  it('another protocol instead is its own finding', () => {
    const story = script().tcp().settings('client').says('server', 'http/1', 'HTTP/1.1 400 Bad Request').fin('server');
    expect(all(story).map(({ id }) => id)).toEqual(['peer/http1']);
  });
});
