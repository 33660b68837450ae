/** Flow control: senders that stand still, windows that are too small, overrun or leaking, and what only looks like it. */
import { describe, expect, it } from 'vitest';
import { script } from '../../support/script.ts';
import { leaking, stuck, throttled } from './flow-stories.ts';
import { expectHealthy, failures, finding, has, told } from './verdicts.ts';

const SMALL = { INITIAL_WINDOW_SIZE: 16_384 };

describe('stream stalled', () => {
  it('no WINDOW_UPDATE in the middle of a message, from a receiver that is alive', () => {
    const story = stuck(SMALL).after(3_000).ping('server').ack('client').after(3_000);
    const found = finding(story, 'flow/stream-stalled');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'client', streams: [1] });
    expect(found.params).toMatchObject({ sender: 'server', windowBytes: 0, initialWindowBytes: 16_384, fate: 'open' });
    expect(found.params.stalledMs).toBeGreaterThan(6_000);
    expect(found.victims).toHaveLength(1);
  });

  it('is only likely when the receiver says nothing at all', () => {
    expect(finding(stuck(SMALL).after(6_000), 'flow/stream-stalled').certainty).toBe('likely');
  });

  it('explains the deadline that ends it', () => {
    const story = script({ windows: true }).open({}, SMALL).request(1, '/a.B/Big', { timeout: '2S' }).begin(1);
    story.message('server', 1, 100_000, { sent: 16_384 }).ping('server').ack('client').after(2_000).reset('client', 1);
    expect(told(story)).toEqual(['flow/stream-stalled > deadline/exceeded-by-handler']);
    expect(finding(story, 'flow/stream-stalled').params.fate).toBe('reset');
  });

  it('an upload that the handler does not read', () => {
    const story = script({ windows: true })
      .open()
      .request(1, '/a.B/Up', { end: false, message: 'none', timeout: '3S' });
    story.message('client', 1, 100_000, { sent: 65_535 }).windowUpdate('server', 0, 65_535).after(3_000);
    story.trailersOnly(1, 4, 'deadline exceeded');
    const found = finding(story, 'flow/stream-stalled');
    expect(found).toMatchObject({ culprit: 'server', params: { sender: 'client', fate: 'answered' } });
  });

  it('an upload that is answered well before its end is none', () => {
    const story = script({ windows: true }).open().request(1, '/a.B/Up', { end: false, message: 'none' });
    story.message('client', 1, 100_000, { sent: 65_535 }).windowUpdate('server', 0, 65_535).after(9_000).answer(1);
    expectHealthy(story.reset('server', 1, 'NO_ERROR'));
  });

  it('a pause that ends is told without being a failure', () => {
    const story = stuck(SMALL).after(6_000).windowUpdate('client', 1, 1_000_000).windowUpdate('client', 0, 1_000_000);
    story.data('server', 1, 16_384);
    expectHealthy(story);
    expect(finding(story, 'flow/stream-stalled')).toMatchObject({ severity: 'info', params: { fate: 'resumed' } });
  });

  it('a pause of the sender at an empty window is none: its message is complete', () => {
    const story = script({ windows: true }).open({}, SMALL).request(1, '/a.B/Watch').begin(1);
    expectHealthy(story.message('server', 1, 16_379).ping('server').ack('client').after(60_000));
  });

  it('a sender that pauses within a message, with window left, is none', () => {
    const story = script({ windows: true }).open({}, SMALL).request(1, '/a.B/Watch').begin(1);
    expectHealthy(story.message('server', 1, 100_000, { sent: 16_000 }).ping('server').ack('client').after(60_000));
  });

  it('a cancel soon after the window was used up is none', () => {
    const story = stuck(SMALL).after(400).reset('client', 1).fin('client');
    expect(told(story)).toEqual(['stream/cancelled']);
  });

  it('octets that the capture lost may have been the WINDOW_UPDATE', () => {
    const story = stuck(SMALL).lost('client', 26).after(20_000);
    expect(has(story, 'flow/stream-stalled')).toBe(false);
  });

  it('a dead path is another finding', () => {
    const story = stuck(SMALL).segments('server', 'retransmission', 6).after(20_000);
    expect(has(story, 'flow/stream-stalled')).toBe(false);
  });
});

describe('connection stalled', () => {
  const whole = { INITIAL_WINDOW_SIZE: 1_048_576 };

  it('stops every stream', () => {
    const story = stuck(whole).request(3).begin(3).ping('server').ack('client').after(6_000);
    expect(told(story)).toEqual(['flow/connection-stalled']);
    const found = finding(story, 'flow/connection-stalled');
    expect(found).toMatchObject({ certainty: 'certain', culprit: 'client', streams: [1, 3] });
    expect(found.params).toMatchObject({ openStreams: 2, windowBytes: 0, grantedBytes: 65_535 });
    expect(found.params.unreadStream).toBeUndefined();
  });

  it('names the stream whose own window is used up as well', () => {
    const story = stuck().ping('server').ack('client').after(6_000);
    expect(told(story)).toEqual(['flow/connection-stalled > flow/stream-stalled']);
    expect(finding(story, 'flow/connection-stalled').params).toMatchObject({ unreadStream: 1, unreadBytes: 65_535 });
  });

  it('an empty window with nothing more to send is none', () => {
    const story = script({ windows: true })
      .open({}, whole)
      .request(1)
      .begin(1)
      .message('server', 1, 65_530)
      .trailers(1);
    expectHealthy(story.request(3).ping('server').ack('client').after(60_000));
  });

  it('a window that is given again is none', () => {
    const story = stuck(whole).after(4_000).windowUpdate('client', 0, 500_000).data('server', 1, 16_384);
    expectHealthy(story.after(60_000));
  });
});

