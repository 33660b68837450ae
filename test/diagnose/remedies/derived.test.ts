import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivations, derivedParams, withDerived } from '../../../src/diagnose/remedies/derived.ts';

describe('withDerived', () => {
  it.each([
    ['clientIntervalMs', {}, 300_000],
    ['clientIntervalMs', { intervalMs: 10_001 }, 300_000],
    ['clientIntervalMs', { intervalMs: 10_001, minTimeMs: 5_000 }, 10_000],
    ['clientIntervalMs', { intervalMs: 10_001, minTimeMs: 20_000 }, 20_000],
    ['serverMinTimeMs', { intervalMinMs: 10_000.6 }, 5_000],
    ['serverMinTimeMs', { intervalMs: 1_002 }, 500],
    ['serverMinTimeMs', { intervalMs: 150 }, 75],
    ['pingTimeoutMs', { waitedMs: 5_000 }, 20_000],
    ['pingTimeoutMs', { waitedMs: 15_400 }, 31_000],
    ['belowGapMs', { gapMs: 60_003 }, 50_000],
    ['belowGapMs', { gapMs: 3_000 }, 1_000],
    ['belowGapMs', { gapMs: 900 }, 450],
    ['aboveGapMs', { gapMs: 60_003 }, 120_000],
    ['refreshMs', { idleGapMs: 400_000 }, 200_000],
    ['aboveIdleMs', { idleGapMs: 400_000.5 }, 801_000],
    ['azureIdleMs', { idleGapMs: 400_000 }, 840_000],
    ['azureIdleMs', { idleGapMs: 9_000 }, 240_000],
    ['nlbIdleMs', { idleGapMs: 400_000 }, 800_000],
    ['nlbIdleMs', { idleGapMs: 7_200_000 }, 6_000_000],
    ['graceAboveMs', { longestMs: 95_000 }, 150_000],
    ['deadlineAboveMs', { handlerMs: 10_003 }, 16_000],
    ['aboveResets', { resets: 1_000 }, 2_000],
    ['aboveLimit', { limit: 100 }, 200],
    ['aboveRequests', { requests: 1_000 }, 10_000],
    ['aboveSizeBytes', { sizeBytes: 6_291_456 }, 8_388_608],
    ['windowProposedBytes', {}, 1_048_576],
    ['windowProposedBytes', { messageBytes: 4_000_000 }, 4_194_304],
    ['windowProposedBytes', { messageBytes: 1e9 }, 16_777_216],
  ] as const)('%s of %o is %d', (name, params, value) => expect(withDerived(params)[name]).toBe(value));

  it('derives nothing from numbers that the finding lacks, or that make no sense', () => {
    expect(withDerived({ gapMs: Number.NaN, resets: 0, limit: -1, sizeBytes: 'much' }).belowGapMs).toBeUndefined();
    const derived = Object.keys(withDerived({})).sort();
    expect(derived).toEqual(['clientIntervalMs', 'windowProposedBytes']);
  });

  it('stays on the right side of what was observed', () => {
    fc.assert(
      fc.property(fc.double({ min: 2, max: 1e8, noNaN: true }), (observed) => {
        const all = withDerived({
          gapMs: observed,
          idleGapMs: observed,
          longestMs: observed,
          handlerMs: observed,
          intervalMinMs: observed,
          sizeBytes: observed,
        });
        expect(all.belowGapMs).toBeLessThan(observed);
        expect(all.serverMinTimeMs).toBeLessThan(observed);
        expect(all.graceAboveMs).toBeGreaterThan(observed);
        expect(all.deadlineAboveMs).toBeGreaterThan(observed);
        expect(all.aboveSizeBytes).toBeGreaterThanOrEqual(observed);
        if (observed >= 2_000) expect(all.refreshMs).toBeLessThan(observed);
      }),
    );
  });
});

it('every derived value has a kind for texts and documentation', () => {
  expect(Object.keys(derivedParams)).toEqual(Object.keys(derivations));
});
