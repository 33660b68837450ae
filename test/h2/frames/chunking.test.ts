import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameReader } from '#h2';
import { frameOctets } from './arbitrary.ts';
import { Recorder, type Said } from './recorder.ts';

interface Hole {
  readonly at: number;
  readonly length: number;
}

/** A direction of frames one after the other, where each begins, and the octets that the capture lost. */
interface Direction {
  readonly bytes: Uint8Array;
  readonly boundaries: readonly number[];
  readonly holes: readonly Hole[];
}

function join(frames: readonly Uint8Array[], wanted: readonly Hole[]): Direction {
  const boundaries: number[] = [];
  let length = 0;
  for (const frame of frames) {
    boundaries.push(length);
    length += frame.length;
  }
  const bytes = new Uint8Array(length);
  frames.forEach((frame, index) => {
    bytes.set(frame, boundaries[index]!);
  });
  const holes: Hole[] = [];
  let free = 0;
  for (const hole of [...wanted].sort((a, b) => a.at - b.at)) {
    if (hole.at < free || hole.at + hole.length > length) continue;
    holes.push(hole);
    free = hole.at + hole.length;
  }
  return { bytes, boundaries, holes };
}

interface Outcome {
  readonly said: readonly Said[];
  readonly syncLostAt: readonly number[];
  readonly unfinished: unknown;
}

/** Feeds a direction cut before each of `cuts`. When sync is lost, goes on at the next frame boundary. */
function feed(direction: Direction, cuts: ReadonlySet<number>): Outcome {
  const recorder = new Recorder();
  const reader = new FrameReader(recorder, 16_384, 40);
  const syncLostAt: number[] = [];
  let pushedTo = 0;
  const flush = (to: number): void => {
    if (to > pushedTo) reader.push(direction.bytes, pushedTo, to);
    pushedTo = to;
  };
  let at = 0;
  while (at < direction.bytes.length) {
    const hole = direction.holes.find((candidate) => candidate.at === at);
    if (hole !== undefined) {
      flush(at);
      at += hole.length;
      pushedTo = at;
      reader.gap(hole.length);
      if (!reader.synced) {
        syncLostAt.push(at);
        const next = direction.boundaries.find(
          (boundary) => boundary >= at && direction.holes.every((h) => h.at >= boundary || h.at + h.length <= boundary),
        );
        if (next === undefined) return { said: recorder.said, syncLostAt, unfinished: reader.unfinished };
        reader.restart();
        at = next;
        pushedTo = next;
      }
      continue;
    }
    if (cuts.has(at)) flush(at);
    at++;
  }
  flush(direction.bytes.length);
  return { said: recorder.said, syncLostAt, unfinished: reader.unfinished };
}

const everywhere = { has: () => true } as unknown as ReadonlySet<number>;

const directions = fc
  .tuple(
    fc.array(frameOctets, { minLength: 1, maxLength: 12 }),
    fc.array(fc.record({ at: fc.nat(600), length: fc.integer({ min: 1, max: 90 }) }), { maxLength: 4 }),
  )
  .map(([frames, holes]) => join(frames, holes));

it('says the same however the octets are cut, holes included', () => {
  fc.assert(
    fc.property(directions, fc.array(fc.nat(800), { maxLength: 20 }), (direction, cuts) => {
      const whole = feed(direction, new Set());
      expect(feed(direction, new Set(cuts))).toEqual(whole);
      expect(feed(direction, everywhere)).toEqual(whole);
    }),
    { numRuns: 1_500 },
  );
});

it('says the same for every single cut of a direction with all frame types', () => {
  const frames = fc.sample(frameOctets, { numRuns: 40, seed: 7 });
  const direction = join(frames, []);
  const whole = feed(direction, new Set());
  expect(whole.said.length).toBeGreaterThan(40);
  for (let cut = 1; cut < direction.bytes.length; cut++) {
    expect(feed(direction, new Set([cut])).said.length, `cut at ${cut}`).toBe(whole.said.length);
  }
});

it('accounts for every octet of a direction with holes while sync holds', () => {
  fc.assert(
    fc.property(directions, (direction) => {
      const { said } = feed(direction, new Set());
      let open: { bodyLength: number } | undefined;
      let body = 0;
      for (const item of said) {
        if (item.kind === 'begin') {
          open = item.frame;
          body = 0;
        } else if (item.kind === 'data') body += item.octets.length / 2;
        else if (item.kind === 'lost') body += item.length;
        else if (item.kind === 'end') {
          expect(body).toBe(open?.bodyLength);
          open = undefined;
        }
      }
    }),
    { numRuns: 500 },
  );
});
