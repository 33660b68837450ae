/** What a call's outcome is: by the server's word, by HTTP, by RST_STREAM, by the end of the connection. */
import { describe, expect, it } from 'vitest';
import { Status, statusName } from '#grpc';
import { ErrorCode } from '#h2';
import { type Caller, Rig, type Server, text } from './rig.ts';

const setUp = (): { rig: Rig; server: Server; caller: Caller } => {
  const rig = new Rig();
  const server = rig.serve();
  const caller = rig.call();
  rig.pass();
  return { rig, server, caller };
};

describe('grpc-status', () => {
  it('with its message and trailers is the outcome, after the messages', () => {
    const { rig, server, caller } = setUp();
    server.request
      .respond()
      .message('part')
      .trailers([
        ['grpc-status', '5'],
        ['grpc-message', 'no such%20order%3a 7'],
        ['x-detail', 'd'],
      ]);
    rig.pass();
    expect(caller.heard).toEqual(['headers', 'message part', 'end 5']);
    expect(caller.result?.message).toContain('no such order: 7');
    expect(caller.result?.trailers.get('x-detail')).toBe('d');
    expect(caller.failure).toMatchObject({ origin: 'server-status', culprit: 'server', processed: 'yes', stream: 1 });
  });

  it('the message of the server is not added to', () => {
    const { rig, server, caller } = setUp();
    server.request.trailers([
      [':status', '200'],
      ['content-type', 'application/grpc'],
      ['grpc-status', '7'],
      ['grpc-message', 'not yours'],
    ]);
    rig.pass();
    expect(caller.heard).toEqual(['end 7']);
    expect(caller.result?.message).toBe('not yours');
  });

  it('counts whatever the HTTP status, with trailers or without (gRPC "HTTP to gRPC Status Code Mapping")', () => {
    const only = setUp();
    only.server.request.trailers([
      [':status', '503'],
      ['content-type', 'text/html'],
      ['grpc-status', '8'],
    ]);
    only.rig.pass();
    expect(only.caller.code).toBe(8);
    const late = setUp();
    late.server.request.respond([
      [':status', '503'],
      ['content-type', 'application/grpc'],
    ]);
    late.server.request.raw(text('<html>')).trailers([['grpc-status', '9']]);
    late.rig.pass();
    expect(late.caller.code).toBe(9);
  });

  it('that is no code is UNKNOWN, and what came is told', () => {
    const { rig, server, caller } = setUp();
    server.request
      .respond()
      .message('m')
      .trailers([['grpc-status', 'fine']]);
    rig.pass();
    expect(caller.code).toBe(Status.UNKNOWN);
    expect(caller.result?.message).toContain("'fine'");
  });

  it('OK wins over a RST_STREAM(NO_ERROR) that follows (incident 4: a complete response is a success)', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.stream();
    caller.call.send(text('first'), false);
    caller.call.pull(1);
    rig.pass();
    server.request.answer();
    server.last.rstStream(1, ErrorCode.NO_ERROR);
    rig.pass();
    expect(caller.heard).toEqual(['headers', 'message answer', 'end 0']);
    expect(caller.call.send(text('late'), true)).toBe(true);
    rig.pass();
    expect(rig.channel.state).toBe('ready');
    expect(server.last.closed).toBe(false);
  });

  it('OK wins over the end of the connection that follows', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.stream();
    caller.call.halfClose();
    rig.pass();
    server.request.answer();
    rig.pass();
    rig.network.wires[0]?.cut('both');
    rig.pass();
    caller.call.pull(1);
    expect(caller.heard).toEqual(['headers', 'message answer', 'end 0']);
  });

  it('while our half is open resets it without noise, and the connection lives', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.stream();
    caller.call.send(text('one'), false);
    caller.call.pull(1);
    rig.pass();
    server.request.answer();
    rig.pass();
    expect(caller.code).toBe(0);
    expect(server.request.ending).toEqual({
      kind: 'reset',
      by: 'peer',
      errorCode: ErrorCode.NO_ERROR,
      violation: undefined,
    });
    rig.call();
    rig.pass();
    expect(server.requests.length).toBe(2);
  });
});

