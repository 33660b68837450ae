import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otherSide, type Side } from '#base';
import { Observer } from '#h2';
import { Recorder } from './recorder.ts';
import { type Chunk, observe } from './script.ts';
import { traffic } from './traffic.ts';

/** Cuts every chunk at the given sizes, over and over. */
function cut(chunks: readonly Chunk[], sizes: readonly number[]): Chunk[] {
  const pieces: Chunk[] = [];
  let turn = 0;
  for (const { from, bytes } of chunks) {
    for (let at = 0; at < bytes.length; ) {
      const size = sizes[turn++ % sizes.length]!;
      pieces.push({ from, bytes: bytes.subarray(at, at + size) });
      at += size;
    }
  }
  return pieces;
}

/** Another order of the two directions; each direction keeps its own. */
function shuffle(chunks: readonly Chunk[], picks: readonly Side[]): Chunk[] {
  const queues = {
    client: chunks.filter(({ from }) => from === 'client'),
    server: chunks.filter(({ from }) => from === 'server'),
  };
  const order: Chunk[] = [];
  for (let turn = 0; order.length < chunks.length; turn++) {
    const side = picks[turn % picks.length]!;
    const next = queues[side].shift() ?? queues[otherSide(side)].shift();
    if (next !== undefined) order.push(next);
  }
  return order;
}

const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });
const picks = fc.array(fc.constantFrom<Side>('client', 'server'), { minLength: 1, maxLength: 40 });

describe('healthy traffic', () => {
  it('breaks no rule', () => {
    fc.assert(
      fc.property(traffic, (chunks) => {
        expect(observe(chunks).violations).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same events however it is cut', () => {
    fc.assert(
      fc.property(traffic, sizes, (chunks, cuts) => {
        const whole = observe(chunks);
        const pieces = observe(cut(chunks, cuts));
        expect(pieces.lines).toEqual(whole.lines);
        expect(pieces.octets).toEqual(whole.octets);
      }),
      { numRuns: 200 },
    );
  });

  it('gives the same events octet by octet', () => {
    fc.assert(
      fc.property(traffic, (chunks) => {
        expect(observe(cut(chunks, [1])).lines).toEqual(observe(chunks).lines);
      }),
      { numRuns: 20 },
    );
  });

  it('breaks no rule in whatever order a capture shows the directions', () => {
    fc.assert(
      fc.property(traffic, picks, (chunks, order) => {
        expect(observe(shuffle(chunks, order)).violations).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('breaks no rule when octets are missing', () => {
    const losses = fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 300 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(traffic, losses, sizes, (chunks, holes, cuts) => {
        expect(withHoles(cut(chunks, cuts), holes).violations).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('breaks no rule when the observer joins in the middle', () => {
    fc.assert(
      fc.property(traffic, fc.nat(500), fc.nat(500), sizes, (chunks, fromClient, fromServer, cuts) => {
        const missed = { client: fromClient, server: fromServer };
        const rest: Chunk[] = [];
        for (const { from, bytes } of cut(chunks, cuts)) {
          const skip = Math.min(missed[from], bytes.length);
          missed[from] -= skip;
          if (skip < bytes.length) rest.push({ from, bytes: bytes.subarray(skip) });
        }
        const joined = observe(rest, (observer) => {
          if (fromClient > 0) observer.joinMiddle('client');
          if (fromServer > 0) observer.joinMiddle('server');
        });
        expect(joined.violations).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

/** Replaces octets by gaps: at the hole's place in the whole input, in the direction of the chunk that lies there. */
function withHoles(chunks: readonly Chunk[], holes: readonly (readonly [number, number])[]): Recorder {
  const recorder = new Recorder();
  const observer = new Observer(recorder);
  const left = { client: 0, server: 0 };
  const ahead = holes.map(([index, length]) => ({ index, length }));
  for (const [index, { from, bytes }] of chunks.entries()) {
    for (const hole of ahead) if (hole.index === index) left[from] += hole.length;
    const lost = Math.min(left[from], bytes.length);
    left[from] -= lost;
    if (lost > 0) observer.gap(from, lost);
    if (lost === bytes.length) continue;
    observer.receive(from, bytes, lost, bytes.length);
  }
  observer.end('client');
  observer.end('server');
  return recorder;
}

describe('any octets', () => {
  it('never make the observer throw', () => {
    const operation = fc.tuple(fc.constantFrom<Side>('client', 'server'), fc.uint8Array({ maxLength: 60 }), fc.nat(9));
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), fc.boolean(), (operations, joins) => {
        const observer = new Observer(new Recorder());
        if (joins) observer.joinMiddle('client');
        for (const [from, bytes, luck] of operations) {
          if (luck === 0) observer.gap(from, bytes.length);
          else observer.receive(from, bytes, 0, bytes.length);
        }
        observer.end('client');
      }),
      { numRuns: 500 },
    );
  });
});
