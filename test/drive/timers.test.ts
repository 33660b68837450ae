/** The timer wheel beside a list that is searched from end to end, on a clock that the test turns. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { Timer, Timers } from '#drive';
import type { Cancel, Clock } from '#transport';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Wakes `lateMs` after what was asked for, as platforms do. */
class HandClock implements Clock {
  nowMs: number;
  lateMs = 0;
  asked = 0;
  readonly #waiting = new Set<{ atMs: number; task: () => void }>();

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  now(): number {
    return this.nowMs;
  }

  at(atMs: number, task: () => void): Cancel {
    this.asked++;
    const entry = { atMs: Math.max(atMs, this.nowMs), task };
    this.#waiting.add(entry);
    return () => this.#waiting.delete(entry);
  }

  defer(task: () => void): void {
    task();
  }

  get waiting(): number[] {
    return [...this.#waiting].map(({ atMs }) => atMs);
  }

  /** Turns to `untilMs`, waking whoever asked for it on the way. Returns how often it woke somebody. */
  turn(untilMs: number): number {
    for (let woken = 0; ; woken++) {
      const [first] = [...this.#waiting].sort((one, other) => one.atMs - other.atMs);
      if (first === undefined || first.atMs > untilMs) {
        this.nowMs = Math.max(this.nowMs, untilMs);
        return woken;
      }
      this.#waiting.delete(first);
      this.nowMs = Math.max(this.nowMs, first.atMs + this.lateMs);
      first.task();
      if (woken > 100_000) throw new Error('the wheel does not come to rest');
    }
  }
}

let clock: HandClock;
let timers: Timers;
let log: string[];

beforeEach(() => {
  clock = new HandClock(1_000.25);
  timers = new Timers(clock);
  log = [];
});

function named(name: string, also?: (nowMs: number) => void): Timer {
  return new Timer((nowMs) => {
    log.push(`${name} ${nowMs}`);
    also?.(nowMs);
  });
}

describe('a timer', () => {
  it('expires once, not before it is due and within a tick', () => {
    const timer = named('a');
    timers.set(timer, 1_010.5);
    expect(timer.armed).toBe(true);
    expect(timer.dueMs).toBe(1_010.5);
    clock.turn(1_010.9);
    expect(log).toEqual([]);
    clock.turn(5_000);
    expect(log).toEqual(['a 1011']);
    expect(timer.armed).toBe(false);
    expect(timers.size).toBe(0);
  });

  it('expires exactly on time on a whole tick', () => {
    timers.set(named('a'), 1_010);
    clock.turn(2_000);
    expect(log).toEqual(['a 1010']);
  });

  it('is not early although the clock wakes early', () => {
    const early: Timers = new Timers({
      now: () => clock.nowMs,
      at: (atMs, task) => clock.at(Math.ceil(atMs - clock.nowMs) + clock.nowMs - 0.75, task),
      defer: (task) => clock.defer(task),
    });
    early.set(named('a'), 1_010);
    clock.turn(1_009.6);
    expect(log).toEqual([]);
    expect(clock.asked).toBe(2);
    clock.turn(1_011);
    expect(log).toEqual(['a 1010']);
  });

  it('in the past expires at once, but not inside set', () => {
    timers.set(named('a'), 5);
    timers.set(named('b'), Number.NEGATIVE_INFINITY);
    expect(log).toEqual([]);
    clock.turn(clock.nowMs);
    expect(log).toEqual(['a 1000.25', 'b 1000.25']);
  });

  it('is `this` when it expires: one function serves many', () => {
    const seen: unknown[] = [];
    const timer = new Timer(function (this: Timer) {
      seen.push(this);
    });
    timers.set(timer, 1_010);
    clock.turn(2_000);
    expect(seen).toEqual([timer]);
  });

  it('at Infinity is never due', () => {
    const timer = named('a');
    timers.set(timer, 2_000);
    timers.set(timer, Number.POSITIVE_INFINITY);
    expect(timer.armed).toBe(false);
    expect(timers.size).toBe(0);
  });

  it('at NaN is the mistake of the caller, and the timer stays as it was', () => {
    const timer = named('a');
    timers.set(timer, 2_000);
    expect(() => timers.set(timer, Number.NaN)).toThrow(UsageError);
    expect(timer.dueMs).toBe(2_000);
    clock.turn(3_000);
    expect(log).toEqual(['a 2000']);
  });

  it('can be moved to an earlier and to a later time', () => {
    const timer = named('a');
    timers.set(timer, 3_000);
    timers.set(timer, 1_100);
    clock.turn(2_000);
    expect(log).toEqual(['a 1100']);
    timers.set(timer, 2_100);
    timers.set(timer, 4_000);
    clock.turn(3_999);
    expect(log).toHaveLength(1);
    clock.turn(4_000);
    expect(log).toEqual(['a 1100', 'a 4000']);
    expect(timers.size).toBe(0);
  });

  it('that is cleared does not expire; clearing it again is harmless', () => {
    const timer = named('a');
    timers.set(timer, 1_100);
    timers.clear(timer);
    timers.clear(timer);
    clock.turn(9_000);
    expect(log).toEqual([]);
  });
});

describe('order', () => {
  it('is by due time, and by the order of setting in the same tick', () => {
    timers.set(named('c'), 1_200);
    timers.set(named('a'), 1_100);
    timers.set(named('b'), 1_100);
    clock.turn(2_000);
    expect(log.map((line) => line[0])).toEqual(['a', 'b', 'c']);
  });

  it('in the same tick does not depend on how early each was set', () => {
    timers.set(named('a'), 50_000);
    timers.set(named('-'), 30_000);
    clock.turn(30_000);
    timers.set(named('b'), 50_000);
    timers.set(named('-'), 49_990);
    clock.turn(49_995);
    timers.set(named('c'), 50_000);
    clock.turn(60_000);
    expect(log.filter((line) => line[0] !== '-')).toEqual(['a 50000', 'b 50000', 'c 50000']);
  });
});

describe('while timers expire', () => {
  it('one that is cleared does not expire', () => {
    const second = named('b');
    timers.set(
      named('a', () => timers.clear(second)),
      1_100,
    );
    timers.set(second, 1_100);
    timers.set(named('c'), 1_100);
    clock.turn(2_000);
    expect(log).toEqual(['a 1100', 'c 1100']);
  });

  it('one that is moved expires at its new time only', () => {
    const second = named('b');
    timers.set(
      named('a', () => timers.set(second, 1_500)),
      1_100,
    );
    timers.set(second, 1_100);
    clock.turn(2_000);
    expect(log).toEqual(['a 1100', 'b 1500']);
  });

  it('one may set itself again', () => {
    const timer: Timer = named('a', (nowMs) => timers.set(timer, nowMs + 100));
    timers.set(timer, 1_100);
    clock.turn(1_400);
    expect(log).toEqual(['a 1100', 'a 1200', 'a 1300', 'a 1400']);
  });

  it('one that is always due cannot hold the wheel', () => {
    const greedy: Timer = named('a', () => timers.set(greedy, 0));
    timers.set(greedy, 0);
    timers.set(named('b'), 1_001);
    clock.turn(1_003);
    expect(log).toEqual(['a 1000.25', 'b 1001', 'a 1001', 'a 1002', 'a 1003']);
  });

  it('a late wheel does not run what was set meanwhile in the same round', () => {
    clock.lateMs = 500;
    const again: Timer = named('a', () => timers.set(again, 1_150));
    timers.set(again, 1_100);
    timers.set(named('b'), 1_400);
    clock.turn(1_100);
    expect(log).toEqual(['a 1600', 'b 1600']);
  });

  it('one that throws keeps no other from expiring', () => {
    timers.set(
      named('a', () => {
        throw new Error('broken');
      }),
      1_100,
    );
    timers.set(named('b'), 1_100);
    timers.set(named('c'), 1_200);
    expect(() => clock.turn(2_000)).toThrow('broken');
    clock.turn(2_000);
    expect(log).toEqual(['a 1100', 'b 1100', 'c 1200']);
  });
});

describe('long times', () => {
  for (const [what, delayMs] of [
    ['2 hours', 2 * HOUR_MS],
    ['24 hours', DAY_MS],
    ['49 days', 49 * DAY_MS],
    ['2 years', 730 * DAY_MS],
  ] as const) {
    it(`${what}: due to the millisecond, and few wake-ups on the way`, () => {
      const dueMs = 1_000 + delayMs;
      timers.set(named('a'), dueMs);
      clock.turn(dueMs - 1);
      expect(log).toEqual([]);
      const woken = clock.turn(dueMs);
      expect(log).toEqual([`a ${dueMs}`]);
      expect(woken).toBe(1);
      // One a level and one an era of 12.4 days.
      expect(clock.asked).toBeLessThanOrEqual(6 + Math.ceil(delayMs / (12 * DAY_MS)));
    });
  }

  it('no wake-up is farther away than the longest timer of a platform', () => {
    timers.set(named('a'), 1_000 + 400 * DAY_MS);
    expect(clock.waiting).toHaveLength(1);
    expect(clock.waiting[0]! - clock.nowMs).toBeLessThan(2 ** 31 - 1);
  });

  it('a program that has run for years keeps its resolution', () => {
    clock.nowMs = 5 * 365 * DAY_MS + 0.5;
    timers.set(named('a'), clock.nowMs + 20);
    clock.turn(clock.nowMs + 19);
    expect(log).toEqual([]);
    clock.turn(clock.nowMs + 2);
    expect(log).toHaveLength(1);
  });

  it('a wheel that slept past several eras loses nothing', () => {
    for (const days of [1, 13, 26, 39, 52]) timers.set(named(`${days}`), 1_000 + days * DAY_MS);
    clock.lateMs = 60 * DAY_MS;
    clock.turn(1_000 + DAY_MS);
    expect(log.map((line) => line.split(' ')[0])).toEqual(['1', '13', '26', '39', '52']);
  });
});

describe('cost', () => {
  it('setting and clearing call after call asks the clock once', () => {
    const deadline = named('deadline');
    const other = named('keepalive');
    timers.set(other, 11_000);
    expect(clock.asked).toBe(1);
    for (let call = 0; call < 1_000; call++) {
      clock.nowMs += 0.01;
      timers.set(deadline, clock.nowMs + 10_000);
      timers.clear(deadline);
    }
    expect(clock.asked).toBeLessThanOrEqual(2);
  });

  it('many that are due in one tick share one wake-up', () => {
    for (let count = 0; count < 100; count++) timers.set(named('a'), 1_100);
    expect(clock.turn(1_100)).toBe(1);
    expect(log).toHaveLength(100);
  });

  it('a wheel without timers asks for nothing', () => {
    const timer = named('a');
    timers.set(timer, 1_100);
    timers.clear(timer);
    clock.turn(1_100);
    expect(clock.waiting).toEqual([]);
    const asked = clock.asked;
    clock.turn(DAY_MS);
    expect(clock.asked).toBe(asked);
  });

  it('a timer set after a long rest is not woken for early', () => {
    const asleep = named('asleep');
    timers.set(asleep, 1_100);
    timers.clear(asleep);
    clock.turn(10 * HOUR_MS + 0.5);
    timers.set(named('a'), clock.nowMs + 20);
    expect(clock.turn(11 * HOUR_MS)).toBe(1);
  });
});

/** What the wheel must do, by searching a list. */
class Model {
  readonly due = new Map<number, { tick: number; order: number }>();
  #order = 0;

  set(id: number, dueMs: number, floorTick: number): void {
    this.due.set(id, { tick: Math.max(Math.ceil(dueMs), floorTick), order: this.#order++ });
  }

  first(nowTick: number): number | undefined {
    let best: number | undefined;
    for (const [id, { tick, order }] of this.due) {
      if (tick > nowTick) continue;
      const other = best === undefined ? undefined : this.due.get(best)!;
      if (other === undefined || tick < other.tick || (tick === other.tick && order < other.order)) best = id;
    }
    return best;
  }
}

type Operation =
  | { readonly kind: 'set'; readonly id: number; readonly inMs: number }
  | { readonly kind: 'clear'; readonly id: number }
  | { readonly kind: 'turn'; readonly byMs: number; readonly lateMs: number };

const IDS = 12;
const id = fc.nat(IDS - 1);
/** Each magnitude matters alike: ticks, slots, levels, eras. */
const time = fc
  .tuple(fc.integer({ min: 0, max: 34 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([bits, part]) => 2 ** bits * part);
const setOperation = fc.record({ kind: fc.constant('set' as const), id, inMs: time });
const clearOperation = fc.record({ kind: fc.constant('clear' as const), id });
const turnOperation = fc.record({
  kind: fc.constant('turn' as const),
  byMs: time,
  lateMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5, noNaN: true }), time),
});
const step: fc.Arbitrary<Operation> = fc.oneof(setOperation, setOperation, clearOperation, turnOperation);

it('does what searching a list does, whatever is set and cleared when', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 2 ** 36, noNaN: true }),
      fc.array(step, { maxLength: 60 }),
      fc.array(fc.oneof(setOperation, clearOperation), { maxLength: 20 }),
      (originMs, operations, whileExpiring) => {
        const clock = new HandClock(originMs);
        const timers = new Timers(clock);
        const model = new Model();
        const reactions = [...whileExpiring];
        let worstMs = 0;
        const act = (operation: Operation, floorTick: number): void => {
          if (operation.kind === 'set') {
            timers.set(all[operation.id]!, clock.nowMs + operation.inMs);
            model.set(operation.id, clock.nowMs + operation.inMs, floorTick);
          } else if (operation.kind === 'clear') {
            timers.clear(all[operation.id]!);
            model.due.delete(operation.id);
          }
        };
        const all = Array.from(
          { length: IDS },
          (_, own) =>
            new Timer((nowMs) => {
              expect(own).toBe(model.first(Math.floor(nowMs)));
              expect(nowMs).toBeGreaterThanOrEqual(all[own]!.dueMs);
              expect(all[own]!.armed).toBe(false);
              model.due.delete(own);
              const reaction = reactions.pop();
              if (reaction !== undefined) act(reaction, Math.floor(nowMs) + 1);
            }),
        );
        for (const operation of operations) {
          if (operation.kind === 'turn') {
            clock.lateMs = operation.lateMs;
            worstMs = Math.max(worstMs, operation.lateMs);
            clock.turn(clock.nowMs + operation.byMs);
            // Nothing that is due by more than a tick and the clock's own lateness is still waiting.
            for (const { tick } of model.due.values()) expect(tick).toBeGreaterThan(clock.nowMs - 1 - worstMs);
          } else {
            act(operation, Number.NEGATIVE_INFINITY);
          }
          expect(timers.size).toBe(model.due.size);
          for (let own = 0; own < IDS; own++) expect(all[own]!.armed).toBe(model.due.has(own));
        }
        clock.lateMs = 0;
        clock.turn(clock.nowMs + 2 ** 35);
        expect(timers.size).toBe(0);
        expect(model.due.size).toBe(0);
        expect(clock.waiting).toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
});
