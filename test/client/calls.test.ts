/** Calls on one healthy connection: messages both ways, metadata, compression, limits, deadlines, cancellation. */
import { describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { LIBRARY } from '#client';
import { Metadata, Status } from '#grpc';
import { ErrorCode } from '#h2';
import type { Compression, Inflated } from '#transport';
import { PATH, Rig, text } from './rig.ts';

describe('a unary call', () => {
  it('sends HEADERS and one DATA with END_STREAM, and ends with the message and OK', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.call('hello');
    rig.pass();
    const { request } = server;
    expect(request.frames).toEqual(['data 10', 'end']);
    expect(request.texts).toEqual(['hello']);
    expect(Object.fromEntries(request.fields)).toEqual({
      ':method': 'POST',
      ':scheme': 'http',
      ':path': PATH,
      ':authority': '10.0.0.1:50051',
      te: 'trailers',
      'content-type': 'application/grpc',
      'user-agent': LIBRARY,
    });
    request.answer('world');
    rig.pass();
    expect(caller.heard).toEqual(['headers', 'message world', 'end 0']);
    expect(caller.result).toMatchObject({ code: 0, message: '', failure: undefined });
    expect(request.ending).toEqual({ kind: 'complete' });
  });

  it('carries metadata both ways, and authority and user agent as chosen', () => {
    const rig = new Rig({ authority: 'orders.example', userAgent: 'shop/2' });
    const server = rig.serve();
    const caller = rig.call('x', { metadata: new Metadata({ 'x-id': '7', 'y-bin': new Uint8Array([1, 2]) }) });
    rig.pass();
    const { fields } = server.request;
    expect(fields.get(':authority')).toBe('orders.example');
    expect(fields.get('user-agent')).toBe(`shop/2 ${LIBRARY}`);
    expect([fields.get('x-id'), fields.get('y-bin')]).toEqual(['7', 'AQI']);
    server.request.respond([
      [':status', '200'],
      ['content-type', 'application/grpc+proto'],
      ['x-head', 'h'],
    ]);
    server.request.message('m').trailers([
      ['grpc-status', '0'],
      ['x-tail', 't'],
    ]);
    rig.pass();
    expect(caller.metadata?.get('x-head')).toBe('h');
    expect(caller.result?.trailers.get('x-tail')).toBe('t');
    expect(caller.result?.trailers.has('grpc-status')).toBe(false);
  });

  it('tells nothing before `call` has returned, also when it fails at once', () => {
    const rig = new Rig({ maxQueuedCalls: 0 });
    const caller = rig.stream();
    expect(caller.heard).toEqual([]);
    expect(caller.call.over).toBe(true);
    rig.pass(0);
    expect(caller.heard).toEqual(['end 8']);
  });

  it('refuses paths and compressions that cannot be', () => {
    const rig = new Rig();
    for (const path of ['', 'a.B/C', '/', '//', '/a.B', '/a.B/', '/a b/C', '/ä.B/C']) {
      expect(() => rig.call('x', { path })).toThrow(UsageError);
      expect(() => rig.call('x', { path })).toThrow(`'${path}'`);
    }
    expect(() => rig.call('x', { compress: 'gzip' })).toThrow("'gzip'");
  });

  it('is one message: a second one is a mistake of the caller, and changes nothing', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.call('one');
    expect(() => caller.call.send(text('two'), true)).toThrow(UsageError);
    expect(() => caller.call.halfClose()).toThrow(UsageError);
    expect(() => caller.call.pull(0)).toThrow(UsageError);
    rig.pass();
    server.request.answer();
    rig.pass();
    expect(caller.code).toBe(0);
  });

  it('many share a connection, each with its own answer', () => {
    const rig = new Rig();
    const server = rig.serve();
    server.onRequest = (request) => {
      request.onEnded = () => request.answer(`re ${request.texts[0]}`);
      if (request.isEnded) request.onEnded();
    };
    const callers = Array.from({ length: 200 }, (_, index) => rig.call(`m${index}`));
    rig.pass(100);
    expect(callers.map((caller) => caller.heard[1])).toEqual(callers.map((_, index) => `message re m${index}`));
    expect(rig.connections).toBe(1);
  });
});

