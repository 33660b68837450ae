/** One call at the server core, by frames: what the handler sees, and what the client gets. */
import { describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { ErrorCode, Setting } from '#h2';
import type { ServerCall } from '#server';
import { framed, joined } from '../support/attacker.ts';
import { ServerRig, text } from '../support/server-rig.ts';

describe('a unary call', () => {
  it('is answered with headers, message and trailers in one write', () => {
    const rig = new ServerRig().echo();
    const client = rig.client();
    const before = client.link.writes.length;
    client.request(1, '/test.Echo/Unary', { message: text('abc') });
    expect(client.story(1)).toEqual(['200', 'data:8', 'status:0 END']);
    expect(client.messages(1)).toEqual(['abc']);
    expect(client.link.writes.length).toBe(before + 1);
    expect(client.of('headers', 1)[0]?.fields).toEqual({ ':status': '200', 'content-type': 'application/grpc' });
  });

  it('is answered in the content type of its request', () => {
    const rig = new ServerRig().echo();
    const client = rig.client();
    client.request(1, '/test.Echo/Unary', { fields: { 'content-type': 'application/grpc+json' } });
    expect(client.of('headers', 1)[0]?.fields['content-type']).toBe('application/grpc+json');
  });

  it('with its octets split in every way reaches the handler the same', () => {
    const rig = new ServerRig().echo();
    const client = rig.client();
    const body = framed(text('abcdef'));
    let stream = 1;
    for (let at = 0; at <= body.length; at++, stream += 2) {
      client.request(stream, '/test.Echo/Unary', { message: 'none', end: false });
      client.data(stream, body.subarray(0, at)).data(stream, body.subarray(at), true);
      expect(client.messages(stream), `split at ${at}`).toEqual(['abcdef']);
    }
  });

  it('that half-closes late is handed over once it has', () => {
    const rig = new ServerRig().seat('unary', '/test.Seat/Call', (call) => call.pull(1));
    const client = rig.client();
    client.request(1, '/test.Seat/Call', { message: text('abc'), end: false });
    expect(rig.last.log).toEqual([]);
    client.data(1, new Uint8Array(0), true);
    expect(rig.last.log).toEqual(['message abc', 'half-closed']);
  });

  it('with two messages is UNIMPLEMENTED, however they come', () => {
    const rig = new ServerRig().seat('unary', '/test.Seat/Call', (call) => call.pull(1));
    const client = rig.client();
    const both = joined([framed(text('a')), framed(text('b'))]);
    client.request(1, '/test.Seat/Call', { message: 'none', end: false }).data(1, both, true);
    client.request(3, '/test.Seat/Call', { message: text('a'), end: false }).data(3, framed(text('b')), true);
    for (const stream of [1, 3]) {
      expect(client.trailers(stream)['grpc-status']).toBe('12');
      expect(client.trailers(stream)['grpc-message']).toBe('the method takes one message and the client sent more');
    }
    expect(rig.seats.map(({ log }) => log)).toEqual([['cancelled status'], ['cancelled status']]);
  });

  it('with no message is UNIMPLEMENTED', () => {
    const rig = new ServerRig().seat('server-streaming', '/test.Seat/Call', (call) => call.pull(1));
    const client = rig.client();
    client.request(1, '/test.Seat/Call', { message: 'none' });
    client.request(3, '/test.Seat/Call', { message: 'none', end: false }).data(3, new Uint8Array(0), true);
    expect([client.story(1), client.story(3)]).toEqual([['200 status:12 END'], ['200 status:12 END']]);
  });

  it('with an empty message gets it', () => {
    const rig = new ServerRig().seat('unary', '/test.Seat/Call', (call) => call.pull(1));
    rig.client().request(1, '/test.Seat/Call', { message: new Uint8Array(0) });
    expect(rig.last.log).toEqual(['message ', 'half-closed']);
  });

  it('is not handed over before it is pulled', () => {
    const rig = new ServerRig().seat('unary');
    rig.client().request(1, '/test.Seat/Call', { message: text('abc') });
    expect(rig.last.log).toEqual([]);
    rig.last.call.pull(1);
    expect(rig.last.log).toEqual(['message abc', 'half-closed']);
  });

  it('ended with OK and no message is INTERNAL: the client could not tell what went wrong', () => {
    const rig = new ServerRig().seat('unary');
    const client = rig.client().request(1, '/test.Seat/Call');
    rig.last.call.end(0);
    rig.settle();
    expect(client.trailers(1)['grpc-status']).toBe('13');
  });

  it('takes one answer: a second is a mistake of the handler', () => {
    const rig = new ServerRig().seat('unary');
    const client = rig.client().request(1, '/test.Seat/Call');
    const { call } = rig.last;
    call.send(text('a'));
    expect(() => call.send(text('b'))).toThrow(UsageError);
    call.end(0);
    expect(() => call.send(text('c'))).toThrow(UsageError);
    rig.settle();
    expect(client.story(1)).toEqual(['200', 'data:6', 'status:0 END']);
  });
});

describe('a streaming call', () => {
  it('passes messages both ways as they come', () => {
    const rig = new ServerRig().seat('bidi-streaming', '/test.Seat/Call', (call) => call.pull(10));
    const client = rig.client().request(1, '/test.Seat/Call', { message: text('a'), end: false });
    rig.last.call.send(text('x'));
    rig.settle();
    client.data(1, framed(text('b')), true);
    rig.last.call.send(text('y'));
    rig.last.call.end(0);
    rig.settle();
    expect(rig.last.log).toEqual(['message a', 'message b', 'half-closed']);
    expect(client.story(1)).toEqual(['200', 'data:6', 'data:6', 'status:0 END']);
  });

  it('hands over as many messages as were asked for, and the half-close after the last', () => {
    const rig = new ServerRig().seat('client-streaming');
    const client = rig.client().request(1, '/test.Seat/Call', { message: 'none', end: false });
    client.data(1, joined([framed(text('a')), framed(text('b')), framed(text('c'))]), true);
    const { call, log } = rig.last;
    expect(log).toEqual([]);
    call.pull(2);
    expect(log).toEqual(['message a', 'message b']);
    call.pull(1);
    expect(log).toEqual(['message a', 'message b', 'message c', 'half-closed']);
  });

  it('takes back what was asked for once so many octets have come', () => {
    const rig = new ServerRig().seat('client-streaming');
    const client = rig.client().request(1, '/test.Seat/Call', { message: 'none', end: false });
    const four = joined([framed(text('a')), framed(text('bc')), framed(text('d')), framed(text('e'))]);
    const { call, log } = rig.last;
    call.pull(4, 3);
    client.data(1, four, true);
    expect(log).toEqual(['message a', 'message bc']);
    call.pull(2);
    expect(log).toEqual(['message a', 'message bc', 'message d', 'message e', 'half-closed']);
  });

  it('may pull within a message', () => {
    const rig = new ServerRig().seat('client-streaming');
    const client = rig.client().request(1, '/test.Seat/Call', { message: 'none', end: false });
    rig.last.onMessage = () => rig.last.call.pull(1);
    rig.last.call.pull(1);
    client.data(1, joined([framed(text('a')), framed(text('b')), framed(text('c'))]), true);
    expect(rig.last.log).toEqual(['message a', 'message b', 'message c', 'half-closed']);
  });

  it('without messages half-closes at once', () => {
    const rig = new ServerRig().seat('bidi-streaming');
    rig.client().request(1, '/test.Seat/Call', { message: 'none' });
    expect(rig.last.log).toEqual(['half-closed']);
  });

  it('holds credit back while nobody pulls, and returns it for a message longer than the window', () => {
    const rig = new ServerRig({ streamWindowBytes: 65_535 }).seat('client-streaming');
    const client = rig.client().request(1, '/test.Seat/Call', { message: 'none', end: false });
    const body = framed(new Uint8Array(150_000));
    let at = 0;
    const sendTo = (end: number) => {
      for (; at < end; at += 16_384) client.data(1, body.subarray(at, Math.min(at + 16_384, end)));
      at = end;
    };
    sendTo(65_535);
    expect(client.of('window', 1)).toEqual([]);
    rig.last.call.pull(1);
    rig.settle();
    expect(client.of('window', 1).reduce((sum, { increment }) => sum + increment, 0)).toBe(65_535);
    sendTo(131_070);
    sendTo(body.length);
    expect(rig.last.log).toEqual(['message of 150000']);
  });

  it('is told to wait when the queue is long, and when to go on', () => {
    const rig = new ServerRig().seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call');
    const { call, log } = rig.last;
    expect(call.send(new Uint8Array(50_000))).toBe(true);
    expect(call.send(new Uint8Array(100_000))).toBe(false);
    rig.settle();
    expect(log).toEqual([]);
    client.windowUpdate(0, 1_000_000).windowUpdate(1, 1_000_000);
    expect(log).toEqual(['writable']);
  });
});

describe('headers and trailers', () => {
  it('carry metadata, and the message percent-encoded', () => {
    const rig = new ServerRig().seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call', { fields: { 'x-id': '7', 'k-bin': 'AAEC' } });
    const { call } = rig.last;
    expect(call.metadata.get('x-id')).toBe('7');
    expect(call.metadata.getBinary('k-bin')).toEqual(new Uint8Array([0, 1, 2]));
    expect(call.metadata.get('content-type')).toBeNull();
    expect([call.path, call.authority, call.headersSent]).toEqual(['/test.Seat/Call', 'svc', false]);
    const { metadata } = call;
    call.sendHeaders(metadata);
    expect(call.headersSent).toBe(true);
    expect(() => call.sendHeaders()).toThrow(UsageError);
    call.end(5, 'nicht gefunden: 100% Käse', metadata);
    rig.settle();
    expect(client.of('headers', 1).map(({ fields }) => fields)).toEqual([
      { ':status': '200', 'content-type': 'application/grpc', 'x-id': '7', 'k-bin': 'AAEC' },
      { 'grpc-status': '5', 'grpc-message': 'nicht gefunden: 100%25 K%C3%A4se', 'x-id': '7', 'k-bin': 'AAEC' },
    ]);
  });

  it('are one section when a call ends without a message', () => {
    const rig = new ServerRig().seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call');
    rig.last.call.end(7, 'no');
    rig.settle();
    expect(client.story(1)).toEqual(['200 status:7 END']);
  });

  it('keep within what the client takes', () => {
    const rig = new ServerRig().seat('server-streaming');
    const client = rig.client(false).preface([{ id: Setting.MAX_HEADER_LIST_SIZE, value: 400 }]);
    client.request(1, '/test.Seat/Call');
    rig.last.call.end(13, 'ä'.repeat(500));
    client.request(3, '/test.Seat/Call', { fields: { big: 'x'.repeat(500) } });
    rig.last.call.end(13, 'why', rig.last.call.metadata);
    client.request(5, '/test.Seat/Call', { fields: { big: 'x'.repeat(500) } });
    rig.last.call.sendHeaders(rig.last.call.metadata);
    rig.settle();
    const listBytes = (stream: number) =>
      Object.entries(client.trailers(stream)).reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
    expect(client.trailers(1)['grpc-message']).toMatch(/^(%C3%A4)+$/);
    expect(listBytes(1)).toBeGreaterThan(380);
    for (const stream of [1, 3, 5]) expect(listBytes(stream)).toBeLessThanOrEqual(400);
    expect(client.trailers(3)['grpc-message']).toMatch(/^why \(trailing metadata of 535 octets left out: /);
    expect(client.trailers(5)['grpc-status']).toBe('8');
  });

  it('of an undefined code go as they are; of no code at all they are a mistake', () => {
    const rig = new ServerRig().seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call');
    expect(() => rig.last.call.end(-1)).toThrow(UsageError);
    rig.last.call.end(99);
    rig.settle();
    expect(client.story(1)).toEqual(['200 status:99 END']);
  });
});

describe('a call that ends early', () => {
  it('is cancelled once by RST_STREAM; later writes vanish and the connection lives (incident 5)', () => {
    const rig = new ServerRig().echo().seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call').request(3, '/test.Seat/Call');
    const [first, second] = rig.seats;
    first!.call.sendHeaders();
    client.reset(1, ErrorCode.CANCEL);
    expect(first!.log).toEqual(['cancelled reset']);
    expect(first!.cancels).toEqual([{ kind: 'reset', errorCode: ErrorCode.CANCEL }]);
    for (let at = 0; at < 10; at++) expect(first!.call.send(text('late'))).toBe(true);
    first!.call.end(0, '', first!.call.metadata);
    first!.call.end(0);
    rig.settle();
    second!.call.send(text('alive'));
    second!.call.end(0);
    rig.settle();
    client.request(5, '/test.Echo/Unary');
    expect(client.story(1)).toEqual(['200']);
    expect(client.messages(3)).toEqual(['alive']);
    expect(client.story(5)).toEqual(['200', 'data:8', 'status:0 END']);
    expect(client.goaway).toBeUndefined();
    expect(first!.log).toEqual(['cancelled reset']);
  });

  it('is cancelled once when the connection breaks', () => {
    const rig = new ServerRig().seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call');
    client.cut();
    expect(rig.last.log).toEqual(['cancelled connection']);
    expect(rig.last.call.send(text('late'))).toBe(true);
    rig.last.call.end(0);
    expect(rig.core.stats.calls).toEqual({ running: 0, started: 1, succeeded: 0, failed: 1 });
    expect(rig.core.stats.connections.open).toBe(0);
  });

  it('is cancelled by the breach that the client commits on its stream', () => {
    const rig = new ServerRig().seat('bidi-streaming').echo();
    const client = rig.client().request(1, '/test.Seat/Call', { message: 'none', end: false });
    client.windowUpdate(1, 0);
    expect(rig.last.cancels[0]).toMatchObject({ kind: 'violation', violation: { rule: 'window/zero-increment' } });
    client.request(3, '/test.Echo/Unary');
    expect(client.story(3).at(-1)).toBe('status:0 END');
  });

  it('ends at its deadline: the handler is told, the client gets DEADLINE_EXCEEDED', () => {
    const rig = new ServerRig().seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call', { fields: { 'grpc-timeout': '250m' } });
    expect(rig.last.call.deadlineMs).toBe(rig.clock.nowMs + 250);
    rig.last.call.send(text('x'));
    rig.clock.advance(249);
    expect(rig.last.log).toEqual([]);
    rig.clock.advance(2);
    expect(rig.last.log).toEqual(['cancelled deadline']);
    expect(client.story(1)).toEqual(['200', 'data:6', 'status:4 END']);
    expect(client.trailers(1)['grpc-message']).toBe('the deadline of 250 ms passed at the server');
    rig.last.call.end(0);
  });

  it('that ended before its deadline is left alone by it', () => {
    const rig = new ServerRig().seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call', { fields: { 'grpc-timeout': '250m' } });
    const timers = rig.timers.size;
    rig.last.call.end(0);
    expect(rig.timers.size).toBe(timers - 1);
    rig.clock.advance(1_000);
    expect(rig.last.log).toEqual([]);
    expect(client.story(1)).toEqual(['200 status:0 END']);
  });

  it('by a handler that throws is UNKNOWN without the text; the connection lives', () => {
    const rig = new ServerRig().echo();
    const secret = new Error('password=hunter2');
    rig.core.handle('/test.Bad/Start', {
      kind: 'unary',
      start: () => {
        throw secret;
      },
    });
    rig.core.handle('/test.Bad/Message', {
      kind: 'unary',
      start: (call) => {
        call.pull(1);
        return {
          message: () => {
            throw secret;
          },
          halfClosed() {},
          cancelled() {},
        };
      },
    });
    const client = rig.client();
    client.request(1, '/test.Bad/Start').request(3, '/test.Bad/Message').request(5, '/test.Echo/Unary');
    for (const stream of [1, 3]) {
      expect(client.story(stream)).toEqual(['200 status:2 END']);
      expect(client.trailers(stream)['grpc-message']).toBe('the handler of the method failed');
    }
    expect(client.story(5).at(-1)).toBe('status:0 END');
    expect(rig.events.filter(({ kind }) => kind === 'handler-failed')).toHaveLength(2);
    expect(rig.core.stats.calls.running).toBe(0);
  });

  it('within start, by a rule, is told to the listener that start answers with', () => {
    const begin = (call: ServerCall) => void call.send(new Uint8Array(20));
    const rig = new ServerRig({ maxSendMessageBytes: 10 }).seat('server-streaming', '/test.Seat/Call', begin);
    const client = rig.client().request(1, '/test.Seat/Call');
    expect(client.story(1)).toEqual(['200 status:8 END']);
    expect(rig.last.log).toEqual(['cancelled status']);
  });

  it('within start is answered like any other', () => {
    const rig = new ServerRig().seat('unary', '/test.Seat/Call', (call) => call.end(16, 'who?'));
    const client = rig.client().request(1, '/test.Seat/Call').request(3, '/test.Seat/Call', { message: 'none' });
    expect([client.story(1), client.story(3)]).toEqual([['200 status:16 END'], ['200 status:16 END']]);
    expect(rig.seats.map(({ log }) => log)).toEqual([[], []]);
  });
});

describe('messages that cannot be taken', () => {
  it('beyond the limit are RESOURCE_EXHAUSTED with both numbers', () => {
    const rig = new ServerRig({ maxReceiveMessageBytes: 100 }).seat('unary', '/test.Seat/Call', (call) => call.pull(1));
    const client = rig.client();
    client.request(1, '/test.Seat/Call', { message: new Uint8Array(100) });
    expect(rig.last.log).toEqual(['message of 100', 'half-closed']);
    client.request(3, '/test.Seat/Call', { message: new Uint8Array(101) });
    expect(client.story(3)).toEqual(['200 status:8 END']);
    expect(client.trailers(3)['grpc-message']).toMatch(/101 octets .* 100 are allowed/);
    expect(rig.last.log).toEqual(['cancelled status']);
    expect(rig.core.stats.refusals.get('max-receive-message-bytes')).toBe(1);
  });

  it('that are cut off by END_STREAM are INTERNAL', () => {
    const rig = new ServerRig().seat('client-streaming', '/test.Seat/Call', (call) => call.pull(5));
    const client = rig.client().request(1, '/test.Seat/Call', { message: 'none', end: false });
    client.data(1, framed(text('abcdef')).subarray(0, 8), true);
    expect(client.trailers(1)['grpc-status']).toBe('13');
    expect(client.trailers(1)['grpc-message']).toMatch(/ended after 3 of a message's 6 octets/);
  });

  it('whose flag is no flag are INTERNAL', () => {
    const rig = new ServerRig().seat('unary', '/test.Seat/Call', (call) => call.pull(1));
    const client = rig.client().request(1, '/test.Seat/Call', { message: 'none', end: false });
    client.data(1, text('hello world'), true);
    expect(client.trailers(1)['grpc-status']).toBe('13');
  });

  it('of the handler beyond the limit end the call, which the handler hears', () => {
    const rig = new ServerRig({ maxSendMessageBytes: 10 }).seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call');
    expect(rig.last.call.send(new Uint8Array(11))).toBe(true);
    rig.settle();
    expect(rig.last.log).toEqual(['cancelled status']);
    expect(client.story(1)).toEqual(['200 status:8 END']);
  });
});
