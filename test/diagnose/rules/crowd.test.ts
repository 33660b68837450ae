/** Full houses, storms of cancels, and frames on streams that have ended. */
import { describe, expect, it } from 'vitest';
import { script } from '../../support/script.ts';
import { cancels, crowded } from './crowd-stories.ts';
import { expectHealthy, finding, has, told } from './verdicts.ts';

describe('concurrency starved', () => {
  it('a new call begins each time one ends', () => {
    const found = finding(crowded(), 'stream/concurrency-starved');
    expect(found).toMatchObject({ severity: 'warning', certainty: 'likely', culprit: 'unknown' });
    expect(found.params).toMatchObject({ limit: 4, openStreams: 4, refills: 8 });
    expect(found.params.heldMs).toBeGreaterThan(3_000);
  });

  it('at the limit without new calls it is a note, and only possible', () => {
    const found = finding(crowded({ calls: 4 }).after(6_000), 'stream/concurrency-starved');
    expect(found).toMatchObject({ severity: 'info', certainty: 'possible' });
    expect(found.params.refills).toBeUndefined();
  });

  it('new calls that come some time after the end have not waited for it', () => {
    expect(told(crowded({ gapMs: 120 }))).toEqual([]);
  });

  it('a queue that is gone within a second is not missed', () => {
    expect(told(crowded({ eachMs: 50 }))).toEqual([]);
  });

  it('below the limit there is none', () => {
    const story = script().open({ MAX_CONCURRENT_STREAMS: 100 }).request(1).request(3).request(5);
    expect(told(story.after(60_000))).toEqual([]);
  });
});

describe('cancel storm', () => {
  it('a burst that is most of what the connection carries', () => {
    const found = finding(cancels(120, 20), 'stream/cancel-storm');
    expect(found).toMatchObject({ severity: 'warning', certainty: 'certain', culprit: 'client' });
    expect(found.params).toMatchObject({ resets: 120, percent: 86, guard: 'Netty', guardLimit: 200, guardPercent: 60 });
  });

  it('names the deadline that they share', () => {
    const story = cancels(150, 0, '150m');
    expect(finding(story, 'stream/cancel-storm').params.sameTimeoutMs).toBe(150);
  });

  it('is the reason for the cancelled calls', () => {
    expect(told(cancels(120))).toEqual(['stream/cancel-storm > stream/cancelled']);
  });

  it('beyond the guard of Netty the next one counts', () => {
    expect(finding(cancels(400), 'stream/cancel-storm').params).toMatchObject({ guardLimit: 1_000, guardPercent: 40 });
  });

  it('a small part of many calls is everyday life', () => {
    expect(told(cancels(110, 300))).toEqual(['stream/cancelled']);
  });

  it('a few are none', () => {
    expectHealthy(cancels(60));
  });

  it('a guard that was tripped is the finding', () => {
    const story = cancels(250).goaway('server', { last: 1, code: 'ENHANCE_YOUR_CALM', debug: 'too_many_resets' });
    expect(has(story, 'stream/cancel-storm')).toBe(false);
    expect(has(story, 'goaway/flood-guard')).toBe(true);
  });
});

describe('flood guard against resets that were provoked', () => {
  it('counts what the server had to reset', () => {
    const story = script().open();
    for (let call = 0; call < 30; call++) {
      story.request(2 * call + 1, '/a.B/C', { end: false }).reset('server', 2 * call + 1, 'STREAM_CLOSED');
    }
    const debug = 'Maximum number 200 of RST frames frames reached within 30 seconds';
    const found = finding(story.goaway('server', { last: 59, code: 'ENHANCE_YOUR_CALM', debug }), 'goaway/flood-guard');
    expect(found.params).toMatchObject({ resets: 30, resetsBy: 'server' });
  });
});

describe('frame after close', () => {
  it('DATA after the own END_STREAM, which the server answers with STREAM_CLOSED', () => {
    const story = script().open().request(1).after(100).data('client', 1, 20);
    story.violation('client', 'stream/half-closed-frame', 1, 'DATA on stream 1, which is half-closed-client');
    story.reset('server', 1, 'STREAM_CLOSED');
    expect(told(story)).toEqual(['stream/frame-after-close > stream/reset']);
    const found = finding(story, 'stream/frame-after-close');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'client' });
    expect(found.params).toMatchObject({ frameType: 'DATA', by: 'client', reaction: 'rst', frames: 1 });
    expect(found.params.sinceCloseMs).toBeGreaterThan(99);
  });

  it('a server that goes on after a cancel of which it knows', () => {
    const story = script().open().request(1).begin(1).reset('client', 1).ping('client').ack('server').after(500);
    story
      .data('server', 1, 900)
      .violation('server', 'stream/frame-after-reset', 1, 'DATA on stream 1 after its RST_STREAM');
    const found = finding(story, 'stream/frame-after-close');
    expect(found).toMatchObject({ severity: 'warning', culprit: 'server', params: { by: 'server' } });
    expect(found.params.reaction).toBeUndefined();
  });

  it('frames that cross a reset are none', () => {
    const story = script().open().request(1).begin(1).reset('client', 1).data('server', 1, 900).trailers(1);
    expect(told(story)).toEqual(['stream/cancelled']);
  });
});
