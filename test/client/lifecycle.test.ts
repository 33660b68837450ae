/** Rest, shutdown and close of a channel; recorders and events of its connections. */
import { describe, expect, it } from 'vitest';
import { channelEventText } from '#client';
import { Recorder } from '#drive';
import { Status } from '#grpc';
import { Rig } from './rig.ts';

describe('the idle timeout', () => {
  it('closes the connection with GOAWAY after half an hour without a call, and the next call connects again', () => {
    const rig = new Rig();
    const server = rig.serve();
    server.onRequest = (request) => request.answer();
    rig.call();
    rig.pass(29 * 60_000);
    rig.call();
    rig.pass(29 * 60_000);
    expect(rig.channel.state).toBe('ready');
    rig.pass(2 * 60_000);
    expect(rig.channel.state).toBe('idle');
    expect(server.last.closed).toBe(true);
    expect(server.last.engine.ending).toMatchObject({ kind: 'goaway', farewell: { errorCode: 0 } });
    expect([rig.network.live.size, rig.timers.size]).toEqual([0, 0]);
    const caller = rig.call();
    rig.pass();
    expect([caller.code, rig.channel.state, server.ends.length]).toEqual([0, 'ready', 2]);
  });

  it('does not come while a call is open, however silent', () => {
    const rig = new Rig({ idleTimeoutMs: 1_000 });
    const server = rig.serve();
    const caller = rig.call();
    rig.pass(600_000);
    expect(rig.channel.state).toBe('ready');
    server.request.answer();
    rig.pass(900);
    expect([caller.code, rig.channel.state]).toEqual([0, 'ready']);
    rig.pass(200);
    expect(rig.channel.state).toBe('idle');
  });

  it('counts from `connect` too', () => {
    const rig = new Rig({ idleTimeoutMs: 1_000 });
    rig.serve();
    rig.channel.connect();
    rig.pass(1_500);
    expect(rig.channel.state).toBe('idle');
  });
});

describe('shutdown', () => {
  it('lets present calls go on, also those that wait, refuses new ones, and tells when all is closed', () => {
    const rig = new Rig({ maxConnections: 1 });
    const server = rig.serve('10.0.0.1', { maxConcurrentStreams: 1 });
    const first = rig.call('a');
    const second = rig.call('b');
    rig.pass();
    let closed = 0;
    rig.channel.shutdown(() => closed++);
    const late = rig.call('c');
    rig.pass();
    expect(late.failure).toMatchObject({ origin: 'closed', processed: 'no' });
    expect(late.code).toBe(Status.UNAVAILABLE);
    expect([first.heard, second.heard, closed, rig.channel.state]).toEqual([[], [], 0, 'shutdown']);
    server.request.answer();
    rig.pass();
    server.request.answer();
    rig.pass(100);
    expect([first.code, second.code, closed]).toEqual([0, 0, 1]);
    rig.channel.shutdown(() => closed++);
    rig.pass(5_000);
    expect(closed).toBe(2);
    expect([rig.network.live.size, rig.timers.size]).toEqual([0, 0]);
  });

  it('of a channel that never connected is done at once', () => {
    const rig = new Rig();
    let closed = 0;
    rig.channel.shutdown(() => closed++);
    rig.pass(0);
    expect([closed, rig.states]).toEqual([1, ['shutdown']]);
  });

  it('ends what is under way when nobody needs it', () => {
    const rig = new Rig();
    rig.serve();
    rig.channel.connect();
    rig.channel.shutdown();
    rig.pass(30_000);
    expect([rig.connections, rig.timers.size]).toEqual([0, 0]);
  });

  it('calls that wait and cannot connect still end', () => {
    const rig = new Rig();
    const caller = rig.call();
    rig.channel.shutdown();
    rig.pass(100);
    expect(caller.code).toBe(Status.UNAVAILABLE);
    rig.pass(100_000);
    expect(rig.timers.size).toBe(0);
  });
});

