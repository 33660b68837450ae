/** Incident 5 and the other readings of a GOAWAY. */
import { describe, expect, it } from 'vitest';
import { capture, type Script, script } from '../../support/script.ts';
import { all, expectHealthy, failures, finding, has, told } from './verdicts.ts';

const ALL = 0x7fffffff;
const lateText = (stream: number): string => `Request stream ${stream} is not correct for server connection`;

describe('late write', () => {
  /** Stream 1 is reset by its client after `timeoutMs`, stream 3 goes on. */
  const timedOut = (timeoutMs = 4_000): Script =>
    script().open().request(1, '/cse/slow').request(3, '/cse/other').after(timeoutMs).reset('client', 1);

  it('one cancelled call, one late write, and every other call is dead', () => {
    const story = timedOut()
      .after(6_000)
      .goaway('server', { last: 3, code: 'PROTOCOL_ERROR', debug: lateText(1) })
      .fin('server')
      .fin('client');
    expect(failures(story)).toEqual(['goaway/late-write']);
    const found = finding(story, 'goaway/late-write');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'server' });
    expect(found.params).toMatchObject({ resetStream: 1, resetCode: 'CANCEL', lastStreamId: 3, openStreams: 1 });
    expect(found.params.clientTimeoutMs).toBeCloseTo(4_000, -1);
    expect(found.params.handlerMs).toBeCloseTo(10_000, -1);
    expect(found.victims).toEqual([{ connection: 1, stream: 3, method: '/cse/other', retry: 'unknown' }]);
    expect(found.evidence.map(({ key }) => key)).toEqual(['headers-request', 'rst-stream', 'goaway', 'open-stream']);
  });

  it('Vert.x 4.3 resets with NO_ERROR', () => {
    const story = script().open().request(1).request(3).after(4_000).reset('client', 1, 'NO_ERROR').after(6_000);
    story.goaway('server', { last: 3, code: 'PROTOCOL_ERROR', debug: lateText(1) }).fin('server');
    expect(finding(story, 'goaway/late-write')).toMatchObject({
      certainty: 'certain',
      params: { resetCode: 'NO_ERROR' },
    });
  });

  it('calls above the last stream id are safe to retry', () => {
    const story = timedOut()
      .request(5)
      .goaway('server', { last: 3, code: 'PROTOCOL_ERROR', debug: lateText(1) });
    expect(finding(story, 'goaway/late-write').victims.map(({ stream, retry }) => [stream, retry])).toEqual([
      [3, 'unknown'],
      [5, 'safe'],
    ]);
  });

  it('without debug data it is likely', () => {
    const story = timedOut().after(6_000).goaway('server', { last: 3, code: 'PROTOCOL_ERROR' }).fin('server');
    expect(finding(story, 'goaway/late-write')).toMatchObject({ certainty: 'likely', params: { resetStream: 1 } });
  });

  it('with the text but without the reset in sight it is likely: the capture began later', () => {
    const story = script().joined().request(31, '/a.B/C').after(50);
    story.goaway('server', { last: 31, code: 'PROTOCOL_ERROR', debug: lateText(5) }).fin('server');
    expect(finding(story, 'goaway/late-write')).toMatchObject({ certainty: 'likely', params: { resetStream: 5 } });
  });

  it('GOAWAY 1 without a reset before it is some other error', () => {
    const story = script().open().request(1).goaway('server', { last: 1, code: 'PROTOCOL_ERROR' }).fin('server');
    expect(told(story)).toEqual(['goaway/protocol-error']);
  });

  it('GOAWAY 1 with another text is some other error, reset or not', () => {
    const story = timedOut().goaway('server', { last: 3, code: 'PROTOCOL_ERROR', debug: 'invalid preface' });
    expect(has(story, 'goaway/late-write')).toBe(false);
    expect(has(story, 'goaway/protocol-error')).toBe(true);
  });

  it('GOAWAY 1 after a real fault of the client is that fault, reset or not', () => {
    const story = timedOut()
      .violation('client', 'stream/even-id-from-client', 4, 'HEADERS on stream 4')
      .goaway('server', { last: 3, code: 'PROTOCOL_ERROR' })
      .fin('server');
    expect(has(story, 'goaway/late-write')).toBe(false);
    expect(told(story)[0]).toMatch(/^stream\/id-not-increasing/);
  });

  it('a reset of a call that was being answered is no silent handler', () => {
    const story = script().open().request(1).request(3).begin(1).after(500).reset('client', 1).after(100);
    story.goaway('server', { last: 3, code: 'PROTOCOL_ERROR' }).fin('server');
    expect(told(story)[0]).toMatch(/^goaway\/protocol-error/);
  });

  it('a client timeout that the server takes well is a cancellation and no more', () => {
    const story = timedOut().after(6_000).answer(3).fin('client').fin('server');
    expectHealthy(story);
    expect(told(story)).toEqual(['stream/cancelled']);
  });
});

