/** Readings that near misses corrected: each of these stories was once told wrong. */
import { describe, expect, it } from 'vitest';
import { capture, type Script, script } from '../../support/script.ts';
import { expectHealthy, failures, finding, has, told } from './verdicts.ts';

const ETCD = '/etcdserverpb.KV/Range';
const used = (options: Parameters<typeof script>[0] = {}): Script => script(options).open().request(1).answer(1);
const etcd = (): Script => script({ port: 2379 }).open({ MAX_FRAME_SIZE: 16_384 }).request(1, ETCD).answer(1);

describe('will be cut', () => {
  it('not when an answer has forgiven the strikes since', () => {
    expectHealthy(etcd().pings(3, 10_000).request(3, ETCD).answer(3));
  });
  it('not in a rhythm of strikes and answers that has already held', () => {
    const story = etcd();
    for (let stream = 3; stream < 13; stream += 2) story.pings(3, 10_000).request(stream, ETCD).answer(stream);
    expectHealthy(story.pings(3, 10_000));
  });
});

describe('rank', () => {
  it('different error codes stay different findings', () => {
    const story = script().open().request(1).request(3).request(5);
    story.reset('server', 1, 'ENHANCE_YOUR_CALM').reset('server', 3, 'ENHANCE_YOUR_CALM');
    story.reset('server', 5, 'STREAM_CLOSED');
    expect(told(story)).toEqual(['stream/reset', 'stream/reset']);
  });
  it('different statuses too', () => {
    const story = script().open().request(1).request(3);
    for (const [stream, status] of [
      [1, '401'],
      [3, '404'],
    ] as const) {
      story.headers('server', stream, 'response', { ':status': status, 'content-type': 'text/html' }, { end: true });
    }
    expect(told(story)).toEqual(['peer/not-grpc', 'peer/not-grpc']);
  });
});

describe('race', () => {
  it('REFUSED_STREAM by the client after the FIN', () => {
    const story = used().after(60_000).fin('server').after(0.3).request(3).reset('client', 3, 'REFUSED_STREAM');
    expect(failures(story.rst('server'))).toEqual(['connection/idle-close-race']);
  });
});

describe('deadline', () => {
  it('a cancel long before a short deadline', () => {
    expect(told(script().open().request(1, '/a/b', { timeout: '50m' }).after(5).reset('client', 1))).toEqual([
      'stream/cancelled',
    ]);
  });
  it('status 4 long before the deadline comes from further down', () => {
    expectHealthy(script().open().request(1, '/a/b', { timeout: '30S' }).after(100).trailersOnly(1, 4, 'upstream'));
  });
  it('a call above the last stream id is unprocessed though its deadline passed', () => {
    const story = script().open().request(1).goaway('server', { last: 1 }).request(3, '/a/b', { timeout: '1S' });
    story.answer(1).after(1_000).reset('client', 3).fin('client').fin('server');
    expect(has(story, 'goaway/unprocessed-streams')).toBe(true);
    expect(told(story).some((line) => line.startsWith('deadline/'))).toBe(false);
  });
  it('late write without debug data after a deadline', () => {
    const story = script().open().request(1, '/a/b', { timeout: '4S' }).request(3).after(4_000).reset('client', 1);
    story.after(6_000).goaway('server', { last: 3, code: 'PROTOCOL_ERROR' }).fin('server');
    expect(finding(story, 'goaway/late-write').certainty).toBe('likely');
  });
});

describe('messages', () => {
  it('truncated before the trailers', () => {
    const story = script().open().request(1).begin(1).message('server', 1, 11_117, { sent: 9_925 }).trailers(1);
    expect(failures(story)).toEqual(['message/truncated']);
    expect(finding(story, 'message/truncated').params).toMatchObject({ promised: 11_117, received: 9_920 });
  });
  it('too large for the client, which resets', () => {
    const story = script().open().request(1).begin(1).message('server', 1, 5_242_880, { sent: 16_384 });
    story.reset('client', 1);
    expect(failures(story)).toEqual(['message/too-large']);
  });
});

describe('unreadable', () => {
  it('trailers that cannot be read are not missing', () => {
    const story = script().open().request(1).begin(1).message('server', 1, 10);
    expectHealthy(story.headers('server', 1, 'trailers', {}, { end: true, complete: false }));
  });
  it('a response that cannot be read may be gRPC', () => {
    const story = script().joined().request(33).headers('server', 33, 'response', {}, { complete: false });
    story.message('server', 33, 10).headers('server', 33, 'trailers', {}, { end: true, complete: false });
    expectHealthy(story);
  });
  it('with its status readable and a literal content type of another part', () => {
    const story = script()
      .joined()
      .request(33)
      .headers('server', 33, 'response', { ':status': '200' }, { complete: false });
    story.message('server', 33, 10).headers('server', 33, 'trailers', {}, { end: true, complete: false });
    expectHealthy(story);
    expect(story.verdict().connections[0]?.calls.failed).toBe(0);
  });
  it('the late half-close of a call that was answered before the capture began', () => {
    expectHealthy(script().joined().halfClose(31).after(1_000).fin('server'));
  });
  it('the ACK may be in a hole', () => {
    expectHealthy(used().ping('client').lost('server', 17).after(20_000).fin('client'));
  });
});

describe('flood guard', () => {
  it('cancels over half an hour are no burst', () => {
    const story = script().open();
    for (let stream = 1; stream < 61; stream += 2) story.request(stream).after(60_000).reset('client', stream);
    story.goaway('server', { last: 59, code: 'INTERNAL_ERROR' }).fin('server');
    expect(failures(story)).toEqual(['goaway/protocol-error']);
  });
});

describe('late write', () => {
  it('the cancel that set it off does not stand beside it', () => {
    const story = script().open().request(1).request(3).after(4_000).reset('client', 1).after(6_000);
    story.goaway('server', {
      last: 3,
      code: 'PROTOCOL_ERROR',
      debug: 'Request stream 1 is not correct for server connection',
    });
    expect(told(story.fin('server'))).toHaveLength(1);
  });
});
describe('pings', () => {
  it('the cancel of a victim belongs to it', () => {
    const story = etcd()
      .request(3)
      .pings(4, 1_000)
      .goaway('server', { last: 3, code: 'ENHANCE_YOUR_CALM', debug: 'too_many_pings' });
    expect(told(story.reset('client', 3).fin('server'))).toHaveLength(1);
  });
});

describe('later', () => {
  it('a call that the client had cancelled was not given up by the server', () => {
    const story = used().request(3).goaway('server', { last: 3 }).after(50).reset('client', 3).trailersOnly(3, 1);
    expectHealthy(story.fin('server').fin('client'));
  });
  it('an error of the backend is no consequence of a late half-close on another call', () => {
    const envoy = { server: 'envoy' };
    const outer = script({ server: '10.0.0.5', port: 8_080 }).open().request(1, '/a.B/C').after(10).begin(1, envoy);
    outer
      .message('server', 1, 9)
      .trailers(1)
      .after(1)
      .request(3, '/a.B/C')
      .begin(3, envoy)
      .after(20)
      .reset('server', 3, 'INTERNAL_ERROR');
    const inner = script({ client: '10.0.0.5', at: 1.05 }).open().request(1, '/a.B/C', { end: false }).answer(1);
    inner.reset('server', 1, 'NO_ERROR').after(15).request(3, '/a.B/C').begin(3).reset('server', 3, 'INTERNAL_ERROR');
    const verdict = told(capture(outer, inner));
    expect(verdict.some((line) => line.startsWith('stream/late-half-close >'))).toBe(false);
  });
});
