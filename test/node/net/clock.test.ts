import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UsageError } from '#base';
import { NodeClock } from '#node';

const DAY_MS = 86_400_000;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('at', () => {
  const clock = new NodeClock();
  const task = vi.fn();

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    task.mockClear();
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('runs once, when it is due', () => {
    clock.at(clock.now() + 100, task);
    vi.advanceTimersByTime(99);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1_000);
    expect(task).toHaveBeenCalledTimes(1);
  });

  it('rounds fractions up', () => {
    clock.at(clock.now() + 0.2, task);
    vi.advanceTimersByTime(0);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledTimes(1);
  });

  it('waits on when the timer fires early', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1_000);
    clock.at(1_050, task);
    now.mockReturnValue(1_049.3);
    vi.advanceTimersByTime(50);
    expect(task).not.toHaveBeenCalled();
    now.mockReturnValue(1_050);
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledTimes(1);
  });

  it('waits longer than the longest timer of the platform', () => {
    clock.at(clock.now() + 60 * DAY_MS, task);
    vi.advanceTimersByTime(59 * DAY_MS);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(DAY_MS);
    expect(task).toHaveBeenCalledTimes(1);
  });

  it('can be cancelled, also in the second step of a long wait, and afterwards', () => {
    clock.at(clock.now() + 10, task)();
    const long = clock.at(clock.now() + 60 * DAY_MS, task);
    vi.advanceTimersByTime(30 * DAY_MS);
    long();
    vi.advanceTimersByTime(60 * DAY_MS);
    expect(task).not.toHaveBeenCalled();
    const done = clock.at(clock.now() + 1, task);
    vi.advanceTimersByTime(1);
    done();
    expect(task).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('runs at once in the past, but not before it returns', () => {
    clock.at(clock.now() - 1_000, task);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledTimes(1);
  });

  it('never comes at Infinity and does not take NaN', () => {
    clock.at(Number.POSITIVE_INFINITY, task)();
    expect(vi.getTimerCount()).toBe(0);
    expect(() => clock.at(Number.NaN, task)).toThrow(UsageError);
  });
});

describe('defer', () => {
  it('runs tasks in order, after what is being processed and before the next turn', async () => {
    const clock = new NodeClock();
    const heard: string[] = [];
    setImmediate(() => heard.push('turn'));
    clock.defer(() => heard.push('first'));
    clock.defer(() => heard.push('second'));
    heard.push('now');
    await turn();
    expect(heard).toEqual(['now', 'first', 'second', 'turn']);
  });

  it('runs what tasks defer in the same turn', async () => {
    const clock = new NodeClock();
    const heard: string[] = [];
    setImmediate(() => heard.push('turn'));
    clock.defer(() => {
      heard.push('outer');
      clock.defer(() => heard.push('inner'));
    });
    await turn();
    expect(heard).toEqual(['outer', 'inner', 'turn']);
  });

  it('runs after the promises that the turn settles', async () => {
    const clock = new NodeClock();
    const heard: string[] = [];
    setImmediate(() => heard.push('turn'));
    clock.defer(() => heard.push('deferred'));
    const answer = async (): Promise<void> => {
      for (let step = 0; step < 5; step++) await null;
      heard.push('handler');
    };
    process.nextTick(() => void answer());
    await turn();
    expect(heard).toEqual(['handler', 'deferred', 'turn']);
  });

  it('lets input through when tasks never end', async () => {
    const clock = new NodeClock();
    let runs = 0;
    let stop = false;
    const forever = (): void => {
      runs++;
      if (!stop) clock.defer(forever);
    };
    clock.defer(forever);
    await turn();
    const before = runs;
    expect(before).toBeGreaterThan(0);
    await turn();
    expect(runs).toBeGreaterThan(before);
    stop = true;
    await turn();
    await turn();
    const last = runs;
    await turn();
    expect(runs).toBe(last);
  });

  it('runs any number of tasks of one turn at once: the bound is on what they defer', async () => {
    const clock = new NodeClock();
    let runs = 0;
    for (let at = 0; at < 10_000; at++) clock.defer(() => runs++);
    await turn();
    expect(runs).toBe(10_000);
  });
});
