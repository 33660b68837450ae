/** Calls whose time was over, and those that were merely given up. */
import { describe, expect, it } from 'vitest';
import { script } from '../../support/script.ts';
import { expectHealthy, failures, finding, told } from './verdicts.ts';

const within = { timeout: '2S' };

describe('deadline exceeded by the handler', () => {
  it('by the reset of the client at grpc-timeout', () => {
    const story = script().open().request(1, '/a.B/Slow', within).after(2_001).reset('client', 1);
    expect(told(story)).toEqual(['deadline/exceeded-by-handler']);
    const found = finding(story, 'deadline/exceeded-by-handler');
    expect(found).toMatchObject({ severity: 'warning', certainty: 'likely', culprit: 'server', streams: [1] });
    expect(found.params).toMatchObject({ timeoutMs: 2_000, signal: 'reset', method: '/a.B/Slow', streams: 1 });
    expect(found.params.elapsedMs).toBeCloseTo(2_001, -1);
    expect(found.victims[0]).toMatchObject({ stream: 1, retry: 'unknown' });
  });

  it('connect-node resets with INTERNAL_ERROR instead of CANCEL', () => {
    const story = script().open().request(1, '/a.B/Slow', within).after(2_001).reset('client', 1, 'INTERNAL_ERROR');
    expect(failures(story)).toEqual(['deadline/exceeded-by-handler']);
  });

  it('by the status of the server', () => {
    const story = script().open().request(1, '/a.B/Slow', within).after(2_000).trailersOnly(1, 4, 'too late');
    const found = finding(story, 'deadline/exceeded-by-handler');
    expect(found).toMatchObject({ certainty: 'certain', params: { signal: 'status' } });
  });

  it('the timeout in any of its units', () => {
    for (const [timeout, afterMs] of [
      ['1M', 60_000],
      ['250m', 250],
      ['250000u', 250],
      ['99999999n', 100],
    ] as const) {
      const story = script().open().request(1, '/a.B/C', { timeout }).after(afterMs).reset('client', 1);
      expect(failures(story)).toEqual(['deadline/exceeded-by-handler']);
    }
  });

  it('several methods: none is named', () => {
    const story = script().open().request(1, '/a.B/C', within).request(3, '/a.B/D', within).after(2_000);
    const found = finding(story.reset('client', 1).reset('client', 3), 'deadline/exceeded-by-handler');
    expect(found.params.streams).toBe(2);
    expect(found.params.method).toBeUndefined();
  });

  it('a call given up long before its deadline is an ordinary cancel', () => {
    const story = script().open().request(1, '/a.B/C', within).after(300).reset('client', 1);
    expectHealthy(story);
    expect(told(story)).toEqual(['stream/cancelled']);
  });

  it('so is one without a deadline', () => {
    expect(told(script().open().request(1).after(2_000).reset('client', 1))).toEqual(['stream/cancelled']);
  });

  it('an answer just before the deadline is healthy', () => {
    expect(told(script().open().request(1, '/a.B/C', within).after(1_990).answer(1))).toEqual([]);
  });

  it('another status at the deadline is the business of the application', () => {
    expect(told(script().open().request(1, '/a.B/C', within).after(2_000).trailersOnly(1, 5))).toEqual([]);
  });

  it('DEADLINE_EXCEEDED without a deadline on this hop comes from further down', () => {
    expectHealthy(script().open().request(1).after(2_000).trailersOnly(1, 4, 'upstream'));
  });

  it('a timeout that cannot be read is none', () => {
    const story = script().open().request(1, '/a.B/C', { timeout: '2 seconds' }).after(2_000).reset('client', 1);
    expect(told(story)).toEqual(['stream/cancelled']);
  });
});
