/** Connections that do not speak let go of what they can do without, and nobody can tell from what is said of them. */
import { describe, expect, it } from 'vitest';
import { type TraceEvent, Tracer } from '#trace';
import { Awake, type Sleeper } from '../../src/trace/awake.ts';
import { Script } from '../h2/observer/script.ts';
import { INFO } from './driver.ts';

class Sleeping implements Sleeper {
  place = 0;
  rests = 0;

  rest(): void {
    this.rests++;
  }
}

describe('those that are awake', () => {
  const crowd = (count: number): Sleeping[] => Array.from({ length: count }, () => new Sleeping());
  const tired = (sleepers: readonly Sleeping[]): number => sleepers.filter(({ rests }) => rests > 0).length;

  it('are two hundred: for each more the one that woke first rests', () => {
    const awake = new Awake();
    const sleepers = crowd(203);
    for (const sleeper of sleepers) awake.wake(sleeper);
    expect(tired(sleepers)).toBe(3);
    expect(sleepers.slice(0, 4).map(({ rests }) => rests)).toEqual([1, 1, 1, 0]);
  });

  it('stay so while they speak among few', () => {
    const awake = new Awake();
    const sleepers = crowd(150);
    for (let turn = 0; turn < 5; turn++) for (const sleeper of sleepers) awake.wake(sleeper);
    expect(tired(sleepers)).toBe(0);
  });

  it('leave their place when they are over', () => {
    const awake = new Awake();
    const [first, ...others] = crowd(201);
    awake.wake(first!);
    awake.leave(first!);
    for (const sleeper of others) awake.wake(sleeper);
    expect(first!.rests).toBe(0);
  });
});

it('five hundred connections that take turns are told as one alone is', () => {
  const chunks = new Script().hello().unary(1).unary(3).unary(5).chunks;
  const tell = (connections: number): Map<number, TraceEvent[]> => {
    const events = new Map<number, TraceEvent[]>();
    const tracer = new Tracer((event) => {
      events.set(event.connection, [...(events.get(event.connection) ?? []), event]);
    });
    const handlers = Array.from({ length: connections }, () => tracer.opened(INFO, 0, 1));
    chunks.forEach(({ from, bytes }, turn) => {
      for (const handler of handlers) handler.bytes(from === 'client' ? 'a' : 'b', bytes, 0, bytes.length, turn, turn);
    });
    for (const handler of handlers) handler.done('closed', chunks.length);
    return events;
  };
  /** All but the numbers that run over the whole input. */
  const own = (events: readonly TraceEvent[]): object[] =>
    events.map((event) => ({ ...event, connection: 0, ...('index' in event ? { index: 0 } : {}) }));
  const alone = own(tell(1).get(1)!);
  expect(alone.filter((event) => 'kind' in event && event.kind === 'message')).toHaveLength(6);
  const many = tell(500);
  expect(many.size).toBe(500);
  for (const events of many.values()) expect(own(events)).toEqual(alone);
});
