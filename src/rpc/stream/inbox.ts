/**
 * Received messages on their way into `for await`. Asks the call for messages only as the program takes them, so that a slow
 * reader holds the peer back through flow control instead of filling memory.
 */
import { PREFIX_BYTES } from '#grpc';
import type { MessageCodec } from '../codec.ts';

/** Where messages come from: a call of the client or of the server. */
export interface InboxSource {
  /** May deliver before it returns. Once `maxBytes` octets have come, the rest of `count` is taken back. */
  pull(count: number, maxBytes: number): void;
  /** The program left its loop before the end. */
  left(): void;
  /** A message could not be decoded. Ends the call: `finish` follows. */
  undecodable(error: unknown): void;
}

type Waiting = (outcome: IteratorResult<unknown> | Failed) => void;

/** The error is made when the program meets it, so that its stack shows where: see `#wait`. */
class Failed {
  readonly error: () => unknown;

  constructor(error: () => unknown) {
    this.error = error;
  }
}

/**
 * As many octets are asked for ahead of the program as one stream window of the specification holds: so what comes in one chunk
 * of a socket is decoded where it lies, and need not be copied to wait.
 */
const AHEAD_BYTES = 65_536;
/** However short messages are: each is an object of some hundred octets once it is decoded. */
const AHEAD_MAX = 1_024;

const DONE: IteratorResult<never> = { done: true, value: undefined };

export class Inbox {
  readonly #codec: MessageCodec;
  readonly #source: InboxSource;
  /** Decoded, oldest first, from `#first` on. */
  #messages: unknown[] = [];
  #first = 0;
  /** Calls of `next` that nothing has come for; the program usually makes one at a time. */
  readonly #waiting: Waiting[] = [];
  /** Asked for and not come yet; not more than `#askedBytes` octets of them. */
  #asked = 0;
  #askedBytes = 0;
  /** How many messages may wait here, as the last one was long. */
  #ahead = 1;
  #lastLength = -1;
  /** What `next` answers when no message is left. */
  #end: IteratorResult<never> | Failed | undefined;

  constructor(codec: MessageCodec, source: InboxSource) {
    this.#codec = codec;
    this.#source = source;
  }

  /** Asks for the first message. */
  start(): void {
    this.#ask();
  }

  /** A message came. */
  push(bytes: Uint8Array): void {
    this.#askedBytes -= bytes.length;
    this.#asked = this.#askedBytes > 0 ? this.#asked - 1 : 0;
    if (this.#end !== undefined) return;
    if (bytes.length !== this.#lastLength) this.#measure(bytes.length);
    let value: unknown;
    try {
      value = this.#codec.fromBinary(bytes);
    } catch (error) {
      this.#source.undecodable(error);
      return;
    }
    if (this.#waiting.length === 0) {
      this.#messages.push(value);
      return;
    }
    this.#waiting.shift()!({ done: false, value });
    if (this.#waiting.length > 0) this.#ask();
  }

  /** No more messages come. Those that wait are still delivered, then the end, or the error. */
  finish(error: (() => unknown) | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = error === undefined ? DONE : new Failed(error);
    for (const waiting of this.#waiting.splice(0)) waiting(this.#takeEnd());
  }

  /** The next message; rejects once with the error, then is done. */
  next(): Promise<IteratorResult<unknown>> {
    if (this.#first === this.#messages.length) return this.#wait();
    const value = this.#messages[this.#first];
    this.#messages[this.#first++] = undefined;
    if (this.#first === this.#messages.length) {
      this.#messages.length = 0;
      this.#first = 0;
    }
    this.#ask();
    return Promise.resolve({ done: false, value });
  }

  /** The program left its loop: nothing more is delivered. */
  leave(): void {
    this.#messages = [];
    this.#first = 0;
    if (this.#end === undefined) {
      this.finish(undefined);
      this.#source.left();
    }
    this.#end = DONE;
  }

  /** An async function, so that an error's stack shows who waits: the platform follows awaits. */
  async #wait(): Promise<IteratorResult<unknown>> {
    const outcome =
      this.#end === undefined
        ? await new Promise<IteratorResult<unknown> | Failed>((resolve) => {
            this.#waiting.push(resolve);
            this.#ask();
          })
        : this.#takeEnd();
    if (outcome instanceof Failed) throw outcome.error();
    return outcome;
  }

  /** Most messages of a stream are alike, so this is seldom asked. */
  #measure(length: number): void {
    this.#lastLength = length;
    this.#ahead = Math.min(AHEAD_MAX, Math.ceil(AHEAD_BYTES / (PREFIX_BYTES + length)));
  }

  #takeEnd(): IteratorResult<never> | Failed {
    const end = this.#end ?? DONE;
    this.#end = DONE;
    return end;
  }

  /** Asks for more when half of what may come is gone, and for all of it when nothing waits: the next chunk may be full of it. */
  #ask(): void {
    if (this.#end !== undefined) return;
    const waiting = this.#messages.length - this.#first;
    const room = this.#ahead - waiting - this.#asked;
    if (room < 1 || (waiting > 0 && room * 2 < this.#ahead)) return;
    this.#asked += room;
    this.#askedBytes = AHEAD_BYTES;
    this.#source.pull(room, AHEAD_BYTES);
  }
}

/** What the program gets: an iterable that can be gone through once. */
export class Messages<T> implements AsyncIterableIterator<T> {
  readonly #inbox: Inbox;

  constructor(inbox: Inbox) {
    this.#inbox = inbox;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return this.#inbox.next() as Promise<IteratorResult<T, undefined>>;
  }

  /** Leaving the loop. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#inbox.leave();
    return Promise.resolve(DONE);
  }

  throw(error?: unknown): Promise<IteratorResult<T, undefined>> {
    this.#inbox.leave();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
