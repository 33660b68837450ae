/**
 * Nothing is lost: calls of all kinds while the server's connections are recycled, by GOAWAYs in one step and in two, with
 * refused streams, on networks of all kinds. A call fails only if the server may have processed it, and says so.
 */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '#h2';
import { Prng, randomPath } from '#sim';
import { type Caller, type Request, Rig, type ServerEnd, text } from './rig.ts';

interface Planned {
  readonly caller: Caller;
  readonly messages: readonly string[];
  expected: string;
}

/** Answers with everything that came, in one message or one for each. */
function answer(request: Request, chance: Prng): void {
  const reply = (): void => {
    if (request.ending !== undefined) return;
    request.respond();
    for (const message of request.texts) request.message(`re ${message}`);
    request.trailers();
  };
  const later = (): void => {
    if (chance.chance(0.5)) reply();
    else request.end.server.process.at(request.end.server.process.now() + chance.exponential(30), reply);
  };
  if (request.isEnded) later();
  else request.onEnded = later;
}

function storm(seed: number): { failed: Caller[]; planned: Planned[]; rig: Rig; retried: number } {
  const chance = new Prng(seed);
  const rig = new Rig({
    target: ['10.0.0.1:50051', '10.0.0.2:50051'],
    path: randomPath(chance.fork('path')),
    connections: chance.pick(['long-lived', 'long-lived', 'one-call', { pooled: 3 }] as const),
    chance: chance.fork('jitter').next,
  });
  const ends: ServerEnd[] = [];
  const last = new Map<ServerEnd, number>();
  for (const host of ['10.0.0.1', '10.0.0.2']) {
    const server = rig.serve(host, { maxConcurrentStreams: chance.pick([3, 50, 1_000]) });
    const fork = chance.fork(host);
    server.onAccept = (end) => ends.push(end);
    server.onRequest = (request) => {
      // What comes after a GOAWAY in one step is not processed, as it said.
      if (request.id > (last.get(request.end) ?? Number.POSITIVE_INFINITY)) return;
      if (fork.chance(0.02) && request.fields.get('x-refused') === undefined) request.reset(ErrorCode.REFUSED_STREAM);
      else answer(request, fork);
    };
  }
  const planned: Planned[] = [];
  const arrivals = chance.fork('calls');
  let atMs = 0;
  for (let index = 0; index < 150; index++) {
    atMs += arrivals.exponential(4);
    rig.process.at(rig.now + atMs, () => {
      const messages = Array.from({ length: arrivals.int(1, 4) }, (_, part) => `${index}.${part}`);
      const caller = rig.stream({ waitForReady: true });
      planned.push({ caller, messages, expected: messages.map((message) => `message re ${message}`).join() });
      caller.call.pull(100);
      let sendMs = rig.now;
      messages.forEach((message, part) => {
        sendMs += arrivals.chance(0.5) ? 0 : 3;
        rig.process.at(sendMs, () => caller.call.send(text(message), part === messages.length - 1));
      });
    });
  }
  const recycling = chance.fork('recycling');
  const told = new Set<ServerEnd>();
  for (let round = 0; round < 25; round++) {
    rig.world.after(recycling.between(0, atMs), () => {
      const end = recycling.pick(ends.length > 0 ? ends : [undefined]);
      if (end === undefined || end.closed || told.has(end)) return;
      told.add(end);
      // In two steps, or in one with the real last stream, while other requests are on their way.
      if (recycling.chance(0.6)) end.shutdown();
      else {
        last.set(end, end.engine.lastStream);
        end.goAway(end.engine.lastStream);
      }
    });
  }
  rig.pass(600_000);
  const failed = planned.filter(({ caller }) => caller.code !== 0).map(({ caller }) => caller);
  const attempts = ends.reduce((sum, end) => sum + end.requests.length, 0);
  return { failed, planned, rig, retried: attempts - planned.length };
}

describe('a storm of recyclings', () => {
  it('loses no call that the server did not process', () => {
    let retried = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const run = storm(seed);
      retried += run.retried;
      for (const { caller, expected } of run.planned) {
        if (caller.code === 0) {
          expect([seed, caller.heard.filter((what) => what.startsWith('message')).join()]).toEqual([seed, expected]);
        } else {
          // A stream that was refused twice ends as gRFC A6 says; everything else was or may have been processed.
          const why = caller.failure?.notRetried;
          expect([seed, caller.code, why]).toEqual([seed, 14, expect.stringContaining('refused it twice')]);
        }
      }
      expect([seed, run.planned.length]).toEqual([seed, 150]);
      expect([seed, run.rig.channel.retryBytes.keptBytes]).toEqual([seed, 0]);
      run.rig.channel.close();
      run.rig.pass(60_000);
      expect([seed, run.rig.timers.size, run.rig.network.live.size]).toEqual([seed, 0, 0]);
    }
    expect(retried).toBeGreaterThan(100);
  });
});
