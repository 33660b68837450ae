/**
 * The byte-level call API of a server: messages are octets, answers come by callbacks. The typed face, other codecs and
 * adapters stand on it. Nothing here suspends, and nothing is called back out of a constructor.
 */
import type { MethodKind } from '#grpc';
import { type Metadata, Status, type StatusCode } from '#grpc';
import { type ConnectionEnding, errorCodeName, type Violation } from '#h2';
import type { Address, LinkSecurity } from '#transport';
import { endingText } from './events.ts';

/** Serves one method. */
export interface ServerHandler {
  /** Decides how many messages the client must send: one for `unary` and `server-streaming`. */
  readonly kind: MethodKind;
  /**
   * A call begins. The answer hears of it from now on, first calls come after this returned. What this throws, or a method of
   * the listener throws, ends the call with UNKNOWN and is told to `onEvent`; the client learns nothing of its text.
   */
  start(call: ServerCall): ServerCallListener;
}

/** Hears of one call. */
export interface ServerCallListener {
  /**
   * One whole, decompressed message; only as many come as `pull` asked for. It may be kept: it never changes. `compressed` tells
   * whether it came compressed, for those who count octets or insist on it.
   */
  message(bytes: Uint8Array, compressed: boolean): void;
  /** The client sends no more messages; after all of them, at most once. With `unary` and `server-streaming` exactly one came. */
  halfClosed(): void;
  /** More may be sent, after `send` had returned false. */
  writable?(): void;
  /**
   * The call is over for the client: nothing more can be sent and nothing more comes. At most once, and not after `end`. Stop
   * working and call `end`, with any code: until then the call counts as running and holds its place in the limits.
   */
  cancelled(why: CallCancel): void;
}

/** One call as its handler sees it. */
export interface ServerCall {
  /** `/pkg.Service/Method`. */
  readonly path: string;
  /** `:authority`, or the host field; empty if the client sent neither. */
  readonly authority: string;
  /** What the client sent, without the fields that belong to HTTP/2 and gRPC. Made when first read. */
  readonly metadata: Metadata;
  /** In the time of the `Clock`; undefined if the client waits for ever. */
  readonly deadlineMs: number | undefined;
  readonly peer: Address;
  /** What TLS agreed upon; undefined in clear text. */
  readonly security: LinkSecurity | undefined;
  /** Numbers the server's connections from 1. */
  readonly connectionId: number;
  /** Response headers are under way: `sendHeaders` has no effect any more. */
  readonly headersSent: boolean;
  /** Why the call is over before its `end`; undefined while it is not. */
  readonly cancel: CallCancel | undefined;
  /** Sends initial metadata now; else the headers go with the first message. A second call is a `UsageError`. */
  sendHeaders(metadata?: Metadata): void;
  /**
   * Sends one message; the octets belong to the call from now on. False: the queue is long, go on after `writable`. After a
   * cancel it is dropped silently and true. After `end` it is a `UsageError`.
   */
  send(message: Uint8Array): boolean;
  /**
   * Takes `count` more messages. A listener gets none before this was called. Once messages of `maxBytes` octets together have
   * come, counted from this call, what is left of all that was asked for is taken back: for those who ask far ahead.
   */
  pull(count: number, maxBytes?: number): void;
  /** Ends the call. With nothing sent before: Trailers-Only. A second call does nothing. */
  end(code: StatusCode | number, message?: string, trailers?: Metadata): void;
  /**
   * Which compression the messages sent from now on get; undefined for none. It must be chosen before the headers go. The
   * name is used if the client accepts it and the server has it, else messages go uncompressed. The answer tells which.
   */
  compress(name: string | undefined): boolean;
}

/** Why a call was over before the handler ended it. */
export type CallCancel =
  /** The client sent RST_STREAM: CANCEL when its user cancelled or its deadline passed. */
  | { readonly kind: 'reset'; readonly errorCode: number }
  /** The call's deadline passed; the client has been told DEADLINE_EXCEEDED. */
  | { readonly kind: 'deadline'; readonly timeoutMs: number }
  /** The connection ended under the call. */
  | { readonly kind: 'connection'; readonly ending: ConnectionEnding }
  /** The client broke a rule of HTTP/2 on this stream. */
  | { readonly kind: 'violation'; readonly violation: Violation }
  /** The server core ended the call with this status: a limit, a malformed message, the wrong number of messages. */
  | { readonly kind: 'status'; readonly code: StatusCode; readonly message: string }
  /** The server shut down and the grace was over; the client has been told UNAVAILABLE. */
  | { readonly kind: 'shutdown' };

/** The status that stands for a cancel, for logs, metrics and abort reasons. */
export function cancelStatus(why: CallCancel): StatusCode {
  switch (why.kind) {
    case 'deadline':
      return Status.DEADLINE_EXCEEDED;
    case 'status':
      return why.code;
    case 'shutdown':
      return Status.UNAVAILABLE;
    default:
      return Status.CANCELLED;
  }
}

/** One English sentence. */
export function cancelText(why: CallCancel): string {
  switch (why.kind) {
    case 'reset':
      return `the client cancelled the call with RST_STREAM ${errorCodeName(why.errorCode)}`;
    case 'deadline':
      return `the deadline of ${Math.round(why.timeoutMs)} ms passed`;
    case 'connection':
      return `the connection ended: ${endingText(why.ending)}`;
    case 'violation':
      return `the client broke ${why.violation.rule}: ${why.violation.detail}`;
    case 'status':
      return why.message;
    case 'shutdown':
      return 'the server shut down and its grace was over';
  }
}
