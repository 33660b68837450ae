/** One call at the server: the handler's face of a stream, from its request to its end. */
import { UsageError } from '#base';
import { Timer } from '#drive';
import {
  Metadata,
  messagePrefix,
  messageView,
  PREFIX_BYTES,
  type RequestHead,
  Status,
  type StatusCode,
  wholeMessageEnd,
} from '#grpc';
import type { ActiveStream, HeaderBlock, StreamEnding } from '#h2';
import type { Address, LinkSecurity } from '#transport';
import type { CallCancel, ServerCall, ServerCallListener } from './call-face.ts';
import type { ServerConnection } from './connection.ts';
import type { ServerRule } from './events.ts';
import { Inbox, type InboxOwner } from './inbox.ts';
import { Reply } from './reply.ts';
import type { Route } from './shared.ts';

/** What the client learns of a handler that threw: nothing of the text, which may tell more than it should. */
const HANDLER_FAILED = 'the handler of the method failed';

/** Looks at a call that waits for its client until `requestMessageTimeoutMs` is over. */
export const WATCH_LOOKS = 4;

export class Call extends Reply implements ServerCall, InboxOwner {
  readonly deadlineMs: number | undefined;
  readonly #block: HeaderBlock;
  #listener: ServerCallListener | undefined = undefined;
  #metadata: Metadata | undefined = undefined;
  #deadline: Deadline | undefined = undefined;
  /** What the handler asked for before there was an inbox. */
  #wanted = 0;
  #wantedBytes = Number.POSITIVE_INFINITY;
  /** The whole request of a call that is as simple as most; everything else goes through the inbox. */
  #onlyMessage: Uint8Array | undefined = undefined;
  #onlyBytes = 0;
  #inbox: Inbox | undefined = undefined;
  /** Looks that found the client owing a message. */
  #looks = 0;

  constructor(
    connection: ServerConnection,
    stream: ActiveStream,
    head: RequestHead,
    block: HeaderBlock,
    route: Route,
    endStream: boolean,
  ) {
    super(connection, stream, head, route, endStream);
    this.#block = block;
    const { timeoutMs } = head;
    this.deadlineMs = timeoutMs === undefined ? undefined : connection.shared.timers.now() + timeoutMs;
  }

  get authority(): string {
    return this.head.authority;
  }

  get metadata(): Metadata {
    this.#metadata ??= Metadata.fromFields(this.#block.fields);
    return this.#metadata;
  }

  get peer(): Address {
    return this.connection.remote;
  }

  get security(): LinkSecurity | undefined {
    return this.connection.security;
  }

  get connectionId(): number {
    return this.connection.id;
  }

  override get label(): string {
    return this.path;
  }

