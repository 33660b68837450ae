/** The clock of a capture that leaps: found, mended, and told from silences that are true. */
import { describe, expect, it } from 'vitest';
import { FlowAssembler } from '#capture';
import { ip, tcp, timestampOption } from '../support/packets.ts';
import { type RecordedFlow, Recorder } from './recorder.ts';
import { Wire } from './tcp/wire.ts';

/** A connection in use for 120 ms, so that the rate of both clocks is known. */
function used(wire = new Wire().stamped()): Wire {
  wire.shakeHands();
  for (let count = 0; count < 30; count++) wire.wait(1).send('a', 'ask').send('b', 'tell');
  return wire;
}

const talk = (wire: Wire): Wire => wire.send('a', 'ask').send('b', 'tell');

function read(wire: Wire): { leaps: RecordedFlow['leaps']; lastMs: number } {
  const { flows, capture } = wire.read();
  return { leaps: flows[0]!.leaps, lastMs: capture.summary.lastTimeMs };
}

/** When the last packet of the same talk is taken, if no clock leaps. */
const plainMs = (tell: (wire: Wire) => Wire): number => read(tell(used())).lastMs;

describe('a clock that leaps', () => {
  it.each([
    ['ahead', 12_000],
    ['back', -12_000],
    ['back a little', -150],
    ['ahead by a day', 86_400_000],
  ])('%s is mended by the time stamps of both ends', (_name, ms) => {
    const { leaps, lastMs } = read(talk(used().leap(ms)));
    expect(leaps).toEqual([{ packet: 64, byMs: expect.closeTo(ms, -1), proof: 'hosts' }]);
    expect(Math.abs(lastMs - plainMs(talk))).toBeLessThan(3);
  });

  it('within a silence leaves the silence', () => {
    const { leaps, lastMs } = read(talk(used().wait(20_000).leap(7_000)));
    expect(leaps).toEqual([{ packet: 64, byMs: expect.closeTo(7_000, -1), proof: 'hosts' }]);
    expect(Math.abs(lastMs - plainMs((wire) => talk(wire.wait(20_000))))).toBeLessThan(3);
  });

  it('back within a longer silence is found as well', () => {
    const { leaps, lastMs } = read(talk(used().wait(20_000).leap(-7_000)));
    expect(leaps).toMatchObject([{ byMs: expect.closeTo(-7_000, -1), proof: 'hosts' }]);
    expect(Math.abs(lastMs - plainMs((wire) => talk(wire.wait(20_000))))).toBeLessThan(3);
  });

  it('several times is found each time', () => {
    const wire = talk(talk(talk(used().leap(5_000)).wait(10_000)).leap(-3_000));
    expect(read(wire).leaps.map(({ byMs }) => Math.round(byMs / 100) * 100)).toEqual([5_000, -3_000]);
  });

  it('is found where only short silences show the rate', () => {
    const wire = new Wire().stamped().shakeHands();
    for (let count = 0; count < 5; count++) talk(wire.wait(10_000));
    expect(read(talk(wire.leap(12_345))).leaps).toMatchObject([{ byMs: expect.closeTo(12_345, -1), proof: 'hosts' }]);
  });

  it('is mended by clocks of other rates', () => {
    const wire = new Wire().stamped({ a: 0.1, b: 1000 });
    wire.shakeHands();
    for (let count = 0; count < 80; count++) wire.wait(2).send('a', 'ask').send('b', 'tell');
    const { leaps } = read(talk(wire.wait(5_000).leap(9_000)));
    expect(leaps).toMatchObject([{ byMs: expect.closeTo(9_000, -2), proof: 'hosts' }]);
  });

  it('back, without time stamps: the time that passed is unknown, and none is taken to have', () => {
    const { leaps, lastMs } = read(talk(used(new Wire()).leap(-12_000)));
    expect(leaps).toMatchObject([{ packet: 64, byMs: expect.closeTo(-12_000, -1), proof: 'order' }]);
    expect(Math.abs(lastMs - plainMs(talk))).toBeLessThan(3);
  });

  it('is told to connections that say nothing more before the capture ends', () => {
    const { flows } = used().leap(12_000).send('a', 'ask').read();
    expect(flows[0]!.lines.at(-1)).toBe('done capture-ended');
    expect(flows[0]!.leaps).toMatchObject([{ proof: 'one-host' }]);
  });
});

describe('no leap', () => {
  it.each([100, 3_000, 400_000, 40 * 60_000, 86_400_000])('a true silence of %i ms', (ms) => {
    const { leaps, lastMs } = read(talk(used().wait(ms)));
    expect(leaps).toEqual([]);
    expect(lastMs).toBeGreaterThan(ms);
  });

  it('a true silence of hosts with slow, fast and coarse clocks', () => {
    for (const ticks of [0.001, 0.002, 0.01, 0.1, 0.25, 1000]) {
      const wire = talk(used(new Wire().stamped({ a: ticks, b: ticks })).wait(30_000));
      expect(read(wire).leaps).toEqual([]);
    }
  });

  it('a true silence at the beginning, by clocks whose rate nobody has seen', () => {
    for (const ticks of [0.01, 0.1, 1]) {
      const wire = talk(new Wire().stamped({ a: ticks, b: ticks }).shakeHands().wait(20_000));
      expect(read(wire).leaps).toEqual([]);
    }
  });

  it('a silence without time stamps', () => {
    expect(read(talk(used(new Wire()).wait(30_000))).leaps).toEqual([]);
  });

  it('packets out of order', () => {
    const wire = used().wait(40).send('a', 'ask').send('b', 'tell').swap().leap(-60).send('a', 'more').leap(60);
    expect(read(talk(wire)).leaps).toEqual([]);
  });

  it('a host that was suspended: the other one says that time went on', () => {
    const wire = talk(used().sleep('a', 60_000));
    expect(read(wire).leaps).toEqual([]);
    expect(read(wire).lastMs).toBeGreaterThan(60_000);
  });

  it('a host that was suspended and whose peer is not heard: told with doubt, and no time is changed', () => {
    const { leaps, lastMs } = read(used().sleep('a', 60_000).send('a', 'ask'));
    expect(leaps).toMatchObject([{ byMs: expect.closeTo(60_000, -1), proof: 'one-host' }]);
    expect(lastMs).toBeGreaterThan(60_000);
  });

  it('packets of one end that waited on the way for half a second', () => {
    expect(read(used().sleep('a', 500).send('a', 'ask')).leaps).toEqual([]);
  });
});

