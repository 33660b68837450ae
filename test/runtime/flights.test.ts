import { describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { Flights } from '../../src/runtime/flights.ts';

const local = { kind: 'tcp', host: '127.0.0.1', port: 1 } as const;
const remote = { kind: 'tcp', host: '127.0.0.1', port: 2 } as const;

/** A connection that pings once at `atMs`. */
function fly(flights: Flights, openedMs: number, atMs: number, goneMs?: number) {
  const recorder = flights.recorder()!;
  recorder.opened('client', local, remote, openedMs);
  recorder.frame('client', atMs, 6, 0, 0, 8, 0, '0000000000000000', 0, 0);
  recorder.flushed(atMs);
  if (goneMs !== undefined) recorder.gone(goneMs);
  return recorder;
}

describe('flight recorders', () => {
  it('make one trace, in the order of time, with frames numbered through', () => {
    const flights = new Flights({}, 16);
    fly(flights, 100, 150);
    fly(flights, 120, 130, 140);
    const { originMs, events } = flights.trace();
    expect(originMs).toBe(100);
    expect(events.map(({ timeMs }) => timeMs)).toEqual([...events.map(({ timeMs }) => timeMs)].sort((a, b) => a - b));
    const frames = events.flatMap((event) =>
      event.kind === 'frame' ? [[event.index, event.timeMs, event.connection]] : [],
    );
    // The closed one is first by number; the open one began first and pinged last.
    expect(frames).toEqual([
      [1, 30, 1],
      [2, 50, 2],
    ]);
  });

  it('keep those that closed last', () => {
    const flights = new Flights({ closedConnections: 2 }, 16);
    const [, second, third] = [0, 1, 2].map((at) => fly(flights, at, at, at + 10));
    expect(flights.closed).toEqual([third, second]);
    expect(new Set(flights.trace().events.map(({ connection }) => connection)).size).toBe(2);
  });

  it('record nothing when asked to', () => {
    expect(new Flights({ frames: 0 }, 16).recorder()).toBeUndefined();
    expect(new Flights({}, 16).trace().events).toEqual([]);
  });

  it('refuse numbers that make no sense', () => {
    for (const frames of [-1, 1.5, Number.NaN]) expect(() => new Flights({ frames }, 16)).toThrow(UsageError);
    expect(() => new Flights({ closedConnections: -1 }, 16)).toThrow(/recording\.closedConnections is -1/);
  });
});
