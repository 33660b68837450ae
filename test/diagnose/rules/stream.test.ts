/** Incident 4 and the other ways in which one stream ends. */
import { describe, expect, it } from 'vitest';
import { capture, type Script, script } from '../../support/script.ts';
import { expectHealthy, failures, finding, has, told } from './verdicts.ts';

const ENVOY = { server: 'envoy', 'x-envoy-upstream-service-time': '3' };

/** A unary call whose client keeps its side open: grpc-js from 1.8.0 to 1.14.2, connect-node. */
function late(story: Script, stream: number, fields = {}): Script {
  return story
    .request(stream, '/a.B/C', { end: false, agent: 'grpc-node-js/1.14.2' })
    .answer(stream, { fields })
    .reset('server', stream, 'NO_ERROR');
}

describe('late half-close', () => {
  it('the server had to reset what the client had not ended', () => {
    const story = late(script().open(), 1).after(1).halfClose(1).fin('client').fin('server');
    expectHealthy(story);
    expect(told(story)).toEqual(['stream/late-half-close']);
    const found = finding(story, 'stream/late-half-close');
    expect(found).toMatchObject({ severity: 'info', certainty: 'certain', culprit: 'client', streams: [1] });
    expect(found.params).toMatchObject({ streams: 1, calls: 1, percent: 100 });
    expect(found.params.clientImplementation).toBe('grpc-node-js/1.14.2');
    expect(found.params.lagMs).toBeGreaterThan(1);
    expect(found.evidence.map(({ key }) => key)).toEqual(['headers-request', 'trailers', 'rst-stream', 'half-close']);
  });

  it('behind a proxy it is a warning', () => {
    const found = finding(late(script().open(), 1, ENVOY).halfClose(1), 'stream/late-half-close');
    expect(found).toMatchObject({ severity: 'warning', params: { proxy: 'envoy' } });
  });

  it('the END_STREAM that never comes', () => {
    const found = finding(late(script().open(), 1), 'stream/late-half-close');
    expect(found.params.lagMs).toBeUndefined();
  });

  it('counts the calls that show it among all', () => {
    const story = late(late(script().open(), 1), 3).request(5).answer(5).request(7).answer(7);
    expect(finding(story, 'stream/late-half-close').params).toMatchObject({ streams: 2, calls: 4, percent: 50 });
  });

  it('trailers that a late capture cannot read are those of a success after a whole message, and else nothing is said', () => {
    const joined = (): Script => script().joined().request(31, '/a.B/C', { end: false }).begin(31);
    const unread = (story: Script): Script =>
      story.headers('server', 31, 'trailers', {}, { end: true, complete: false }).reset('server', 31, 'NO_ERROR');
    const found = finding(unread(joined().message('server', 31, 100)), 'stream/late-half-close');
    expect(found).toMatchObject({ culprit: 'client', params: { streams: 1, calls: 1 } });
    expect(has(unread(joined()), 'stream/late-half-close')).toBe(false);
  });

  it('a crossing is none: the END_STREAM was on the wire before the reset', () => {
    const story = script().open().request(1, '/a.B/C', { end: false }).answer(1).halfClose(1);
    expect(told(story.reset('server', 1, 'NO_ERROR').fin('client'))).toEqual([]);
  });

  it('a half-close after the answer that no reset follows is healthy', () => {
    expect(told(script().open().request(1, '/a.B/C', { end: false }).answer(1).after(1).halfClose(1))).toEqual([]);
  });

  it('an early answer to an upload is none: the client was still sending', () => {
    const story = script().open().request(1, '/a.B/Upload', { end: false });
    for (let part = 0; part < 5; part++) story.message('client', 1, 9_000);
    story.answer(1).reset('server', 1, 'NO_ERROR').message('client', 1, 9_000);
    expect(told(story)).toEqual([]);
  });

  it('an early refusal of an upload is none: the status is an error', () => {
    const story = script().open().request(1, '/a.B/Upload', { end: false }).trailersOnly(1, 8, 'quota');
    expectHealthy(story.reset('server', 1, 'NO_ERROR'));
    expect(has(story, 'stream/late-half-close')).toBe(false);
  });

  it('a bidirectional stream that the server ends is none', () => {
    const story = script().open().request(1, '/a.B/Chat', { end: false }).begin(1);
    for (let turn = 0; turn < 3; turn++) story.message('server', 1, 100).message('client', 1, 100);
    expect(told(story.trailers(1).reset('server', 1, 'NO_ERROR'))).toEqual([]);
  });

  it('a bidirectional stream that began with the headers of the server is none', () => {
    const story = script().open().request(1, '/a.B/Chat', { end: false, message: 'none' }).begin(1);
    story.message('client', 1, 50).message('server', 1, 50).trailers(1).reset('server', 1, 'NO_ERROR');
    expect(told(story)).toEqual([]);
  });

  it('a request that is not gRPC is none', () => {
    const story = script().open().request(1, '/form', { type: 'application/json', end: false });
    story.begin(1, { 'content-type': 'application/json' }).data('server', 1, 20, { end: true });
    expect(told(story.reset('server', 1, 'NO_ERROR'))).toEqual([]);
  });
});