describe('streaming', () => {
  it('sends messages as they come, and END_STREAM alone after them', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.stream();
    caller.call.send(text('one'), false);
    rig.pass();
    caller.call.send(text('two'), false);
    rig.pass();
    caller.call.halfClose();
    rig.pass();
    expect(server.request.frames).toEqual(['data 8', 'data 8', 'end']);
    expect(() => caller.call.send(text('three'), false)).toThrow(UsageError);
  });

  it('ends its half with HEADERS when it has no message', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.stream();
    caller.call.halfClose();
    rig.pass();
    expect(server.request.isEnded).toBe(true);
    expect(server.request.frames).toEqual([]);
    server.request.respond().trailers();
    rig.pass();
    expect(caller.heard).toEqual(['headers', 'end 0']);
  });

  it('gives messages as they are asked for, the outcome after them, and holds the peer back', () => {
    const rig = new Rig({ streamWindowBytes: 65_535 });
    const server = rig.serve();
    const caller = rig.stream();
    caller.call.send(text('go'), true);
    rig.pass();
    const { request } = server;
    request.respond();
    for (let index = 0; index < 100; index++) request.message(new Uint8Array(10_000));
    request.trailers();
    rig.pass(1_000);
    expect(caller.heard).toEqual(['headers']);
    expect(request.stream.queuedBytes).toBeGreaterThan(900_000);
    caller.call.pull(3);
    rig.pass(1_000);
    expect(caller.heard).toEqual(['headers', ...Array(3).fill('message of 10000')]);
    expect(request.stream.queuedBytes).toBeGreaterThan(850_000);
    caller.call.pull(96);
    rig.pass(1_000);
    expect(caller.heard.length).toBe(100);
    expect(caller.call.over).toBe(true);
    caller.call.pull(1);
    expect(caller.heard.at(-2)).toBe('message of 10000');
    expect(caller.heard.at(-1)).toBe('end 0');
  });

  it('takes back what was asked for once so many octets have come', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.stream();
    caller.call.send(text('go'), true);
    rig.pass();
    const { request } = server;
    request.respond();
    caller.call.pull(50, 2_500);
    for (let index = 0; index < 100; index++) request.message(new Uint8Array(1_000));
    rig.pass(1_000);
    expect(caller.messages.length).toBe(3);
    caller.call.pull(2);
    rig.pass(1_000);
    expect(caller.messages.length).toBe(5);
    caller.call.pull(1, 0);
    rig.pass(1_000);
    expect(caller.messages.length).toBe(6);
  });

  it('takes a message that is longer than every window', () => {
    const rig = new Rig({ streamWindowBytes: 65_535, connectionWindowBytes: 65_535 });
    const server = rig.serve();
    const caller = rig.stream();
    caller.call.halfClose();
    caller.call.pull(1);
    rig.pass();
    server.request.respond().message(new Uint8Array(1_000_000)).trailers();
    rig.pass(5_000);
    expect(caller.heard).toEqual(['headers', 'message of 1000000', 'end 0']);
  });

  it('does not pile up calls when the listener asks for the next message each time', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.stream();
    let depth = 0;
    let deepest = 0;
    caller.onMessage = () => {
      deepest = Math.max(deepest, ++depth);
      caller.call.pull(1);
      depth--;
    };
    caller.call.halfClose();
    caller.call.pull(1);
    rig.pass();
    server.request.respond();
    for (let index = 0; index < 5_000; index++) server.request.message('m');
    server.request.trailers();
    rig.pass(1_000);
    expect(caller.messages.length).toBe(5_000);
    expect([deepest, caller.code]).toEqual([1, 0]);
  });

  it('asks the sender to wait, and tells it when there is room', () => {
    const rig = new Rig();
    const server = rig.serve('10.0.0.1', { streamWindowBytes: 65_535, maxWindowBytes: 65_535 });
    const caller = rig.stream();
    rig.pass();
    server.request.consumes = false;
    let sent = 0;
    while (sent < 100) {
      sent++;
      if (!caller.call.send(new Uint8Array(20_000), false)) break;
    }
    expect(sent).toBeGreaterThan(3);
    expect(sent).toBeLessThan(20);
    rig.pass(1_000);
    expect(caller.heard).toEqual([]);
    server.request.consumes = true;
    server.last.engine.consumed(server.request.stream, server.request.heldBytes);
    rig.pass(1_000);
    expect(caller.heard).toEqual(['writable']);
    expect(server.request.messages.length).toBe(sent);
  });

  it('asks the sender to wait while there is no connection, and keeps the order', () => {
    const rig = new Rig();
    const caller = rig.stream({ waitForReady: true });
    const answers: boolean[] = [];
    for (let index = 0; index < 4; index++)
      answers.push(caller.call.send(new Uint8Array(30_000).fill(65 + index), false));
    expect(answers).toEqual([true, true, false, false]);
    const server = rig.serve();
    rig.pass(5_000);
    expect(caller.heard).toEqual(['writable']);
    expect(server.request.texts.map((octets) => octets.charAt(0))).toEqual(['A', 'B', 'C', 'D']);
  });
});