describe('close', () => {
  it('ends every call now, with what is known of it', () => {
    const rig = new Rig({ maxConnections: 1 });
    const server = rig.serve('10.0.0.1', { maxConcurrentStreams: 1 });
    const open = rig.call('a');
    const waiting = rig.call('b');
    rig.pass();
    let closed = 0;
    rig.channel.shutdown(() => closed++);
    rig.channel.close();
    expect([open.code, waiting.code]).toEqual([Status.UNAVAILABLE, Status.UNAVAILABLE]);
    expect(open.failure).toMatchObject({ origin: 'closed', culprit: 'client', processed: 'maybe' });
    expect(waiting.failure).toMatchObject({ origin: 'closed', culprit: 'client', processed: 'no' });
    rig.pass(5_000);
    expect([closed, server.last.closed, rig.network.live.size, rig.timers.size]).toEqual([1, true, 0, 0]);
  });

  it('a call that had not left us is not sent again', () => {
    const rig = new Rig({ path: { socketBytes: 1_000 } });
    rig.serve();
    const long = rig.stream();
    rig.pass();
    rig.network.wires[0]?.stall('client', 60_000);
    long.call.send(new Uint8Array(60_000), false);
    rig.pass();
    const caller = rig.call();
    rig.pass();
    rig.channel.close();
    expect(caller.failure).toMatchObject({ origin: 'closed', processed: 'no', attempts: 1 });
    rig.pass(100_000);
    expect([rig.connections, rig.timers.size]).toEqual([1, 0]);
  });

  it('a call that would have been sent again ends as well', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.call('a');
    rig.pass();
    server.last.goAway(0);
    rig.network.host('10.0.0.1').welcome = { kind: 'swallow' };
    rig.pass();
    rig.channel.close();
    expect(caller.code).toBe(Status.UNAVAILABLE);
    expect(caller.failure).toMatchObject({ origin: 'closed', processed: 'no', attempts: 1 });
    rig.pass(200_000);
    expect(rig.timers.size).toBe(0);
  });
});

describe('what is told of connections', () => {
  it('each has its recorder, and failures carry it when the connection is gone', () => {
    const rig = new Rig({ recorder: () => new Recorder({ frames: 100 }) });
    rig.serve();
    const caller = rig.call();
    rig.pass();
    rig.network.wires[0]?.cut('both');
    rig.pass();
    const { connection } = caller.failure ?? {};
    expect(connection).toMatchObject({ id: 1, streams: 1, ending: { kind: 'transport' } });
    const kinds = new Set(connection?.recorder?.events().map(({ kind }) => kind));
    expect([...kinds]).toEqual(expect.arrayContaining(['opened', 'frame', 'headers', 'end']));
  });

  it('a listener that throws changes nothing, and its error comes up', () => {
    const onEvent = (): void => {
      throw new Error('mine');
    };
    const rig = new Rig({ onEvent });
    const server = rig.serve();
    rig.channel.onState(onEvent);
    server.onRequest = (request) => request.answer();
    const caller = rig.call();
    let errors = 0;
    for (let round = 0; round < 10; round++) {
      try {
        rig.pass(10);
      } catch (error) {
        expect(error).toEqual(new Error('mine'));
        errors++;
      }
    }
    expect([caller.code, rig.channel.state]).toEqual([0, 'ready']);
    expect(errors).toBeGreaterThanOrEqual(1);
  });

  it('events are sentences', () => {
    const rig = new Rig();
    const server = rig.serve();
    rig.call();
    rig.pass();
    server.last.shutdown();
    server.request.answer();
    rig.network.host('10.0.0.1').welcome = { kind: 'refuse' };
    rig.pass(100);
    rig.channel.connect();
    rig.pass(100);
    const texts = rig.events.map((event) => channelEventText(event, rig.now));
    expect(rig.events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['connected', 'closed', 'connect-failed']),
    );
    for (const line of texts) expect(line).toMatch(/^[A-Z].*\.$/);
  });
});