describe('response truncated', () => {
  const cut = (): Script => script().open().request(1, '/a.B/C', { agent: 'grpc-node-js/1.14.2' });

  it('partial data, then RST_STREAM(NO_ERROR) in the place of the rest', () => {
    const story = cut().begin(1, ENVOY).message('server', 1, 11_117, { sent: 9_925 }).reset('server', 1, 'NO_ERROR');
    expect(told(story)).toEqual(['stream/response-truncated']);
    const found = finding(story, 'stream/response-truncated');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'middlebox', streams: [1] });
    expect(found.params).toMatchObject({ promised: 11_117, received: 9_920, proxy: 'envoy', streams: 1 });
    expect(found.victims).toEqual([{ connection: 1, stream: 1, method: '/a.B/C', retry: 'unknown' }]);
    expect(found.evidence.map(({ key }) => key)).toContain('message');
  });

  it('all data and no trailers', () => {
    const story = cut().begin(1).message('server', 1, 500).reset('server', 1, 'NO_ERROR');
    const found = finding(story, 'stream/response-truncated');
    expect(found).toMatchObject({ certainty: 'certain', culprit: 'middlebox' });
    expect(found.params.promised).toBeUndefined();
  });

  it('headers only', () => {
    expect(failures(cut().begin(1).reset('server', 1, 'NO_ERROR'))).toEqual(['stream/response-truncated']);
  });

  it('a hole in the capture may hold the rest: not claimed', () => {
    expectHealthy(cut().begin(1).lost('server', 1_448).reset('server', 1, 'NO_ERROR'));
  });

  it('a hole before the call is no excuse', () => {
    const story = script().open().lost('server', 1_448).request(1).begin(1).reset('server', 1, 'NO_ERROR');
    expect(failures(story)).toEqual(['stream/response-truncated']);
  });

  it('also when the client had not ended its side', () => {
    const story = script().open().request(1, '/a.B/C', { end: false }).begin(1).reset('server', 1, 'NO_ERROR');
    expect(failures(story)).toEqual(['stream/response-truncated']);
  });

  it('a complete answer followed by RST_STREAM(NO_ERROR) is nothing', () => {
    const story = script().open().request(1, '/a.B/Upload', { end: false, message: 'none' });
    story.data('client', 1, 9_000).answer(1).reset('server', 1, 'NO_ERROR');
    expect(told(story)).toEqual([]);
  });

  it('another code is another finding', () => {
    const story = cut().begin(1).message('server', 1, 500).reset('server', 1, 'INTERNAL_ERROR');
    expect(failures(story)).toEqual(['stream/internal-error']);
  });

  it('a reset by the client is a cancellation', () => {
    const story = cut().begin(1).message('server', 1, 500).reset('client', 1, 'NO_ERROR');
    expect(told(story)).toEqual(['stream/cancelled']);
  });
});

