/** From what a handler threw to the status that the client gets. */
import { Metadata, Status } from '#grpc';
import type { CallCancel, ServerCall } from '#server';
import type { Method } from '../method.ts';
import { RpcError, trailersOf } from '../rpc-error.ts';
import type { CallContext } from './context.ts';
import type { HandlerFailure } from './types.ts';

/** Hears of mistakes of handlers. */
export type FailureSink = (failure: HandlerFailure) => void;

/**
 * Ends the call with what the handler threw. An RpcError is the answer; anything else is a mistake of the handler: the client
 * learns that it failed and nothing of the text, which may hold secrets, and `sink` gets the error.
 */
export function endWithError(call: ServerCall, context: CallContext, error: unknown, sink: FailureSink): void {
  if (call.cancel !== undefined) {
    call.end(Status.CANCELLED);
    // Nobody waits for an answer. An error that only says so is no mistake.
    if (!(error instanceof RpcError) && !isAbort(error)) report(call, error, sink);
    return;
  }
  context.beforeMessage();
  if (error instanceof RpcError && error.code !== Status.OK) {
    call.end(error.code, error.rawMessage, merged(context.trailers, trailersOf(error)));
    return;
  }
  // gRPC "Status codes": "Server side application throws an exception ...": UNKNOWN.
  call.end(Status.UNKNOWN, 'the handler failed', context.trailers);
  report(call, error, sink);
}

/** Ends the call because what the client sent is no message of the method's type (gRPC "Status codes": INTERNAL). */
export function endUndecodable(call: ServerCall, { desc }: Method, error: unknown): CallCancel {
  const text = error instanceof Error ? error.message : String(error);
  const message = `the request is no ${desc.input.typeName}: ${text}`;
  call.end(Status.INTERNAL, message);
  return { kind: 'status', code: Status.INTERNAL, message };
}

/** Ends the call because what the handler gave is no message. */
export function endUnencodable(call: ServerCall, error: unknown, sink: FailureSink): void {
  call.end(Status.INTERNAL, 'the response could not be encoded');
  report(call, error, sink);
}

function report(call: ServerCall, error: unknown, sink: FailureSink): void {
  sink({ error, path: call.path, peer: call.peer });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}

function merged(context: Metadata | undefined, error: Metadata): Metadata {
  if (context === undefined) return error;
  const both = new Metadata(context);
  both.merge(error);
  return both;
}
