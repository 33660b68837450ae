/** The end of a call with one response. */
import { Status } from '#grpc';
import type { ServerCall } from '#server';
import type { CallContext } from './context.ts';
import { encodeResponse } from './encode.ts';
import { endUnencodable } from './failure.ts';
import type { Served } from './handler.ts';

/** Sends what the handler returned, with OK. */
export function answer({ method, sink }: Served, call: ServerCall, context: CallContext, response: unknown): void {
  if (call.cancel !== undefined) {
    call.end(Status.CANCELLED);
    return;
  }
  let bytes: Uint8Array;
  try {
    bytes = encodeResponse(method, response);
  } catch (error) {
    endUnencodable(call, error, sink);
    return;
  }
  context.beforeMessage();
  call.send(bytes);
  call.end(Status.OK, undefined, context.trailers);
}