  /** Tells the handler of the call. */
  start(): void {
    if (this.deadlineMs !== undefined) {
      this.#deadline = new Deadline(this);
      this.connection.shared.timers.set(this.#deadline, this.deadlineMs);
    }
    try {
      this.#listener = this.route.handler.start(this);
    } catch (error) {
      this.#handlerFailed(error);
    }
    if (this.cancel !== undefined && !this.isEnded) this.#tellCancelled(this.cancel);
    if (this.inputEnded && !this.isOver) this.#inputOver();
  }

  // --- commands of the handler, beside those of `Reply`

  pull(count: number, maxBytes = Number.POSITIVE_INFINITY): void {
    this.#wanted += count;
    this.#wantedBytes = maxBytes;
    if (this.#inbox !== undefined) {
      this.#inbox.pull(count, maxBytes);
      if (this.#inbox.isWaiting) this.connection.watch();
    } else if (this.inputEnded && this.#onlyMessage !== undefined) this.#inputOver();
  }

  end(code: StatusCode | number, message = '', trailers?: Metadata): void {
    if (!Number.isInteger(code) || code < 0) throw new UsageError(`end() on ${this.path} with the code ${code}`);
    if (this.isEnded) return;
    let status = code;
    let text = message;
    if (code === Status.OK && this.route.oneResponse && this.sent === 0 && this.cancel === undefined) {
      // The client could only report a broken protocol; this says whose fault it is.
      status = Status.INTERNAL;
      text = 'the handler of the method ended with OK and without the one message that it answers with';
    }
    this.isEnded = true;
    this.#listener = undefined;
    this.#stopInput();
    const isHeard = this.canSend;
    this.connection.handlerEnded(this, isHeard && status === Status.OK);
    if (isHeard) this.finish(status, text, trailers);
  }

  // --- the stream

  override data(stream: ActiveStream, bytes: Uint8Array, start: number, end: number): void {
    if (this.isOver) {
      super.data(stream, bytes, start, end);
      return;
    }
    if (this.#inbox === undefined && this.#takeWhole(bytes, start, end)) return;
    const inbox = this.#openInbox();
    inbox.push(bytes, start, end);
    if (inbox.isWaiting) this.connection.watch();
  }

  override ended(stream: ActiveStream): void {
    super.ended(stream);
    if (!this.isOver) this.#inputOver();
  }

  override closed(stream: ActiveStream, ending: StreamEnding): void {
    super.closed(stream, ending);
    if (this.isOver) return;
    if (ending.kind === 'connection') this.#cancelled({ kind: 'connection', ending: ending.ending });
    else if (ending.kind !== 'reset') return;
    else if (ending.violation !== undefined) this.#cancelled({ kind: 'violation', violation: ending.violation });
    else this.#cancelled({ kind: 'reset', errorCode: ending.errorCode });
  }

  // --- the inbox

  deliver(bytes: Uint8Array, compressed: boolean): void {
    this.#looks = 0;
    try {
      this.#listener?.message(bytes, compressed);
    } catch (error) {
      this.#handlerFailed(error);
    }
  }

  deliverEnd(): void {
    try {
      this.#listener?.halfClosed();
    } catch (error) {
      this.#handlerFailed(error);
    }
  }

  credit(octets: number): void {
    if (this.stream !== undefined) this.connection.h2.consumed(this.stream, octets);
  }

  refuse(code: StatusCode, message: string, rule: ServerRule): void {
    if (this.isOver) return;
    this.connection.refused(this.path, rule, message);
    this.#endWithStatus(code, message, { kind: 'status', code, message });
  }

  // --- policies

  /** The client owes us a message that the handler waits for. */
  get isWaiting(): boolean {
    if (this.isOver || this.inputEnded || this.#wanted === 0) return false;
    return this.route.oneRequest || (this.#inbox?.isWaiting ?? false);
  }

  /** One of `WATCH_LOOKS` looks; a call that has waited in all of them, and one more, ends. */
  look(): void {
    if (!this.isWaiting || this.#looks++ < WATCH_LOOKS) return;
    const { requestMessageTimeoutMs } = this.connection.shared.settings;
    const text = `the client did not finish its message within ${requestMessageTimeoutMs} ms`;
    this.refuse(Status.DEADLINE_EXCEEDED, text, 'request-message-timeout');
  }

  expire(): void {
    if (this.isOver) return;
    const timeoutMs = this.head.timeoutMs ?? 0;
    const text = `the deadline of ${timeoutMs < 1 ? timeoutMs : Math.round(timeoutMs)} ms passed at the server`;
    this.#endWithStatus(Status.DEADLINE_EXCEEDED, text, { kind: 'deadline', timeoutMs });
  }

  /** The server's grace is over. */
  shutDown(): void {
    if (this.isOver) return;
    const text = 'the server shuts down and the grace for running calls is over';
    this.#endWithStatus(Status.UNAVAILABLE, text, { kind: 'shutdown' });
  }

  protected tellWritable(): void {
    try {
      this.#listener?.writable?.();
    } catch (error) {
      this.#handlerFailed(error);
    }
  }

  // --- inside

  /** A chunk that is one whole uncompressed message of a method with one: no buffer, no reader, no copy. */
  #takeWhole(bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.route.oneRequest || this.#onlyMessage !== undefined) return false;
    const { maxReceiveMessageBytes } = this.connection.shared.settings;
    if (wholeMessageEnd(bytes, start, end, maxReceiveMessageBytes) !== end) return false;
    this.#onlyMessage = messageView(bytes, start + PREFIX_BYTES, end);
    this.#onlyBytes = end - start;
    return true;
  }

  #openInbox(): Inbox {
    if (this.#inbox !== undefined) return this.#inbox;
    const { shared } = this.connection;
    const inbox = new Inbox(this, shared, {
      single: this.route.oneRequest,
      maxMessageBytes: shared.settings.maxReceiveMessageBytes,
      compression: shared.compressions.get(this.head.encoding),
    });
    this.#inbox = inbox;
    inbox.pull(this.#wanted, this.#wantedBytes);
    const message = this.#onlyMessage;
    if (message === undefined) return inbox;
    // More follows what looked like the one message: the inbox finds out what it is.
    this.#onlyMessage = undefined;
    const prefix = new Uint8Array(PREFIX_BYTES);
    messagePrefix(prefix, false, message.length);
    inbox.push(prefix, 0, PREFIX_BYTES);
    inbox.push(message, 0, message.length);
    return inbox;
  }

  /** END_STREAM came, or the handler asked for the message that had come before it. */
  #inputOver(): void {
    const message = this.#onlyMessage;
    if (message === undefined) {
      this.#openInbox().end();
      return;
    }
    if (this.#wanted === 0) return;
    this.#onlyMessage = undefined;
    this.credit(this.#onlyBytes);
    this.deliver(message, false);
    this.deliverEnd();
  }

  /** The server ends the call; the handler is told afterwards, and ends in its own time. */
  #endWithStatus(code: StatusCode, message: string, why: CallCancel): void {
    this.dropMessages();
    if (this.canSend) this.writeStatus(code, message, undefined);
    this.#cancelled(why);
  }

  #cancelled(why: CallCancel): void {
    this.cancel = why;
    this.#stopInput();
    this.dropMessages();
    this.connection.callOver(this);
    this.#tellCancelled(why);
  }

  /** Once: within `start` there is no listener yet, and `start` makes up for it. */
  #tellCancelled(why: CallCancel): void {
    const listener = this.#listener;
    this.#listener = undefined;
    try {
      listener?.cancelled(why);
    } catch (error) {
      this.#handlerFailed(error);
    }
  }

  #stopInput(): void {
    this.#onlyMessage = undefined;
    this.#inbox?.close();
    if (this.#deadline !== undefined) this.connection.shared.timers.clear(this.#deadline);
  }

  #handlerFailed(error: unknown): void {
    const { shared, id } = this.connection;
    shared.tell({ kind: 'handler-failed', connection: id, path: this.path, error });
    this.end(Status.UNKNOWN, HANDLER_FAILED);
  }
}

/** The timer of a call: with the call in a field, so that no closure is made. */
class Deadline extends Timer {
  readonly call: Call;

  constructor(call: Call) {
    super(expire);
    this.call = call;
  }
}

function expire(this: unknown): void {
  if (this instanceof Deadline) this.call.expire();
}
