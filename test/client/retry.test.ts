/** Transparent retries (gRFC A6): calls that the server never processed move to another stream, unseen by the caller. */
import { describe, expect, it } from 'vitest';
import { Status } from '#grpc';
import { ActiveStream, type Connection, ErrorCode } from '#h2';
import { Outbox } from '../../src/client/outbox.ts';
import { transparentRetries } from '../../src/client/retry.ts';
import { type Request, Rig, text } from './rig.ts';

const echo = (request: Request): void => {
  request.onEnded = () => request.answer(`re ${request.texts.join('+')}`);
  if (request.isEnded) request.onEnded();
};

describe('GOAWAY', () => {
  it('names a lower last stream: the others are sent again on a new connection, and the caller sees nothing', () => {
    const rig = new Rig();
    const server = rig.serve();
    const callers = [rig.call('a'), rig.call('b'), rig.call('c')];
    rig.pass();
    server.onRequest = echo;
    server.last.goAway(1);
    rig.pass();
    expect(callers.map(({ heard }) => heard)).toEqual([
      [],
      ['headers', 'message re b', 'end 0'],
      ['headers', 'message re c', 'end 0'],
    ]);
    expect(server.requests.slice(3).map(({ texts, end }) => [texts[0], end === server.ends[1]])).toEqual([
      ['b', true],
      ['c', true],
    ]);
    server.requests[0]?.answer('a at last');
    rig.pass();
    expect(callers[0]?.heard).toEqual(['headers', 'message a at last', 'end 0']);
    expect(server.ends[0]?.closed).toBe(true);
    expect(rig.connections).toBe(2);
  });

  it('new calls go to a new connection at once, while the old one finishes its calls', () => {
    const rig = new Rig();
    const server = rig.serve();
    const old = rig.call('old');
    rig.pass();
    server.last.shutdown();
    rig.pass();
    expect(rig.events.map(({ kind }) => kind)).toEqual(['connected', 'draining', 'connected']);
    server.onRequest = echo;
    const young = rig.call('new');
    rig.pass();
    expect(young.code).toBe(0);
    expect(old.heard).toEqual([]);
    server.requests[0]?.answer();
    rig.pass();
    expect([old.code, server.ends[0]?.closed]).toEqual([0, true]);
  });

  it('races with calls on their way: those that the server does not take move on', () => {
    const rig = new Rig({ path: { latencyMs: 10 } });
    const server = rig.serve();
    rig.channel.connect();
    rig.pass(100);
    server.onRequest = echo;
    // The server's only GOAWAY is on its way while the calls are on theirs.
    server.last.goAway(0);
    server.last.engine.close('shutdown', ErrorCode.NO_ERROR, '', server.process.now());
    const callers = [rig.call('a'), rig.call('b')];
    rig.pass(200);
    expect(callers.map(({ heard }) => heard.at(-1))).toEqual(['end 0', 'end 0']);
    expect(server.requests.map(({ end }) => end === server.ends[1])).toEqual([true, true]);
  });

  it('a connection that says GOAWAY to everybody is not tried for ever', () => {
    const rig = new Rig();
    const server = rig.serve();
    server.onAccept = (end) => {
      server.process.at(server.process.now() + 5, () => end.goAway(0));
    };
    const caller = rig.call();
    rig.pass(2_000);
    // Three at once, then with pauses: the server says each time that it did nothing, so the call is not lost yet.
    expect(caller.code).toBeUndefined();
    expect(rig.connections).toBeLessThan(5);
    rig.pass(60_000);
    expect(caller.code).toBe(Status.UNAVAILABLE);
    expect(caller.failure).toMatchObject({ origin: 'connect', processed: 'no' });
    expect(caller.result?.message).toContain('lived long enough for a call');
    expect(rig.connections).toBeLessThan(12);
  });

  it('again and again ends when ten further connections ended the same way', () => {
    const rig = new Rig();
    const server = rig.serve();
    // Each connection lives long enough to be a good one.
    server.onRequest = ({ end, id }) => {
      server.process.at(server.process.now() + 1_100, () => end.goAway(id - 1));
    };
    const caller = rig.call('bad');
    rig.pass(14_000);
    expect(caller.failure).toMatchObject({ origin: 'unprocessed', processed: 'no', attempts: 11, culprit: 'server' });
    expect(caller.failure?.notRetried).toContain('10 further connections ended the same way');
    expect(caller.result?.message).toContain('This was attempt 11.');
    expect(caller.result?.message).toContain('names stream 0 as the last one that it processes');
  });
});

