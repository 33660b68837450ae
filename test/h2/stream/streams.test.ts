import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Side } from '#base';
import { Stream, StreamInput, Streams, streamStates } from '#h2';

function table() {
  return new Streams(() => new Stream());
}

/** Applies an input the way an engine does: the held state or the inferred one, then the outcome. */
function apply(streams: Streams<Stream>, id: number, from: Side, input: StreamInput): string | undefined {
  const outcome = streams.stateOf(id)[from][input];
  if (outcome?.rule !== undefined) return outcome.rule;
  if (outcome === undefined || outcome.next.name === 'idle') return undefined;
  const held = streams.find(id);
  if (held === undefined) streams.hold(id, outcome.next);
  else streams.move(held, outcome.next);
  return undefined;
}

describe('Streams', () => {
  it('counts open streams a side', () => {
    const streams = table();
    apply(streams, 1, 'client', StreamInput.HEADERS);
    apply(streams, 3, 'client', StreamInput.HEADERS_END);
    apply(streams, 2, 'server', StreamInput.PROMISED);
    expect([streams.open('client'), streams.open('server')]).toEqual([2, 0]);
    apply(streams, 2, 'server', StreamInput.HEADERS);
    expect(streams.open('server')).toBe(1);
    apply(streams, 3, 'server', StreamInput.HEADERS_END);
    apply(streams, 1, 'client', StreamInput.RST_STREAM);
    apply(streams, 2, 'server', StreamInput.DATA_END);
    expect([streams.open('client'), streams.open('server')]).toEqual([0, 0]);
    expect([streams.highestOfClient, streams.highestOfServer]).toEqual([3, 2]);
  });

  it('knows ids that it does not hold: idle, passed over, forgotten', () => {
    const streams = table();
    apply(streams, 5, 'client', StreamInput.HEADERS);
    expect(streams.stateOf(7).name).toBe('idle');
    expect(streams.stateOf(3).name).toBe('skipped');
    for (let id = 7; id < 2_000; id += 2) {
      apply(streams, id, 'client', StreamInput.HEADERS_END);
      apply(streams, id, 'server', StreamInput.HEADERS_END);
    }
    expect(streams.stateOf(7).name).toBe('unknown');
    expect(streams.stateOf(5).name).toBe('open');
    expect(streams.stateOf(1_999).name).toBe('closed');
  });

  it('remembers how a stream ended', () => {
    const streams = table();
    apply(streams, 1, 'client', StreamInput.HEADERS);
    const stream = streams.find(1)!;
    stream.resetCode = 8;
    apply(streams, 1, 'client', StreamInput.RST_STREAM);
    expect(streams.find(1)).toMatchObject({ state: streamStates['reset-by-client'], resetCode: 8 });
  });

  it('forgets what a loss makes doubtful, and keeps what it does not', () => {
    const streams = table();
    apply(streams, 1, 'client', StreamInput.HEADERS);
    apply(streams, 5, 'client', StreamInput.HEADERS_END);
    apply(streams, 7, 'client', StreamInput.HEADERS_END);
    apply(streams, 7, 'server', StreamInput.HEADERS_END);
    streams.blur();
    expect([1, 3, 5, 7, 9].map((id) => streams.stateOf(id).name)).toEqual([
      'unknown',
      'unknown',
      'unknown-client-ended',
      'closed',
      'idle',
    ]);
    expect(streams.open('client')).toBe(0);
    expect(streams.find(1)?.wholeSeen).toBe(false);
    expect(streams.find(7)?.wholeSeen).toBe(true);
  });

  it('counts what a walk over the streams counts, whatever happens', () => {
    const step = fc.tuple(
      fc.integer({ min: 1, max: 400 }),
      fc.constantFrom<Side>('client', 'server'),
      fc.constantFrom<StreamInput>(...Object.values(StreamInput)),
      fc.nat(60),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const streams = table();
        for (const [id, from, input, luck] of steps) {
          if (luck === 0) streams.blur();
          apply(streams, id, from, input);
        }
        expect(streams.open('client')).toBe(streams.openUpTo(0x7fff_ffff));
        expect(streams.open('server')).toBe(streams.openUpTo(0x7fff_fffe));
      }),
    );
  });
});

describe('Streams, as a whole', () => {
  it('counts open streams up to an id, of the side whose id it is', () => {
    const streams = table();
    for (const id of [1, 3, 5]) apply(streams, id, 'client', StreamInput.HEADERS);
    apply(streams, 3, 'client', StreamInput.RST_STREAM);
    apply(streams, 2, 'server', StreamInput.PROMISED);
    apply(streams, 2, 'server', StreamInput.HEADERS);
    expect([1, 3, 5, 7, 2].map((id) => streams.openUpTo(id))).toEqual([1, 1, 2, 2, 1]);
    expect([streams.highestOf('client'), streams.highestOf('server')]).toEqual([5, 2]);
  });

  it('that nothing is known of any more are unknown, and open no longer', () => {
    const streams = table();
    for (const id of [1, 3]) apply(streams, id, 'client', StreamInput.HEADERS);
    streams.doubt();
    expect([1, 3].map((id) => streams.stateOf(id).name)).toEqual(['unknown', 'unknown']);
    expect([...[1, 3]].map((id) => streams.find(id)?.wholeSeen)).toEqual([false, false]);
    expect(streams.open('client')).toBe(0);
    expect(streams.stateOf(5).name).toBe('idle');
  });

  it('may have used ids that nobody saw', () => {
    const streams = table();
    apply(streams, 9, 'client', StreamInput.HEADERS);
    apply(streams, 8, 'server', StreamInput.PROMISED);
    expect([streams.stateOf(5).name, streams.stateOf(4).name]).toEqual(['skipped', 'skipped']);
    streams.blurBelow(7);
    streams.blurBelow(4);
    expect([5, 7, 4, 6].map((id) => streams.stateOf(id).name)).toEqual(['unknown', 'unknown', 'unknown', 'skipped']);
    streams.blurBelow(3);
    expect(streams.stateOf(7).name).toBe('unknown');
  });

  it('at rest are forgotten', () => {
    const streams = table();
    for (const id of [1, 3]) apply(streams, id, 'client', StreamInput.HEADERS);
    for (const id of [1, 3]) apply(streams, id, 'client', StreamInput.RST_STREAM);
    streams.rest();
    const held: number[] = [];
    streams.forEach(({ id }) => {
      held.push(id);
    });
    expect([held, streams.open('client')]).toEqual([[], 0]);
    expect([1, 3, 5].map((id) => streams.stateOf(id).name)).toEqual(['unknown', 'unknown', 'idle']);
  });
});
