/**
 * Interceptors: functions around calls, the same on both sides, in the shape that users of connect-es know.
 *
 *     const log: Interceptor = (next) => async (req) => {
 *       console.log(req.method.name);
 *       return await next(req);
 *     };
 */
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import type { Metadata } from '#grpc';
import type { ContextValues } from './context-values.ts';

/** Wraps the next function: runs before and after it, changes what goes in and comes out, or answers itself. */
export type Interceptor = (next: AnyFn) => AnyFn;

/** A call as an interceptor sees it. */
export type AnyFn = (req: UnaryRequest | StreamRequest) => Promise<UnaryResponse | StreamResponse>;

interface RequestCommon {
  readonly service: DescService;
  readonly method: DescMethod;
  /** `/package.Service/Method` */
  readonly url: string;
  /** Aborted when the call is cancelled. A client's interceptor may give another one to `next`. */
  readonly signal: AbortSignal;
  /** The request's metadata; a client's interceptor may add to it. */
  readonly header: Metadata;
  readonly contextValues: ContextValues;
  /** When the call ends at the latest, in ms of the clock; undefined without a limit. */
  readonly deadlineMs: number | undefined;
}

/** A call with one request and one response. */
export interface UnaryRequest extends RequestCommon {
  readonly stream: false;
  readonly message: object;
}

/** A call of one of the streaming kinds; a single message is a stream of one. */
export interface StreamRequest extends RequestCommon {
  readonly stream: true;
  readonly message: AsyncIterable<object>;
}

interface ResponseCommon {
  readonly service: DescService;
  readonly method: DescMethod;
  readonly header: Metadata;
  /** Of a stream: complete when its last message was read. */
  readonly trailer: Metadata;
}

export interface UnaryResponse extends ResponseCommon {
  readonly stream: false;
  readonly message: object;
}

export interface StreamResponse extends ResponseCommon {
  readonly stream: true;
  readonly message: AsyncIterable<object>;
}

/** The interceptors around `core`, the first outermost. */
export function intercept(core: AnyFn, interceptors: readonly Interceptor[]): AnyFn {
  return interceptors.reduceRight<AnyFn>((next, interceptor) => interceptor(next), core);
}
