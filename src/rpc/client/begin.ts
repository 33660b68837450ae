/** How a call begins: from the caller's options to the byte-level call. */
import { UsageError } from '#base';
import type { CallStart } from '#client';
import { Metadata } from '#grpc';
import type { Method } from '../method.ts';
import { abortedBefore } from './outcome.ts';
import type { CallOptions, RpcChannel } from './types.ts';

/** What all calls of a client share. */
export interface ClientCore {
  readonly channel: RpcChannel;
  readonly defaultTimeoutMs: number | undefined;
}

/** Throws the RpcError of a call that must not begin: its signal is aborted. */
export function callStart(core: ClientCore, method: Method, options: CallOptions | undefined): CallStart {
  const { path, kind } = method;
  const deadlineMs = deadlineOf(core, options);
  if (options === undefined) return { path, kind, deadlineMs };
  const { signal, headers, waitForReady, compress } = options;
  if (signal?.aborted === true) throw abortedBefore(signal);
  const metadata = headers === undefined ? undefined : Metadata.from(headers);
  return { path, kind, deadlineMs, metadata, waitForReady, compress };
}

/** As a time of the channel's clock. */
export function deadlineOf(core: ClientCore, options: CallOptions | undefined): number | undefined {
  const timeoutMs = options?.timeoutMs ?? core.defaultTimeoutMs;
  if (timeoutMs === undefined || timeoutMs === Number.POSITIVE_INFINITY) return undefined;
  if (Number.isNaN(timeoutMs)) throw new UsageError('timeoutMs is NaN, where milliseconds are needed');
  return core.channel.now() + timeoutMs;
}

/** The request's octets; a `UsageError` if it cannot be encoded, and nothing was sent. */
export function encodeRequest(method: Method, message: unknown): Uint8Array {
  if (typeof message !== 'object' || message === null) throw noRequest(method, String(message));
  try {
    return method.request.toBinary(message);
  } catch (cause) {
    const error = noRequest(method, cause instanceof Error ? cause.message : String(cause));
    error.cause = cause;
    throw error;
  }
}

/** An empty request is `{}`. */
export function noRequest({ desc, path }: Method, detail: string): UsageError {
  return new UsageError(`the request of ${path} is no ${desc.input.typeName}: ${detail}`);
}

/** The caller's stream of requests; a `UsageError` if it is none. */
export function requestsOf({ path }: Method, requests: unknown): AsyncIterable<unknown> {
  if (typeof requests === 'object' && requests !== null && Symbol.asyncIterator in requests) {
    return requests as AsyncIterable<unknown>;
  }
  throw new UsageError(`${path} takes a stream: its first argument must be an AsyncIterable of requests`);
}
