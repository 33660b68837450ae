/** Calls with a stream of responses: server streaming and bidi. They begin at once, not with the first step of the loop. */
import type { CallListener, CallResult, ClientCall } from '#client';
import { type Metadata, Status } from '#grpc';
import type { Method } from '../method.ts';
import { type Abortable, listen, unlisten } from '../signals.ts';
import { Inbox, type InboxSource, Messages } from '../stream/inbox.ts';
import { type ClientCore, callStart, encodeRequest, requestsOf } from './begin.ts';
import { abortText, callError, undecodable } from './outcome.ts';
import { RequestSink } from './sink.ts';
import type { CallOptions } from './types.ts';

export function serverStreaming(
  core: ClientCore,
  method: Method,
  request: unknown,
  options: CallOptions | undefined,
): AsyncIterable<unknown> {
  const stream = new Streaming(core, method, options, undefined);
  return stream.begin(() => {
    const bytes = encodeRequest(method, request);
    stream.open().send(bytes, true);
  });
}

export function bidiStreaming(
  core: ClientCore,
  method: Method,
  requests: unknown,
  options: CallOptions | undefined,
): AsyncIterable<unknown> {
  return pumpedStreaming(core, method, requests, options, undefined);
}

/** Any kind of call as two streams. `onEnd` hears of the end when it arrives, with what makes the error. */
export function pumpedStreaming(
  core: ClientCore,
  method: Method,
  requests: unknown,
  options: CallOptions | undefined,
  onEnd: ((error: (() => unknown) | undefined) => void) | undefined,
): AsyncIterable<unknown> {
  const stream = new Streaming(core, method, options, onEnd);
  return stream.begin(() => {
    const iterable = requestsOf(method, requests);
    stream.open();
    stream.pump(iterable);
  });
}

class Streaming implements CallListener, InboxSource, Abortable {
  readonly #core: ClientCore;
  readonly #method: Method;
  readonly #options: CallOptions | undefined;
  readonly #onEnd: ((error: (() => unknown) | undefined) => void) | undefined;
  readonly #inbox: Inbox;
  #call: ClientCall | undefined;
  #sink: RequestSink | undefined;
  /** The reason why we cancelled the call ourselves; it counts instead of CANCELLED. */
  #why: (() => unknown) | undefined;

  constructor(
    core: ClientCore,
    method: Method,
    options: CallOptions | undefined,
    onEnd: ((error: (() => unknown) | undefined) => void) | undefined,
  ) {
    this.#core = core;
    this.#method = method;
    this.#options = options;
    this.#onEnd = onEnd;
    this.#inbox = new Inbox(method.response, this);
  }

  /** Runs `start`. What it throws comes out of the loop, as errors of calls do. */
  begin(start: () => void): AsyncIterable<unknown> {
    try {
      start();
      this.#inbox.start();
    } catch (error) {
      this.#finish(() => error);
    }
    return new Messages(this.#inbox);
  }

  open(): ClientCall {
    this.#call = this.#core.channel.call(callStart(this.#core, this.#method, this.#options), this);
    const signal = this.#options?.signal;
    if (signal !== undefined) listen(signal, this);
    return this.#call;
  }

  pump(requests: AsyncIterable<unknown>): void {
    this.#sink = new RequestSink(this.#call!, requests, this.#method, (error) => this.#fail(() => error));
  }

  headers(metadata: Metadata): void {
    const onHeader = this.#options?.onHeader;
    if (onHeader === undefined) return;
    try {
      onHeader(metadata);
    } catch (error) {
      this.#fail(() => error);
      this.#call?.cancel('The onHeader of the caller threw.');
    }
  }

  message(bytes: Uint8Array): void {
    this.#inbox.push(bytes);
  }

  writable(): void {
    this.#sink?.writable();
  }

  end(result: CallResult): void {
    const signal = this.#options?.signal;
    if (signal !== undefined) unlisten(signal, this);
    this.#sink?.stop();
    if (result.code === Status.OK) this.#tellTrailers(result.trailers);
    if (this.#why !== undefined) this.#finish(this.#why);
    else if (result.code === Status.OK) this.#finish(undefined);
    else this.#finish(() => callError(this.#core.channel, result, signal));
  }

  aborted(signal: AbortSignal): void {
    this.#call?.cancel(abortText(signal));
  }

  pull(count: number, maxBytes: number): void {
    this.#call?.pull(count, maxBytes);
  }

  left(): void {
    this.#call?.cancel('The caller left the loop over the responses.');
  }

  undecodable(error: unknown): void {
    this.#fail(() => undecodable(this.#core.channel, this.#method, error));
    this.#call?.cancel('A response could not be decoded.');
  }

  #finish(error: (() => unknown) | undefined): void {
    this.#inbox.finish(error);
    this.#onEnd?.(error);
  }

  #fail(why: () => unknown): void {
    this.#why ??= why;
  }

  #tellTrailers(trailers: Metadata): void {
    try {
      this.#options?.onTrailer?.(trailers);
    } catch (error) {
      this.#fail(() => error);
    }
  }
}
