/**
 * The request's messages on their way to the handler: cut out of DATA, decompressed one after the other, counted against what the
 * handler asked for and against what the method allows, with flow-control credit held back while nobody wants them.
 */
import {
  MessageReader,
  messageFaultText,
  messageView,
  PREFIX_BYTES,
  type ReceivedMessage,
  Status,
  type StatusCode,
  statusOfMessageFault,
  wholeMessageEnd,
} from '#grpc';
import type { Compression, Inflated } from '#transport';
import type { ServerRule } from './events.ts';
import type { Shared } from './shared.ts';

/** The call whose messages these are. */
export interface InboxOwner {
  /** One message for the handler. */
  deliver(bytes: Uint8Array, compressed: boolean): void;
  /** After the last message. */
  deliverEnd(): void;
  /** There is room for `octets` more. */
  credit(octets: number): void;
  /** The client's messages cannot be served: the call ends with this. */
  refuse(code: StatusCode, text: string, rule: ServerRule): void;
}

export interface InboxOptions {
  /** The method takes exactly one message. */
  readonly single: boolean;
  readonly maxMessageBytes: number;
  /** How the client says that compressed messages are encoded; undefined for identity. */
  readonly compression: Compression | undefined;
}

export class Inbox {
  readonly #owner: InboxOwner;
  readonly #shared: Shared;
  readonly #options: InboxOptions;
  readonly #reader: MessageReader;
  #wanted = 0;
  /** After so many octets the rest of `#wanted` is not wanted any more. */
  #wantedBytes = Number.POSITIVE_INFINITY;
  /** Octets whose credit is held back. */
  #owedBytes = 0;
  /** Octets kept beyond what flow control bounds: counted for all calls of the server together. */
  #partialBytes = 0;
  /** The one message, until END_STREAM shows that it was the only one. */
  #only: ReceivedMessage | undefined = undefined;
  #hadOne = false;
  #isEnded = false;
  #isEndTold = false;
  #isInflating = false;
  #isRunning = false;
  #isClosed = false;
  readonly #onInflated = (result: Inflated): void => this.#inflated(result);

  constructor(owner: InboxOwner, shared: Shared, options: InboxOptions) {
    this.#owner = owner;
    this.#shared = shared;
    this.#options = options;
    this.#reader = new MessageReader(options.maxMessageBytes);
  }