describe('window too small', () => {
  it('with the arithmetic', () => {
    const found = finding(throttled(), 'flow/window-too-small');
    expect(found).toMatchObject({ severity: 'warning', certainty: 'certain', culprit: 'client' });
    expect(found.params).toMatchObject({ sender: 'server', windowBytes: 65_535, messageBytes: 250_000 });
    expect(found.params).toMatchObject({ waits: 12, messages: 4 });
    expect(found.params.roundTripMs).toBeCloseTo(40, 0);
    expect(found.params.bytesPerSecond).toBeGreaterThan(1_600_000);
    expect(found.params.lostMs).toBeGreaterThan(480);
    expect(found.params.percent).toBeGreaterThan(90);
  });

  it('of the first messages only it is a note', () => {
    expect(finding(throttled({ calls: 1 }), 'flow/window-too-small').severity).toBe('info');
  });

  it('within a host it costs nothing', () => {
    expect(told(throttled({ roundTripMs: 0.2 }))).toEqual([]);
  });

  it('a reader that takes its time would not be helped', () => {
    expect(told(throttled({ readMs: 160 }))).toEqual([]);
  });

  it('messages that fit are none', () => {
    expect(told(throttled({ bytes: 60_000, calls: 8 }))).toEqual([]);
  });

  it('beside the receiver the credit that is still on the way does not count', () => {
    const story = script({ windows: true })
      .tcp('unseen', 'preface')
      .settings('client')
      .after(40)
      .settings('server')
      .ackSettings('server');
    story.ackSettings('client');
    for (const stream of [1, 3, 5, 7]) {
      story.request(stream, '/a.B/Big').after(40).begin(stream);
      for (let part = 0; part < 4; part++) {
        for (let left = 65_535; left > 0; left -= 13_107) {
          story.data('server', stream, 13_107).windowUpdate('client', stream, 13_107).windowUpdate('client', 0, 13_107);
        }
        if (part < 3) story.after(39);
      }
      story.completes('server', stream, 4 * 65_535 - 5).trailers(stream);
    }
    expect(finding(story, 'flow/window-too-small').params).toMatchObject({ windowBytes: 65_535, messages: 4 });
  });
});

describe('window overrun', () => {
  it('with the arithmetic, and what it led to', () => {
    const story = stuck({}, 65_600).violation('server', 'window/overrun', 1, 'DATA beyond the window');
    story.goaway('client', { last: 0, code: 'FLOW_CONTROL_ERROR' });
    const found = finding(story, 'flow/window-overrun');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'server' });
    expect(found.params).toMatchObject({ scope: 'stream', overBytes: 1, windowBytes: 16_383, frameBytes: 16_384 });
    expect(found.params).toMatchObject({ reaction: 'goaway', openStreams: 1 });
  });

  it('of the connection', () => {
    const story = stuck({ INITIAL_WINDOW_SIZE: 1_048_576 }, 65_600);
    story.violation('server', 'window/overrun', 0, 'DATA beyond the window');
    const found = finding(story, 'flow/window-overrun');
    expect(found.params).toMatchObject({ scope: 'connection', overBytes: 65 });
    expect(found.severity).toBe('warning');
  });

  it('a WINDOW_UPDATE beyond 2^31-1 that nghttp2 answers with INTERNAL_ERROR', () => {
    const story = script({ windows: true }).open().request(1).windowUpdate('client', 0, 2_147_483_647);
    story.goaway('server', { last: 1, code: 'INTERNAL_ERROR' });
    const found = finding(story, 'flow/window-overrun');
    expect(found).toMatchObject({ certainty: 'likely', culprit: 'client' });
    expect(found.params).toMatchObject({ scope: 'increment', overBytes: 65_535 });
  });

  it('a window that SETTINGS made negative is none', () => {
    const story = script({ windows: true }).open().request(1).begin(1).data('server', 1, 16_384);
    story.settings('client', { INITIAL_WINDOW_SIZE: 1_000 }).ackSettings('server');
    expect(failures(story)).toEqual([]);
  });

  it('to the last octet is none', () => {
    expect(has(stuck(), 'flow/window-overrun')).toBe(false);
  });
});

describe('credit leak', () => {
  it('sinks with every stream that is reset', () => {
    const found = finding(leaking(), 'flow/credit-leak');
    expect(found).toMatchObject({ severity: 'warning', certainty: 'likely', culprit: 'client' });
    expect(found.params).toMatchObject({ receiver: 'client', missingBytes: 48_020, resetStreams: 4, leftStreams: 2 });
    expect(found.evidence[0]).toMatchObject({ key: 'reset-unread' });
  });

  it('is the reason for the standstill that it ends in', () => {
    const story = leaking(0, 5).request(99, '/a.B/Big').begin(99).message('server', 99, 60_000, { sent: 5_510 });
    story.ping('server').ack('client').after(6_000);
    expect(told(story)[0]).toMatch(/^flow\/credit-leak > flow\/connection-stalled/);
  });

  it('credit that is given back is none', () => {
    expect(has(leaking(1), 'flow/credit-leak')).toBe(false);
  });

  it('two resets may be chance', () => {
    expect(has(leaking(0, 2), 'flow/credit-leak')).toBe(false);
  });

  it('a window that sinks by more than was reset is a receiver that keeps credit back', () => {
    const story = script({ windows: true }).open();
    for (const stream of [1, 5, 9, 13]) {
      story.request(stream).begin(stream).message('server', stream, 500).reset('client', stream);
      story
        .request(stream + 2)
        .answer(stream + 2, { message: 9_000 })
        .windowUpdate('client', 0, 1_000);
    }
    expect(has(story, 'flow/credit-leak')).toBe(false);
  });
});