describe('graceful', () => {
  it('in two steps, with a PING between and all calls answered', () => {
    const story = script().open().request(1).goaway('server', { last: ALL, debug: 'max_age' });
    story.ping('server', '0106010800030309').ack('client').request(3).answer(1).answer(3);
    story.goaway('server', { last: 3 }).fin('server').fin('client');
    expectHealthy(story);
    expect(told(story)).toEqual(['goaway/graceful']);
    const found = finding(story, 'goaway/graceful');
    expect(found).toMatchObject({ severity: 'info', certainty: 'certain', culprit: 'none' });
    expect(found.params).toMatchObject({ twoStep: true, debugData: 'max_age', lastStreamId: 3, by: 'server' });
  });

  it('in one step, when the connection is idle', () => {
    const story = script().open().request(1).answer(1).after(60_000).goaway('server', { last: 1, debug: 'max_idle' });
    expect(told(story.fin('server').fin('client'))).toEqual(['goaway/graceful']);
    expect(finding(story, 'goaway/graceful').params.twoStep).toBe(false);
  });

  it('the open call is finished after the GOAWAY', () => {
    const story = script().open().request(1).goaway('server', { last: ALL }).goaway('server', { last: 1 });
    expectHealthy(story.after(800).answer(1).fin('server').fin('client'));
  });

  it('a client that says farewell is healthy', () => {
    const story = script().open().request(1).answer(1).goaway('client', { last: 0 }).fin('client').fin('server');
    expectHealthy(story);
  });

  it('Node clients leave with CANCEL, others with INTERNAL_ERROR: nothing was open', () => {
    for (const code of ['CANCEL', 'INTERNAL_ERROR'] as const) {
      expectHealthy(script().open().request(1).answer(1).goaway('client', { last: 0, code }).fin('client'));
    }
  });

  it('a farewell to a client that has already left says nothing', () => {
    expect(
      told(script().open().request(1).answer(1).fin('client').goaway('server', { last: 1 }).fin('server')),
    ).toEqual([]);
  });

  it('the client closes with a call open after the GOAWAY: nobody was cut by the server', () => {
    const story = script().open().request(1).goaway('server', { last: ALL }).goaway('server', { last: 1 });
    expect(has(story.after(100).fin('client').fin('server'), 'goaway/grace-expired')).toBe(false);
  });
});

describe('grace expired', () => {
  const cut = (): Script =>
    script()
      .open()
      .request(1, '/a.B/Watch', { end: false })
      .begin(1)
      .after(60_000)
      .goaway('server', { last: ALL, debug: 'max_age' })
      .ping('server')
      .ack('client')
      .goaway('server', { last: 1 })
      .after(5_000);

  it('the server closes with a call open that it had promised to finish', () => {
    for (const story of [cut().fin('server'), cut().rst('server')]) {
      expect(told(story)).toEqual(['goaway/grace-expired']);
      const found = finding(story, 'goaway/grace-expired');
      expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'server', streams: [1] });
      expect(found.params).toMatchObject({ openStreams: 1, debugData: 'max_age' });
      expect(found.params.graceMs).toBeCloseTo(5_000, -1);
      expect(found.params.longestMs).toBeCloseTo(65_000, -1);
    }
  });

  it('the call ends within the grace: healthy', () => expectHealthy(cut().trailers(1).halfClose(1).fin('server')));

  it('the server gives the call up just before it closes', () => {
    for (const story of [cut().trailers(1, 14, 'closing'), cut().reset('server', 1, 'CANCEL')]) {
      expect(told(story.fin('server'))[0]).toMatch(/^goaway\/grace-expired/);
      expect(finding(story, 'goaway/grace-expired').victims.map(({ stream }) => stream)).toEqual([1]);
    }
  });

  it('Kitex resets with its own code, and the client closes first', () => {
    const story = cut().reset('server', 1, 1_000).after(3).fin('client').fin('server');
    expect(finding(story, 'goaway/grace-expired').victims.map(({ stream }) => stream)).toEqual([1]);
    for (const code of ['CANCEL', 'INTERNAL_ERROR'] as const) {
      const other = cut().reset('server', 1, code).after(3).fin('client').fin('server');
      expect(has(other, 'goaway/grace-expired'), code).toBe(false);
    }
  });

  it('the application ends the call long before the close: healthy', () => {
    expectHealthy(cut().trailers(1, 14, 'going').after(2_000).fin('server').fin('client'));
    expectHealthy(cut().trailers(1, 5, 'no such thing').fin('server').fin('client'));
  });

  it('the capture ends first: healthy', () => expectHealthy(cut()));

  it('a hole that may hold the answer: not claimed', () => {
    expect(has(cut().lost('server', 500).fin('server'), 'goaway/grace-expired')).toBe(false);
  });
});

