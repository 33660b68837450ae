/** What is kept of connections, and the summary that comes of it. */
import { describe, expect, it } from 'vitest';
import type { ConnectionSummary } from '#diagnose';
import { CaptureFacts } from '../../../src/diagnose/facts/capture.ts';
import type { ConnectionFacts } from '../../../src/diagnose/facts/connection.ts';
import { type Capture, capture, type Script, script } from '../../support/script.ts';

function factsOf(story: Script | Capture): ConnectionFacts[] {
  const facts = new CaptureFacts();
  for (const event of ('events' in story ? story : capture(story)).events) facts.event(event);
  return [...facts.connections.values()];
}

function summaryOf(story: Script): ConnectionSummary {
  return story.verdict().connections[0]!;
}

describe('SETTINGS', () => {
  it('the last value of an id holds', () => {
    const [facts] = factsOf(
      script().open({ MAX_CONCURRENT_STREAMS: 100 }).settings('server', { MAX_CONCURRENT_STREAMS: 7 }),
    );
    expect(facts?.maxConcurrentStreams).toBe(7);
  });

  it('are acknowledged by the other side', () => {
    const [facts] = factsOf(script().tcp().settings('client').settings('server').ackSettings('client'));
    expect(facts?.settings.server?.acknowledged).toBeDefined();
    expect(facts?.settings.client?.acknowledged).toBeUndefined();
  });
});

describe('idleness', () => {
  it('is measured from the last frame that is no PING', () => {
    const [facts] = factsOf(
      script().open().request(1).answer(1).pings(3, 10_000).after(5_000).request(3).after(700).fin('server'),
    );
    expect(facts?.calls.find(3)?.idleBeforeMs).toBeCloseTo(35_000, -1);
    expect(facts?.firstEnd?.silenceMs).toBeCloseTo(700, -1);
  });
});

describe('round trip', () => {
  it('is the smaller of handshake and PING', () => {
    const [facts] = factsOf(script().open().ping('client').after(30).ack('server'));
    expect(facts?.roundTripMs).toBeCloseTo(0.1);
  });

  it('is unknown without either', () => expect(factsOf(script().joined())[0]?.roundTripMs).toBeUndefined());
});

describe('a connection joined in the middle', () => {
  it('takes up calls that began before', () => {
    const [facts] = factsOf(script().joined().data('server', 31, 100).data('server', 33, 100));
    expect(facts?.calls.open.values().map(({ stream }) => stream)).toEqual([31, 33]);
  });

  it('does not take up a call again that was seen to end', () => {
    const [facts] = factsOf(script().joined().request(33).answer(33).windowUpdate('client', 33).data('server', 33, 5));
    expect(facts?.calls.opened).toBe(1);
  });

  it('a stream that is not known is not taken up where the beginning was seen', () => {
    const [facts] = factsOf(script().open().data('server', 31, 100));
    expect(facts?.calls.opened).toBe(0);
  });
});

describe('siblings', () => {
  it('are connections of the same client host to the same server endpoint', () => {
    const facts = new CaptureFacts();
    const stories = [script(), script(), script({ client: '10.0.0.2' }), script({ port: 9_999 })];
    for (const event of capture(...stories.map((story) => story.open())).events) facts.event(event);
    const first = facts.connections.get(1)!;
    expect(facts.siblings(first).map(({ id }) => id)).toEqual([1, 2]);
    expect([...facts.byServer().values()].map((group) => group.length)).toEqual([3, 1]);
  });
});

describe('bounds', () => {
  it('GOAWAYs, ends and violations without number', () => {
    const story = script().open();
    for (let round = 0; round < 200; round++) {
      story.goaway('server', { last: 1 }).fin('server').violation('client', 'window/overrun', 1, 'too much');
    }
    const [facts] = factsOf(story);
    expect(facts?.goaways.length).toBeLessThan(100);
    expect(facts?.ends.length).toBeLessThan(100);
    expect(facts?.violations.toArray().length).toBeLessThan(100);
    expect(facts?.violations.total).toBe(200);
  });
});

describe('summary', () => {
  it('counts how calls ended', () => {
    const story = script().open().request(1).answer(1).request(3).trailersOnly(3, 5).request(5).reset('client', 5);
    story.request(7).reset('server', 7, 'INTERNAL_ERROR').request(9);
    expect(summaryOf(story).calls).toEqual({ total: 5, ok: 1, failed: 2, cancelled: 1 });
  });

  it('a call without an answer at the end of the connection has failed', () => {
    expect(summaryOf(script().open().request(1).fin('server')).calls).toMatchObject({ total: 1, failed: 1 });
  });

  it('an answered call whose client never ended its side is well', () => {
    const story = script().open().request(1, '/a.B/C', { end: false }).answer(1);
    expect(summaryOf(story).calls).toEqual({ total: 1, ok: 1, failed: 0, cancelled: 0 });
  });

  it('says who ended the connection first, and how', () => {
    expect(summaryOf(script().open().fin('client').fin('server'))).toMatchObject({ how: 'fin', closedBy: 'client' });
    expect(summaryOf(script().open().rst('server'))).toMatchObject({ how: 'rst', closedBy: 'server' });
    const open = summaryOf(script().open());
    expect(open).toMatchObject({ how: 'open', closedBy: undefined, closedMs: undefined, protocol: 'h2' });
  });

  it('a connection without an octet speaks nothing', () => {
    expect(summaryOf(script().tcp().fin('client'))).toMatchObject({ protocol: 'none', frames: 0 });
  });
});
