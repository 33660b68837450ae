/**
 * One call, from its start to its outcome, over as many streams as transparent retries need. It owns its stream and takes
 * the caller's commands, in one object: a small call costs few others.
 *
 * The outcome is known (`#outcome`) before it is told (`#isTold`): messages that came before it are delivered first, when
 * the caller asks for them. What the caller does itself (cancel, deadline, limits) is told at once.
 */
import { UsageError } from '#base';
import { Timer } from '#drive';
import {
  Metadata,
  messageView,
  PREFIX_BYTES,
  type ResponseHead,
  readResponseHead,
  readTrailers,
  Status,
  wholeMessageEnd,
} from '#grpc';
import {
  type ActiveStream,
  ErrorCode,
  type HeaderBlock,
  type HeaderField,
  type HeadersRole,
  type StreamEnding,
  type StreamHandler,
} from '#h2';
import { Attempts } from './attempts.ts';
import type { CallFailure, CallListener, CallStart, ClientCall } from './call-face.ts';
import { endingSketch, type FailureSketch, foreignSketch, limitSketch, malformedSketch } from './call-failure.ts';
import type { CallHost } from './call-host.ts';
import type { CallQueue } from './call-queue.ts';
import type { ChannelConnection } from './connection.ts';
import { durationText, failureText } from './failure-text.ts';
import { ForeignBody } from './foreign-body.ts';
import { Inbox } from './inbox.ts';
import { Outbox } from './outbox.ts';
import { Outcome } from './outcome.ts';
import { sizeOfList } from './request-heads.ts';

/** A call's deadline, and the patience with a response that is none of gRPC. */
class CallTimer extends Timer {
  readonly call: CallCore;

  constructor(call: CallCore) {
    super(expireCall);
    this.call = call;
  }
}

/** One function for all calls; the timer is `this`. */
function expireCall(this: CallTimer, nowMs: number): void {
  this.call.expired(nowMs);
}

/** The rest of a page that a proxy sends instead of gRPC is waited for so long: it is for the message only. */
const FOREIGN_BODY_MS = 1_000;

export class CallCore implements ClientCall, StreamHandler {
  readonly start: CallStart;
  readonly startedMs: number;
  readonly #host: CallHost;
  readonly #listener: CallListener;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  readonly #isSingleResponse: boolean;
  #timer: CallTimer | undefined = undefined;
  readonly #attempts = new Attempts();
  #responseBegan = false;
  #foreign: ForeignBody | undefined = undefined;
  #outcome: Outcome | undefined = undefined;
  /** The outcome does not wait for messages: they are dropped. */
  #isAbrupt = false;
  #isTold = false;
  #isDelivering = false;
  /** The caller was asked to wait, and hears `writable`. */
  #owesWritable = false;
  /** `call` has not returned to the caller yet: nothing may be told. */
  isNew = true;
  /** The queue that it waits in, and its neighbours there: the queue's own. */
  queue: CallQueue | undefined = undefined;
  next: CallCore | undefined = undefined;
  previous: CallCore | undefined = undefined;

