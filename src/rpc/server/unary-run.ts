/**
 * One call of a unary method. The handler runs when the client has sent END_STREAM, not with the message: a response before it
 * would make the server reset the stream after its trailers, and some proxies then lose the response.
 */
import { Status } from '#grpc';
import type { CallCancel, ServerCall, ServerCallListener } from '#server';
import { answer } from './answer.ts';
import { CallContext } from './context.ts';
import { endUndecodable, endWithError } from './failure.ts';
import type { Served } from './handler.ts';

export class UnaryRun implements ServerCallListener {
  readonly #served: Served;
  readonly #call: ServerCall;
  readonly #context: CallContext;
  #bytes: Uint8Array | undefined;
  #running = false;

  constructor(served: Served, call: ServerCall) {
    this.#served = served;
    this.#call = call;
    this.#context = new CallContext(call, served.method, served.clock);
  }

  message(bytes: Uint8Array): void {
    this.#bytes = bytes;
  }

  halfClosed(): void {
    this.#running = true;
    void this.#run();
  }

  cancelled(why: CallCancel): void {
    this.#context.cancelled(why);
    if (!this.#running) this.#call.end(Status.CANCELLED);
  }

  async #run(): Promise<void> {
    const { method, serve, sink } = this.#served;
    let request: unknown;
    try {
      request = method.request.fromBinary(this.#bytes!);
    } catch (error) {
      endUndecodable(this.#call, method, error);
      return;
    }
    // The octets may be a part of a much longer buffer, and a handler may run for long.
    this.#bytes = undefined;
    let response: unknown;
    try {
      response = await serve(request, this.#context);
    } catch (error) {
      endWithError(this.#call, this.#context, error, sink);
      return;
    }
    answer(this.#served, this.#call, this.#context, response);
  }
}