describe('unprocessed streams', () => {
  it('requests that crossed the GOAWAY were never looked at', () => {
    const story = script().open().request(1).answer(1).after(5_000);
    story.goaway('server', { last: ALL }).goaway('server', { last: 1 }).request(3).request(5).after(20).fin('server');
    expect(failures(story)).toEqual(['goaway/unprocessed-streams']);
    const found = finding(story, 'goaway/unprocessed-streams');
    expect(found).toMatchObject({ severity: 'warning', certainty: 'certain', culprit: 'none', streams: [3, 5] });
    expect(found.victims.every(({ retry }) => retry === 'safe')).toBe(true);
  });

  it('the client gives them up: still unprocessed', () => {
    const story = script().open().request(1).answer(1).after(5_000).goaway('server', { last: ALL });
    story.request(3).goaway('server', { last: 1 }).after(1).reset('client', 3, 'REFUSED_STREAM').fin('server');
    expect(finding(story, 'goaway/unprocessed-streams').streams).toEqual([3]);
  });

  it('a call that was cancelled before the GOAWAY is not one of them', () => {
    const story = script().open().request(1).answer(1).request(3).after(50).reset('client', 3).after(50);
    expectHealthy(story.goaway('server', { last: 1 }).fin('server').fin('client'));
  });

  it('both kinds of loss at once: some cut, some unprocessed', () => {
    const story = script().open().request(1).goaway('server', { last: ALL }).request(3).goaway('server', { last: 1 });
    story.after(5_000).fin('server');
    expect(failures(story).sort()).toEqual(['goaway/grace-expired', 'goaway/unprocessed-streams']);
    expect(finding(story, 'goaway/grace-expired').streams).toEqual([1]);
    expect(finding(story, 'goaway/unprocessed-streams').streams).toEqual([3]);
  });
});

describe('one-shot', () => {
  const proxied = { server: 'nginx/1.24.0' };

  it('nginx at keepalive_requests: nobody was hit', () => {
    const story = script().open().request(1).answer(1, { fields: proxied }).request(3).goaway('server', { last: 3 });
    story.answer(3, { fields: proxied }).fin('server').fin('client');
    expectHealthy(story);
    expect(finding(story, 'goaway/one-shot')).toMatchObject({ severity: 'info', params: { lostStreams: 0 } });
  });

  it('requests that crossed it are dropped', () => {
    const story = script().open().request(1).answer(1, { fields: proxied }).request(3).goaway('server', { last: 3 });
    story.request(5).request(7).answer(3, { fields: proxied }).fin('server').fin('client');
    const found = finding(story, 'goaway/one-shot');
    expect(found).toMatchObject({ severity: 'warning', culprit: 'middlebox', streams: [5, 7] });
    expect(found.params).toMatchObject({ lostStreams: 2, lastStreamId: 3, requests: 2 });
    expect(found.consequences.map(({ id }) => id)).toEqual(['goaway/unprocessed-streams']);
  });

  it('without a sign of a proxy the server did it', () => {
    const story = script().open().request(1).goaway('server', { last: 1 }).request(3).answer(1).fin('server');
    expect(finding(story, 'goaway/one-shot')).toMatchObject({ severity: 'warning', culprit: 'server' });
  });

  describe('its trigger', () => {
    const stopped = (at: number, last: number, afterMs = 1_000): Script => {
      const story = script({ at })
        .open()
        .request(last - 2)
        .answer(last - 2)
        .after(afterMs)
        .request(last);
      return story.goaway('server', { last }).answer(last).fin('server');
    };
    const triggers = (...stories: Script[]): unknown[] =>
      all(capture(...stories))
        .filter(({ id }) => id === 'goaway/one-shot')
        .map(({ params }) => params.trigger);

    it("nginx's default number of requests", () => expect(triggers(stopped(0, 1_999))).toEqual(['requests']));
    it('the same number twice', () =>
      expect(triggers(stopped(0, 19), stopped(30_000, 19, 3_000))).toEqual(['requests']));
    it('another number says nothing', () => expect(triggers(stopped(0, 21))).toEqual([undefined]));
    it('several connections at one moment', () => {
      expect(triggers(stopped(0, 7, 5_000), stopped(1_000, 21, 4_000))).toEqual(['reload']);
    });
    it('an age that is a default', () => expect(triggers(stopped(0, 7, 3_600_100))).toEqual(['age']));
    it('the same age twice', () => {
      expect(triggers(stopped(0, 7, 42_000), stopped(9_000, 21, 42_010))).toEqual(['age']);
    });
  });

  it('two steps are no one-shot', () => {
    const story = script().open().request(1).goaway('server', { last: ALL }).goaway('server', { last: 1 }).answer(1);
    expect(has(story.fin('server'), 'goaway/one-shot')).toBe(false);
  });
});