describe('REFUSED_STREAM', () => {
  it('is retried once', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.call('a');
    rig.pass();
    server.onRequest = echo;
    server.request.reset(ErrorCode.REFUSED_STREAM);
    rig.pass();
    expect(caller.heard).toEqual(['headers', 'message re a', 'end 0']);
    expect(rig.connections).toBe(1);
  });

  it('twice ends the call, which is safe to repeat', () => {
    const rig = new Rig();
    const server = rig.serve();
    server.onRequest = (request) => request.reset(ErrorCode.REFUSED_STREAM);
    const caller = rig.call('a');
    rig.pass(100);
    expect(caller.code).toBe(Status.UNAVAILABLE);
    expect(caller.failure).toMatchObject({ origin: 'unprocessed', processed: 'no', attempts: 2 });
    expect(caller.result?.message).toContain('calling again is safe');
    expect(caller.failure?.notRetried).toContain('refused it twice');
  });
});

describe('what is not retried', () => {
  it('a call whose stream may have been processed', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.call();
    rig.pass();
    server.last.goAway(1);
    rig.network.wires[0]?.close('client');
    rig.pass();
    expect(caller.code).toBe(Status.UNAVAILABLE);
    expect(caller.failure?.processed).toBe('maybe');
    expect(server.requests.length).toBe(1);
  });

  it('a call whose response had begun', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.call();
    rig.pass();
    server.request.respond();
    rig.pass();
    server.request.reset(ErrorCode.REFUSED_STREAM);
    rig.pass();
    expect(caller.heard).toEqual(['headers', 'end 14']);
    expect(caller.failure?.notRetried).toContain('its response had begun');
    expect(caller.failure?.processed).toBe('maybe');
    expect(server.requests.length).toBe(1);
  });

  it('a call that sent more than the buffer holds, and it says so', () => {
    const rig = new Rig({ retryBufferBytes: 1_000 });
    const server = rig.serve();
    const caller = rig.stream();
    caller.call.send(new Uint8Array(600), false);
    caller.call.send(new Uint8Array(600), true);
    rig.pass();
    server.request.reset(ErrorCode.REFUSED_STREAM);
    rig.pass();
    expect(caller.failure).toMatchObject({ processed: 'no', attempts: 1 });
    expect(caller.failure?.notRetried).toContain('retryBufferBytes');
    expect(rig.channel.retryBytes.keptBytes).toBe(0);
  });

  it('the buffers of all calls have a limit together, and give back what they took', () => {
    const rig = new Rig({ retryBuffersBytes: 1_000 });
    const server = rig.serve();
    const callers = [rig.stream(), rig.stream()];
    for (const caller of callers) caller.call.send(new Uint8Array(600), true);
    rig.pass();
    expect(rig.channel.retryBytes.keptBytes).toBe(600);
    for (const request of server.requests.slice()) request.reset(ErrorCode.REFUSED_STREAM);
    rig.pass();
    expect(callers.map(({ code }) => code)).toEqual([undefined, 14]);
    server.request.respond().trailers();
    rig.pass();
    expect(rig.channel.retryBytes.keptBytes).toBe(0);
  });

  it('messages are not kept once the response has begun', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.stream();
    caller.call.send(new Uint8Array(600), false);
    rig.pass();
    expect(rig.channel.retryBytes.keptBytes).toBe(600);
    server.request.respond();
    rig.pass();
    expect(rig.channel.retryBytes.keptBytes).toBe(0);
    caller.call.send(new Uint8Array(600), true);
    expect(rig.channel.retryBytes.keptBytes).toBe(0);
    rig.pass();
    expect(server.request.messages.length).toBe(2);
  });

  it('a call whose deadline passes meanwhile', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.call('x', { deadlineMs: rig.now + 100, waitForReady: true });
    rig.pass();
    rig.network.host('10.0.0.1').welcome = { kind: 'refuse' };
    server.last.goAway(0);
    rig.pass(200);
    expect(caller.failure).toMatchObject({ origin: 'deadline', processed: 'no', attempts: 1 });
    expect(rig.channel.retryBytes.keptBytes).toBe(0);
  });
});

describe('the outbox', () => {
  it('lets messages go as they are sent, once they need not be kept', () => {
    const stream = new ActiveStream();
    const sent: number[] = [];
    let hasRoom = true;
    const connection = {
      data: (_stream: ActiveStream, body: Uint8Array) => {
        sent.push(body.length);
        return hasRoom;
      },
    } as unknown as Connection;
    const outbox = new Outbox({ keptBytes: 0, limitBytes: 1_000 }, 100);
    outbox.add(new Uint8Array(60), false);
    outbox.flush(connection, stream);
    expect(outbox.held).toBe(1);
    hasRoom = false;
    for (const length of [61, 62, 63]) outbox.add(new Uint8Array(length), false);
    expect(outbox.commitment).toBe('buffer');
    outbox.flush(connection, stream);
    expect([outbox.held, outbox.isFull, sent]).toEqual([2, true, [60, 61]]);
    hasRoom = true;
    outbox.unblock();
    outbox.flush(connection, stream);
    expect([outbox.held, outbox.isFull, sent]).toEqual([0, false, [60, 61, 62, 63]]);
  });
});