  constructor(host: CallHost, start: CallStart, listener: CallListener, nowMs: number) {
    const { settings, timers } = host;
    this.#host = host;
    this.start = start;
    this.startedMs = nowMs;
    this.#listener = listener;
    this.#outbox = new Outbox(host.retryBytes, settings.retryBufferBytes);
    this.#inbox = new Inbox(settings.maxReceiveMessageBytes, this);
    const { kind } = start;
    this.#isSingleResponse = kind === 'unary' || kind === 'client-streaming';
    if (start.deadlineMs !== undefined) {
      this.#timer = new CallTimer(this);
      timers.set(this.#timer, start.deadlineMs);
    }
  }

  // ---- what the caller commands

  get over(): boolean {
    return this.#outcome !== undefined;
  }

  send(message: Uint8Array, end: boolean): boolean {
    const outbox = this.#outbox;
    if (outbox.isEnded) throw new UsageError(`send() on ${this.start.path} after its last message`);
    if (outbox.count > 0 && this.#isSingleRequest) {
      throw new UsageError(`send() of a second message on ${this.start.path}, whose request is one message`);
    }
    if (this.#outcome !== undefined) {
      outbox.isEnded = end;
      return true;
    }
    const { maxSendMessageBytes } = this.#host.settings;
    if (message.length > maxSendMessageBytes) {
      const detail = `The request message has ${message.length} octets, and maxSendMessageBytes allows ${maxSendMessageBytes}.`;
      this.#giveUp(limitSketch(detail, this.#processedSoFar));
      return true;
    }
    const { compress } = this.start;
    const compression = compress === undefined ? undefined : this.#host.compression(compress);
    if (compression === undefined) outbox.add(message, end);
    else outbox.addCompressed(message, end, compression, this);
    this.#flush();
    if (!outbox.isFull || this.over) return true;
    this.#owesWritable = true;
    return false;
  }

  halfClose(): void {
    const outbox = this.#outbox;
    if (outbox.isEnded) throw new UsageError(`halfClose() on ${this.start.path} after its last message`);
    outbox.isEnded = true;
    if (this.#outcome === undefined) this.#flush();
  }

  pull(count: number, maxBytes = Number.POSITIVE_INFINITY): void {
    if (!(count > 0)) throw new UsageError(`pull() needs a number above 0, not ${String(count)}`);
    this.#inbox.pulls += count;
    this.#inbox.pullBytes = maxBytes;
    this.#deliver();
  }

  cancel(message = 'The caller cancelled the call.'): void {
    if (this.#isTold) return;
    this.isNew = false;
    this.#giveUp({
      code: Status.CANCELLED,
      origin: 'cancelled',
      culprit: 'client',
      processed: this.#processedSoFar,
      detail: message,
      notRetried: '',
    });
  }

  // ---- what the channel commands

  /** The call gets a stream. `connection.canOpen` holds. */
  begin(connection: ChannelConnection, nowMs: number): void {
    const { deadlineMs } = this.start;
    if (this.#isPastDeadline(nowMs)) {
      this.expired(nowMs);
      return;
    }
    const list = this.#host.heads.list(this.start, deadlineMs === undefined ? undefined : deadlineMs - nowMs);
    const { engine } = connection;
    const allowedBytes = engine.peerSettings.maxHeaderListBytes;
    if (allowedBytes !== Number.POSITIVE_INFINITY && sizeOfList(list) > allowedBytes) {
      const seen = `The request's metadata has ${sizeOfList(list)} octets with all its fields`;
      const detail = `${seen}, and the server takes ${allowedBytes} (SETTINGS_MAX_HEADER_LIST_SIZE).`;
      this.#giveUp(limitSketch(detail, 'no'));
      return;
    }
    const endsWithHeaders = this.#outbox.isEmpty;
    this.#attempts.begin(connection, engine.open(this, list, endsWithHeaders));
    if (endsWithHeaders) this.#outbox.endedWithHeaders();
    connection.streamOpened();
    if (this.#outbox.isFlushed) return;
    this.#flush();
    this.#tellWritable();
  }

  /** The call has no stream and will not get one. */
  fail(sketch: FailureSketch): void {
    if (this.#outcome === undefined) this.#giveUp(sketch);
  }

  /** Nothing holds back any more what is known. */
  tell(): void {
    this.#deliver();
  }

  expired(nowMs: number): void {
    if (this.#outcome !== undefined) return;
    if (this.#foreign !== undefined && !this.#isPastDeadline(nowMs)) {
      this.#endForeign(this.#foreign);
      this.#attempts.reset(ErrorCode.CANCEL);
      this.#deliver();
      return;
    }
    this.#giveUp({
      code: Status.DEADLINE_EXCEEDED,
      origin: 'deadline',
      culprit: 'unknown',
      processed: this.#processedSoFar,
      detail: `The deadline passed after ${durationText(nowMs - this.startedMs)}${this.#phaseText}.`,
      notRetried: '',
    });
  }

  // ---- what the stream tells

  headers(_stream: ActiveStream, block: HeaderBlock, role: HeadersRole, endStream: boolean): void {
    if (role === 'informational' || this.#outcome !== undefined) return;
    const { connection } = this.#attempts;
    if (connection !== undefined) connection.hasAnswered = true;
    if (!block.complete) {
      const allowedBytes = this.#host.settings.maxMetadataBytes;
      const seen = `The response's metadata has ${block.listBytes} octets with all its fields`;
      this.#giveUp(limitSketch(`${seen}, and maxMetadataBytes allows ${allowedBytes}.`, 'maybe'));
    } else if (role === 'trailers') {
      const trailers = readTrailers(block);
      if (trailers.hasStatus) this.#stated(trailers.status, block.fields);
      else if (this.#foreign === undefined) this.#malformed('its trailers have no grpc-status', Status.UNKNOWN);
    } else if (endStream) {
      this.#trailersOnly(readResponseHead(block), block.fields);
    } else {
      this.#responseHead(readResponseHead(block), block.fields);
    }
  }

  data(_stream: ActiveStream, bytes: Uint8Array, start: number, end: number): void {
    if (this.#outcome === undefined && this.#foreign === undefined) {
      const at = this.#passWhole(bytes, start, end);
      if (at === end) return;
      this.#inbox.push(bytes, at, end);
      this.#deliver();
      return;
    }
    this.#attempts.consumed(end - start);
    if (this.#foreign === undefined || !this.#foreign.push(bytes, start, end) || this.#outcome !== undefined) return;
    this.#endForeign(this.#foreign);
    this.#attempts.reset(ErrorCode.CANCEL);
    this.#deliver();
  }

  ended(): void {
    if (this.#outcome === undefined) {
      if (this.#foreign !== undefined) this.#endForeign(this.#foreign);
      else this.#malformed('it ended without trailers, and so without grpc-status', Status.UNKNOWN);
    }
    // The response is complete: what we have not sent is not wanted any more (RFC 9113 §8.1).
    this.#attempts.reset(ErrorCode.NO_ERROR);
    this.#deliver();
  }

  writable(): void {
    this.#outbox.unblock();
    this.#flush();
    this.#tellWritable();
  }

  closed(_stream: ActiveStream, ending: StreamEnding): void {
    const connection = this.#attempts.end();
    if (connection !== undefined) this.#host.streamOver(connection);
    if (this.#outcome === undefined) {
      if (this.#foreign === undefined) this.#lost(ending);
      else this.#endForeign(this.#foreign);
    }
    this.#deliver();
  }

  #responseHead(head: ResponseHead, fields: readonly HeaderField[]): void {
    this.#responseBegan = true;
    this.#outbox.commit('response');
    if (!head.isGrpc) {
      this.#foreign = new ForeignBody(head);
      this.#limitForeign();
      return;
    }
    this.#inbox.open(head.encoding, this.#host.compression(head.encoding));
    if (this.#listener.headers === undefined) return;
    try {
      this.#listener.headers(Metadata.fromFields(fields));
    } catch (error) {
      this.#threw(error);
    }
  }

  /** Header section and trailers in one. `grpc-status` counts whatever the HTTP status (gRPC "HTTP to gRPC Status Code Mapping"). */
  #trailersOnly(head: ResponseHead, fields: readonly HeaderField[]): void {
    if (head.hasStatus) this.#stated(head.status, fields);
    else if (head.isGrpc) this.#malformed('its trailers have no grpc-status', Status.UNKNOWN);
    else this.#endForeign(new ForeignBody(head));
  }

  /** The server said how the call went. */
  #stated(status: { readonly code: number; readonly message: string }, fields: readonly HeaderField[]): void {
    if (status.code === Status.OK) {
      this.#settle(new Outcome(Status.OK, status.message, undefined, fields));
      return;
    }
    const failure = this.#attempts.failure({
      code: status.code,
      origin: 'server-status',
      culprit: 'server',
      processed: 'yes',
      detail: status.message,
      notRetried: 'It was not retried because the server answered it.',
    });
    this.#settle(new Outcome(status.code, status.message, failure, fields));
  }

  /** The stream is gone without an outcome. */
  #lost(ending: StreamEnding): void {
    const messagesDropped = this.#outbox.commitment === 'buffer';
    const verdict = this.#attempts.judge(this.#host.retries, ending, this.#responseBegan, messagesDropped);
    if (!verdict.again) {
      const sketch = endingSketch(ending, verdict.why);
      // Whatever the server says now: something of it was processed if it answered before.
      this.#settleFailure(this.#responseBegan ? { ...sketch, processed: 'maybe' } : sketch);
      return;
    }
    this.#outbox.rewind();
    this.#host.callAgain(this);
  }

  // ---- messages out

  #flush(): void {
    const { stream, connection } = this.#attempts;
    if (stream !== undefined && connection !== undefined) this.#outbox.flush(connection.engine, stream);
  }

  /** A message is compressed that was not at once. */
  compressed(): void {
    this.#flush();
    this.#tellWritable();
  }

  #tellWritable(): void {
    if (!this.#owesWritable || this.#outbox.isFull || this.#outcome !== undefined) return;
    this.#owesWritable = false;
    try {
      this.#listener.writable?.();
    } catch (error) {
      this.#threw(error);
    }
  }

  // ---- messages in, and the outcome behind them

  /** A message is decompressed that was not at once. */
  inflated(): void {
    this.#deliver();
  }

  /** Messages that were asked for and lie whole in the chunk, while nothing waits before them. Returns where it stopped. */
  #passWhole(bytes: Uint8Array, start: number, end: number): number {
    const inbox = this.#inbox;
    if (this.#isDelivering || this.isNew || !inbox.isIdle) return start;
    this.#isDelivering = true;
    let at = start;
    while (inbox.pulls > 0 && at < end && !(this.#isSingleResponse && inbox.count > 0)) {
      const next = wholeMessageEnd(bytes, at, end, inbox.limitBytes);
      if (next === -1) break;
      inbox.countTaken(next - at - PREFIX_BYTES);
      this.#hand(messageView(bytes, at + PREFIX_BYTES, next));
      // The listener may have ended the call, and then the rest is dropped.
      at = this.#outcome === undefined ? next : end;
    }
    this.#isDelivering = false;
    if (at > start) this.#attempts.consumed(at - start);
    return at;
  }

  #hand(message: Uint8Array): void {
    try {
      this.#listener.message(message);
    } catch (error) {
      this.#threw(error);
    }
  }

  /** Delivers what was asked for, and then the outcome if it is known. Not recursive, however the listener pulls. */
  #deliver(): void {
    if (this.#isDelivering || this.#isTold || this.isNew) return;
    this.#isDelivering = true;
    if (!this.#isAbrupt) this.#deliverMessages();
    this.#isDelivering = false;
    if (this.#outcome === undefined || this.#isTold) return;
    if (!this.#isAbrupt) {
      if (this.#inbox.hasMessage) return;
      if (this.#outcome.isOk) this.#checkComplete();
    }
    this.#tellNow();
  }

  #deliverMessages(): void {
    const inbox = this.#inbox;
    while (inbox.pulls > 0 && !this.#isTold) {
      if (this.#isSingleResponse && inbox.count > 0) break;
      const message = inbox.take();
      if (message === undefined) break;
      this.#hand(message);
    }
    if (this.#isTold) return;
    const { fault } = inbox;
    if (fault !== undefined) {
      this.#giveUpMessages(fault.code, fault.isLimit, fault.text);
    } else if (this.#isSingleResponse && inbox.count > 0 && inbox.hasMessage) {
      this.#tooManyMessages();
    } else {
      this.#attempts.consumed(inbox.takeCredit());
    }
  }

  /** An OK without the messages that it needs is none. */
  #checkComplete(): void {
    const fault = this.#inbox.endFault();
    if (fault !== undefined) this.#replace(malformedSketch(fault.text, fault.code));
    else if (this.#isSingleResponse && this.#inbox.count === 0) {
      // "Response cardinality violation: UNIMPLEMENTED" (gRPC "Status codes and their use in gRPC").
      this.#replace(malformedSketch('one message is due, and none came', Status.UNIMPLEMENTED));
    }
  }

  #tooManyMessages(): void {
    this.#giveUp(malformedSketch('one message is due, and more came', Status.UNIMPLEMENTED));
  }

  #giveUpMessages(code: number, isLimit: boolean, text: string): void {
    const allowed = `maxReceiveMessageBytes is ${this.#host.settings.maxReceiveMessageBytes}`;
    this.#giveUp(isLimit ? limitSketch(`In the response ${text}; ${allowed}.`, 'maybe') : malformedSketch(text, code));
  }

  // ---- outcomes

  /** The outcome is known. It is told when the messages before it were delivered. */
  #settle(outcome: Outcome): void {
    this.#outcome = outcome;
    const host = this.#host;
    if (this.#timer !== undefined) host.timers.clear(this.#timer);
    this.#outbox.drop();
    if (this.queue !== undefined) this.queue.remove(this);
    host.callOver(this);
  }

  /**
   * The server's clock for the call may run out a moment before our timer is looked at. What comes of that is a reset, and through
   * proxies a response cut short in any way: after the deadline all of it is the deadline.
   */
  #settleFailure(sketch: FailureSketch): void {
    const nowMs = this.#host.timers.now();
    if (!this.#isPastDeadline(nowMs)) {
      this.#settle(this.#failed(sketch));
      return;
    }
    const detail = `The deadline passed after ${durationText(nowMs - this.startedMs)}; what then came was no answer. ${sketch.detail}`;
    const { processed, ending } = sketch;
    const code = Status.DEADLINE_EXCEEDED;
    this.#settle(
      this.#failed({ code, origin: 'deadline', culprit: 'unknown', processed, ending, detail, notRetried: '' }),
    );
  }

  /** We end the call ourselves, now: messages that wait are dropped, and the server is told to stop. */
  #giveUp(sketch: FailureSketch): void {
    const outcome = this.#failed(sketch);
    this.#isAbrupt = true;
    if (this.#outcome === undefined) this.#settle(outcome);
    else this.#outcome = outcome;
    this.#attempts.reset(ErrorCode.CANCEL);
    if (!this.isNew) this.#tellNow();
  }

  #replace(sketch: FailureSketch): void {
    this.#outcome = this.#failed(sketch);
  }

