/** What a capture cannot show must not be claimed: joined connections, holes, encryption. */
import { describe, expect, it } from 'vitest';
import { capture, type Script, script } from '../../support/script.ts';
import { expectHealthy, finding, told } from './verdicts.ts';

const used = (): Script => script().open().request(1).answer(1);

describe('joined in the middle', () => {
  it('is said, and is no failure', () => {
    const story = script().joined().answer(31).request(33).answer(33).fin('client').fin('server');
    expectHealthy(story);
    expect(told(story)).toEqual(['capture/starts-mid-connection']);
    expect(finding(story, 'capture/starts-mid-connection').params.connections).toBe(1);
  });

  const harmless: Readonly<Record<string, (story: Script) => Script>> = {
    'the end of an older call': (story) => story.message('server', 31, 100).trailers(31),
    'trailers of an older call that the client had not ended': (story) => story.trailers(31).halfClose(31),
    'a reset of an older call by the client': (story) => story.reset('client', 31),
    'a reset with NO_ERROR that ends an older call': (story) => story.trailers(31).reset('server', 31, 'NO_ERROR'),
    'the last frames of a response that began before': (story) => story.data('server', 31, 900, { end: true }),
    'client DATA of an older call': (story) => story.message('client', 31, 50).halfClose(31).answer(31),
    'a client block that cannot be read': (story) =>
      story.headers('client', 33, 'request', {}, { complete: false }).halfClose(33).answer(33),
    'a server block that cannot be read': (story) =>
      story.request(33).headers('server', 33, 'response', {}, { complete: false }).trailers(33),
    'PINGs of both sides': (story) => story.ping('client').ack('server').ping('server').ack('client'),
    'an acknowledgement of a PING that was not seen': (story) => story.ack('server'),
    'a graceful farewell': (story) => story.goaway('server', { last: 31, debug: 'max_age' }).trailers(31).fin('server'),
    'SETTINGS that were sent before': (story) => story.request(33).answer(33),
  };
  it.each(Object.entries(harmless))('%s is no false alarm', (_name, tell) => {
    expectHealthy(tell(script().joined()));
  });

  it('an abrupt close of a call that the capture did see is still found', () => {
    const story = script().joined().after(400).request(33).after(100).fin('server');
    expect(told(story)).toEqual(['connection/abrupt-close (fin)', 'capture/starts-mid-connection']);
  });

  it('strikes are counted from the first PING that was seen', () => {
    const story = script().joined().pings(4, 10_000).goaway('server', {
      last: 31,
      code: 'ENHANCE_YOUR_CALM',
      debug: 'too_many_pings',
    });
    expect(finding(story, 'keepalive/too-many-pings')).toMatchObject({ certainty: 'certain', params: { strikes: 3 } });
  });

  it('several joined connections are said once', () => {
    const story = capture(script().joined(), script({ server: '10.0.0.8' }).joined(), script().open());
    expect(finding(story, 'capture/starts-mid-connection').params.connections).toBe(2);
  });
});

describe('one direction', () => {
  it('is said, and nothing is claimed that the other one may hold', () => {
    const story = script().tcp().settings('client').request(1).after(30_000).ping('client').after(20_000).fin('client');
    expect(told(story.unseen('server'))).toEqual(['capture/one-direction']);
  });

  it('what the captured side says itself stands, without anybody else to blame', () => {
    const story = script().joined().answer(31).goaway('server', { last: 31, code: 'PROTOCOL_ERROR' }).fin('server');
    const found = finding(story.unseen('client'), 'goaway/protocol-error');
    expect(found).toMatchObject({ certainty: 'likely', culprit: 'unknown' });
  });

  it('too many PINGs are certain, because the server says so', () => {
    const goaway = { last: 31, code: 'ENHANCE_YOUR_CALM', debug: 'too_many_pings' } as const;
    const found = finding(script().joined().goaway('server', goaway).unseen('client'), 'keepalive/too-many-pings');
    expect(found.certainty).toBe('certain');
  });
});

