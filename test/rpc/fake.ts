/**
 * A byte-level server and channel in one process, without HTTP/2: what one side says the other hears in a later microtask, in
 * order, and only as much as was asked for. It keeps the promises of `CallChannel` and `ServerHandler` and nothing else.
 */
import type { CallFailure, CallListener, CallResult, CallStart, ClientCall } from '#client';
import { Metadata, Status } from '#grpc';
import type { RpcChannel } from '#rpc';
import type { CallCancel, ServerCall, ServerCallListener, ServerHandler } from '#server';

/** Messages of one direction that wait before `send` answers false. */
const ROOM = 2;

export class FakeWire implements RpcChannel {
  readonly handlers = new Map<string, ServerHandler>();
  readonly starts: CallStart[] = [];
  readonly calls: FakeCall[] = [];
  explain?: NonNullable<RpcChannel['explain']>;
  nowMs = 1_000;

  handle(path: string, handler: ServerHandler): void {
    this.handlers.set(path, handler);
  }

  now(): number {
    return this.nowMs;
  }

  call(start: CallStart, listener: CallListener): ClientCall {
    this.starts.push(start);
    const call = new FakeCall(start, listener, this.handlers.get(start.path));
    this.calls.push(call);
    return call;
  }

  /** The last call. */
  get last(): FakeCall {
    return this.calls.at(-1)!;
  }
}

class Lane {
  readonly #deliver: (bytes: Uint8Array) => void;
  readonly #room: () => void;
  readonly waiting: Uint8Array[] = [];
  asked = 0;
  askedInAll = 0;
  sent = 0;
  #askedBytes = Number.POSITIVE_INFINITY;
  #full = false;

  constructor(deliver: (bytes: Uint8Array) => void, room: () => void) {
    this.#deliver = deliver;
    this.#room = room;
  }

  send(bytes: Uint8Array): boolean {
    this.sent++;
    this.waiting.push(bytes);
    queueMicrotask(() => this.run());
    this.#full = this.waiting.length > ROOM;
    return !this.#full;
  }

  pull(count: number, maxBytes = Number.POSITIVE_INFINITY): void {
    this.asked += count;
    this.askedInAll += count;
    this.#askedBytes = maxBytes;
    this.run();
  }

  run(): void {
    while (this.asked > 0 && this.waiting.length > 0) {
      const bytes = this.waiting.shift()!;
      this.#askedBytes -= bytes.length;
      this.asked = this.#askedBytes > 0 ? this.asked - 1 : 0;
      this.#deliver(bytes);
    }
    if (this.#full && this.waiting.length <= ROOM) {
      this.#full = false;
      queueMicrotask(this.#room);
    }
  }
}

export class FakeCall implements ClientCall {
  readonly start: CallStart;
  readonly #listener: CallListener;
  readonly #server: ServerSide;
  /** Requests and responses. */
  readonly up: Lane;
  readonly down: Lane;
  #result: CallResult | undefined;
  #ended = false;
  #halfClosed = false;

  constructor(start: CallStart, listener: CallListener, handler: ServerHandler | undefined) {
    this.start = start;
    this.#listener = listener;
    this.up = new Lane(
      (bytes) => this.#server.message(bytes),
      () => !this.over && listener.writable?.(),
    );
    this.down = new Lane(
      (bytes) => listener.message(bytes),
      () => this.#server.writable(),
    );
    this.#server = new ServerSide(this, start);
    queueMicrotask(() => {
      if (handler === undefined) this.#server.end(Status.UNIMPLEMENTED, 'no such method');
      else this.#server.begin(handler);
    });
  }

  get server(): ServerSide {
    return this.#server;
  }

  get over(): boolean {
    return this.#result !== undefined;
  }

  send(message: Uint8Array, end: boolean): boolean {
    if (this.over) return false;
    const room = this.up.send(message);
    if (end) this.halfClose();
    return room;
  }

