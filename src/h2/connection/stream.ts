/** A stream of a connection that we are an end of: beside its state, its owner and what waits to be sent on it. */
import type { HeaderList } from '../hpack/encoder.ts';
import { Stream } from '../stream/stream.ts';
import type { StreamEnding } from './ending.ts';
import type { StreamHandler } from './handlers.ts';
import type { Outgoing } from './outgoing.ts';
import { SendQueue } from './send-queue.ts';

export class ActiveStream extends Stream {
  /** Undefined once the owner was told of the end. */
  handler: StreamHandler | undefined = undefined;
  /** How it ended while its owner was still being made. */
  endedUnowned: StreamEnding | undefined = undefined;
  /** Octets of DATA that wait for windows or for the transport; undefined while none do. */
  #queue: SendQueue | undefined = undefined;
  /** What follows the queue: nothing yet, END_STREAM on its last DATA, or trailers. */
  finish: 'open' | 'end' | HeaderList = 'open';
  /** `writable` is owed: `data` returned false. */
  owesWritable = false;
  /** In the sender's ring of streams that may send DATA; the next one there. */
  inRing = false;
  nextInRing: ActiveStream | undefined = undefined;
  /** Octets handed to the owner that it has not reported as consumed. */
  heldBytes = 0;
  /** Octets consumed whose credit has not been returned to the peer yet. */
  dueBytes = 0;
  /** When credit was returned last; -1 until then. */
  returnedMs = -1;
  /** Our HEADERS were handed to the transport: the peer may have seen the stream. */
  announced = false;

  /** Makes a reused object a fresh one. */
  prepare(handler: StreamHandler | undefined): void {
    this.handler = handler;
    this.endedUnowned = undefined;
    this.#queue = undefined;
    this.finish = 'open';
    this.owesWritable = false;
    this.heldBytes = 0;
    this.dueBytes = 0;
    this.returnedMs = -1;
    this.announced = false;
  }

  /** Nothing of ours waits to be sent. */
  get isDrained(): boolean {
    return this.queuedBytes === 0 && this.finish === 'open';
  }

  get queuedBytes(): number {
    return this.#queue === undefined ? 0 : this.#queue.bytes;
  }

  /** Puts octets at the end of the queue; there is at least one. */
  enqueue(prefix: Uint8Array, body: Uint8Array): void {
    this.#queue ??= new SendQueue();
    this.#queue.push(prefix, body);
  }

  /** Moves octets from the queue's beginning to the output. */
  dequeue(length: number, to: Outgoing): void {
    const queue = this.#queue;
    if (queue === undefined) return;
    queue.take(length, to);
    if (queue.bytes === 0) this.#queue = undefined;
  }

  /** Forgets what waits to be sent. */
  dropQueue(): void {
    this.#queue = undefined;
    this.finish = 'open';
    this.owesWritable = false;
  }
}