  /** The client owes the rest of a message that was asked for. */
  get isWaiting(): boolean {
    return this.#reader.heldBytes > 0 && this.#wanted > 0 && !this.#isEnded;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    if (this.#isClosed) return;
    const at = this.#passWhole(bytes, start, end);
    if (at === end || this.#isClosed) return;
    this.#reader.push(bytes, at, end);
    this.#owedBytes += end - at;
    this.#run();
  }

  /** END_STREAM came. */
  end(): void {
    if (this.#isClosed) return;
    this.#isEnded = true;
    this.#run();
  }

  pull(count: number, maxBytes: number): void {
    this.#wanted += count;
    this.#wantedBytes = maxBytes;
    if (!this.#isClosed) this.#run();
  }

  /** Nothing is wanted any more. */
  close(): void {
    this.#isClosed = true;
    this.#only = undefined;
    this.#countPartial(0);
  }

  /** Hands over messages of a stream as they lie in the chunk, while nothing waits before them. Returns where it stopped. */
  #passWhole(bytes: Uint8Array, start: number, end: number): number {
    const { single, maxMessageBytes } = this.#options;
    if (single || this.#isRunning || this.#isInflating || this.#reader.heldBytes > 0) return start;
    let at = start;
    while (this.#wanted > 0 && at < end && !this.#isClosed) {
      const next = wholeMessageEnd(bytes, at, end, maxMessageBytes);
      if (next === -1) break;
      this.#isRunning = true;
      this.#deliver(messageView(bytes, at + PREFIX_BYTES, next), false);
      this.#isRunning = false;
      at = next;
    }
    if (at > start) this.#owner.credit(at - start);
    return at;
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#step());
    this.#isRunning = false;
    if (!this.#isClosed) this.#settle();
  }

  /** One message; false when there is nothing to do for now. */
  #step(): boolean {
    if (this.#isClosed || this.#isInflating) return false;
    if (this.#options.single) return this.#stepOnly();
    if (this.#wanted === 0 && this.#reader.ready) return false;
    const message = this.#reader.next();
    if (message !== undefined) {
      this.#hand(message);
      return true;
    }
    return this.#stepEnd();
  }

  /**
   * The message of a unary or server-streaming method is handed over when END_STREAM has shown that it is the only one, as
   * grpc-java does and grpc-go does not: so a second one is always noticed, and no answer overtakes the client's half-close,
   * which is what makes proxies lose responses (see tail.ts). Clients send END_STREAM on the message or right behind it.
   */
  #stepOnly(): boolean {
    if (this.#only === undefined && !this.#hadOne) {
      this.#only = this.#reader.next();
      this.#hadOne = this.#only !== undefined;
    }
    if (this.#hadOne && this.#reader.heldBytes > 0) {
      const text = 'the method takes one message and the client sent more';
      // gRPC "Status codes and their use in gRPC": request cardinality violation.
      this.#refuse(Status.UNIMPLEMENTED, text, 'bad-request');
      return false;
    }
    if (!this.#isEnded || this.#only === undefined) return this.#stepEnd();
    if (this.#wanted === 0) return false;
    const message = this.#only;
    this.#only = undefined;
    this.#hand(message);
    return true;
  }

  /** Faults, and the end after the last message. */
  #stepEnd(): boolean {
    const fault = this.#reader.fault;
    if (fault !== undefined) {
      const rule = fault.kind === 'too-large' ? 'max-receive-message-bytes' : 'bad-request';
      this.#refuse(statusOfMessageFault(fault), `request: ${messageFaultText(fault)}`, rule);
      return false;
    }
    if (!this.#isEnded || this.#isEndTold || this.#only !== undefined) return false;
    const endFault = this.#reader.endFault();
    if (endFault !== undefined) {
      this.#refuse(statusOfMessageFault(endFault), `request: ${messageFaultText(endFault)}`, 'bad-request');
      return false;
    }
    if (this.#options.single && !this.#hadOne) {
      this.#refuse(Status.UNIMPLEMENTED, 'the method takes one message and the client sent none', 'bad-request');
      return false;
    }
    this.#isEndTold = true;
    this.#owner.deliverEnd();
    return false;
  }

  #hand(message: ReceivedMessage): void {
    if (!message.compressed) {
      this.#deliver(message.bytes, false);
      return;
    }
    const { compression, maxMessageBytes } = this.#options;
    if (compression === undefined) {
      const text = 'request: a message has the compressed flag, and grpc-encoding names no compression';
      this.#refuse(Status.INTERNAL, text, 'bad-request');
      return;
    }
    this.#isInflating = true;
    compression.decompress(message.bytes, maxMessageBytes, this.#onInflated);
  }

  #deliver(bytes: Uint8Array, compressed: boolean): void {
    this.#wantedBytes -= bytes.length;
    this.#wanted = this.#wantedBytes > 0 ? this.#wanted - 1 : 0;
    this.#owner.deliver(bytes, compressed);
  }

  #inflated(result: Inflated): void {
    this.#isInflating = false;
    if (this.#isClosed) return;
    if (result.kind === 'ok') {
      this.#deliver(result.bytes, true);
      // Within `#run` the loop goes on by itself.
      if (!this.#isRunning) this.#run();
      return;
    }
    if (result.kind === 'too-large') {
      const text = `request: a message has more than the allowed ${this.#options.maxMessageBytes} octets when decompressed`;
      this.#refuse(Status.RESOURCE_EXHAUSTED, text, 'max-receive-message-bytes');
    } else {
      this.#refuse(Status.INTERNAL, `request: a message cannot be decompressed: ${result.detail}`, 'bad-request');
    }
  }

  #refuse(code: StatusCode, text: string, rule: ServerRule): void {
    this.close();
    this.#owner.refuse(code, text, rule);
  }

  /**
   * Returns credit. All of it while the handler waits for the rest of a message, or one longer than the window would never get
   * through; else none for what waits to be asked for.
   */
  #settle(): void {
    const held = this.#reader.heldBytes + (this.#only === undefined ? 0 : this.#only.bytes.length);
    const isHungry = this.#wanted > 0 && this.#only === undefined && !this.#isInflating;
    const kept = isHungry ? 0 : held;
    const due = this.#owedBytes - kept;
    if (due > 0) {
      this.#owedBytes -= due;
      this.#owner.credit(due);
    }
    this.#countPartial(Math.max(0, held - this.#owedBytes));
    const { maxPartialMessageBytes } = this.#shared.settings;
    if (this.#partialBytes === 0 || this.#shared.partialBytes <= maxPartialMessageBytes) return;
    const text = `unfinished messages on this server have ${this.#shared.partialBytes} octets where ${maxPartialMessageBytes} are allowed`;
    this.#refuse(Status.RESOURCE_EXHAUSTED, text, 'max-partial-message-bytes');
  }

  #countPartial(bytes: number): void {
    this.#shared.partialBytes += bytes - this.#partialBytes;
    this.#partialBytes = bytes;
  }
}
