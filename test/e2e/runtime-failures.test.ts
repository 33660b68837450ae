/**
 * Failing calls on real sockets, against peers that misbehave: what the error says and how it explains itself. Only here the
 * recorder, the rules of `calmwire explain` and the errors of calls meet.
 */

import { createReadStream } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net';
import { createChannel, createServer, RpcError, Status } from 'calmwire';
import { explain, renderText } from 'calmwire/diagnose';
import { describe, expect, it } from 'vitest';
import { all, rejection, settled } from '../rpc/orders.ts';
import { afterwards, dialling, running, temporaryPath } from '../runtime/loopback.ts';

const never = () => new Promise<never>(() => undefined);

/** A server of node:http2 that does what it is told with each stream. */
async function http2Peer(serve: (stream: ServerHttp2Stream, end: () => void) => void): Promise<string> {
  const server = createHttp2Server();
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  // FIN, and no frame before it: node:http2 hides its socket.
  const end = () => [...sockets].at(-1)?.destroySoon();
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    serve(stream, end);
  });
  server.on('sessionError', () => undefined);
  return listening(server, sockets);
}

const endSocket = (_: ServerHttp2Stream, end: () => void) => end();

/** A server that does what it is told with each socket. */
async function rawPeer(serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createNetServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  return listening(server, sockets);
}