describe('responses that break gRPC', () => {
  it('without trailers', () => {
    const { rig, server, caller } = setUp();
    server.request.respond().message('m').raw(new Uint8Array(0), true);
    rig.pass();
    expect(caller.heard).toEqual(['headers', 'message m', 'end 2']);
    expect(caller.result?.message).toContain('ended without trailers, and so without grpc-status');
    expect(caller.failure).toMatchObject({ origin: 'malformed-response', processed: 'maybe' });
  });

  it('with trailers that have no grpc-status', () => {
    const { rig, server, caller } = setUp();
    server.request.respond().trailers([['x', 'y']]);
    rig.pass();
    expect(caller.code).toBe(Status.UNKNOWN);
    expect(caller.result?.message).toContain('its trailers have no grpc-status');
  });

  it('with an OK in the middle of a message', () => {
    const { rig, server, caller } = setUp();
    server.request
      .respond()
      .raw(new Uint8Array([0, 0, 0, 0, 9, 1, 2]))
      .trailers();
    rig.pass();
    expect(caller.code).toBe(Status.INTERNAL);
    expect(caller.result?.message).toContain("2 of a message's 9 octets");
  });

  it('a failing status in the middle of a message stays what the server said', () => {
    const { rig, server, caller } = setUp();
    server.request
      .respond()
      .raw(new Uint8Array([0, 0, 0, 0, 9, 1, 2]))
      .trailers([['grpc-status', '13']]);
    rig.pass();
    expect(caller.failure?.origin).toBe('server-status');
  });

  it('with octets that are no messages: reset at once', () => {
    const { rig, server, caller } = setUp();
    server.request.respond().raw(text('{"error": 1}'));
    rig.pass();
    expect(caller.code).toBe(Status.INTERNAL);
    expect(caller.result?.message).toContain('begins with octet 123');
    expect(server.request.ending).toMatchObject({ kind: 'reset', errorCode: ErrorCode.CANCEL });
  });

  it('with no message where one is due, or two, is UNIMPLEMENTED', () => {
    const none = setUp();
    none.server.request.respond().trailers();
    none.rig.pass();
    expect(none.caller.heard).toEqual(['headers', `end ${Status.UNIMPLEMENTED}`]);
    expect(none.caller.result?.message).toContain('one message is due, and none came');
    const two = setUp();
    two.server.request.respond().message('one').message('two');
    two.rig.pass();
    expect(two.caller.heard).toEqual(['headers', 'message one', `end ${Status.UNIMPLEMENTED}`]);
    expect(two.caller.result?.message).toContain('one message is due, and more came');
    const eager = setUp();
    eager.caller.call.pull(5);
    eager.server.request.respond().message('one').message('two').trailers();
    eager.rig.pass();
    expect(eager.caller.heard).toEqual(['headers', 'message one', `end ${Status.UNIMPLEMENTED}`]);
    const streaming = new Rig();
    const server = streaming.serve();
    const caller = streaming.call('x', { kind: 'client-streaming' });
    streaming.pass();
    server.request.respond().trailers();
    streaming.pass();
    expect(caller.code).toBe(Status.UNIMPLEMENTED);
  });

  it('no message with a failing status is fine, and so is none in a stream', () => {
    const failed = setUp();
    failed.server.request.respond().trailers([['grpc-status', '3']]);
    failed.rig.pass();
    expect(failed.caller.code).toBe(3);
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.call('x', { kind: 'server-streaming' });
    rig.pass();
    server.request.respond().trailers();
    rig.pass();
    expect(caller.code).toBe(0);
  });

  it('an informational response before is nothing', () => {
    const { rig, server, caller } = setUp();
    server.last.earlyHints(1);
    rig.pass();
    server.request.answer();
    rig.pass();
    expect(caller.heard).toEqual(['headers', 'message answer', 'end 0']);
  });
});