describe('lost packets', () => {
  it('make what needs the whole connection less than certain, and what one text says not', () => {
    const holed = (): Script => used().lost('client', 300).after(400);
    expect(finding(holed().request(3).after(100).fin('server'), 'connection/abrupt-close').certainty).toBe('certain');
    const reset = finding(
      holed().request(3).after(10).lost('client', 9).reset('server', 3, 'INTERNAL_ERROR'),
      'stream/internal-error',
    );
    expect(reset).toMatchObject({ certainty: 'likely', culprit: 'unknown' });
    const other = finding(holed().request(3).after(10).reset('server', 3, 'INTERNAL_ERROR'), 'stream/internal-error');
    expect(other).toMatchObject({ certainty: 'certain', culprit: 'server' });
  });

  it('may have held a farewell: a close right after them is not called unannounced', () => {
    expectHealthy(used().request(3).after(10).lost('server', 64).after(10).fin('server'));
    const long = used().request(3).begin(3).after(10).lost('server', 64).after(400).message('server', 3, 9).after(9);
    expect(finding(long.fin('server'), 'connection/abrupt-close').certainty).toBe('likely');
  });

  it('are said once for the capture', () => {
    const holed = (server: string): Script =>
      script({ server }).open().request(1).lost('client', 1_000).lost('server', 448).answer(1).fin('client');
    const story = capture(holed('10.0.0.9'), holed('10.0.0.8'));
    expectHealthy(story);
    expect(finding(story, 'capture/packets-lost').params).toMatchObject({ connections: 2, lostBytes: 2_896, holes: 4 });
  });

  it('octets passed over to find a frame boundary are no hole', () => {
    expect(told(script().joined().lost('server', 300, 'resync'))).toEqual(['capture/starts-mid-connection']);
  });
});

describe('encrypted', () => {
  it('TLS connections are counted', () => {
    const tls = (): Script => script().tcp().says('client', 'tls', 'ClientHello').says('server', 'tls', 'ServerHello');
    const found = finding(capture(tls(), tls(), script().open()), 'capture/encrypted');
    expect(found).toMatchObject({ severity: 'info', params: { connections: 2 } });
  });
});

describe('a clock that leaps', () => {
  it('is said once for all connections that were open, and is no failure', () => {
    const story = capture(
      used().leap(-12_000, 'hosts').request(3).answer(3),
      script({ at: 0.05 }).open().request(1).answer(1),
    );
    expectHealthy(story);
    expect(finding(story, 'capture/clock-leap')).toMatchObject({
      variant: 'hosts',
      certainty: 'certain',
      params: { connections: 1, byMs: 12_000, direction: 'back' },
    });
  });

  it('several times names the largest', () => {
    const story = used().leap(100, 'hosts').request(3).leap(-7_000, 'hosts').answer(3);
    expect(finding(story, 'capture/clock-leap').params).toMatchObject({ more: 1, byMs: 7_000, direction: 'back' });
  });

  it('and was mended takes nothing from what rests on durations', () => {
    const story = used().leap(12_000, 'hosts').request(3).ping('client').after(20_000).fin('client');
    expect(finding(story, 'keepalive/unanswered-ping').certainty).toBe(
      finding(used().request(3).ping('client').after(20_000).fin('client'), 'keepalive/unanswered-ping').certainty,
    );
  });

  it.each(['order', 'one-host'] as const)('for an unknown time (%s) leaves what took long only possible', (proof) => {
    const story = used().request(3).leap(12_000, proof).ping('client').after(20_000).fin('client');
    expect(finding(story, 'keepalive/unanswered-ping').certainty).toBe('possible');
  });

  it('behind the evidence is no matter', () => {
    const story = used().request(3).ping('client').after(20_000).fin('client').leap(-12_000, 'order').fin('server');
    expect(finding(story, 'keepalive/unanswered-ping').certainty).not.toBe('possible');
  });

  it('for an unknown time makes no rhythm, and says nothing of who closed in silence', () => {
    const pings = script().open().request(1, '/etcdserverpb.KV/Range').answer(1).pings(3, 10_000);
    expect(told(pings.leap(-12_000, 'order').ping('client'))).not.toContain('keepalive/will-be-cut');
    const close = used().request(3).leap(-12_000, 'order').after(100).fin('server');
    expect(finding(close, 'connection/abrupt-close')).toMatchObject({ certainty: 'possible', culprit: 'unknown' });
  });

  it('leaves what a frame says as it is', () => {
    const story = script()
      .joined()
      .pings(4, 10_000)
      .leap(-12_000, 'order')
      .goaway('server', { last: 31, code: 'ENHANCE_YOUR_CALM', debug: 'too_many_pings' });
    expect(finding(story, 'keepalive/too-many-pings').certainty).toBe('certain');
  });
});