describe('both hops of a proxy in one capture', () => {
  const downstream = (): Script =>
    script({ server: '10.0.0.5', port: 8_080 }).open().request(1, '/a.B/C', { end: false }).begin(1, ENVOY);
  const upstream = (): Script => script({ client: '10.0.0.5', at: 1 }).open();

  it('the late half-close behind it is the cause of the cut answer before it', () => {
    const story = capture(
      downstream().message('server', 1, 5_000, { sent: 3_000 }).after(5).reset('server', 1, 'NO_ERROR'),
      late(upstream(), 1),
    );
    expect(told(story)).toEqual(['stream/late-half-close > stream/response-truncated']);
    expect(finding(story, 'stream/late-half-close').severity).toBe('error');
  });

  it('a proxy that forwards the whole answer is healthy', () => {
    const whole = downstream().message('server', 1, 5_000).trailers(1).after(1).halfClose(1);
    const story = capture(whole, upstream().request(1, '/a.B/C').answer(1));
    expect(told(story)).toEqual([]);
  });

  it('two connections that have nothing to do with each other stay apart', () => {
    const other = script({ server: '10.0.0.7' }).open().request(1, '/x.Y/Z').begin(1).reset('server', 1, 'NO_ERROR');
    const story = capture(late(script().open(), 1), other);
    expect(told(story).sort()).toEqual(['stream/late-half-close', 'stream/response-truncated']);
  });
});

describe('missing trailers', () => {
  it('END_STREAM on DATA and no grpc-status', () => {
    const story = script().open().request(1).begin(1).message('server', 1, 100, { end: true });
    expect(told(story)).toEqual(['stream/missing-trailers']);
    const found = finding(story, 'stream/missing-trailers');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'server', streams: [1] });
  });

  it('a dead backend behind a proxy: an empty DATA ends it', () => {
    const story = script().open().request(1).begin(1, { server: 'haproxy' }).after(50_000);
    const found = finding(story.data('server', 1, 0, { end: true }), 'stream/missing-trailers');
    expect(found).toMatchObject({ culprit: 'middlebox', params: { proxy: 'haproxy', emptyData: true } });
    expect(found.params.sinceRequestMs).toBeCloseTo(50_000, -1);
  });

  it('an empty DATA is how a proxy ends what it cannot finish, also one that does not show itself', () => {
    const story = script().open().request(1).begin(1).after(5).data('server', 1, 0, { end: true });
    expect(finding(story, 'stream/missing-trailers').culprit).toBe('middlebox');
  });

  it('trailers that carry no grpc-status', () => {
    const story = script().open().request(1).begin(1).message('server', 1, 100);
    story.headers('server', 1, 'trailers', { 'x-served-by': 'a' }, { end: true });
    expect(failures(story)).toEqual(['stream/missing-trailers']);
  });

  it('a hole in the capture may hold them: not claimed', () => {
    expectHealthy(script().open().request(1).begin(1).lost('server', 300).data('server', 1, 0, { end: true }));
  });

  it('Trailers-Only is an answer', () => {
    expect(told(script().open().request(1).trailersOnly(1, 0))).toEqual([]);
    expect(told(script().open().request(1).trailersOnly(1, 12, 'unknown service'))).toEqual([]);
  });

  it('plain HTTP needs no grpc-status', () => {
    const story = script().open().request(1, '/index', { type: 'text/plain' });
    story.begin(1, { 'content-type': 'text/html' }).data('server', 1, 100, { end: true });
    expect(told(story)).toEqual([]);
  });

  it('a Connect answer needs none either', () => {
    const story = script().open().request(1, '/a.B/C', { type: 'application/proto' });
    story.begin(1, { 'content-type': 'application/proto' }).data('server', 1, 100, { end: true });
    expect(told(story)).toEqual([]);
  });
});

describe('refused', () => {
  it('one call more than the server allows', () => {
    const story = script().open({ MAX_CONCURRENT_STREAMS: 2 }).request(1).request(3).request(5);
    story.reset('server', 5, 'REFUSED_STREAM').answer(1).answer(3);
    expect(told(story)).toEqual(['stream/refused']);
    const found = finding(story, 'stream/refused');
    expect(found).toMatchObject({ severity: 'warning', certainty: 'certain', culprit: 'client', streams: [5] });
    expect(found.params).toMatchObject({ by: 'server', limit: 2, openStreams: 3, streams: 1 });
    expect(found.victims[0]?.retry).toBe('safe');
  });

  it('within the limit it is the choice of the server', () => {
    const story = script().open({ MAX_CONCURRENT_STREAMS: 100 }).request(1).reset('server', 1, 'REFUSED_STREAM');
    expect(finding(story, 'stream/refused').culprit).toBe('server');
  });

  it('calls opened before the limit was known', () => {
    const story = script().tcp().settings('client').request(1).settings('server', { MAX_CONCURRENT_STREAMS: 1 });
    story.request(3).reset('server', 1, 'REFUSED_STREAM').answer(3);
    expect(finding(story, 'stream/refused').params.beforeSettings).toBe(true);
  });

  it('calls up to the limit are healthy', () => {
    const story = script().open({ MAX_CONCURRENT_STREAMS: 2 }).request(1).request(3).answer(1).request(5);
    expect(told(story.answer(3).answer(5))).toEqual([]);
  });
});

