/**
 * Anything that clients and handlers may do, in any order: no exception leaves the core, each call is told its end once and
 * nothing after it, and when all have gone nothing is left. Compression answers late, so that everything may come between.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Setting } from '#h2';
import type { Compression } from '#transport';
import { framed } from '../support/attacker.ts';
import { type Seat, ServerRig } from '../support/server-rig.ts';

const STREAMS = 6;

type Act = (rig: ServerRig, world: World) => void;

class World {
  readonly jobs: (() => void)[] = [];
  next = 1;
  /** Streams whose client has not sent END_STREAM. */
  readonly sending = new Set<number>();
  readonly compression: Compression = {
    name: 'copy',
    compress: (message, done) => this.jobs.push(() => done(message.subarray(0, message.length >> 1))),
    decompress: (message, _, done) =>
      this.jobs.push(() =>
        done(message.length === 3 ? { kind: 'corrupt', detail: 'three' } : { kind: 'ok', bytes: message }),
      ),
  };
}

const paths = ['/test.Unary/Call', '/test.Client/Call', '/test.Server/Call', '/test.Bidi/Call'] as const;
const kinds = ['unary', 'client-streaming', 'server-streaming', 'bidi-streaming'] as const;

const client = (act: (attacker: ReturnType<ServerRig['client']>, stream: number, world: World) => void) =>
  fc.nat(STREAMS - 1).map(
    (back): Act =>
      (_, world) => {
        const stream = Math.max(1, world.next - 2 * (1 + back));
        if (world.next > 1) act(attacker!, stream, world);
      },
  );

const handler = (act: (seat: Seat) => void) =>
  fc.nat(STREAMS - 1).map(
    (back): Act =>
      (rig) => {
        const seat = rig.seats.at(-1 - back);
        if (seat !== undefined) act(seat);
      },
  );

/** A command that may be one too many: the only exceptions that a handler may meet. */
function allow(act: () => void): void {
  try {
    act();
  } catch (error) {
    expect((error as Error).name).toBe('UsageError');
  }
}

let attacker: ReturnType<ServerRig['client']> | undefined;

/** A request without its messages. */
const opening: fc.Arbitrary<Act> = fc
  .record({
    kind: fc.nat(3),
    timeout: fc.constantFrom('', '', '', '500m', '2S', '0n', 'x'),
    end: fc.constantFrom(false, false, false, true),
  })
  .map(({ kind, timeout, end }): Act => {
    const fields: Record<string, string> = { 'grpc-encoding': 'copy', 'grpc-accept-encoding': 'copy' };
    if (timeout !== '') fields['grpc-timeout'] = timeout;
    return (_, world) => {
      attacker!.request(world.next, paths[kind]!, { message: 'none', end, fields });
      if (!end) world.sending.add(world.next);
      world.next += 2;
    };
  });

/** Octets of a request: mostly whole messages, sometimes a piece of one. */
const talk: fc.Arbitrary<Act> = fc
  .record({
    size: fc.nat(32),
    compressed: fc.boolean(),
    from: fc.constantFrom(0, 0, 0, 0, 0, 7),
    to: fc.constantFrom(99, 99, 99, 99, 8),
    end: fc.constantFrom(false, false, true),
  })
  .chain(({ size, compressed, from, to, end }) =>
    client((peer, stream, { sending }) => {
      if (!sending.has(stream)) return;
      peer.data(stream, framed(new Uint8Array(size), compressed).subarray(from, to), end);
      if (end) sending.delete(stream);
    }),
  );

const others: fc.Arbitrary<Act> = fc.oneof(
  client((peer, stream, { sending }) => {
    peer.reset(stream);
    sending.delete(stream);
  }),
  client((peer, stream) => peer.windowUpdate(stream, 50)),
  fc.constantFrom(0, 1, 100, 700, 3_000).map(
    (ms): Act =>
      (rig) =>
        rig.clock.advance(ms),
  ),
  fc.constant<Act>((_, { jobs }) => jobs.shift()?.()),
  fc.constant<Act>((_, { jobs }) => {
    for (const job of jobs.splice(0)) job();
  }),
  fc.nat(100_000).chain((size) => handler(({ call }) => allow(() => call.send(new Uint8Array(size))))),
  fc.constantFrom(0, 1, 13).chain((code) => handler(({ call }) => call.end(code, 'text', call.metadata))),
  fc.nat(3).chain((count) => handler(({ call }) => call.pull(count))),
  fc.constant<Act>((rig) => {
    for (const { call } of rig.seats) call.pull(2);
  }),
  fc.constantFrom('copy', undefined, 'other').chain((name) => handler(({ call }) => void call.compress(name))),
  handler(({ call }) => allow(() => call.sendHeaders())),
  handler((seat) => {
    seat.onMessage = () => {
      throw new Error('a handler that throws');
    };
  }),
  handler((seat) => {
    seat.onMessage = () => seat.call.end(0);
  }),
);

const acts = fc.oneof(
  { arbitrary: opening, weight: 3 },
  { arbitrary: talk, weight: 6 },
  { arbitrary: others, weight: 12 },
);

it('whatever clients and handlers do', () => {
  fc.assert(
    fc.property(
      fc.array(acts, { minLength: 20, maxLength: 80, size: 'max' }),
      fc.constantFrom('cut', 'fin', 'shutdown'),
      (steps, end) => {
        const world = new World();
        const rig = new ServerRig(
          {
            maxConcurrentStreams: 6,
            maxReceiveMessageBytes: 30,
            responseStallTimeoutMs: 5_000,
            requestMessageTimeoutMs: 8_000,
          },
          [world.compression],
        );
        for (const [at, path] of paths.entries()) rig.seat(kinds[at]!, path, (call) => call.pull(rig.seats.length % 3));
        attacker = rig.client(false).preface([{ id: Setting.INITIAL_WINDOW_SIZE, value: 1_000 }]);
        for (const act of steps) {
          act(rig, world);
          rig.settle();
        }
        const goaway = attacker.goaway;
        expect(goaway === undefined || goaway.code === 'NO_ERROR', JSON.stringify(goaway)).toBe(true);
        if (end === 'shutdown') rig.core.shutdown(1_000);
        else attacker[end]();
        rig.clock.advance(10_000);
        attacker.link.close(undefined);
        for (const { call } of rig.seats) call.end(1);
        for (const job of world.jobs.splice(0)) job();
        for (const { log, cancels } of rig.seats) {
          expect(cancels.length).toBeLessThanOrEqual(1);
          expect(log.filter((entry) => entry === 'half-closed').length).toBeLessThanOrEqual(1);
          if (cancels.length > 0) expect(log.at(-1)).toMatch(/^cancelled/);
        }
        const { calls, connections, partialMessageBytes } = rig.core.stats;
        expect([calls.running, connections.open, partialMessageBytes, rig.timers.size]).toEqual([0, 0, 0, 0]);
        expect(calls.succeeded + calls.failed).toBe(calls.started);
      },
    ),
    { numRuns: 300 },
  );
});
