/**
 * The request half of a call: messages on their way out, in order, and those kept for a transparent retry (gRFC A6). While
 * the call may still be sent again, every message stays; once it may not (`commit`), messages leave as they are sent.
 */
import { messagePrefix, PREFIX_BYTES } from '#grpc';
import type { ActiveStream, Connection } from '#h2';
import type { Compression } from '#transport';

/** Octets kept over all calls of a channel. */
export interface RetryBytes {
  keptBytes: number;
  readonly limitBytes: number;
}

/** Why messages are no longer kept. */
export type Commitment = 'none' | 'response' | 'buffer';

export interface OutboxOwner {
  /** A message that took its time to compress can be sent now. */
  compressed(): void;
}

interface OutMessage {
  bytes: Uint8Array;
  /** What it counts for while it waits: its length before compression. */
  readonly waitingBytes: number;
  compressed: boolean;
  /** False while its compression goes on. */
  isReady: boolean;
}

/** Without a stream `add` asks the caller to wait from here on: what one stream may queue in the engine, too. */
const WAITING_BYTES_MAX = 65_536;

/** One for all calls: the engine copies it. */
const prefix = new Uint8Array(PREFIX_BYTES);
const NO_BYTES = new Uint8Array(0);

export class Outbox {
  readonly #shared: RetryBytes;
  readonly #limitBytes: number;
  #messages: OutMessage[] | undefined = undefined;
  /** Index of the first message that the present stream has not got. */
  #next = 0;
  #keptBytes = 0;
  #waitingBytes = 0;
  /** The stream's queue is full: `writable` will come. */
  #isBlocked = false;
  #isEndSent = false;
  /** Messages added so far. */
  count = 0;
  /** Nothing follows what was added. */
  isEnded = false;
  commitment: Commitment = 'none';

  constructor(shared: RetryBytes, limitBytes: number) {
    this.#shared = shared;
    this.#limitBytes = limitBytes;
  }

  /** Messages in memory: those that wait, and those kept for a retry. */
  get held(): number {
    return this.#messages?.length ?? 0;
  }

  /** Nothing waits for a stream, and END_STREAM went out if it was due. */
  get isFlushed(): boolean {
    return this.#pending === 0 && !this.#isBlocked && this.isEnded === this.#isEndSent;
  }

  /** The caller should add no more for now. */
  get isFull(): boolean {
    return this.#isBlocked || this.#waitingBytes >= WAITING_BYTES_MAX;
  }

  /** END_STREAM can go with the HEADERS: no message was and will be sent. */
  get isEmpty(): boolean {
    return this.isEnded && this.count === 0;
  }

  get #pending(): number {
    return this.#messages === undefined ? 0 : this.#messages.length - this.#next;
  }

  /** Adds one message; `flush` sends it. */
  add(bytes: Uint8Array, end: boolean): void {
    this.#add({ bytes, waitingBytes: bytes.length, compressed: false, isReady: true }, end);
  }

  /** Adds a message that goes out compressed if that makes it shorter. The owner hears of it when the work took its time. */
  addCompressed(bytes: Uint8Array, end: boolean, compression: Compression, owner: OutboxOwner): void {
    const message: OutMessage = { bytes, waitingBytes: bytes.length, compressed: false, isReady: false };
    this.#add(message, end);
    let isSynchronous = true;
    compression.compress(bytes, (shorter) => {
      message.isReady = true;
      if (shorter.length < bytes.length) {
        message.bytes = shorter;
        message.compressed = true;
      }
      if (!isSynchronous) owner.compressed();
    });
    isSynchronous = false;
  }

  #add(message: OutMessage, end: boolean): void {
    this.count++;
    if (end) this.isEnded = true;
    if (this.commitment === 'none') this.#keep(message.waitingBytes);
    this.#waitingBytes += message.waitingBytes;
    if (this.#messages === undefined) this.#messages = [message];
    else this.#messages.push(message);
  }

  /** Sends what the stream takes. Messages go out in the order in which they were added, also after `rewind`. */
  flush(connection: Connection, stream: ActiveStream): void {
    const messages = this.#messages;
    if (messages !== undefined) {
      while (!this.#isBlocked && this.#next < messages.length) {
        const message = messages[this.#next]!;
        if (!message.isReady) return;
        this.#next++;
        this.#waitingBytes -= message.waitingBytes;
        const isLast = this.isEnded && this.#next === messages.length;
        this.#isEndSent = isLast;
        messagePrefix(prefix, message.compressed, message.bytes.length);
        const hasRoom = connection.data(stream, message.bytes, isLast, prefix);
        if (isLast) break;
        this.#isBlocked = !hasRoom;
      }
      if (this.commitment !== 'none') this.#forgetSent();
    }
    if (this.isEnded && !this.#isEndSent && this.#pending === 0 && !this.#isBlocked) {
      this.#isEndSent = true;
      connection.data(stream, NO_BYTES, true);
    }
  }

  /** The stream has room again. */
  unblock(): void {
    this.#isBlocked = false;
  }

  /** END_STREAM went out with the HEADERS. */
  endedWithHeaders(): void {
    this.#isEndSent = true;
  }

  /** Everything is to be sent again, on another stream. */
  rewind(): void {
    this.#next = 0;
    this.#isBlocked = false;
    this.#isEndSent = false;
    this.#waitingBytes = 0;
    for (const { waitingBytes } of this.#messages ?? []) this.#waitingBytes += waitingBytes;
  }

  /** The call will not be sent again: what was sent need not be kept. */
  commit(why: Commitment): void {
    if (this.commitment !== 'none') return;
    this.commitment = why;
    this.#shared.keptBytes -= this.#keptBytes;
    this.#keptBytes = 0;
    this.#forgetSent();
  }

  /** The call is over: nothing is kept or sent any more. */
  drop(): void {
    this.commit('response');
    this.#messages = undefined;
    this.#next = 0;
    this.#waitingBytes = 0;
    this.#isBlocked = false;
  }

  #keep(length: number): void {
    if (this.#keptBytes + length > this.#limitBytes || this.#shared.keptBytes + length > this.#shared.limitBytes) {
      this.commit('buffer');
      return;
    }
    this.#keptBytes += length;
    this.#shared.keptBytes += length;
  }

  #forgetSent(): void {
    if (this.#messages === undefined || this.#next === 0) return;
    if (this.#next === this.#messages.length) this.#messages = undefined;
    else this.#messages.splice(0, this.#next);
    this.#next = 0;
  }
}
