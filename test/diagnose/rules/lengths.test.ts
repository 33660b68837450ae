import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ConnectionFacts } from '../../../src/diagnose/facts/connection.ts';
import { Lengths } from '../../../src/diagnose/rules/lengths.ts';

const at = (timeMs: number): ConnectionFacts =>
  new ConnectionFacts({
    kind: 'opened',
    connection: 1,
    timeMs,
    packet: 1,
    client: { address: '10.0.0.1', port: 1 },
    server: { address: '10.0.0.2', port: 2 },
    handshake: 'seen',
    sidesBy: 'syn',
  });

it('counts what is near, as looking at each would', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 40 })),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 9 }),
      (all, length, tolerance) => {
        const lengths = new Lengths(({ opened }) => (opened.timeMs === 7 ? undefined : opened.timeMs));
        const expected = all.filter((one) => one !== 7 && Math.abs(one - length) <= tolerance).length;
        expect(lengths.near(all.map(at), length, tolerance)).toBe(expected);
      },
    ),
  );
});

it('reads each group once', () => {
  let reads = 0;
  const lengths = new Lengths(({ opened }) => {
    reads++;
    return opened.timeMs;
  });
  const group = [at(1), at(2), at(3)];
  for (const { opened } of group) expect(lengths.near(group, opened.timeMs, 0)).toBe(1);
  expect(reads).toBe(3);
});