/** One packet between two hosts, as an interface of the capture sees it. */
function packet(from: 'a' | 'b', port: number, sequence: number, ticks: number, length = 4): Uint8Array {
  const [source, destination] = from === 'a' ? ['10.0.0.1', '10.0.0.2'] : ['10.0.0.2', '10.0.0.1'];
  const payload = tcp({
    sourcePort: from === 'a' ? port : 50_051,
    destinationPort: from === 'a' ? 50_051 : port,
    sequence,
    acknowledgment: 1,
    flags: 16,
    options: timestampOption(ticks),
    payload: new Uint8Array(length),
  });
  return ip({ source: source!, destination: destination!, protocol: 6, payload });
}

/** Plays packets at these times; `source` is the interface. */
function play(
  packets: readonly { from: 'a' | 'b'; port: number; ms: number; ticks: number; source?: number; length?: number }[],
): RecordedFlow[] {
  const recorder = new Recorder();
  const flows = new FlowAssembler(recorder);
  const sequences = new Map<string, number>();
  packets.forEach(({ from, port, ms, ticks, source, length }, index) => {
    const key = `${from} ${port} ${source}`;
    const sequence = (sequences.get(key) ?? 0) + 4;
    sequences.set(key, sequence);
    const bytes = packet(from, port, sequence, ticks, length);
    flows.take(bytes, 0, bytes.length, bytes.length, 101, ms, index + 1, source);
  });
  flows.end();
  return recorder.flows;
}

describe('several clocks', () => {
  it('two interfaces whose clocks differ by ten seconds leap nowhere', () => {
    const packets = Array.from({ length: 40 }, (_, index) => index).flatMap((index) =>
      [0, 10_000].flatMap((offset, source) => [
        { from: 'a' as const, port: 40_000, ms: index * 300 + offset, ticks: index * 300, source },
        { from: 'b' as const, port: 40_000, ms: index * 300 + 1 + offset, ticks: index * 300 + 1, source },
      ]),
    );
    expect(play(packets.sort((x, y) => x.ms - y.ms)).flatMap(({ leaps }) => leaps)).toEqual([]);
    // Not sorted: one interface was drained after the other.
    expect(play(packets).flatMap(({ leaps }) => leaps)).toEqual([]);
  });

  it('a file that was put behind a later one: its time stamps are earlier, too', () => {
    const part = (port: number, startMs: number) =>
      Array.from({ length: 40 }, (_, index) => ({
        from: index % 2 === 0 ? ('a' as const) : ('b' as const),
        port,
        ms: startMs + index * 20,
        ticks: startMs + index * 20,
      }));
    const flows = play([...part(40_000, 100_000), ...part(40_001, 0)]);
    expect(flows.flatMap(({ leaps }) => leaps)).toEqual([]);
    expect(flows).toHaveLength(2);
  });

  it('of two connections that take turns, both are told of the leap between them', () => {
    const turns = Array.from({ length: 30 }, (_, turn) => {
      const ms = turn * 4_000 + (turn >= 21 ? 25_000 : 0);
      const port = 40_000 + (turn % 2);
      const at = { port, ms, ticks: turn * 4_000 };
      return [
        { from: 'a' as const, ...at },
        { from: 'b' as const, ...at, ms: ms + 2, ticks: turn * 4_000 + 2 },
      ];
    }).flat();
    const flows = play(turns);
    expect(flows.map(({ leaps }) => leaps)).toMatchObject([
      [{ packet: 43, byMs: 25_000, proof: 'hosts' }],
      [{ packet: 43, byMs: 25_000, proof: 'hosts' }],
    ]);
  });

  it('one of which nothing but an acknowledgment was seen is told at the end, at its own packet', () => {
    const steady = (ms: number, ticks: number) => [
      { from: 'a' as const, port: 40_000, ms, ticks },
      { from: 'b' as const, port: 40_000, ms: ms + 2, ticks: ticks + 2 },
    ];
    const before = Array.from({ length: 20 }, (_, turn) => steady(turn * 100, turn * 100)).flat();
    const silent = { from: 'a' as const, port: 40_001, ms: 1_950, ticks: 1_950, length: 0 };
    const flows = play([...before, silent, ...steady(27_000, 2_000), ...steady(27_100, 2_100)]);
    expect(flows[0]!.leaps).toMatchObject([{ packet: 42, proof: 'hosts' }]);
    expect(flows[1]!.lines.slice(-2)).toEqual(['41 leap at 42', 'done capture-ended']);
  });
});
