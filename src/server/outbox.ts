/**
 * Messages that wait for compression. Compressing may take its time in another thread; messages leave in the order in which they
 * were sent all the same, so one that needs no compression waits behind one that does.
 */
import type { Compression } from '#transport';

/** Whose messages these are. */
export interface OutboxOwner {
  /** Sends; false when the connection's queue is long. */
  write(message: Uint8Array, compressed: boolean): boolean;
  /** Nothing waits any more. `ok` is the answer to the last write. */
  outboxEmpty(ok: boolean): void;
}

/** `send` asks its caller to wait when more than this waits here; the same as the connection's queue of a stream. */
const HIGH_BYTES = 65_536;

interface Waiting {
  readonly message: Uint8Array;
  readonly compress: boolean;
}

export class Outbox {
  readonly #owner: OutboxOwner;
  readonly #compression: Compression;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #current: Uint8Array | undefined = undefined;
  #isRunning = false;
  #isClosed = false;
  #ok = true;
  readonly #onCompressed = (bytes: Uint8Array): void => this.#compressed(bytes);

  constructor(owner: OutboxOwner, compression: Compression) {
    this.#owner = owner;
    this.#compression = compression;
  }

  get isEmpty(): boolean {
    return this.#current === undefined && this.#waiting.length === 0;
  }

  /** False when the caller should wait: `outboxEmpty` comes, or the connection's own `writable`. */
  send(message: Uint8Array, compress: boolean): boolean {
    this.#waiting.push({ message, compress });
    this.#waitingBytes += message.length;
    this.#run();
    return this.isEmpty ? this.#ok : this.#waitingBytes <= HIGH_BYTES;
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#current === undefined) {
      const first = this.#waiting.shift();
      if (first === undefined) break;
      if (first.compress) {
        this.#current = first.message;
        this.#compression.compress(first.message, this.#onCompressed);
      } else {
        this.#write(first.message, first.message.length, false);
      }
    }
    this.#isRunning = false;
  }

  #compressed(bytes: Uint8Array): void {
    const message = this.#current;
    this.#current = undefined;
    if (this.#isClosed || message === undefined) return;
    // What does not become shorter goes as it is: the flag belongs to each message.
    if (bytes.length < message.length) this.#write(bytes, message.length, true);
    else this.#write(message, message.length, false);
    // Called back within `#run` its loop goes on, and the caller of `send` gets the answer from there.
    if (this.#isRunning) return;
    this.#run();
    if (this.isEmpty && !this.#isClosed) this.#owner.outboxEmpty(this.#ok);
  }

  #write(message: Uint8Array, waitedBytes: number, compressed: boolean): void {
    this.#waitingBytes -= waitedBytes;
    this.#ok = this.#owner.write(message, compressed);
  }
}