/** "Compresses" by dropping the first octet, as often as it can be told apart; slow if asked. */
function toy(rig: () => Rig, slow = false): Compression {
  const later = (task: () => void): void => {
    if (slow) rig().process.at(rig().now + 5, task);
    else task();
  };
  return {
    name: 'toy',
    compress: (message, done) => {
      const shorter = message[0] === 0x21 ? message.slice(1) : new Uint8Array([0, ...message]);
      later(() => done(shorter));
    },
    decompress: (message, limitBytes, done) => {
      const result: Inflated =
        message.length + 1 > limitBytes
          ? { kind: 'too-large' }
          : message[0] === 0x3f
            ? { kind: 'corrupt', detail: 'a question mark' }
            : { kind: 'ok', bytes: new Uint8Array([0x21, ...message]) };
      later(() => done(result));
    },
  };
}

describe.each([false, true])('compression, slow: %s', (slow) => {
  const setUp = (options = {}) => {
    let made: Rig | undefined;
    const rig: Rig = new Rig({ ...options, compressions: [toy(() => made!, slow)] });
    made = rig;
    return { rig, server: rig.serve() };
  };
  const TOY = [
    [':status', '200'],
    ['content-type', 'application/grpc'],
    ['grpc-encoding', 'toy'],
  ] as const;

  it('of requests: what gets shorter is flagged, and the order is kept', () => {
    const { rig, server } = setUp();
    const caller = rig.stream({ compress: 'toy' });
    for (const message of ['!one', 'two', '!three']) caller.call.send(text(message), false);
    caller.call.send(text('!four'), true);
    rig.pass();
    const { request } = server;
    expect(request.fields.get('grpc-encoding')).toBe('toy');
    expect(request.fields.get('grpc-accept-encoding')).toBe('identity,toy');
    expect(request.messages.map(({ text: octets, compressed }) => [octets, compressed])).toEqual([
      ['one', true],
      ['two', false],
      ['three', true],
      ['four', true],
    ]);
    expect(request.isEnded).toBe(true);
  });

  it('of responses, message by message, in order, and before the outcome', () => {
    const { rig, server } = setUp();
    const caller = rig.stream();
    caller.call.pull(10);
    caller.call.halfClose();
    rig.pass();
    server.request.respond(TOY).message('one', true).message('two').message('three', true).trailers();
    rig.pass();
    expect(caller.heard).toEqual(['headers', 'message !one', 'message two', 'message !three', 'end 0']);
  });

  it('that fails ends the call with INTERNAL', () => {
    const { rig, server } = setUp();
    const caller = rig.call();
    rig.pass();
    server.request.respond(TOY).message('?', true).trailers();
    rig.pass();
    expect(caller.code).toBe(Status.INTERNAL);
    expect(caller.result?.message).toContain('cannot be decompressed with toy: a question mark');
    expect(caller.failure).toMatchObject({ origin: 'malformed-response', culprit: 'server' });
  });

  it('that grows beyond the limit ends it with RESOURCE_EXHAUSTED', () => {
    const { rig, server } = setUp({ maxReceiveMessageBytes: 10 });
    const caller = rig.call();
    rig.pass();
    server.request.respond(TOY).message('0123456789', true).trailers();
    rig.pass();
    expect(caller.code).toBe(Status.RESOURCE_EXHAUSTED);
    expect(caller.result?.message).toContain('maxReceiveMessageBytes is 10');
  });

  it('nobody offered, or none that is named, is INTERNAL (gRPC "Compression")', () => {
    const { rig, server } = setUp();
    const unknown = rig.call();
    rig.pass();
    server.request.respond([...TOY.slice(0, 2), ['grpc-encoding', 'zstd']]).message('x', true);
    const unnamed = rig.call();
    rig.pass();
    server.request.respond().message('x', true);
    rig.pass();
    expect([unknown.code, unnamed.code]).toEqual([Status.INTERNAL, Status.INTERNAL]);
    expect(unknown.result?.message).toContain('compressed with zstd, which was not offered');
    expect(unnamed.result?.message).toContain('grpc-encoding names no compression');
  });
});

