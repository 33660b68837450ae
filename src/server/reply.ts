/**
 * The answering half of a call: headers, messages, trailers, each written when it is due and dropped silently when nobody is
 * there to read it (a late write must never harm a connection: incident 5).
 */
import { UsageError } from '#base';
import { type Metadata, messagePrefix, PREFIX_BYTES, type RequestHead, Status, type StatusCode } from '#grpc';
import type { ActiveStream } from '#h2';
import type { Compression } from '#transport';
import type { CallCancel } from './call-face.ts';
import type { ServerConnection } from './connection.ts';
import type { ServerRule } from './events.ts';
import { Outbox, type OutboxOwner } from './outbox.ts';
import type { Route } from './shared.ts';
import { boundedStatusFields } from './status-fields.ts';
import { Tail } from './tail.ts';
import { statusTrailers, withFields } from './templates.ts';

/** Copied by the connection with each message. */
const prefix = new Uint8Array(PREFIX_BYTES);

/** An end that waits for messages that are being compressed. */
interface Farewell {
  readonly code: number;
  readonly message: string;
  readonly trailers: Metadata | undefined;
}

export abstract class Reply extends Tail implements OutboxOwner {
  cancel: CallCancel | undefined = undefined;
  headersSent = false;
  protected readonly head: RequestHead;
  protected readonly route: Route;
  /** The handler called `end`, or threw. */
  protected isEnded = false;
  /** Messages so far. */
  protected sent = 0;
  /** What `grpc-encoding` says, and whether messages use it now. */
  #compression: Compression | undefined = undefined;
  #isCompressing = false;
  #outbox: Outbox | undefined = undefined;
  /** `send` answered false, and `writable` has not been told since. */
  #owesWritable = false;
  #farewell: Farewell | undefined = undefined;

  constructor(
    connection: ServerConnection,
    stream: ActiveStream,
    head: RequestHead,
    route: Route,
    inputEnded: boolean,
  ) {
    super(connection, stream, inputEnded);
    this.head = head;
    this.route = route;
    const { compress } = connection.shared.settings;
    if (compress !== undefined) this.compress(compress);
  }

  get path(): string {
    return this.head.path;
  }

  /** The call ends with this status, by a rule of the server and not by its handler. */
  abstract refuse(code: StatusCode, message: string, rule: ServerRule): void;
  /** The handler may go on sending. */
  protected abstract tellWritable(): void;

  sendHeaders(metadata?: Metadata): void {
    if (this.headersSent) throw new UsageError(`sendHeaders() on ${this.path}: the headers have been sent`);
    if (this.isEnded) throw new UsageError(`sendHeaders() on ${this.path} after end()`);
    if (this.canSend) this.#writeHeaders(metadata);
    else this.headersSent = true;
  }

  send(message: Uint8Array): boolean {
    if (this.isEnded) throw new UsageError(`send() on ${this.path} after end()`);
    if (this.route.oneResponse && this.sent > 0) {
      throw new UsageError(`send() on ${this.path}, which answers with one message: this is the second`);
    }
    if (!this.canSend) return true;
    const { maxSendMessageBytes } = this.connection.shared.settings;
    if (message.length > maxSendMessageBytes) {
      const text = `the answer has a message of ${message.length} octets where ${maxSendMessageBytes} are allowed`;
      this.refuse(Status.RESOURCE_EXHAUSTED, text, 'max-send-message-bytes');
      return true;
    }
    this.sent++;
    const hasRoom = this.#pass(message);
    if (!hasRoom) this.#owesWritable = true;
    return hasRoom;
  }

  compress(name: string | undefined): boolean {
    const declared = this.#compression;
    // From the first message on it is settled what the headers announce, though compressing may still hold them up.
    const isSettled = this.headersSent || this.sent > 0;
    if (name === undefined || name === 'identity') {
      if (!isSettled) this.#compression = undefined;
      this.#isCompressing = false;
      return false;
    }
    if (isSettled) {
      this.#isCompressing = declared?.name === name;
      return this.#isCompressing;
    }
    const accepted = this.head.acceptEncodings.includes(name);
    this.#compression = accepted ? this.connection.shared.compressions.get(name) : undefined;
    this.#isCompressing = this.#compression !== undefined;
    return this.#isCompressing;
  }

