import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdRing } from '../../../src/h2/stream/id-ring.ts';

interface Value {
  id: number;
  live: boolean;
}

function ring(dropped: (value: Value) => void = () => {}) {
  return new IdRing<Value>({ make: () => ({ id: 0, live: false }), isLive: (value) => value.live, dropped });
}

describe('IdRing', () => {
  it('never loses a live value and reuses finished ones', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(600), fc.boolean()), { maxLength: 400 }), (steps) => {
        const held = ring();
        const live = new Set<number>();
        for (const [n, lives] of steps) {
          const id = n * 2 + 1;
          const value = held.find(id) ?? held.claim(id);
          value.live = lives;
          if (lives) live.add(id);
          else live.delete(id);
          for (const one of live) expect(held.find(one)).toMatchObject({ id: one, live: true });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps live values over a rest and forgets the others', () => {
    const held = ring();
    for (let id = 1; id < 3_000; id += 2) held.claim(id).live = id % 10 === 1;
    held.rest();
    expect(held.find(2_991)).toMatchObject({ live: true });
    for (let id = 1; id < 3_000; id += 10) held.find(id)!.live = false;
    held.rest();
    const left: Value[] = [];
    held.forEach((value) => {
      left.push(value);
    });
    expect(left).toEqual([]);
    expect(held.forgottenOdd).toBe(2_999);
    held.claim(3_001).live = true;
    expect(held.find(3_001)).toMatchObject({ id: 3_001, live: true });
  });

  it('remembers the newest 64 that ended, and says below which ids it forgot', () => {
    const held = ring();
    for (let id = 1; id < 1_000; id += 2) held.claim(id).live = false;
    expect(held.find(999)).toBeDefined();
    expect(held.find(999 - 126)).toBeDefined();
    expect(held.find(999 - 128)).toBeUndefined();
    expect(held.forgottenOdd).toBe(999 - 128);
    expect(held.forgottenEven).toBe(0);
  });

  it('keeps one long-lived value beside many short ones', () => {
    const held = ring();
    held.claim(1).live = true;
    for (let id = 3; id < 100_000; id += 2) held.claim(id).live = false;
    expect(held.find(1)).toMatchObject({ live: true });
  });

  it('is bounded: the oldest live values go when too many live, and their owner is told', () => {
    let dropped = 0;
    const held = ring(() => dropped++);
    const count = 20_000;
    for (let id = 1; id < 2 * count; id += 2) held.claim(id).live = true;
    let kept = 0;
    held.forEach(() => {
      kept++;
    });
    expect(kept).toBe(16_384 + 1_024);
    expect(dropped).toBe(count - kept);
    expect(held.find(1)).toBeUndefined();
    expect(held.find(2 * count - 1)).toBeDefined();
  });
});