describe('limits', () => {
  it('of messages sent: nothing goes out, and both numbers are told', () => {
    const rig = new Rig({ maxSendMessageBytes: 10 });
    const server = rig.serve();
    rig.channel.connect();
    rig.pass();
    const caller = rig.call('01234567890');
    expect(caller.heard).toEqual(['end 8']);
    expect(caller.result?.message).toContain('has 11 octets, and maxSendMessageBytes allows 10');
    rig.pass();
    expect(server.request.ending).toMatchObject({ kind: 'reset', by: 'peer', errorCode: ErrorCode.CANCEL });
    const exact = rig.call('0123456789');
    rig.pass();
    server.request.answer();
    rig.pass();
    expect(exact.code).toBe(0);
  });

  it('of messages received: the stream is reset as soon as the prefix tells the length', () => {
    const rig = new Rig({ maxReceiveMessageBytes: 10 });
    const server = rig.serve();
    const caller = rig.call();
    rig.pass();
    server.request.respond().raw(new Uint8Array([0, 0, 0, 0, 11]));
    rig.pass();
    expect(caller.code).toBe(Status.RESOURCE_EXHAUSTED);
    expect(caller.failure).toMatchObject({ origin: 'limit', culprit: 'client' });
    expect(caller.result?.message).toMatch(/11 octets.*10 are allowed.*maxReceiveMessageBytes is 10/);
    expect(server.request.ending).toMatchObject({ kind: 'reset', errorCode: ErrorCode.CANCEL });
  });

  it('of metadata that the server announced: no stream is opened', () => {
    const rig = new Rig();
    const server = rig.serve('10.0.0.1', { limits: { maxHeaderListBytes: 1_000 } });
    const metadata = new Metadata({ big: 'x'.repeat(1_000) });
    const caller = rig.call('x', { metadata });
    rig.pass();
    expect(caller.code).toBe(Status.RESOURCE_EXHAUSTED);
    expect(caller.failure).toMatchObject({ origin: 'limit', processed: 'no', stream: 0 });
    expect(caller.result?.message).toMatch(/metadata has 1\d{3} octets.*the server takes 1000/);
    expect(server.requests).toEqual([]);
    const small = rig.call('x', { metadata: new Metadata({ big: 'x'.repeat(400) }) });
    rig.pass();
    server.request.answer();
    rig.pass();
    expect(small.code).toBe(0);
  });

  it('of metadata received', () => {
    const rig = new Rig({ maxMetadataBytes: 500 });
    const server = rig.serve();
    const caller = rig.call();
    rig.pass();
    server.request.respond().message('m');
    server.request.trailers([
      ['grpc-status', '0'],
      ['big', 'x'.repeat(450)],
    ]);
    rig.pass();
    expect(caller.code).toBe(Status.RESOURCE_EXHAUSTED);
    expect(caller.result?.message).toMatch(/metadata has 5\d\d octets.*maxMetadataBytes allows 500/);
  });

  it('of calls that wait', () => {
    const rig = new Rig({ maxQueuedCalls: 2 });
    const callers = [rig.call(), rig.call(), rig.call()];
    rig.pass(0);
    expect(callers.map(({ code }) => code)).toEqual([undefined, undefined, Status.RESOURCE_EXHAUSTED]);
    expect(callers[2]?.result?.message).toContain('2 calls wait');
    expect(callers[2]?.failure?.processed).toBe('no');
  });
});