  #malformed(clause: string, code: number): void {
    this.#settleFailure(malformedSketch(clause, code));
  }

  #endForeign(foreign: ForeignBody): void {
    this.#settleFailure(foreignSketch(foreign.head.status.code, foreign.text));
  }

  #limitForeign(): void {
    const { timers } = this.#host;
    this.#timer ??= new CallTimer(this);
    const dueMs = timers.now() + FOREIGN_BODY_MS;
    timers.set(this.#timer, Math.min(dueMs, this.start.deadlineMs ?? dueMs));
  }

  #tellNow(): void {
    const outcome = this.#outcome;
    if (this.#isTold || outcome === undefined) return;
    this.#isTold = true;
    try {
      this.#listener.end(outcome);
    } catch (error) {
      this.#threw(error);
    }
  }

  /**
   * The listener threw: a mistake of the caller, which must not tear the connection's work and so the calls of others. This
   * call is over, and the error comes up where nothing is under way.
   */
  #threw(error: unknown): void {
    this.#host.defer(() => {
      throw error;
    });
    this.cancel('The listener of the call threw an error.');
  }

  #failed(sketch: FailureSketch): Outcome {
    const failure = this.#attempts.failure(sketch);
    return new Outcome(sketch.code, failureText(failure, sketch.detail, this.#host.timers.now()), failure);
  }

  get #isSingleRequest(): boolean {
    return this.start.kind === 'unary' || this.start.kind === 'server-streaming';
  }

  #isPastDeadline(nowMs: number): boolean {
    return this.start.deadlineMs !== undefined && this.start.deadlineMs <= nowMs;
  }

  /** Whether the server may have processed the call by now. */
  get #processedSoFar(): CallFailure['processed'] {
    if (this.#outcome !== undefined) return this.#outcome.failure?.processed ?? 'yes';
    return this.#attempts.stream === undefined ? 'no' : 'maybe';
  }

  get #phaseText(): string {
    if (this.#attempts.stream === undefined) return ` while the call waited: ${this.#host.waitingText()}`;
    if (!this.#responseBegan) return ' and the response had not begun';
    return `; the response had begun, and ${this.#inbox.count} of its messages had been taken`;
  }
}
