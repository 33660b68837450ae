/** From the outcome of a call to what its caller gets: a message, or an RpcError. */
import type { CallFailure, CallResult } from '#client';
import { Status } from '#grpc';
import type { MessageCodec } from '../codec.ts';
import type { Method } from '../method.ts';
import { abortCode, RpcError } from '../rpc-error.ts';
import type { RpcChannel } from './types.ts';

/** The error of a call that did not end with OK. `signal` is the caller's own: it may be what ended the call. */
export function callError(channel: RpcChannel, result: CallResult, signal: AbortSignal | undefined): RpcError {
  const { code, message, trailers, failure } = result;
  const failed = failure === undefined ? undefined : { failure, explain: explainer(channel, failure, result) };
  if (failure?.origin === 'cancelled' && signal?.aborted === true) {
    const options = { metadata: trailers, cause: signal.reason };
    return new RpcError(message, abortCode(signal.reason) ?? code, options, failed);
  }
  return new RpcError(message, code, { metadata: trailers }, failed);
}

function explainer(channel: RpcChannel, failure: CallFailure, status: CallResult) {
  return channel.explain === undefined ? undefined : () => channel.explain!(failure, status);
}

/** For a call that was not begun because the caller's signal was aborted before. */
export function abortedBefore(signal: AbortSignal): RpcError {
  const { reason } = signal;
  return new RpcError(abortText(signal), abortCode(reason) ?? Status.CANCELLED, { cause: reason });
}

export function abortText({ reason }: AbortSignal): string {
  const text = reason instanceof Error ? reason.message : String(reason);
  return `The caller's signal was aborted (${text}).`;
}

/** Decodes a response; what is no message of the method's type is the server's fault (gRPC "Status codes": INTERNAL). */
export function decodeResponse(channel: RpcChannel, method: Method, codec: MessageCodec, bytes: Uint8Array): unknown {
  try {
    return codec.fromBinary(bytes);
  } catch (cause) {
    throw undecodable(channel, method, cause);
  }
}

export function undecodable(channel: RpcChannel, { desc, path }: Method, cause: unknown): RpcError {
  const code = Status.INTERNAL;
  const text = cause instanceof Error ? cause.message : String(cause);
  const message = `the response of ${path} is no ${desc.output.typeName}: ${text}`;
  const failure: CallFailure = {
    origin: 'malformed-response',
    culprit: 'unknown',
    connection: undefined,
    stream: 0,
    ending: undefined,
    processed: 'yes',
    attempts: 1,
    notRetried: 'The server has answered the call.',
    addresses: [],
  };
  const explain = channel.explain === undefined ? undefined : () => channel.explain!(failure, { code, message });
  return new RpcError(message, code, { cause }, { failure, explain });
}