describe('replaying', () => {
  it('sends all messages again in order, with END_STREAM, and goes on with later ones', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.stream();
    for (const message of ['a', 'b']) caller.call.send(text(message), false);
    rig.pass();
    server.last.goAway(0);
    rig.pass();
    expect(server.request.texts).toEqual(['a', 'b']);
    expect(server.request.isEnded).toBe(false);
    caller.call.send(text('c'), true);
    rig.pass();
    expect(server.request.texts).toEqual(['a', 'b', 'c']);
    expect(server.request.isEnded).toBe(true);
    expect(server.requests.length).toBe(2);
  });

  it('minds the windows of the new stream, and what is sent meanwhile comes after', () => {
    const rig = new Rig();
    const server = rig.serve('10.0.0.1', { streamWindowBytes: 65_535, maxWindowBytes: 65_535 });
    const caller = rig.stream();
    rig.pass();
    const bytes = (index: number) => new Uint8Array(30_000).fill(65 + index);
    for (let index = 0; index < 6; index++) caller.call.send(bytes(index), false);
    rig.pass();
    server.consumes = false;
    server.last.goAway(0);
    rig.pass();
    expect(server.request.heldBytes).toBe(65_535);
    caller.call.send(bytes(6), true);
    const { request } = server;
    for (let round = 0; round < 10; round++) {
      server.last.engine.consumed(request.stream, 30_000);
      rig.pass();
    }
    expect(request.messages.map((message) => [message.text.charAt(0), message.length])).toEqual(
      [...'ABCDEFG'].map((letter) => [letter, 30_000]),
    );
    expect(request.isEnded).toBe(true);
  });

  it('in the middle of sending, before the first stream had taken anything', () => {
    const rig = new Rig();
    const server = rig.serve('10.0.0.1', { streamWindowBytes: 0, maxWindowBytes: 0 });
    const caller = rig.stream();
    for (let index = 0; index < 3; index++) caller.call.send(text(`m${index}`), false);
    caller.call.halfClose();
    rig.pass();
    expect(server.request.texts).toEqual([]);
    server.engine = { streamWindowBytes: 65_535 };
    server.last.goAway(0);
    rig.pass();
    expect(server.request.texts).toEqual(['m0', 'm1', 'm2']);
    expect(server.request.isEnded).toBe(true);
  });

  it('states what is left of the deadline', () => {
    const rig = new Rig();
    const server = rig.serve();
    rig.call('x', { deadlineMs: rig.now + 10_000 });
    rig.pass(3_000);
    server.last.goAway(0);
    rig.pass();
    const timeouts = server.requests.map(({ fields }) => fields.get('grpc-timeout') ?? '');
    expect(timeouts[0]).toMatch(/^99\d\d(m|\d{3}u)$/);
    expect(timeouts[1]).toMatch(/^69\d\d(m|\d{3}u)$/);
  });
});

describe('a call that never left', () => {
  it('is sent again when the connection breaks before the transport took it', () => {
    const rig = new Rig({ path: { socketBytes: 1_000 } });
    const server = rig.serve();
    const long = rig.stream();
    rig.pass();
    // The network stands still, and a long message fills what the transport takes.
    rig.network.wires[0]?.stall('client', 60_000);
    long.call.send(new Uint8Array(60_000), false);
    rig.pass();
    const callers = [rig.call('a'), rig.call('b')];
    rig.pass();
    rig.network.wires[0]?.cut('both');
    server.onRequest = echo;
    rig.pass();
    expect(long.failure?.processed).toBe('maybe');
    expect(callers.map(({ heard }) => heard)).toEqual([
      ['headers', 'message re a', 'end 0'],
      ['headers', 'message re b', 'end 0'],
    ]);
    expect(server.requests.map(({ texts }) => texts)).toEqual([[], ['a'], ['b']]);
  });

  it('may be sent again however often that happened', () => {
    const ending = { kind: 'transport', code: 'ECONNRESET', text: 'it broke' } as const;
    const facts = { responseBegan: false, messagesDropped: false, refusals: 1, farewells: 10 };
    const judge = (sent: boolean) =>
      transparentRetries.judge({ ...facts, ending: { kind: 'connection', ending, by: undefined, sent } });
    expect(judge(false)).toEqual({ again: true, because: 'never-left' });
    expect(judge(true).again).toBe(false);
  });
});

describe('order', () => {
  it('calls that are sent again come before calls that wait', () => {
    const rig = new Rig({ maxConnections: 1 });
    const server = rig.serve('10.0.0.1', { maxConcurrentStreams: 2 });
    for (const name of ['a', 'b', 'c', 'd']) rig.call(name);
    rig.pass();
    expect(server.requests.map(({ texts }) => texts[0])).toEqual(['a', 'b']);
    server.onRequest = echo;
    server.last.goAway(0);
    rig.pass(100);
    expect(server.requests.slice(2).map(({ texts }) => texts[0])).toEqual(['a', 'b', 'c', 'd']);
  });
});