  override writable(_stream: ActiveStream): void {
    if (!this.isOver && (this.#outbox === undefined || this.#outbox.isEmpty)) this.#offerRoom();
  }

  // --- the outbox

  write(message: Uint8Array, compressed: boolean): boolean {
    if (!this.canSend) return true;
    if (!this.headersSent) this.#writeHeaders(undefined);
    const { stream } = this;
    if (stream === undefined) return true;
    messagePrefix(prefix, compressed, message.length);
    return this.connection.h2.data(stream, message, false, prefix);
  }

  outboxEmpty(ok: boolean): void {
    const farewell = this.#farewell;
    if (farewell !== undefined) {
      this.#farewell = undefined;
      if (this.canSend) this.writeStatus(farewell.code, farewell.message, farewell.trailers);
    } else if (ok && !this.isOver) {
      this.#offerRoom();
    }
  }

  /** To the connection, or behind messages that are being compressed. */
  #pass(message: Uint8Array): boolean {
    const compression = this.#compression;
    if (compression === undefined || (!this.#isCompressing && this.#outbox === undefined)) {
      return this.write(message, false);
    }
    this.#outbox ??= new Outbox(this, compression);
    return this.#outbox.send(message, this.#isCompressing);
  }

  #offerRoom(): void {
    if (!this.#owesWritable) return;
    this.#owesWritable = false;
    this.tellWritable();
  }

  // --- for the call

  /** Nothing passes between client and handler any more. */
  protected get isOver(): boolean {
    return this.isEnded || this.cancel !== undefined;
  }

  /** Also false while the connection is telling its streams that it is over. */
  protected get canSend(): boolean {
    return this.stream !== undefined && this.cancel === undefined && this.connection.h2.state !== 'closed';
  }

  /** The status goes out behind the messages, those that are being compressed included. */
  protected finish(code: number, message: string, trailers: Metadata | undefined): void {
    if (this.#outbox === undefined || this.#outbox.isEmpty) this.writeStatus(code, message, trailers);
    else this.#farewell = { code, message, trailers };
  }

  /** Messages that have not been written will not be. */
  protected dropMessages(): void {
    this.#outbox?.close();
  }

  /** Trailers, or the one section of a response without messages. */
  protected writeStatus(code: number, message: string, trailers: Metadata | undefined): void {
    const { stream, connection } = this;
    if (stream === undefined) return;
    const section = this.headersSent
      ? statusTrailers(code)
      : connection.shared.templates.trailersOnly(this.head.contentType, code);
    this.headersSent = true;
    if (message === '' && trailers === undefined) {
      connection.h2.headers(stream, section, true);
    } else {
      const room = connection.h2.peerSettings.maxHeaderListBytes - section.template.listBytes;
      connection.h2.headers(stream, withFields(section, boundedStatusFields(message, trailers, room)), true);
    }
    if (this.stream !== undefined) connection.tailBegins(this);
  }

  #writeHeaders(metadata: Metadata | undefined): void {
    const { stream, connection } = this;
    if (stream === undefined) return;
    const section = connection.shared.templates.headers(this.head.contentType, this.#compression?.name ?? '');
    if (metadata === undefined || metadata.isEmpty) {
      this.headersSent = true;
      connection.h2.headers(stream, section, false);
      return;
    }
    const bytes = section.template.listBytes + metadata.sizeBytes;
    const allowed = connection.h2.peerSettings.maxHeaderListBytes;
    if (bytes > allowed) {
      const text = `the answer's headers have ${bytes} octets where the client allows ${allowed}`;
      this.refuse(Status.RESOURCE_EXHAUSTED, text, 'max-header-list-bytes');
      return;
    }
    this.headersSent = true;
    connection.h2.headers(stream, withFields(section, metadata.toFields()), false);
  }
}
