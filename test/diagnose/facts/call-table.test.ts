import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Call } from '../../../src/diagnose/facts/call.ts';
import { CallTable } from '../../../src/diagnose/facts/call-table.ts';

const call = (stream: number): Call => new Call(stream, { packet: 1, timeMs: 0 }, 0, 1);

/** Streams near each other, and far ones that fall on the same places of the ring. */
const stream = fc
  .oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 5_000 }))
  .map((half) => 2 * half + 1);
const step = fc.record({ adds: fc.boolean(), stream });

it('holds what a map would hold', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const table = new CallTable();
      const model = new Map<number, Call>();
      for (const { adds, stream: id } of steps) {
        const known = model.get(id);
        if (adds && known === undefined) {
          const added = call(id);
          model.set(id, added);
          table.add(added);
        } else if (!adds && known !== undefined) {
          expect(table.delete(known)).toBe(true);
          expect(table.delete(known)).toBe(false);
          model.delete(id);
        }
        expect(table.get(id)).toBe(model.get(id));
      }
      expect(table.values()).toEqual([...model.values()].sort((a, b) => a.stream - b.stream));
    }),
  );
});

it('keeps long-lived calls while many short ones pass', () => {
  const table = new CallTable();
  const watch = call(1);
  table.add(watch);
  for (let id = 3; id < 20_001; id += 2) {
    const short = call(id);
    table.add(short);
    expect(table.delete(short)).toBe(true);
  }
  expect(table.get(1)).toBe(watch);
  expect(table.values()).toEqual([watch]);
});
