/** Header blocks that were too large, malformed or undecodable for their receiver. */
import { describe, expect, it } from 'vitest';
import { type Script, script } from '../../support/script.ts';
import { expectHealthy, finding, has, told } from './verdicts.ts';

const LIMIT = 'Header size exceeded max allowed size (10240)';
const HOP = 'connection: keep-alive is a connection-specific field';

function malformed(): Script {
  return script().open().request(1).request(3).violation('client', 'headers/connection-specific', 3, HOP);
}

describe('headers too large', () => {
  it('by the text of the GOAWAY', () => {
    const story = script().open().request(1).request(3);
    story.goaway('server', { last: 1, code: 'PROTOCOL_ERROR', debug: LIMIT }).fin('server');
    expect(told(story)).toEqual(['headers/too-large']);
    const found = finding(story, 'headers/too-large');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'client' });
    expect(found.params).toMatchObject({ by: 'client', limitBytes: 10_240, reaction: 'goaway', debugData: LIMIT });
    expect(found.victims.map(({ stream, retry }) => [stream, retry])).toEqual([
      [1, 'unknown'],
      [3, 'safe'],
    ]);
  });

  const long = { fields: { authorization: `Bearer ${'x'.repeat(9_000)}` } };
  const small = { MAX_HEADER_LIST_SIZE: 8_192 };

  it('by the limit that the server had set: it resets the stream', () => {
    const story = script().open(small).request(1, '/a.B/C', long).reset('server', 1, 'PROTOCOL_ERROR');
    expect(told(story)).toEqual(['headers/too-large']);
    const found = finding(story, 'headers/too-large');
    expect(found).toMatchObject({ certainty: 'certain', culprit: 'client', streams: [1] });
    expect(found.params).toMatchObject({ limitBytes: 8_192, reaction: 'rst', largestField: 'authorization' });
    expect(found.params.sizeBytes).toBeGreaterThan(9_000);
  });

  it('or it closes the connection, with all calls on it', () => {
    const story = script().open(small).request(1).request(3, '/a.B/C', long).fin('server');
    expect(told(story)).toEqual(['headers/too-large > connection/abrupt-close (fin)']);
    expect(finding(story, 'headers/too-large')).toMatchObject({ streams: [1, 3], params: { reaction: 'close' } });
  });

  it('a server that takes more than it said is healthy', () => {
    expectHealthy(script().open(small).request(1, '/a.B/C', long).answer(1));
  });

  it('a reset of a call within the limit has another cause', () => {
    const story = script().open(small).request(1).reset('server', 1, 'PROTOCOL_ERROR');
    expect(told(story)).toEqual(['stream/reset']);
  });

  it('a farewell whose text speaks of headers is a farewell', () => {
    const story = script().open().goaway('server', { last: 0, debug: LIMIT }).fin('server');
    expect(has(story, 'headers/too-large')).toBe(false);
  });
});

