/**
 * Calls with one response: unary and client streaming. They are async functions although a bare promise would be 60 ns cheaper:
 * the stack of an error then shows the line that made the call, which is what its reader looks for.
 */
import { invariant } from '#base';
import type { CallListener, CallResult, ClientCall } from '#client';
import { type Metadata, Status } from '#grpc';
import type { Method } from '../method.ts';
import { type Abortable, listen, unlisten } from '../signals.ts';
import { type ClientCore, callStart, encodeRequest, requestsOf } from './begin.ts';
import { abortText, callError, decodeResponse } from './outcome.ts';
import { RequestSink } from './sink.ts';
import type { CallOptions } from './types.ts';

export async function unary(
  core: ClientCore,
  method: Method,
  request: unknown,
  options: CallOptions | undefined,
): Promise<unknown> {
  const bytes = encodeRequest(method, request);
  const single = options?.onHeader === undefined ? new Single(options) : new SingleWithHeaders(options);
  const result = await new Promise<CallResult>((resolve) => {
    const call = core.channel.call(callStart(core, method, options), single);
    single.begin(call, resolve);
    call.send(bytes, true);
  });
  return single.response(core, method, result);
}

export async function clientStreaming(
  core: ClientCore,
  method: Method,
  requests: unknown,
  options: CallOptions | undefined,
): Promise<unknown> {
  const iterable = requestsOf(method, requests);
  const single = options?.onHeader === undefined ? new Single(options) : new SingleWithHeaders(options);
  const result = await new Promise<CallResult>((resolve) => {
    const call = core.channel.call(callStart(core, method, options), single);
    single.begin(call, resolve);
    single.pump(iterable, method);
  });
  return single.response(core, method, result);
}

class Single implements CallListener, Abortable {
  protected readonly options: CallOptions | undefined;
  protected call: ClientCall | undefined;
  #resolve: ((result: CallResult) => void) | undefined;
  #bytes: Uint8Array | undefined;
  #sink: RequestSink | undefined;
  /** What the caller's own code threw: it comes out of the promise as it is. */
  #thrown: { readonly error: unknown } | undefined;

  constructor(options: CallOptions | undefined) {
    this.options = options;
  }

  begin(call: ClientCall, resolve: (result: CallResult) => void): void {
    this.call = call;
    this.#resolve = resolve;
    const signal = this.options?.signal;
    if (signal !== undefined) listen(signal, this);
    call.pull(1);
  }

  pump(requests: AsyncIterable<unknown>, method: Method): void {
    this.#sink = new RequestSink(this.call!, requests, method, (error) => this.fail(error));
  }

  message(bytes: Uint8Array): void {
    this.#bytes = bytes;
  }

  writable(): void {
    this.#sink?.writable();
  }

  end(result: CallResult): void {
    const signal = this.options?.signal;
    if (signal !== undefined) unlisten(signal, this);
    this.#sink?.stop();
    this.#resolve?.(result);
  }

  aborted(signal: AbortSignal): void {
    this.call?.cancel(abortText(signal));
  }

  /** Runs in the caller's async function. */
  response(core: ClientCore, method: Method, result: CallResult): unknown {
    if (this.#thrown !== undefined) throw this.#thrown.error;
    if (result.code !== Status.OK) throw callError(core.channel, result, this.options?.signal);
    invariant(this.#bytes !== undefined, 'a call of one response ended with OK and without a message');
    const message = decodeResponse(core.channel, method, method.response, this.#bytes);
    this.options?.onTrailer?.(result.trailers);
    return message;
  }

  protected fail(error: unknown): void {
    this.#thrown ??= { error };
  }
}

/** A separate class, so that the core makes the headers' metadata only for those who want it. */
class SingleWithHeaders extends Single {
  headers(metadata: Metadata): void {
    try {
      this.options?.onHeader?.(metadata);
    } catch (error) {
      this.fail(error);
      this.call?.cancel('The onHeader of the caller threw.');
    }
  }
}