describe('responses that are no gRPC', () => {
  it.each([
    ['400', Status.INTERNAL],
    ['401', Status.UNAUTHENTICATED],
    ['403', Status.PERMISSION_DENIED],
    ['404', Status.UNIMPLEMENTED],
    ['429', Status.UNAVAILABLE],
    ['502', Status.UNAVAILABLE],
    ['503', Status.UNAVAILABLE],
    ['504', Status.UNAVAILABLE],
    ['200', Status.UNKNOWN],
    ['500', Status.UNKNOWN],
  ])('HTTP %s is mapped, and the page is quoted', (status, code) => {
    const { rig, server, caller } = setUp();
    server.request.respond([
      [':status', status],
      ['content-type', 'text/html'],
    ]);
    server.request.raw(text('<html>\r\n no healthy upstream'), true);
    rig.pass();
    expect(statusName(caller.code ?? -1)).toBe(statusName(code));
    expect(caller.heard).toEqual([`end ${code}`]);
    expect(caller.failure).toMatchObject({ origin: 'http-status', processed: 'maybe' });
    expect(caller.result?.message).toContain(`HTTP status ${status} and content-type 'text/html'`);
    expect(caller.result?.message).toContain('says "<html> no healthy upstream"');
  });

  it('a section without a body, an endless page and a page that never comes end the call as well', () => {
    const none = setUp();
    none.server.request.respond([[':status', '404']], true);
    none.rig.pass();
    expect(none.caller.code).toBe(Status.UNIMPLEMENTED);
    const endless = setUp();
    endless.server.request.respond([[':status', '404']]).raw(new Uint8Array(5_000).fill(65));
    endless.rig.pass();
    expect(endless.caller.code).toBe(Status.UNIMPLEMENTED);
    expect(endless.server.request.ending).toMatchObject({ kind: 'reset', errorCode: ErrorCode.CANCEL });
    const silent = setUp();
    silent.server.request.respond([[':status', '404']]);
    silent.rig.pass(900);
    expect(silent.caller.heard).toEqual([]);
    silent.rig.pass(200);
    expect(silent.caller.code).toBe(Status.UNIMPLEMENTED);
    const cut = setUp();
    cut.server.request.respond([[':status', '502']]).raw(text('bad'));
    cut.rig.pass(10);
    cut.server.request.reset(ErrorCode.CANCEL);
    cut.rig.pass();
    expect(cut.caller.code).toBe(Status.UNAVAILABLE);
  });

  it('the deadline still holds while a page is waited for', () => {
    const rig = new Rig();
    const server = rig.serve();
    const caller = rig.call('x', { deadlineMs: rig.now + 100 });
    rig.pass();
    server.request.respond([[':status', '404']]);
    rig.pass(200);
    expect(caller.code).toBe(Status.DEADLINE_EXCEEDED);
  });
});

