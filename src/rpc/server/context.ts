/** What a handler gets beside the request. One small object a call: signal, metadata and values are made when they are asked for. */
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { Metadata } from '#grpc';
import { type CallCancel, cancelStatus, cancelText, type ServerCall } from '#server';
import type { Address, LinkSecurity } from '#transport';
import { type ContextValues, createContextValues } from '../context-values.ts';
import type { Method } from '../method.ts';
import { RpcError } from '../rpc-error.ts';
import type { HandlerContext } from './types.ts';

/** What the contexts of a server share. */
export interface Clockwork {
  /** Time of the server's clock in ms. */
  now(): number;
}

export class CallContext implements HandlerContext {
  readonly #call: ServerCall;
  readonly #method: Method;
  readonly #clock: Clockwork;
  #abort: AbortController | undefined;
  #responseHeader: Metadata | undefined;
  #responseTrailer: Metadata | undefined;
  #values: ContextValues | undefined;

  constructor(call: ServerCall, method: Method, clock: Clockwork) {
    this.#call = call;
    this.#method = method;
    this.#clock = clock;
  }

  get service(): DescService {
    return this.#method.desc.parent;
  }

  get method(): DescMethod {
    return this.#method.desc;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#call.cancel !== undefined) this.#abort.abort(cancelError(this.#call.cancel));
    }
    return this.#abort.signal;
  }

  timeoutMs(): number | undefined {
    const { deadlineMs } = this.#call;
    return deadlineMs === undefined ? undefined : Math.max(0, deadlineMs - this.#clock.now());
  }

  get requestHeader(): Metadata {
    return this.#call.metadata;
  }

  get responseHeader(): Metadata {
    this.#responseHeader ??= new Metadata();
    return this.#responseHeader;
  }

  get responseTrailer(): Metadata {
    this.#responseTrailer ??= new Metadata();
    return this.#responseTrailer;
  }

  get values(): ContextValues {
    this.#values ??= createContextValues();
    return this.#values;
  }

  get peer(): Address {
    return this.#call.peer;
  }

  get security(): LinkSecurity | undefined {
    return this.#call.security;
  }

  get authority(): string {
    return this.#call.authority;
  }

  sendHeader(): void {
    if (!this.#call.headersSent && this.#call.cancel === undefined) this.#call.sendHeaders(this.#responseHeader);
  }

  compress(name: string | undefined): boolean {
    return this.#call.compress(name);
  }

  // What follows is not the handler's, whose view is `HandlerContext`.

  /** The call is over before its end. */
  cancelled(why: CallCancel): void {
    this.#abort?.abort(cancelError(why));
  }

  /** Before the first message: headers go on their own only if the handler gave some. */
  beforeMessage(): void {
    if (this.#responseHeader !== undefined) this.sendHeader();
  }

  /** In the time of the server's clock. */
  get deadlineMs(): number | undefined {
    return this.#call.deadlineMs;
  }

  /** The trailers if the handler touched them. */
  get trailers(): Metadata | undefined {
    return this.#responseTrailer;
  }
}

/** What the handler meets: as the reason of its signal, and as the error of its request stream. */
export function cancelError(why: CallCancel): RpcError {
  return new RpcError(cancelText(why), cancelStatus(why));
}
