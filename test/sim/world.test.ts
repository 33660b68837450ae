/** Virtual time: order, deferral, limits; and programs that are killed or frozen. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Timer, Timers } from '#drive';
import { Process, World } from '#sim';

let world: World;
let log: string[];

beforeEach(() => {
  world = new World({ seed: 1 });
  log = [];
});

const note = (text: string) => (): void => {
  log.push(`${text} ${world.now()}`);
};

describe('a world', () => {
  it('does things at their time; at the same time in the order in which they were asked for', () => {
    world.at(5, note('b'));
    world.at(2, note('a'));
    world.at(5, note('c'));
    world.at(1.5, () => world.at(0, note('past')));
    expect(world.run()).toBe('idle');
    expect(log).toEqual(['past 1.5', 'a 2', 'b 5', 'c 5']);
  });

  it('keeps order among many events', () => {
    const times = Array.from({ length: 500 }, () => world.chance.int(0, 50));
    const ran: [number, number][] = [];
    times.forEach((atMs, order) => {
      world.at(atMs, () => ran.push([atMs, order]));
    });
    world.run();
    expect(ran).toEqual(times.map((atMs, order) => [atMs, order]).sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!));
  });

  it('does what was deferred after the present task and before the next event', () => {
    world.at(1, () => {
      world.defer(note('deferred'));
      world.defer(() => world.defer(note('twice deferred')));
      note('task')();
    });
    world.at(1, note('next'));
    world.run();
    expect(log).toEqual(['task 1', 'deferred 1', 'twice deferred 1', 'next 1']);
  });

  it('does what was deferred outside of it first', () => {
    world.defer(note('deferred'));
    world.at(0, note('event'));
    world.run(0);
    expect(log).toEqual(['deferred 0', 'event 0']);
  });

  it('stops at the time asked for, inclusive, and goes on from there', () => {
    world.at(10, note('a'));
    world.at(10.001, note('b'));
    expect(world.run(10)).toBe('time');
    expect(log).toEqual(['a 10']);
    expect(world.now()).toBe(10);
    expect(world.run(20)).toBe('idle');
    expect(world.now()).toBe(20);
  });

  it('does not do what was taken back, however often', () => {
    const cancel = world.at(10, note('a'));
    world.at(5, () => {
      cancel();
      cancel();
    });
    world.run();
    cancel();
    expect(log).toEqual([]);
  });

  it('calls code that waits for itself a livelock', () => {
    const again = (): void => {
      world.at(0, again);
    };
    again();
    expect(world.run(1_000)).toBe('livelock');
    const deferring = new World({ seed: 1 });
    const defer = (): void => deferring.defer(defer);
    defer();
    expect(deferring.run(1_000)).toBe('livelock');
  });

  it('ends when it has gone on for too long', () => {
    const busy = new World({ seed: 1, maxSteps: 100 });
    const again = (): void => {
      busy.after(1, again);
    };
    again();
    expect(busy.run()).toBe('steps');
    expect(busy.steps).toBe(100);
  });
});

describe('a process', () => {
  it('has a clock of its own', () => {
    const process = new Process(world, 'server', 1_000_000.5);
    process.at(1_000_010.5, note('a'));
    expect(process.now()).toBe(1_000_000.5);
    world.run();
    expect(log).toEqual(['a 10']);
    expect(process.toOwn(10)).toBe(process.now());
  });

  it('is never woken early by rounding', () => {
    const process = new Process(world, 'server', 98_765.4321);
    for (let count = 0; count < 2_000; count++) {
      const atMs = process.now() + world.chance.between(0, 1_000);
      process.at(atMs, () => expect(process.now()).toBeGreaterThanOrEqual(atMs));
    }
    expect(world.run()).toBe('idle');
  });

  it('keeps a timer wheel going, wherever its clock began', () => {
    const process = new Process(world, 'server', 98_765.4321);
    const timers = new Timers(process);
    const timer = new Timer(() => note('expired')());
    timers.set(timer, process.now() + 500);
    expect(world.run(10_000)).toBe('idle');
    expect(log).toHaveLength(1);
    expect(Number(log[0]!.split(' ')[1])).toBeGreaterThanOrEqual(500);
    expect(Number(log[0]!.split(' ')[1])).toBeLessThan(501);
  });

  it('that is killed does nothing more', () => {
    const process = new Process(world, 'server');
    process.at(10, note('a'));
    process.whenKilled(note('killed'));
    world.at(5, () => {
      process.defer(note('b'));
      process.kill();
      process.kill();
      process.run(note('c'));
    });
    world.run();
    expect(log).toEqual(['killed 5']);
  });

  it('that is frozen does it later, in order, except what was taken back', () => {
    const process = new Process(world, 'server');
    process.at(10, () => {
      note('a')();
      process.defer(note('deferred'));
    });
    const cancel = process.at(11, note('b'));
    process.at(12, note('c'));
    world.at(5, () => process.freeze(100));
    world.at(50, cancel);
    world.run();
    expect(log).toEqual(['a 105', 'deferred 105', 'c 105']);
  });

  it('that is killed while frozen never thaws', () => {
    const process = new Process(world, 'server');
    process.at(10, note('a'));
    world.at(5, () => process.freeze(100));
    world.at(50, () => process.kill());
    world.run();
    expect(log).toEqual([]);
  });
});
