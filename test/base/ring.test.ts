/** A list that keeps its newest entries. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Ring } from '#base';

it('keeps the newest entries in order and counts all', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.array(fc.integer(), { maxLength: 40 }), (capacity, entries) => {
      const ring = new Ring<number>(capacity);
      for (const entry of entries) ring.push(entry);
      expect(ring.toArray()).toEqual(entries.slice(-capacity));
      expect([ring.total, ring.last]).toEqual([entries.length, entries.at(-1)]);
    }),
  );
});
