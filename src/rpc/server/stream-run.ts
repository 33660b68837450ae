/** One call of a streaming method: requests come in through an inbox or as one, responses go out through a pump or as one. */
import { UsageError } from '#base';
import { Status } from '#grpc';
import type { CallCancel, ServerCall, ServerCallListener } from '#server';
import { Inbox, type InboxSource, Messages } from '../stream/inbox.ts';
import { Pump, type PumpSink } from '../stream/pump.ts';
import { answer } from './answer.ts';
import { CallContext, cancelError } from './context.ts';
import { encodeResponse } from './encode.ts';
import { endUndecodable, endUnencodable, endWithError } from './failure.ts';
import type { Served } from './handler.ts';

export class StreamRun implements ServerCallListener, InboxSource, PumpSink {
  readonly #served: Served;
  readonly #call: ServerCall;
  readonly #context: CallContext;
  /** Of client-streaming and bidi methods. */
  readonly #inbox: Inbox | undefined;
  /** Of server-streaming methods: the one request. */
  #bytes: Uint8Array | undefined;
  #pump: Pump | undefined;
  #running = false;
  /** The call was cancelled; its `end` comes when the handler has stopped. */
  #over = false;
  /** What the pump failed with is not the handler's exception but its message. */
  #unencodable = false;

  constructor(served: Served, call: ServerCall) {
    this.#served = served;
    this.#call = call;
    this.#context = new CallContext(call, served.method, served.clock);
    if (served.method.kind !== 'server-streaming') this.#inbox = new Inbox(served.method.request, this);
  }

  begin(): this {
    if (this.#inbox === undefined) {
      this.#call.pull(1);
    } else {
      this.#running = true;
      this.#inbox.start();
      void this.#run(new Messages(this.#inbox));
    }
    return this;
  }

  // From the call.

  message(bytes: Uint8Array): void {
    if (this.#inbox === undefined) this.#bytes = bytes;
    else this.#inbox.push(bytes);
  }

  halfClosed(): void {
    if (this.#inbox !== undefined) {
      this.#inbox.finish(undefined);
      return;
    }
    const { method } = this.#served;
    let request: unknown;
    try {
      request = method.request.fromBinary(this.#bytes!);
    } catch (error) {
      endUndecodable(this.#call, method, error);
      return;
    }
    this.#bytes = undefined;
    this.#running = true;
    void this.#run(request);
  }

  writable(): void {
    this.#pump?.writable();
  }

  cancelled(why: CallCancel): void {
    this.#over = true;
    this.#context.cancelled(why);
    this.#inbox?.finish(() => cancelError(why));
    this.#pump?.stop();
    if (!this.#running) this.#call.end(Status.CANCELLED);
  }

  // From the inbox.

  pull(count: number, maxBytes: number): void {
    this.#call.pull(count, maxBytes);
  }

  /** The handler wants no more requests: flow control holds the client back until the handler answers. */
  left(): void {}

  undecodable(error: unknown): void {
    this.cancelled(endUndecodable(this.#call, this.#served.method, error));
  }

  // From the pump.

  encode(message: unknown): Uint8Array {
    try {
      return encodeResponse(this.#served.method, message);
    } catch (error) {
      this.#unencodable = true;
      throw error;
    }
  }

  send(bytes: Uint8Array): boolean {
    this.#context.beforeMessage();
    return this.#call.send(bytes);
  }

  done(): void {
    this.#context.beforeMessage();
    this.#call.end(Status.OK, undefined, this.#context.trailers);
  }

  failed(error: unknown): void {
    if (this.#unencodable) endUnencodable(this.#call, error, this.#served.sink);
    else endWithError(this.#call, this.#context, error, this.#served.sink);
  }

  /** The handler's generator has come to its end after a cancel. */
  stopped(): void {
    this.#call.end(Status.CANCELLED);
  }

  async #run(request: unknown): Promise<void> {
    const { method, serve, sink } = this.#served;
    // The handler begins when the byte-level server knows this listener: what it does may come back here.
    await undefined;
    if (this.#over) {
      this.#call.end(Status.CANCELLED);
      return;
    }
    try {
      const response = serve(request, this.#context);
      if (method.kind === 'client-streaming') this.#answer(await response);
      else this.#pumpFrom(response);
    } catch (error) {
      endWithError(this.#call, this.#context, error, sink);
    }
  }

  #answer(response: unknown): void {
    // `cancelled` may have come from our own `undecodable`, after which the call takes nothing any more.
    if (this.#over) this.#call.end(Status.CANCELLED);
    else answer(this.#served, this.#call, this.#context, response);
  }

  #pumpFrom(responses: unknown): void {
    if (typeof responses !== 'object' || responses === null || !(Symbol.asyncIterator in responses)) {
      const { path } = this.#served.method;
      throw new UsageError(`the handler of ${path} gave ${String(responses)}, where an AsyncIterable is needed`);
    }
    this.#pump = new Pump(responses as AsyncIterable<unknown>, this);
    this.#pump.start();
  }
}
