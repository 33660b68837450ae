/**
 * Received messages on their way into `for await`. Asks the call for messages only as the program takes them, so that a slow
 * reader holds the peer back through flow control instead of filling memory.
 */
import type { MessageCodec } from '../codec.ts';

/** Where messages come from: a call of the client or of the server. */
export interface InboxSource {
  /** May deliver before it returns. */
  pull(count: number): void;
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
 * Small messages are asked for this many at a time: one crossing into the core for eight. Together with `SMALL_BYTES` at most
 * 64 KiB wait here for the program, as much as one stream window of the specification.
 */
const AHEAD = 16;
/** Beyond this length only one message is asked for ahead. */
const SMALL_BYTES = 4_096;

const DONE: IteratorResult<never> = { done: true, value: undefined };

export class Inbox {
  readonly #codec: MessageCodec;
  readonly #source: InboxSource;
  /** Decoded, oldest first; at most a few more than `AHEAD`, so taking from the front is cheap. */
  #messages: unknown[] = [];
  /** Calls of `next` that nothing has come for; the program usually makes one at a time. */
  readonly #waiting: Waiting[] = [];
  /** Asked for and not come yet. */
  #asked = 0;
  #ahead = 1;
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
    this.#asked--;
    if (this.#end !== undefined) return;
    this.#ahead = bytes.length <= SMALL_BYTES ? AHEAD : 1;
    let value: unknown;
    try {
      value = this.#codec.fromBinary(bytes);
    } catch (error) {
      this.#source.undecodable(error);
      return;
    }
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      this.#messages.push(value);
      return;
    }
    waiting({ done: false, value });
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
    if (this.#messages.length > 0) {
      const value = this.#messages.shift();
      this.#ask();
      return Promise.resolve({ done: false, value });
    }
    return this.#wait();
  }

  /** The program left its loop: nothing more is delivered. */
  leave(): void {
    this.#messages = [];
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

  #takeEnd(): IteratorResult<never> | Failed {
    const end = this.#end ?? DONE;
    this.#end = DONE;
    return end;
  }

  /** Asks again when half of what may wait is gone, or one is waited for. */
  #ask(): void {
    if (this.#end !== undefined || this.#asked > 0) return;
    const room = this.#ahead - this.#messages.length + this.#waiting.length;
    if (room * 2 < this.#ahead) return;
    this.#asked += room;
    this.#source.pull(room);
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
