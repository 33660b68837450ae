/** Seeded chance: repeatable, split by name, and even. */
import { describe, expect, it } from 'vitest';
import { Prng } from '#sim';

const draw = (prng: Prng, count = 8): number[] => Array.from({ length: count }, () => prng.bits());

describe('a generator', () => {
  it('repeats itself from the same seed, and from no other', () => {
    expect(draw(new Prng(7))).toEqual(draw(new Prng(7)));
    expect(draw(new Prng(7))).not.toEqual(draw(new Prng(8)));
  });

  it('has branches that do not depend on what was drawn before', () => {
    const fresh = new Prng(7);
    const used = new Prng(7);
    draw(used, 100);
    expect(draw(used.fork('links'))).toEqual(draw(fresh.fork('links')));
  });

  it('has a branch for each name, of each branch', () => {
    const prng = new Prng(7);
    const branches = ['a', 'b', 1, 2].map((name) => draw(prng.fork(name)).join());
    branches.push(draw(prng.fork('a').fork('b')).join(), draw(prng.fork('b').fork('a')).join(), draw(prng).join());
    expect(new Set(branches).size).toBe(branches.length);
  });

  it('is even within a few parts in a hundred', () => {
    const prng = new Prng(1);
    const counts = new Array<number>(10).fill(0);
    for (let count = 0; count < 100_000; count++) counts[Math.floor(prng.next() * 10)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it('gives whole numbers with both bounds', () => {
    const prng = new Prng(2);
    const seen = new Set(Array.from({ length: 200 }, () => prng.int(3, 6)));
    expect([...seen].sort()).toEqual([3, 4, 5, 6]);
  });

  it('gives magnitudes alike, within the bounds', () => {
    const prng = new Prng(3);
    const values = Array.from({ length: 10_000 }, () => prng.magnitude(1, 1_000_000));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...values)).toBeLessThanOrEqual(1_000_000);
    const small = values.filter((value) => value < 1_000).length;
    expect(Math.abs(small - 5_000)).toBeLessThan(300);
  });

  it('gives waiting times of the mean asked for', () => {
    const prng = new Prng(4);
    let sum = 0;
    for (let count = 0; count < 20_000; count++) sum += prng.exponential(50);
    expect(Math.abs(sum / 20_000 - 50)).toBeLessThan(2);
  });
});