describe('RST_STREAM by the server', () => {
  it.each([
    [ErrorCode.NO_ERROR, Status.INTERNAL],
    [ErrorCode.PROTOCOL_ERROR, Status.INTERNAL],
    [ErrorCode.INTERNAL_ERROR, Status.INTERNAL],
    [ErrorCode.CANCEL, Status.CANCELLED],
    [ErrorCode.ENHANCE_YOUR_CALM, Status.RESOURCE_EXHAUSTED],
    [ErrorCode.INADEQUATE_SECURITY, Status.PERMISSION_DENIED],
    [ErrorCode.HTTP_1_1_REQUIRED, Status.UNKNOWN],
  ])('code %i', (errorCode, code) => {
    const { rig, server, caller } = setUp();
    server.request.reset(errorCode);
    rig.pass();
    expect(statusName(caller.code ?? -1)).toBe(statusName(code));
    expect(caller.failure).toMatchObject({
      origin: 'reset',
      processed: 'maybe',
      stream: 1,
      attempts: 1,
      ending: { kind: 'reset', errorCode },
    });
    const message = caller.result?.message ?? '';
    expect(message).not.toMatch(/RST_STREAM with code/);
    expect(message).toContain('stream 1 of connection 1 to 10.0.0.1:50051, open for');
    expect(message).toContain('call again only if doing it twice does no harm');
  });

  it('after part of the response: what came is delivered first (incident 4, the other side of the proxy)', () => {
    const { rig, server, caller } = setUp();
    server.request.respond().message('whole');
    rig.pass(5);
    server.request.reset(ErrorCode.NO_ERROR);
    rig.pass();
    expect(caller.heard).toEqual(['headers', 'message whole', `end ${Status.INTERNAL}`]);
    expect(caller.result?.message).toContain('a proxy has dropped the end of its response');
    expect(caller.failure?.notRetried).toContain('its response had begun');
  });

  it('CANCEL at the deadline is DEADLINE_EXCEEDED, though our own clock has not struck yet', () => {
    const rig = new Rig({ path: { latencyMs: 0.25 } });
    const server = rig.serve();
    const beganMs = Math.ceil(rig.now);
    const caller = rig.call('x', { deadlineMs: beganMs + 100.2 });
    rig.pass(beganMs + 100.1 - rig.now);
    server.request.reset(ErrorCode.CANCEL);
    rig.pass(0.5);
    expect(caller.code).toBe(Status.DEADLINE_EXCEEDED);
    expect(caller.failure).toMatchObject({
      origin: 'deadline',
      ending: { kind: 'reset', errorCode: ErrorCode.CANCEL },
    });
    expect(caller.endedMs).toBeLessThan(beganMs + 101);
  });

  it('a breach of HTTP/2 on the stream is told with its rule', () => {
    const { rig, server, caller } = setUp();
    server.request.respond([
      [':status', '200'],
      ['content-type', 'application/grpc'],
      ['connection', 'close'],
    ]);
    rig.pass();
    expect(caller.code).toBe(Status.INTERNAL);
    expect(caller.failure).toMatchObject({ origin: 'violation', culprit: 'server' });
    expect(caller.result?.message).toContain('headers/connection-specific');
  });
});

describe('the end of the connection', () => {
  const ended = (how: (rig: Rig, server: Server) => void): Caller => {
    const { rig, server, caller } = setUp();
    how(rig, server);
    rig.pass(100);
    return caller;
  };

  it.each<readonly [string, (rig: Rig, server: Server) => void, string, string]>([
    [
      'FIN without GOAWAY',
      (rig) => rig.network.wires[0]?.close('client'),
      'unknown',
      'closed the connection (FIN) without saying GOAWAY',
    ],
    ['RST', (rig) => rig.network.wires[0]?.cut('both'), 'network', 'ECONNRESET'],
    [
      'GOAWAY with an error',
      (_rig, server) => {
        server.last.engine.close('too-many-pings', ErrorCode.ENHANCE_YOUR_CALM, 'too_many_pings', server.process.now());
      },
      'server',
      'ended the connection with GOAWAY ENHANCE_YOUR_CALM "too_many_pings"',
    ],
    [
      'a breach of HTTP/2',
      (_rig, server) => server.last.link.write([new Uint8Array([0, 0, 8, 6, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])]),
      'server',
      'broke a rule of HTTP/2 (frame/bad-stream',
    ],
  ])('by %s', (_name, how, culprit, said) => {
    const caller = ended(how);
    expect(caller.code).toBe(Status.UNAVAILABLE);
    expect(caller.failure).toMatchObject({ origin: 'connection', culprit, processed: 'maybe', attempts: 1 });
    expect(caller.result?.message).toContain(said);
    expect(caller.result?.message).toContain('which lived');
    expect(caller.failure?.connection?.closedMs).toBeGreaterThan(0);
    expect(caller.failure?.notRetried).toContain('the server may have processed it');
  });

  it('the texts that nobody can use never stand alone', () => {
    const caller = ended((rig) => rig.network.wires[0]?.cut('both'));
    expect(caller.result?.message).not.toMatch(/^read ECONNRESET$|^Connection dropped/);
    expect((caller.result?.message ?? '').length).toBeGreaterThan(100);
  });
});
