/**
 * The status of a call that ended otherwise than by `grpc-status`: by what befell it (gRPC "Status codes and their use in
 * gRPC", "Compression", gRPC over HTTP/2 "Errors" and "Client Cancellation").
 */
import { ErrorCode, errorCodeName } from '#h2';
import { statusFromErrorCode } from './mapping.ts';
import { Status, type StatusCode } from './status.ts';

/** What the gRPC documents have a code for, by the words that they use. */
export const fateStatus = {
  /** The client's application, or the server's when it gives up. */
  cancelled: Status.CANCELLED,
  'deadline-exceeded': Status.DEADLINE_EXCEEDED,
  'method-not-found': Status.UNIMPLEMENTED,
  'server-shutting-down': Status.UNAVAILABLE,
  /** The server's application threw something that is no status. */
  'handler-failed': Status.UNKNOWN,
  /** No connection could be made, or it broke, or the peer was silent: also when part of the request had been sent. */
  'connection-lost': Status.UNAVAILABLE,
  /** The server's GOAWAY named a lower last stream: it has not seen the call. */
  unprocessed: Status.UNAVAILABLE,
  'cannot-decompress': Status.INTERNAL,
  /** At a server: the client's algorithm. The answer lists the supported ones in `grpc-accept-encoding`. */
  'request-encoding-unsupported': Status.UNIMPLEMENTED,
  /** At a client: the server's algorithm. */
  'response-encoding-unsupported': Status.INTERNAL,
  /** A message has its Compressed-Flag set, and no encoding was named. */
  'compressed-without-encoding': Status.INTERNAL,
  /** A server refuses work that it has no room for. */
  'out-of-resources': Status.RESOURCE_EXHAUSTED,
  'message-too-large': Status.RESOURCE_EXHAUSTED,
  /** Header sections or metadata beyond a limit. */
  'metadata-too-large': Status.RESOURCE_EXHAUSTED,
  'flow-control-violation': Status.INTERNAL,
  /** None or several requests where the method takes one. */
  'request-cardinality': Status.UNIMPLEMENTED,
  /** None or several responses where the method gives one, and the status is OK. */
  'response-cardinality': Status.UNIMPLEMENTED,
  'cannot-parse-request': Status.INTERNAL,
  'cannot-parse-response': Status.INTERNAL,
  /** The peer broke a rule of HTTP/2 or of gRPC's framing on this stream. */
  malformed: Status.INTERNAL,
  'credentials-failed': Status.UNAUTHENTICATED,
} as const satisfies Readonly<Record<string, StatusCode>>;

export type CallFate = keyof typeof fateStatus;

/** What RST_STREAM from the server means for a call that had no status yet. */
export interface ResetOutcome {
  readonly code: StatusCode;
  /** Whether the server may have processed the call: 'no' makes it safe to send again. */
  readonly processed: 'no' | 'maybe';
  /** When sending it again can help: 'later' after a pause, and only for calls that may be processed twice. */
  readonly again: 'at-once' | 'later' | 'never';
  /** One English sentence that names the error code and what it says. */
  readonly message: string;
}

/**
 * `deadlinePassed`: a server cancels calls whose deadline is over, and clocks differ a little, so CANCEL after the deadline
 * is DEADLINE_EXCEEDED ("Client Cancellation").
 *
 * ENHANCE_YOUR_CALM is RESOURCE_EXHAUSTED, as the table of gRPC says. Servers on node:http2 send it when more than about
 * 10 MB of responses wait on a connection: the call was processed, and another try after a pause may succeed.
 */
export function resetOutcome(errorCode: number, deadlinePassed: boolean): ResetOutcome {
  const timedOut = errorCode === ErrorCode.CANCEL && deadlinePassed;
  const code = timedOut ? Status.DEADLINE_EXCEEDED : statusFromErrorCode(errorCode);
  const meaning = timedOut ? 'the server cancelled the call, whose deadline has passed' : meaningOf(errorCode);
  const message = `${meaning} (RST_STREAM ${errorCodeName(errorCode)})`;
  if (errorCode === ErrorCode.REFUSED_STREAM) return { code, processed: 'no', again: 'at-once', message };
  const again = errorCode === ErrorCode.ENHANCE_YOUR_CALM ? 'later' : 'never';
  return { code, processed: 'maybe', again, message };
}

function meaningOf(errorCode: number): string {
  switch (errorCode) {
    case ErrorCode.NO_ERROR:
      return 'the server ended the stream in peace, but without a status';
    case ErrorCode.REFUSED_STREAM:
      return 'the server refused the call and has not processed it';
    case ErrorCode.CANCEL:
      return 'the server cancelled the call';
    case ErrorCode.ENHANCE_YOUR_CALM:
      return 'the server has no bandwidth or buffers left for this connection';
    case ErrorCode.INADEQUATE_SECURITY:
      return 'the server does not accept the security of this connection for the call';
    case ErrorCode.HTTP_1_1_REQUIRED:
      return 'the server asks for HTTP/1.1, which gRPC cannot use';
    case ErrorCode.INTERNAL_ERROR:
      return 'the server or a proxy failed and gave the call up';
    default:
      return 'the server or a proxy found fault with the stream and gave it up';
  }
}
