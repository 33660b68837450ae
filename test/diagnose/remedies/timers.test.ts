import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStackId } from '../../../src/diagnose/remedies/stacks.ts';
import { knownTimers, type TimerEffect } from '../../../src/diagnose/remedies/timer-table.ts';
import { timerStacks, timersNear } from '../../../src/diagnose/remedies/timers.ts';

const closed = { effects: ['close', 'goaway'] as const };

describe('timersNear', () => {
  it.each([
    [
      60_003,
      closed,
      'AWS ALB idle_timeout (60 s), Vert.x HTTP/2 pool (60 s), ServiceComb 2.8.4 server idleTimeoutInSeconds (60 s)',
    ],
    [
      60_003,
      { effects: ['stream'] as const },
      'AWS ALB idle_timeout (60 s), nginx grpc_read_timeout (60 s), nginx client_body_timeout (60 s)',
    ],
    [75_200, closed, 'nginx keepalive_timeout (75 s)'],
    [15_002, { effects: ['call'] as const }, 'Envoy route timeout (15 s)'],
    [300_001, { effects: ['stream'] as const }, 'Envoy stream_idle_timeout (5 min)'],
    [3_600_400, closed, 'Envoy idle_timeout (1 h)'],
    [3_600_400, { effects: ['age'] as const }, 'AWS ALB client_keep_alive (1 h), nginx keepalive_time (1 h)'],
    [7_200_100, closed, 'gRPC server keepalive (2 h)'],
  ])('%d ms, %o', (gapMs, sign, text) => expect(timersNear(gapMs, sign)).toBe(text));

  it('matches no silence that is shorter, or much longer', () => {
    expect(timersNear(59_900)).toBeUndefined();
    expect(timersNear(62_000)).toBeUndefined();
    expect(timersNear(7)).toBeUndefined();
  });

  it('PINGs in the silence leave the timers that do not count them', () => {
    expect(timersNear(60_003, { ...closed, pinged: true })).toBe('AWS ALB idle_timeout (60 s)');
    expect(timersNear(75_003, { ...closed, pinged: true })).toBeUndefined();
  });
});

describe('a flow that was forgotten', () => {
  const forgotten = (gapMs: number, survivedMs: number): string | undefined =>
    timersNear(gapMs, { effects: ['forget'], survivedMs });

  it('was dropped at any time before its next use', () => {
    expect(forgotten(400_000, 300_000)).toBe('AWS NAT gateway (350 s), AWS NLB TCP idle timeout (350 s)');
    expect(forgotten(2_000_000, 700_000)).toBe('kube-proxy IPVS TCP timeout (15 min)');
  });
  it('but not before a silence that it outlived', () => {
    expect(forgotten(400_000, 360_000)).toBeUndefined();
    expect(forgotten(620_000, 400_000)).toBe('GCP firewall connection tracking (10 min)');
  });
  it('with nothing to go by, the longest that fit come first', () => {
    expect(forgotten(1_000_000, 0)).toMatch(/^kube-proxy IPVS .*, GCP firewall .*, AWS NAT gateway/);
  });
  it('a gap below the shortest names none', () => expect(forgotten(100_000, 0)).toBeUndefined());
});

it('names whose settings to look at', () => {
  expect(timerStacks({ gapMs: 350_100, effects: ['forget'] })).toEqual(['aws']);
  expect(timerStacks({ gapMs: 60_000, effects: ['stream'] })).toEqual(['aws', 'nginx']);
  expect(timerStacks({ gapMs: 61_900 })).toEqual([]);
});

describe('the table', () => {
  it('is sorted by length, has each name once, and real stacks', () => {
    const lengths = knownTimers.map(({ defaultMs }) => defaultMs);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    expect(new Set(knownTimers.map(({ name }) => name)).size).toBe(knownTimers.length);
    for (const { stack, effects } of knownTimers) {
      if (stack !== undefined) expect(isStackId(stack)).toBe(true);
      expect(effects.length).toBeGreaterThan(0);
    }
  });

  it.each(knownTimers.map((timer) => [timer.name, timer] as const))('%s is found at its own length', (name, timer) => {
    for (const effect of timer.effects) expect(namesAt(timer.defaultMs, effect)).toContain(name);
  });

  it('never names a timer that is longer than the silence', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8_000_000 }), (gapMs) => {
        for (const name of namesAt(gapMs)) {
          const timer = knownTimers.find((one) => one.name === name)!;
          expect(timer.defaultMs).toBeLessThanOrEqual(gapMs + 20);
        }
      }),
    );
  });
});

function namesAt(gapMs: number, effect?: TimerEffect): string[] {
  const text = timersNear(gapMs, {
    names: Number.POSITIVE_INFINITY,
    ...(effect === undefined ? {} : { effects: [effect] }),
  });
  return text === undefined ? [] : text.split(/ \([\d.]+ (?:s|min|h)\)(?:, |$)/).filter((name) => name !== '');
}