async function listening(server: ReturnType<typeof createNetServer>, sockets: Set<Socket>): Promise<string> {
  afterwards(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failure(promise: Promise<unknown>): Promise<RpcError> {
  const error = await rejection(promise);
  expect(error).toBeInstanceOf(RpcError);
  return error as RpcError;
}

const idsOf = (error: RpcError) => error.explanation?.findings.map(({ id }) => id);

describe('a failed call explains itself', () => {
  it('when nobody listens', async () => {
    const target = await rawPeer(() => undefined);
    const port = Number(target.split(':')[1]) === 1 ? 2 : 1;
    const { orders } = dialling(`127.0.0.1:${port}`);
    const error = await failure(orders.getOrder({}));
    expect(error.code).toBe(Status.UNAVAILABLE);
    expect(error.failure).toMatchObject({
      origin: 'connect',
      processed: 'no',
      addresses: [{ fault: { kind: 'refused' } }],
    });
    const text = error.explanation?.text() ?? '';
    expect(text).toContain(`127.0.0.1:${port}`);
    expect(text).toContain('ECONNREFUSED');
    expect(text).toContain('calling again is safe');
    expect(text).toContain('waitForReady');
    expect(error.explanation?.text('zh')).toContain('可以安全重试');
    expect(String(error.explanation)).toBe(text);
  });

  it('when the server closes without GOAWAY', async () => {
    const target = await http2Peer((stream) => stream.session?.destroy());
    const error = await failure(dialling(target).orders.getOrder({}));
    expect(error.code).toBe(Status.UNAVAILABLE);
    expect(error.failure).toMatchObject({ origin: 'connection', processed: 'maybe', attempts: 1, stream: 1 });
    expect(error.message).toContain('may have processed the call');
  });

  it('when the server ends the socket under it', async () => {
    const target = await http2Peer(endSocket);
    const error = await failure(dialling(target).orders.getOrder({}));
    expect(idsOf(error)?.[0]).toBe('connection/abrupt-close');
    const [finding] = error.explanation?.findings ?? [];
    expect(finding).toMatchObject({ severity: 'error', culprit: 'server' });
    const text = error.explanation?.text() ?? '';
    expect(text).toContain('stream 1 of connection 1');
    expect(text).toContain('connection/abrupt-close');
    expect(error.explanation?.text('zh')).toContain('connection/abrupt-close');
    expect(error.explanation?.facts.join(' ')).toContain('FIN');
  });

  it('when the server counts its PINGs', async () => {
    const target = await rawPeer((socket) => {
      socket.write(SETTINGS);
      // GOAWAY: last stream 1, ENHANCE_YOUR_CALM, then the text that every gRPC server says.
      const calm = Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 0, 0, 0x0b]), Buffer.from('too_many_pings')]);
      socket.once('data', () => setTimeout(() => socket.end(frame(7, 0, 0, calm)), 20));
    });
    const error = await failure(dialling(target).orders.getOrder({}));
    expect(error.code).toBe(Status.UNAVAILABLE);
    expect(error.message).toContain('too_many_pings');
    expect(idsOf(error)).toContain('keepalive/too-many-pings');
  });

  it('when a proxy cuts the response', async () => {
    const target = await rawPeer((socket) => {
      socket.write(SETTINGS);
      socket.once('data', () => {
        // HEADERS ":status: 200, content-type: application/grpc", then RST_STREAM(NO_ERROR) in place of messages and trailers.
        const type = Buffer.from('application/grpc');
        const block = Buffer.concat([Buffer.from([0x88, 0x0f, 0x10, type.length]), type]);
        setTimeout(() => socket.write(Buffer.concat([frame(1, 4, 1, block), frame(3, 0, 1, Buffer.alloc(4))])), 20);
      });
    });
    const error = await failure(dialling(target).orders.getOrder({}));
    expect(error.message).toContain('RST_STREAM NO_ERROR (code 0)');
    // Never bare: the sentence goes on with what it means.
    expect(error.message).toContain('proxy');
    expect(error.failure).toMatchObject({ origin: 'reset', processed: 'maybe' });
    expect(error.explanation?.text()).toContain('look at its log');
  });

  it('when the peer speaks HTTP/1.1', async () => {
    const server = createHttpServer((_, response) => response.end('hello'));
    const target = await listening(server, new Set());
    const error = await failure(dialling(target).orders.getOrder({}));
    expect(error.code).toBe(Status.UNAVAILABLE);
    expect(error.message).toContain("the server speaks HTTP/1: 'HTTP/1.1 ");
    expect(error.explanation?.facts.length).toBeGreaterThan(2);
  });

  it('when a web server answers', async () => {
    const target = await http2Peer((stream) => {
      stream.respond({ ':status': 503, 'content-type': 'text/html' });
      stream.end('<h1>no healthy upstream</h1>');
    });
    const error = await failure(dialling(target).orders.getOrder({}));
    expect(error.code).toBe(Status.UNAVAILABLE);
    expect(error.message).toContain('no healthy upstream');
    expect(error.explanation?.text()).toContain('gRPC server');
  });

  it('when the deadline passes in the handler', async () => {
    const { orders } = await running({ getOrder: never });
    // Long enough for a busy machine to make the connection: the deadline is to pass in the handler.
    const error = await failure(orders.getOrder({}, { timeoutMs: 400 }));
    expect(error.code).toBe(Status.DEADLINE_EXCEEDED);
    expect(idsOf(error)).toContain('deadline/exceeded-by-handler');
    // The settings of both ends are ours, so is the advice.
    const remedies = error.explanation?.findings[0]?.remedies;
    expect(remedies).toMatchObject([
      { stack: 'calmwire', where: 'server', setting: 'context.signal.throwIfAborted()' },
    ]);
    expect(error.explanation?.text()).toContain('timeoutMs');
  });

  it('when a message is too large for either side', async () => {
    const { orders } = await running(
      {
        getOrder: async () => ({ id: 'x'.repeat(2_000) }),
        placeOrder: async (lines) => ({ lines: await all(lines) }),
      },
      { channel: { maxReceiveMessageBytes: 1_000 }, server: { maxReceiveMessageBytes: 1_000 } },
    );
    const received = await failure(orders.getOrder({}));
    expect(received.code).toBe(Status.RESOURCE_EXHAUSTED);
    expect(received.message).toContain('maxReceiveMessageBytes');
    const sent = await failure(orders.getOrder({ id: 'x'.repeat(2_000) }));
    expect(sent.code).toBe(Status.RESOURCE_EXHAUSTED);
  });

  it('with the status of the server and no verdict beside it', async () => {
    const { orders } = await running({
      getOrder: async () => {
        throw new RpcError('no order 7', Status.NOT_FOUND);
      },
    });
    const error = await failure(orders.getOrder({ id: '7' }));
    expect(error.explanation?.text()).toMatch(
      /^The server answered the call with NOT_FOUND\. It was stream 1 of connection 1 to [^.]+\.\d+\.\d+\.\d+:\d+, open for \d+ ms\.$/,
    );
    expect(error.explanation?.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it('from facts alone when nothing is recorded', async () => {
    const target = await http2Peer(endSocket);
    const { orders } = dialling(target, { recording: { frames: 0 } });
    const error = await failure(orders.getOrder({}));
    expect(error.explanation?.findings).toEqual([]);
    expect(error.explanation?.text()).toContain('stream 1 of connection 1');
  });
});

describe('a handler that fails', () => {
  it('tells the server and not the client', async () => {
    const mistake = new Error('password hunter2 is wrong');
    const { orders, failures } = await running({
      getOrder: async () => {
        throw mistake;
      },
    });
    const error = await failure(orders.getOrder({}));
    expect(error).toMatchObject({ code: Status.UNKNOWN, rawMessage: 'the handler failed' });
    expect(JSON.stringify(error.explanation?.text())).not.toContain('hunter2');
    expect(failures).toMatchObject([
      { error: mistake, path: '/orders.v1.OrderService/GetOrder', peer: { kind: 'tcp' } },
    ]);
  });

  it('of the byte-level API too', async () => {
    const { server, channel, failures } = await running({});
    server.handle('/raw.Service/Fail', {
      kind: 'unary',
      start: () => {
        throw new Error('at once');
      },
    });
    const ended = new Promise((resolve) => {
      const call = channel.call({ path: '/raw.Service/Fail' }, { message: () => undefined, end: resolve });
      call.send(new Uint8Array(), true);
      call.pull(1);
    });
    expect(await ended).toMatchObject({ code: Status.UNKNOWN });
    expect(failures).toMatchObject([{ error: new Error('at once'), path: '/raw.Service/Fail' }]);
  });
});

describe('callbacks that throw', () => {
  it('are told of on standard error and end nothing', async () => {
    const written: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = (text: unknown) => written.push(String(text)) > 0;
    afterwards(() => {
      process.stderr.write = write;
    });
    let room = false;
    const fail = () => {
      if (!room) throw new Error('no room for logs');
    };
    const { orders } = await running(
      {
        getOrder: async ({ id }) => {
          if (id === '') throw new TypeError('disk');
          return { id };
        },
      },
      { server: { onEvent: fail, onHandlerError: fail }, channel: { onEvent: fail } },
    );
    expect((await failure(orders.getOrder({}))).code).toBe(Status.UNKNOWN);
    expect(await orders.getOrder({ id: 'x' })).toMatchObject({ id: 'x' });
    room = true;
    process.stderr.write = write;
    expect(written.join('')).toMatch(/onEvent threw .*no room for logs[\s\S]*onHandlerError threw[\s\S]*disk/);
  });

  it('need not be there: handlers that fail are written to standard error', async () => {
    const written: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = (text: unknown) => written.push(String(text)) > 0;
    const { orders } = await running(
      {
        getOrder: async () => {
          throw new TypeError('disk');
        },
      },
      { server: { onHandlerError: undefined } },
    );
    const error = await failure(orders.getOrder({}));
    process.stderr.write = write;
    expect(error.code).toBe(Status.UNKNOWN);
    expect(written.join('')).toMatch(
      /^calmwire: the handler of \/orders\.v1\.OrderService\/GetOrder failed for 127\.0\.0\.1:\d+: TypeError: disk\n +at /,
    );
  });
});

describe('a saved trace', () => {
  it('says the same to calmwire explain as the error does', async () => {
    const target = await http2Peer(endSocket);
    const { channel, orders } = dialling(target);
    const error = await failure(orders.getOrder({}));
    await settled();
    for (const name of ['trace.ndjson', 'trace.ndjson.gz']) {
      const path = temporaryPath(name);
      await channel.saveTrace(path);
      const report = await explain(createReadStream(path), { name });
      expect(report.input.problems).toEqual([]);
      expect(report.findings.map(({ id }) => id)).toEqual(idsOf(error));
      expect(renderText(report, { language: 'en' })).toContain('/orders.v1.OrderService/GetOrder');
    }
  });

  it('holds the connections that closed last, of a server too', async () => {
    const server = createServer({ recording: { closedConnections: 2 } });
    afterwards(() => server.close());
    const { target } = await server.listen('127.0.0.1:0');
    for (let at = 0; at < 4; at++) {
      const channel = createChannel(target);
      await channel.connect();
      channel.close();
    }
    await settled();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const opened = server.traceEvents().filter(({ kind }) => kind === 'opened');
    expect(opened.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  it('is empty before there is a connection', async () => {
    const channel = createChannel('127.0.0.1:1');
    const path = temporaryPath('empty.ndjson');
    await channel.saveTrace(path);
    expect((await explain(createReadStream(path))).findings).toEqual([]);
  });
});

/** An HTTP/2 frame (RFC 9113 §4.1). */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const SETTINGS = frame(4, 0, 0, Buffer.alloc(0));
