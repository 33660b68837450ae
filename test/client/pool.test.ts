/** How many connections there are, and which one a call goes to. */
import { describe, expect, it } from 'vitest';
import { Status } from '#grpc';
import { type Caller, Rig, type Server } from './rig.ts';

const open = (server: Server): number[] =>
  server.ends.map((end) => end.requests.filter(({ ending }) => ending === undefined).length);

describe('MAX_CONCURRENT_STREAMS (gRFC A105)', () => {
  it('opens as many connections as the calls fill, and uses the oldest first', () => {
    const rig = new Rig();
    const server = rig.serve('10.0.0.1', { maxConcurrentStreams: 3 });
    const callers = Array.from({ length: 8 }, (_, index) => rig.call(`m${index}`));
    rig.pass(100);
    expect(open(server)).toEqual([3, 3, 2]);
    server.requests[0]?.answer();
    rig.pass();
    rig.call('next');
    rig.pass();
    expect(open(server)).toEqual([3, 3, 2]);
    for (const request of server.requests.slice(1)) request.answer();
    rig.pass();
    expect(callers.every(({ code }) => code === 0)).toBe(true);
  });

  it('never more than maxConnections: the others wait in order, with their deadlines', () => {
    const rig = new Rig({ maxConnections: 2 });
    const server = rig.serve('10.0.0.1', { maxConcurrentStreams: 1 });
    const callers = Array.from({ length: 5 }, (_, index) =>
      rig.call(`m${index}`, index === 3 ? { deadlineMs: rig.now + 500 } : {}),
    );
    rig.pass(100);
    expect(open(server)).toEqual([1, 1]);
    rig.pass(500);
    expect(callers[3]?.code).toBe(Status.DEADLINE_EXCEEDED);
    expect(callers[3]?.result?.message).toContain(
      '2 of at most 2 connections are open, each has the 1 streams that the server allows at once, and',
    );
    expect(callers[3]?.failure?.processed).toBe('no');
    for (let round = 0; round < 4; round++) {
      for (const request of server.requests.filter(({ ending }) => ending === undefined)) request.answer();
      rig.pass(50);
    }
    expect(server.requests.map(({ texts }) => texts[0])).toEqual(['m0', 'm1', 'm2', 'm4']);
  });

  it('a call that is made when a place becomes free does not overtake those that wait', () => {
    const rig = new Rig({ maxConnections: 1 });
    const server = rig.serve('10.0.0.1', { maxConcurrentStreams: 1 });
    const first = rig.call('a');
    rig.call('b');
    first.onEnd = () => rig.call('c');
    rig.pass();
    for (let round = 0; round < 3; round++) {
      server.request.answer();
      rig.pass();
    }
    expect(server.requests.map(({ texts }) => texts[0])).toEqual(['a', 'b', 'c']);
  });

  it('a limit of 0 is no reason for more connections: calls wait until it rises', () => {
    const rig = new Rig();
    const server = rig.serve('10.0.0.1', { maxConcurrentStreams: 0 });
    const caller = rig.call();
    rig.pass(1_000);
    expect([rig.connections, caller.heard]).toEqual([1, []]);
    server.last.link.write([new Uint8Array([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 5])]);
    rig.pass(50);
    // The engine of the test's server still refuses, but the call was sent.
    expect(caller.heard).toEqual(['end 14']);
    expect(caller.failure?.attempts).toBe(2);
  });

  it('a further connection that fails leaves the present ones and the calls that wait', () => {
    const rig = new Rig();
    const server = rig.serve('10.0.0.1', { maxConcurrentStreams: 1 });
    const first = rig.call('a');
    rig.pass();
    rig.network.host('10.0.0.1').welcome = { kind: 'refuse' };
    const second = rig.call('b');
    rig.pass(5_000);
    expect([second.heard, rig.channel.state]).toEqual([[], 'ready']);
    server.request.answer();
    rig.pass();
    expect(first.code).toBe(0);
    server.request.answer();
    rig.pass();
    expect(second.code).toBe(0);
    expect(rig.states).toEqual(['connecting', 'ready']);
  });

  it('further connections go where the first one is', () => {
    const rig = new Rig({ target: ['10.0.0.1:50051', '10.0.0.2:50051'] });
    rig.network.host('10.0.0.1').welcome = { kind: 'refuse' };
    const one = rig.serve('10.0.0.1', { maxConcurrentStreams: 1 });
    const two = rig.serve('10.0.0.2', { maxConcurrentStreams: 1 });
    rig.call();
    rig.pass();
    rig.network.host('10.0.0.1').welcome = { kind: 'normal' };
    rig.call();
    rig.pass();
    expect([one.ends.length, two.ends.length]).toEqual([0, 2]);
  });

  it('connections that are not needed any more are closed after a minute, the oldest stays', () => {
    const rig = new Rig();
    const server = rig.serve('10.0.0.1', { maxConcurrentStreams: 1 });
    server.onRequest = (request) => request.answer();
    for (let index = 0; index < 3; index++) rig.call();
    rig.pass(50_000);
    expect(server.ends.map(({ closed }) => closed)).toEqual([false, false, false]);
    rig.pass(80_000);
    expect(server.ends.map(({ closed }) => closed)).toEqual([false, true, true]);
    expect(rig.channel.state).toBe('ready');
  });
});