describe('cancelled', () => {
  it('RST_STREAM(CANCEL) of the client and nothing else', () => {
    const story = script().open().request(1).after(1_500).reset('client', 1);
    expectHealthy(story);
    const found = finding(story, 'stream/cancelled');
    expect(found).toMatchObject({ severity: 'info', culprit: 'none', params: { streams: 1, by: 'client' } });
    expect(found.params.sinceRequestMs).toBeCloseTo(1_500, -1);
  });

  it('an answer that was on its way changes nothing', () => {
    const story = script().open().request(1).after(50).reset('client', 1).answer(1).fin('client').fin('server');
    expect(told(story)).toEqual(['stream/cancelled']);
  });

  it('a reset after the whole answer is no cancellation', () => {
    const story = script().open().request(1, '/a.B/C', { end: false }).answer(1).reset('client', 1);
    expect(told(story)).toEqual([]);
  });

  it('by the server it is a warning: the call was given up', () => {
    const story = script().open().request(1).after(20).reset('server', 1, 'CANCEL');
    expect(finding(story, 'stream/cancelled')).toMatchObject({ severity: 'warning', culprit: 'server' });
    expect(told(story)).toHaveLength(1);
  });
});

describe('resets of the server', () => {
  it('INTERNAL_ERROR', () => {
    const story = script().open().request(1).after(3).reset('server', 1, 'INTERNAL_ERROR');
    const found = finding(story, 'stream/internal-error');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'server', streams: [1] });
    expect(found.params.headersSeen).toBeUndefined();
  });

  it('INTERNAL_ERROR in the middle of an answer', () => {
    const story = script().open().request(1).begin(1).after(3).reset('server', 1, 'INTERNAL_ERROR');
    expect(finding(story, 'stream/internal-error').params.headersSeen).toBe(true);
    expect(told(story)).toHaveLength(1);
  });

  it('INTERNAL_ERROR in the middle of an answer that a proxy forwards may be its way to drop the rest', () => {
    const story = script().open().request(1).begin(1, ENVOY).after(3).reset('server', 1, 'INTERNAL_ERROR');
    expect(told(story)).toEqual(['stream/response-truncated']);
    expect(finding(story, 'stream/response-truncated')).toMatchObject({ certainty: 'likely', culprit: 'middlebox' });
  });

  it('any other code', () => {
    const story = script().open().request(1).request(3);
    story.reset('server', 1, 'ENHANCE_YOUR_CALM').reset('server', 3, 'ENHANCE_YOUR_CALM');
    expect(told(story)).toEqual(['stream/reset']);
    expect(finding(story, 'stream/reset').params).toMatchObject({ errorCode: 'ENHANCE_YOUR_CALM', streams: 2 });
  });

  it('a fault seen on the stream makes it certain and the client the culprit', () => {
    const story = script()
      .open()
      .request(1)
      .violation('client', 'window/zero-increment', 1, 'WINDOW_UPDATE of 0')
      .reset('server', 1, 'PROTOCOL_ERROR');
    const found = finding(story, 'stream/reset');
    expect(found).toMatchObject({ certainty: 'certain', culprit: 'client' });
    expect(found.params).toMatchObject({ rule: 'RFC 9113 §6.9', detail: 'WINDOW_UPDATE of 0' });
  });

  it('a fault on another stream is no excuse', () => {
    const story = script().open().request(1).request(3).answer(3);
    story.violation('client', 'window/zero-increment', 3, 'WINDOW_UPDATE of 0').reset('server', 1, 'PROTOCOL_ERROR');
    expect(finding(story, 'stream/reset')).toMatchObject({ certainty: 'likely', culprit: 'unknown' });
  });

  it('a reset after a complete answer is nothing', () => {
    const story = script().open().request(1, '/a.B/C', { end: false }).answer(1).reset('server', 1, 'CANCEL');
    expectHealthy(story);
  });
});