describe('flood guard', () => {
  const storm = (count: number, code: 'CANCEL' | 'NO_ERROR' = 'CANCEL'): Script => {
    const story = script().open();
    for (let call = 0; call < count; call++)
      story
        .request(2 * call + 1)
        .after(5)
        .reset('client', 2 * call + 1, code);
    return story;
  };

  it.each([
    'too_many_rststreams',
    'Maximum number of RST frames reached',
    'Maximum number 200 of RST frames frames reached within 30 seconds',
    'Maximum number 10000 of outstanding control frames reached',
    'too_many_resets',
    'too_many_internal_resets',
    'too_many_data_frames',
    'too_many_continuations',
  ])('by its text: %s', (debug) => {
    const story = storm(5).request(11).goaway('server', { last: 11, code: 'ENHANCE_YOUR_CALM', debug }).fin('server');
    const found = finding(story, 'goaway/flood-guard');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'client', streams: [11] });
    expect(found.params).toMatchObject({ resets: 5, resetsBy: 'client', debugData: debug, openStreams: 1 });
    expect(failures(story)).toEqual(['goaway/flood-guard']);
  });

  it('by a storm of cancels before GOAWAY 0xb or 2 without text', () => {
    for (const code of ['ENHANCE_YOUR_CALM', 'INTERNAL_ERROR'] as const) {
      const story = storm(40).goaway('server', { last: 79, code }).fin('server');
      expect(finding(story, 'goaway/flood-guard')).toMatchObject({ certainty: 'likely', params: { resets: 40 } });
      expect(failures(story)).toEqual(['goaway/flood-guard']);
    }
  });

  it('a few cancels before GOAWAY 2 are no storm', () => {
    const story = storm(3).request(7).goaway('server', { last: 7, code: 'INTERNAL_ERROR' }).fin('server');
    expect(finding(story, 'goaway/protocol-error')).toMatchObject({ culprit: 'server' });
    expect(has(story, 'goaway/flood-guard')).toBe(false);
  });

  it('a storm of cancels that nobody minds is healthy', () => {
    expectHealthy(storm(60).request(121).answer(121).fin('client').fin('server'));
  });
});

describe('protocol error', () => {
  it('the fault that was seen names the culprit and the rule', () => {
    const story = script()
      .open()
      .request(1)
      .violation('client', 'window/zero-increment', 0, 'WINDOW_UPDATE of 0')
      .goaway('server', { last: 1, code: 'PROTOCOL_ERROR' })
      .fin('server');
    const found = finding(story, 'goaway/protocol-error');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'client', streams: [1] });
    expect(found.params).toMatchObject({ by: 'server', rule: 'RFC 9113 §6.9', detail: 'WINDOW_UPDATE of 0' });
    expect(told(story)).toHaveLength(1);
  });

  it('the client accuses the server', () => {
    const story = script()
      .open()
      .request(1)
      .goaway('client', { last: 0, code: 'FLOW_CONTROL_ERROR', debug: 'too much' });
    const found = finding(story.fin('client'), 'goaway/protocol-error');
    expect(found).toMatchObject({ culprit: 'server', params: { by: 'client', errorCode: 'FLOW_CONTROL_ERROR' } });
  });

  it('an internal error is the fault of who says it', () => {
    const story = script().open().request(1).goaway('server', { last: 1, code: 'INTERNAL_ERROR', debug: 'boom' });
    expect(finding(story.fin('server'), 'goaway/protocol-error').culprit).toBe('server');
  });

  it('a code of no registry', () => {
    const story = script().open().request(1).goaway('server', { last: 1, code: 0x1f }).fin('server');
    expect(finding(story, 'goaway/protocol-error').params.errorCode).toBe('UNKNOWN(0x1f)');
  });

  it('the fault of the other side is no excuse', () => {
    const story = script().open().violation('server', 'window/zero-increment', 0, 'WINDOW_UPDATE of 0').request(1);
    const found = finding(story.goaway('server', { last: 1, code: 'PROTOCOL_ERROR' }), 'goaway/protocol-error');
    expect(found.params.detail).toBeUndefined();
    expect(found.certainty).toBe('likely');
  });
});