describe('pooled connections', () => {
  it('are filled evenly, and opened as calls come', () => {
    const rig = new Rig({ connections: { pooled: 3 } });
    const server = rig.serve();
    rig.call();
    rig.pass();
    // The second connection is there before the second call, the third before the third.
    expect(open(server)).toEqual([1, 0]);
    rig.call();
    rig.pass();
    expect(open(server)).toEqual([1, 1, 0]);
    for (let index = 0; index < 7; index++) rig.call();
    rig.pass();
    expect(open(server)).toEqual([3, 3, 3]);
    expect(rig.connections).toBe(3);
  });

  it('begin with another address each', () => {
    const rig = new Rig({ connections: { pooled: 2 }, target: ['10.0.0.1:50051', '10.0.0.2:50051'] });
    const one = rig.serve('10.0.0.1');
    const two = rig.serve('10.0.0.2');
    for (let index = 0; index < 4; index++) {
      rig.call();
      rig.pass();
    }
    expect([one.ends.length, two.ends.length]).toEqual([1, 1]);
  });
});

describe('one-call connections', () => {
  it('carry one call each and end with it', () => {
    const rig = new Rig({ connections: 'one-call' });
    const server = rig.serve();
    const callers: Caller[] = [rig.call('a'), rig.call('b')];
    rig.pass();
    expect(server.ends.length).toBe(2);
    server.onRequest = (request) => request.answer();
    for (const request of server.requests) request.answer();
    callers.push(rig.call('c'));
    rig.pass(100);
    expect(callers.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(server.ends.map((end) => [end.requests.length, end.closed])).toEqual([
      [1, true],
      [1, true],
      [1, true],
    ]);
    rig.pass(2_000);
    expect(rig.network.live.size).toBe(0);
  });
});

describe('stream identifiers', () => {
  it('that run out mean another connection, not a failure', () => {
    const rig = new Rig();
    const server = rig.serve();
    server.onRequest = (request) => request.answer();
    rig.call();
    rig.pass();
    const connection = rig.channel.connections[0];
    if (connection === undefined) throw new Error('no connection');
    Object.defineProperty(connection.engine, 'idsUsedUp', { get: () => true });
    const last = rig.call('last');
    const next = rig.call('next');
    rig.pass(100);
    expect([last.code, next.code]).toEqual([0, 0]);
    expect(server.requests.map(({ end }) => server.ends.indexOf(end))).toEqual([0, 0, 1]);
    expect(server.ends[0]?.closed).toBe(true);
  });
});