describe('headers too large for a receiver that does not say so', () => {
  const long = (bytes: number) => ({ fields: { 'x-token': 'x'.repeat(bytes) } });
  const used = (): Script => script().open().request(1).answer(1);

  it('status 431', () => {
    const story = used().request(3, '/a.B/C', long(9_000));
    story.headers('server', 3, 'response', { ':status': '431', 'content-type': 'text/html' }, { end: true });
    expect(told(story)).toEqual(['headers/too-large']);
    const { certainty, params } = finding(story, 'headers/too-large');
    expect([certainty, params.reaction, params.largestField]).toEqual(['certain', 'status-431', 'x-token']);
  });

  it('grpc-status 8 that names the limit', () => {
    const text = 'received metadata size exceeds hard limit (value length 17500 vs. 16384)';
    const story = used().request(3, '/a.B/C', long(17_500)).trailersOnly(3, 8, text);
    expect(told(story)).toEqual(['headers/too-large']);
    expect(finding(story, 'headers/too-large').params).toMatchObject({ limitBytes: 16_384, reaction: 'grpc-status' });
  });

  it.each([
    ['RST_STREAM at once', (story: Script) => story.reset('server', 3, 'INTERNAL_ERROR'), 'rst'],
    [
      'GOAWAY at once',
      (story: Script) => story.goaway('server', { last: 3, code: 'ENHANCE_YOUR_CALM' }).fin('server'),
      'goaway',
    ],
  ] as const)('%s', (_name, end, reaction) => {
    const story = end(used().request(3, '/a.B/C', long(12_000)));
    expect(told(story)).toEqual(['headers/too-large']);
    expect(finding(story, 'headers/too-large')).toMatchObject({
      certainty: 'likely',
      culprit: 'client',
      params: { reaction },
    });
  });

  it('is compared with what a proxy takes by default, where it is known', () => {
    const envoy = { fields: { server: 'envoy', 'x-envoy-upstream-service-time': '1' } };
    const story = (bytes: number): Script =>
      script()
        .open()
        .request(1)
        .answer(1, envoy)
        .request(3, '/a.B/C', long(bytes))
        .reset('server', 3, 'INTERNAL_ERROR');
    expect(finding(story(66_000), 'headers/too-large').params).toMatchObject({ proxy: 'envoy', defaultBytes: 61_440 });
    expect(told(story(40_000))).toEqual(['stream/internal-error']);
  });

  it.each<[string, Script]>([
    ['large and answered', used().request(3, '/a.B/C', long(60_000)).answer(3)],
    [
      'large, and reset only later',
      used().request(3, '/a.B/C', long(12_000)).after(2_000).reset('server', 3, 'INTERNAL_ERROR'),
    ],
    [
      'large, and reset after the answer began',
      used().request(3, '/a.B/C', long(12_000)).begin(3).reset('server', 3, 'INTERNAL_ERROR'),
    ],
    ['small, and reset at once', used().request(3, '/a.B/C', long(5_000)).reset('server', 3, 'INTERNAL_ERROR')],
    [
      'large, and not the last before a GOAWAY',
      used().request(3, '/a.B/C', long(12_000)).request(5).goaway('server', { last: 5, code: 'INTERNAL_ERROR' }),
    ],
    [
      'large, and a GOAWAY that gives another reason',
      used()
        .request(3, '/a.B/C', long(12_000))
        .goaway('server', { last: 3, code: 'ENHANCE_YOUR_CALM', debug: 'too_many_pings' }),
    ],
    [
      'large, and another RESOURCE_EXHAUSTED',
      used().request(3, '/a.B/C', long(12_000)).trailersOnly(3, 8, 'quota exceeded'),
    ],
  ])('%s is none', (_name, story) => {
    expect(has(story, 'headers/too-large')).toBe(false);
  });
});

describe('headers malformed', () => {
  it('and the server resets the stream', () => {
    const story = malformed().reset('server', 3, 'PROTOCOL_ERROR').answer(1);
    expect(told(story)).toEqual(['headers/malformed']);
    const found = finding(story, 'headers/malformed');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'client', streams: [3] });
    expect(found.params).toMatchObject({ by: 'client', reason: HOP, reaction: 'rst', rule: 'RFC 9113 §8.2.2' });
  });

  it('and the server ends the connection, as Envoy does', () => {
    const story = malformed().goaway('server', { last: 3, code: 'PROTOCOL_ERROR' }).fin('server');
    expect(told(story)).toEqual(['headers/malformed']);
    expect(finding(story, 'headers/malformed').params.reaction).toBe('goaway');
    expect(finding(story, 'headers/malformed').victims.map(({ stream }) => stream)).toEqual([1, 3]);
  });

  it('and the server does not mind: no failure', () => {
    expectHealthy(malformed().answer(1).answer(3).fin('client').fin('server'));
  });

  it('a reset of another stream has another cause', () => {
    const story = malformed().answer(3).reset('server', 1, 'PROTOCOL_ERROR');
    expect(told(story)).toEqual(['stream/reset']);
  });
});

describe('compression error', () => {
  const refused = (story: Script): Script =>
    story.goaway('server', { last: 1, code: 'COMPRESSION_ERROR' }).fin('server').fin('client');

  it('the block does not decode here either: certain', () => {
    const story = script().open().request(1).violation('client', 'hpack/invalid', 3, 'index 80 of a table of 62');
    expect(told(refused(story))).toEqual(['headers/compression-error']);
    expect(finding(story, 'headers/compression-error')).toMatchObject({
      severity: 'error',
      certainty: 'certain',
      culprit: 'client',
      params: { by: 'client', ownDecodeFailed: true, stream: 3, openStreams: 1 },
    });
  });

  it('only the server says so: likely', () => {
    const story = refused(script().open().request(1));
    expect(finding(story, 'headers/compression-error').certainty).toBe('likely');
  });

  it('the client says so of the server', () => {
    const story = script().open().request(1).goaway('client', { last: 0, code: 'COMPRESSION_ERROR' }).fin('client');
    expect(finding(story, 'headers/compression-error').culprit).toBe('server');
  });

  it('a block that only we cannot decode is a limit of the capture', () => {
    const story = script().joined().request(31).begin(31);
    story.headers('server', 31, 'trailers', {}, { end: true, complete: false });
    expect(has(story, 'headers/compression-error')).toBe(false);
  });
});
