/** Incident 3: a gRPC client that sends trailers, and real disorder in stream ids. */
import { describe, expect, it } from 'vitest';
import { type Script, script } from '../../support/script.ts';
import { expectHealthy, failures, finding, has, told } from './verdicts.ts';

const ILLEGAL = 'received an illegal stream id: 1. headers frame: [FrameHeader HEADERS flags=END_STREAM|END_HEADERS]';

/** What volo-grpc 0.9.0 sends: HEADERS, DATA, HEADERS with `grpc-status`, all on one stream. */
function withTrailers(): Script {
  return script().open({ MAX_FRAME_SIZE: 16_384 }).request(1, '/a.B/C', { end: false }).requestTrailers(1);
}

describe('request trailers', () => {
  it('grpc-go up to 1.41 resets the stream and goes on', () => {
    const story = withTrailers().reset('server', 1, 'PROTOCOL_ERROR').request(3).answer(3).fin('client');
    expect(failures(story)[0]).toBe('stream/request-trailers');
    expect(told(story)).toHaveLength(1);
    const found = finding(story, 'stream/request-trailers');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'client', streams: [1] });
    expect(found.params).toMatchObject({ reaction: 'rst', fields: 'grpc-status', grpcStatus: true, stream: 1 });
    expect(found.params.serverVersion).toContain('1.41');
    expect(found.evidence.map(({ key }) => key)).toEqual(['headers-request', 'request-trailers', 'rst-stream']);
  });

  it('grpc-go 1.42 to 1.62 closes without a word and takes innocent calls along', () => {
    const story = script().open({ MAX_FRAME_SIZE: 16_384 }).request(1).request(3, '/a.B/C', { end: false });
    story.requestTrailers(3).after(0.5).fin('server').fin('client');
    expect(told(story)).toHaveLength(1);
    const found = finding(story, 'stream/request-trailers');
    expect(found.params).toMatchObject({ reaction: 'close', openStreams: 1, stream: 3 });
    expect(found.params.serverVersion).toContain('1.62');
    expect(found.victims.map(({ stream }) => stream)).toEqual([3, 1]);
    expect(found.consequences.map(({ id }) => id)).toEqual(['connection/abrupt-close']);
    expect(found.evidence.at(-1)?.key).toBe('no-goaway');
  });

  it('the same with a RST', () => {
    const story = withTrailers().rst('server');
    expect(finding(story, 'stream/request-trailers').params.reaction).toBe('close');
  });

  it('grpc-go from 1.63 says GOAWAY 1', () => {
    const story = withTrailers().goaway('server', { last: 1, code: 'PROTOCOL_ERROR', debug: ILLEGAL }).fin('server');
    expect(told(story)).toHaveLength(1);
    const found = finding(story, 'stream/request-trailers');
    expect(found.params).toMatchObject({ reaction: 'goaway', debugData: ILLEGAL });
    expect(found.params.serverVersion).toContain('1.63');
    expect(found.evidence.at(-1)?.key).toBe('goaway');
    expect(found.consequences.map(({ id }) => id)).toEqual(['goaway/protocol-error']);
  });

  it('a call that was answered in full before the GOAWAY is no victim; those that die with it are', () => {
    const farewell = { last: 3, code: 'PROTOCOL_ERROR', debug: ILLEGAL } as const;
    const alone = withTrailers().answer(1).goaway('server', farewell).fin('server');
    expect(finding(alone, 'stream/request-trailers')).toMatchObject({ victims: [], params: { reaction: 'goaway' } });
    const story = withTrailers().request(3).answer(1).goaway('server', farewell).fin('server');
    expect(finding(story, 'stream/request-trailers').victims.map(({ stream }) => stream)).toEqual([3]);
  });

  it('h2, hyper and tonic accept them: worth knowing', () => {
    const story = withTrailers().answer(1).fin('client').fin('server');
    expectHealthy(story);
    const found = finding(story, 'stream/request-trailers');
    expect(found).toMatchObject({ severity: 'info', victims: [], params: { reaction: 'accepted' } });
  });

  it('a farewell soon after accepted trailers is graceful', () => {
    const story = withTrailers().answer(1).goaway('server', { last: 1 }).fin('server');
    expectHealthy(story);
  });

  it('an error status of the application is no reaction', () => {
    expectHealthy(withTrailers().trailersOnly(1, 5, 'no such thing'));
  });

  it('every stream that has them is named', () => {
    const story = script().open();
    for (const stream of [1, 3, 5]) story.request(stream, '/a.B/C', { end: false }).requestTrailers(stream);
    for (const stream of [1, 3, 5]) story.reset('server', stream, 'PROTOCOL_ERROR');
    const found = finding(story, 'stream/request-trailers');
    expect(found).toMatchObject({ streams: [1, 3, 5], params: { streams: 3 } });
    expect(failures(story)).not.toContain('goaway/protocol-error');
  });

  it('trailers of a request that is not gRPC are ordinary HTTP', () => {
    const story = script().open().request(1, '/upload', { type: 'text/plain', end: false });
    story.requestTrailers(1, { 'x-checksum': 'abc' }).begin(1, { 'content-type': 'text/plain' });
    story.data('server', 1, 10, { end: true }).fin('client');
    expect(told(story)).toEqual([]);
  });

  it('a close long after accepted trailers has another cause', () => {
    const story = withTrailers().after(5_000).fin('server');
    expect(finding(story, 'stream/request-trailers').severity).toBe('info');
    expect(finding(story, 'connection/abrupt-close').severity).toBe('error');
  });

  it('a call without trailers that the server refuses is another finding', () => {
    const story = script().open().request(1).reset('server', 1, 'PROTOCOL_ERROR');
    expect(told(story)).toEqual(['stream/reset']);
  });
});

describe('stream ids out of order', () => {
  const disorder = (rule: 'stream/id-not-increasing' | 'stream/even-id-from-client', stream: number): Script =>
    script().open().request(1).request(5).violation('client', rule, stream, `HEADERS on stream ${stream} after 5`);

  it('a lower id, and the server closes', () => {
    for (const end of ['fin', 'rst'] as const) {
      const story = disorder('stream/id-not-increasing', 3)[end]('server');
      expect(told(story)).toHaveLength(1);
      const found = finding(story, 'stream/id-not-increasing');
      expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'client', streams: [3] });
      expect(found.params).toMatchObject({ stream: 3, highestStream: 5, openStreams: 2 });
    }
  });

  it('an even id, and the server says GOAWAY', () => {
    const story = disorder('stream/even-id-from-client', 4).goaway('server', { last: 5, code: 'PROTOCOL_ERROR' });
    story.fin('server');
    expect(told(story)).toHaveLength(1);
    expect(finding(story, 'stream/id-not-increasing').params).toMatchObject({ even: true, openStreams: 2 });
  });

  it('a server that does not mind: no failure', () => {
    expectHealthy(disorder('stream/id-not-increasing', 3).answer(1).answer(5).fin('client').fin('server'));
  });

  it('request trailers are no disorder', () => {
    const story = withTrailers().goaway('server', { last: 1, code: 'PROTOCOL_ERROR', debug: ILLEGAL });
    expect(has(story, 'stream/id-not-increasing')).toBe(false);
  });
});