  halfClose(): void {
    if (this.#halfClosed || this.over) return;
    this.#halfClosed = true;
    this.afterMessages();
  }

  /** END_STREAM arrives behind the messages. */
  afterMessages(): void {
    queueMicrotask(() => {
      if (!this.#halfClosed || this.over) return;
      if (this.up.waiting.length === 0) this.#server.halfClosed();
      else this.afterMessages();
    });
  }

  pull(count: number, maxBytes?: number): void {
    this.down.pull(count, maxBytes);
    this.deliverEnd();
  }

  cancel(message = 'the call was cancelled'): void {
    if (this.#ended) return;
    this.down.waiting.length = 0;
    this.#result = fail(Status.CANCELLED, message, 'cancelled');
    this.deliverEnd();
    queueMicrotask(() => this.#server.cancelled({ kind: 'reset', errorCode: 8 }));
  }

  headers(metadata: Metadata): void {
    queueMicrotask(() => !this.#ended && this.#listener.headers?.(metadata));
  }

  /** The outcome as the channel tells it, behind the messages. */
  finish(result: CallResult): void {
    if (this.over) return;
    queueMicrotask(() => {
      this.#result ??= result;
      this.deliverEnd();
    });
  }

  deliverEnd(): void {
    if (this.#result === undefined || this.#ended || this.down.waiting.length > 0) return;
    this.#ended = true;
    this.#listener.end(this.#result);
  }
}

export class ServerSide implements ServerCall {
  readonly path: string;
  readonly authority = 'orders.test';
  readonly metadata: Metadata;
  readonly deadlineMs: number | undefined;
  readonly peer = { kind: 'tcp', host: '127.0.0.1', port: 4_000 } as const;
  readonly security = undefined;
  readonly connectionId = 1;
  headersSent = false;
  cancel: CallCancel | undefined;
  /** What the handler ended the call with. */
  ended: { code: number; message: string | undefined; trailers: Metadata | undefined } | undefined;
  compressed: string | undefined;
  readonly #call: FakeCall;
  #listener: ServerCallListener | undefined;
  #starting = true;

  constructor(call: FakeCall, start: CallStart) {
    this.#call = call;
    this.path = start.path;
    this.metadata = new Metadata(start.metadata);
    this.deadlineMs = start.deadlineMs;
  }

  begin(handler: ServerHandler): void {
    this.#listener = handler.start(this);
    this.#starting = false;
    this.#call.up.run();
  }

  message(bytes: Uint8Array): void {
    if (!this.#over) this.#listener?.message(bytes, false);
  }

  halfClosed(): void {
    if (!this.#over) this.#listener?.halfClosed();
  }

  writable(): void {
    if (!this.#over) this.#listener?.writable?.();
  }

  cancelled(why: CallCancel): void {
    if (this.#over) return;
    this.cancel = why;
    this.#listener?.cancelled(why);
  }

  sendHeaders(metadata = new Metadata()): void {
    if (this.headersSent) throw new Error('headers were sent');
    this.headersSent = true;
    this.#call.headers(metadata);
  }

  send(message: Uint8Array): boolean {
    if (this.ended !== undefined) throw new Error('send after end');
    if (this.cancel !== undefined) return true;
    if (!this.headersSent) this.sendHeaders();
    return this.#call.down.send(message);
  }

  pull(count: number, maxBytes?: number): void {
    if (this.#starting) this.#call.up.asked += count;
    else this.#call.up.pull(count, maxBytes);
  }

  end(code: number, message?: string, trailers?: Metadata): void {
    if (this.ended !== undefined) return;
    this.ended = { code, message, trailers };
    if (this.cancel !== undefined) return;
    if (code === Status.OK) {
      this.#call.finish({ code, message: '', trailers: trailers ?? new Metadata(), failure: undefined });
    } else {
      this.#call.finish(fail(code, message ?? '', 'server-status', trailers));
    }
  }

  compress(name: string | undefined): boolean {
    this.compressed = name;
    return name === 'gzip';
  }

  get #over(): boolean {
    return this.ended !== undefined || this.cancel !== undefined;
  }
}

function fail(code: number, message: string, origin: CallFailure['origin'], trailers = new Metadata()): CallResult {
  const failure: CallFailure = {
    origin,
    culprit: 'unknown',
    connection: undefined,
    stream: 1,
    ending: undefined,
    processed: 'maybe',
    attempts: 1,
    notRetried: 'It is a fake.',
    addresses: [],
  };
  return { code, message, trailers, failure };
}
