/** The other side speaks something else. */
import { describe, expect, it } from 'vitest';
import { script } from '../../support/script.ts';
import { expectHealthy, finding, has, told } from './verdicts.ts';

const BAD_REQUEST = 'HTTP/1.1 400 Bad Request';

describe('HTTP/1', () => {
  it('the server answers the preface with HTTP/1.1', () => {
    const story = script().tcp().settings('client').request(1).says('server', 'http/1', BAD_REQUEST).fin('server');
    expect(told(story)).toHaveLength(1);
    const found = finding(story, 'peer/http1');
    expect(found).toMatchObject({ variant: 'server', severity: 'error', certainty: 'certain', culprit: 'server' });
    expect(found.params).toMatchObject({ text: BAD_REQUEST, server: '10.0.0.9:50051' });
    expect(found.victims).toMatchObject([{ stream: 1, retry: 'safe' }]);
  });

  it('the client speaks HTTP/1.1 to an HTTP/2 server', () => {
    const story = script().tcp().says('client', 'http/1', 'POST / HTTP/1.1').settings('server');
    story.goaway('server', { last: 0, code: 'PROTOCOL_ERROR', debug: 'bogus greeting' }).fin('server');
    expect(told(story)).toHaveLength(1);
    expect(finding(story, 'peer/http1')).toMatchObject({ variant: 'client', culprit: 'client' });
  });

  it('HTTP/1 on both sides is none of our business', () => {
    const story = script().tcp().says('client', 'http/1', 'GET / HTTP/1.1').says('server', 'http/1', 'HTTP/1.1 200 OK');
    expect(told(story.fin('server').fin('client'))).toEqual([]);
  });

  it('an upgrade is healthy', () => {
    const story = script().tcp().says('client', 'h2-upgrade').says('server', 'h2-upgrade').settings('server');
    expectHealthy(story.settings('client').request(1, '/', { type: 'text/html', message: 'none' }).fin('client'));
  });
});

describe('TLS', () => {
  it('a plaintext preface meets a TLS port', () => {
    const story = script().tcp().settings('client').says('server', 'tls', 'alert 40').fin('server').fin('client');
    expect(told(story)).toEqual(['peer/tls-mismatch (plaintext-to-tls)']);
    expect(finding(story, 'peer/tls-mismatch')).toMatchObject({
      certainty: 'certain',
      culprit: 'client',
      params: { text: 'alert 40' },
    });
  });

  it('a ClientHello meets a plaintext port', () => {
    const story = script().tcp().says('client', 'tls', 'ClientHello').settings('server').fin('server').fin('client');
    expect(has(story, 'peer/tls-mismatch')).toBe(true);
    expect(finding(story, 'peer/tls-mismatch').variant).toBe('tls-to-plaintext');
  });

  it('an HTTP/1 port answers the ClientHello with an error page', () => {
    const story = script().tcp().says('client', 'tls', 'ClientHello').says('server', 'http/1', BAD_REQUEST);
    expect(finding(story.fin('server'), 'peer/tls-mismatch').variant).toBe('tls-to-plaintext');
  });

  it('TLS on both sides is only opaque', () => {
    const story = script().tcp().says('client', 'tls', 'ClientHello').says('server', 'tls', 'ServerHello');
    expectHealthy(story.fin('client'));
    expect(told(story)).toEqual(['capture/encrypted']);
  });

  it('a ClientHello that nobody answers claims nothing', () => {
    expectHealthy(script().tcp().says('client', 'tls', 'ClientHello').after(5_000).fin('client'));
  });
});

describe('not gRPC', () => {
  const page = (status: string, server: string) =>
    script()
      .open()
      .request(1)
      .begin(1, { ':status': status, 'content-type': 'text/html', server })
      .data('server', 1, 150, { end: true });

  it('the error page of a proxy', () => {
    const story = page('502', 'nginx/1.24.0');
    expect(told(story)).toEqual(['peer/not-grpc']);
    const found = finding(story, 'peer/not-grpc');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'middlebox', streams: [1] });
    expect(found.params).toMatchObject({ status: 502, contentType: 'text/html', grpcCode: 'UNAVAILABLE' });
    expect(found.params.proxy).toContain('nginx');
  });

  it('the page of a web server', () => {
    const found = finding(page('404', 'thttpd'), 'peer/not-grpc');
    expect(found).toMatchObject({ culprit: 'server', params: { status: 404, grpcCode: 'UNIMPLEMENTED' } });
  });

  it('a page of status 200 is no gRPC either', () => {
    expect(has(page('200', 'thttpd'), 'peer/not-grpc')).toBe(true);
  });

  it('503 without a body', () => {
    const story = script().open().request(1);
    story.headers('server', 1, 'response', { ':status': '503' }, { end: true });
    expect(told(story)).toEqual(['peer/not-grpc']);
    expect(finding(story, 'peer/not-grpc')).toMatchObject({ culprit: 'middlebox', params: { status: 503 } });
  });

  it('an error of a proxy that speaks gRPC is an answer', () => {
    expect(told(script().open().request(1).trailersOnly(1, 14, 'no healthy upstream'))).toEqual([]);
  });

  it('a web page for a web request is healthy', () => {
    const story = script().open().request(1, '/', { type: 'text/plain', message: 'none' });
    story.begin(1, { ':status': '404', 'content-type': 'text/html' }).data('server', 1, 150, { end: true });
    expect(told(story)).toEqual([]);
  });
});