describe('a deadline', () => {
  it('goes to the server as what is left, and ends the call here at its time', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.call('x', { deadlineMs: rig.now + 500 });
    rig.pass(100);
    const timeout = server.request.fields.get('grpc-timeout');
    expect(timeout).toMatch(/^49\d{4}u$|^49\dm$/);
    rig.pass(399);
    expect(caller.heard).toEqual([]);
    rig.pass(10);
    expect(caller.code).toBe(Status.DEADLINE_EXCEEDED);
    expect(caller.failure).toMatchObject({ origin: 'deadline', processed: 'maybe', attempts: 1, stream: 1 });
    expect(caller.result?.message).toContain('The deadline passed after 500 ms');
    expect(server.request.ending).toMatchObject({ kind: 'reset', errorCode: ErrorCode.CANCEL });
  });

  it('says what the call waited for', () => {
    const rig = new Rig();
    rig.network.host('10.0.0.1').welcome = { kind: 'swallow' };
    const caller = rig.call('x', { deadlineMs: rig.now + 500 });
    rig.pass(600);
    expect(caller.result?.message).toContain('while the call waited: a connection to 10.0.0.1:50051 was being made');
    expect(caller.failure).toMatchObject({ processed: 'no', attempts: 0, connection: undefined });
  });

  it('that has passed opens no stream', () => {
    const rig = new Rig();
    const server = rig.serve();
    rig.channel.connect();
    rig.pass();
    const caller = rig.call('x', { deadlineMs: rig.now - 1 });
    rig.pass();
    expect(caller.code).toBe(Status.DEADLINE_EXCEEDED);
    expect(server.requests).toEqual([]);
  });

  it('does not cut what the server has answered in time', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.stream({ deadlineMs: rig.now + 500 });
    caller.call.halfClose();
    rig.pass();
    server.request.answer();
    rig.pass(1_000);
    caller.call.pull(1);
    expect(caller.heard).toEqual(['headers', 'message answer', 'end 0']);
  });

  it('leaves no timer behind', () => {
    const rig = new Rig({
      idleTimeoutMs: Number.POSITIVE_INFINITY,
      keepalive: { probeAfterMs: Number.POSITIVE_INFINITY },
    });
    const server = rig.serve();
    rig.channel.connect();
    rig.pass();
    const before = rig.timers.size;
    rig.call('x', { deadlineMs: rig.now + 500 });
    rig.pass();
    expect(rig.timers.size).toBe(before + 1);
    server.request.answer();
    rig.pass();
    expect(rig.timers.size).toBe(before);
  });
});

describe('cancelling', () => {
  it('ends the call before it returns, and resets the stream', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.stream();
    caller.call.send(text('first'), false);
    rig.pass();
    caller.call.cancel('not needed');
    expect(caller.heard).toEqual(['end 1']);
    expect(caller.result).toMatchObject({ code: Status.CANCELLED, message: 'not needed' });
    expect(caller.failure).toMatchObject({ origin: 'cancelled', processed: 'maybe', stream: 1 });
    caller.call.cancel();
    expect(caller.call.send(text('late'), false)).toBe(true);
    rig.pass();
    expect(server.request.ending).toMatchObject({ kind: 'reset', by: 'peer', errorCode: ErrorCode.CANCEL });
    expect(caller.heard).toEqual(['end 1']);
  });

  it('in the middle of a message drops what waits', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.stream();
    caller.onMessage = () => caller.call.cancel();
    caller.call.halfClose();
    caller.call.pull(5);
    rig.pass();
    server.request.respond().message('one').message('two').trailers();
    rig.pass();
    expect(caller.heard).toEqual(['headers', 'message one', 'end 1']);
  });

  it('before there is a connection: the call never leaves', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.call();
    caller.call.cancel();
    expect(caller.heard).toEqual(['end 1']);
    expect(caller.failure).toMatchObject({ processed: 'no', attempts: 0 });
    rig.pass();
    expect(server.requests).toEqual([]);
  });

  it('after the outcome is known and not told ends it too', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.stream();
    caller.call.halfClose();
    rig.pass();
    server.request.answer();
    rig.pass();
    expect(caller.call.over).toBe(true);
    caller.call.cancel();
    expect(caller.heard).toEqual(['headers', 'end 1']);
  });
});

describe('a listener that throws', () => {
  it.each(['headers', 'message', 'writable', 'end'] as const)(
    'in %s harms its own call only, and the error comes up',
    (where) => {
      const rig = new Rig();
      const server = rig.serve('10.0.0.1', { streamWindowBytes: 65_535, maxWindowBytes: 65_535 });
      const wrong = rig.stream();
      const other = rig.call('other');
      wrong[where] = () => {
        throw new Error('mine');
      };
      wrong.call.pull(5);
      rig.pass();
      const [first, second] = server.requests;
      if (where === 'writable') {
        while (wrong.call.send(new Uint8Array(60_000), false));
        expect(() => rig.pass(100)).toThrow('mine');
      } else {
        first?.answer();
        expect(() => rig.pass(100)).toThrow('mine');
      }
      expect(wrong.call.over).toBe(true);
      second?.answer();
      rig.pass(100);
      expect([other.code, rig.connections]).toEqual([0, 1]);
    },
  );
});
