/** The byte-level call API of the client: what a caller gives, what it hears, and everything that is known of a failed call. */

import type { Recorder } from '#drive';
import type { CallStatus, Metadata, MethodKind } from '#grpc';
import type { ConnectionEnding, StreamEnding } from '#h2';
import type { Address, LinkFault, LinkSecurity } from '#transport';

/** What begins a call. */
export interface CallStart {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** Not changed by the call; do not change it before the call is over, because a retry sends it again. */
  readonly metadata?: Metadata | undefined;
  /** Time of the clock in ms at which the call ends with DEADLINE_EXCEEDED; without one it has no limit. */
  readonly deadlineMs?: number | undefined;
  /** Waits for a connection as long as the deadline allows instead of failing while none can be made. Default false. */
  readonly waitForReady?: boolean | undefined;
  /** Compresses the messages with this algorithm: the name of a `Compression` of the channel. */
  readonly compress?: string | undefined;
  /**
   * Default `bidi-streaming`: any number of messages in both directions. With `unary` and `client-streaming` the response must
   * be one message, with `unary` and `server-streaming` the request is.
   */
  readonly kind?: MethodKind | undefined;
}

/** What a caller hears. Nothing is called before `call` has returned, except by the caller's own commands on the call. */
export interface CallListener {
  /** Initial metadata; at most once, before messages; not called when the server answered with trailers only. */
  headers?(metadata: Metadata): void;
  /** One whole, decompressed message. Only as many come as `pull` asked for. The octets belong to the listener. */
  message(bytes: Uint8Array): void;
  /** There is room again after `send` returned false. */
  writable?(): void;
  /** The outcome; exactly once, and last. Messages that came before an outcome of the server are delivered first. */
  end(result: CallResult): void;
}

/** One call, as its caller commands it. Commands after the end do nothing: the end may always come first. */
export interface ClientCall {
  /** The outcome is known, though messages may still wait to be pulled: what is sent now is dropped. */
  readonly over: boolean;
  /** Sends one message. The octets are kept uncopied: do not change them. False: wait for `writable` before the next. */
  send(message: Uint8Array, end: boolean): boolean;
  /** No more messages follow. Prefer `send(message, true)`: END_STREAM then rides on the last DATA. */
  halfClose(): void;
  /**
   * Takes `count` more messages. Nothing is delivered that was not asked for, and the peer is held back accordingly. Once
   * messages of `maxBytes` octets together have come, counted from this call, what is left of all that was asked for is taken
   * back: for those who ask far ahead.
   */
  pull(count: number, maxBytes?: number): void;
  /** Ends the call with CANCELLED: RST_STREAM(CANCEL) goes out and `end` is called before this returns. */
  cancel(message?: string): void;
}

export interface CallResult extends CallStatus {
  /** Undefined for OK. */
  readonly failure: CallFailure | undefined;
}

/** Where a failure comes from. */
export type FailureOrigin =
  /** The server answered with this `grpc-status`. */
  | 'server-status'
  /** A response without `grpc-status` whose HTTP status is not 200: a proxy's or a web server's. */
  | 'http-status'
  /** The response breaks gRPC: content type, `grpc-status`, message framing, compression, or number of messages. */
  | 'malformed-response'
  /** The peer reset the stream. */
  | 'reset'
  /** The peer broke a rule of HTTP/2 on this stream and we reset it. */
  | 'violation'
  /** The peer said that it did not process the call (GOAWAY, REFUSED_STREAM), and it was not retried again. */
  | 'unprocessed'
  /** The connection ended under the call. */
  | 'connection'
  /** No connection could be made. */
  | 'connect'
  /** The name of the target could not be looked up. */
  | 'resolve'
  /** The deadline passed. */
  | 'deadline'
  /** The caller cancelled. */
  | 'cancelled'
  /** A limit: message, metadata, or calls that wait. */
  | 'limit'
  /** The channel was closed. */
  | 'closed';

/** Who caused a failure, as far as it can be known here. */
export type Culprit = 'client' | 'server' | 'network' | 'unknown';

/** Everything known of a failure, as data. `CallResult.message` says the same as English sentences. */
export interface CallFailure {
  readonly origin: FailureOrigin;
  readonly culprit: Culprit;
  /** The connection of the last attempt; undefined if the call never got one. */
  readonly connection: ConnectionInfo | undefined;
  /** The HTTP/2 stream of the last attempt; 0 if none was opened. */
  readonly stream: number;
  /** How that stream ended, if it did. */
  readonly ending: StreamEnding | undefined;
  /** May the server have processed the call? With 'no' it is safe to call again. */
  readonly processed: 'no' | 'maybe' | 'yes';
  /** How many streams were opened for the call. */
  readonly attempts: number;
  /** Why it was not retried, or not again: one English sentence. */
  readonly notRetried: string;
  /** Why each address could not be reached, for 'connect'. */
  readonly addresses: readonly AddressFault[];
}

/** Why one address could not be used. */
export interface AddressFault {
  readonly address: Address;
  readonly fault: LinkFault;
}

/** One connection, for people and for explanations. It is kept by failures after the connection is gone. */
export interface ConnectionInfo {
  /** Counts from 1 within the channel. */
  readonly id: number;
  readonly remote: Address;
  readonly local: Address;
  readonly security: LinkSecurity | undefined;
  /** When its link was made; time of the clock in ms. */
  readonly openedMs: number;
  /** When it ended; undefined while it lives. */
  readonly closedMs: number | undefined;
  readonly ending: ConnectionEnding | undefined;
  /** Streams that were opened on it so far. */
  readonly streams: number;
  /** What `drive` recorded of it, if the channel records. */
  readonly recorder: Recorder | undefined;
}

/** States of a channel (gRPC "Connectivity Semantics and API"). */
export type ChannelState = 'idle' | 'connecting' | 'ready' | 'transient-failure' | 'shutdown';

/** What the typed face stands on. */
export interface CallChannel {
  /** `call` never throws for what a peer or the network does; a malformed path is a `UsageError`. */
  call(start: CallStart, listener: CallListener): ClientCall;
  readonly state: ChannelState;
  /** Hears every change of the state from now on; the answer stops that. */
  onState(listener: (state: ChannelState) => void): () => void;
  /** Leaves idle without a call. */
  connect(): void;
  /** Takes no more calls, lets the present ones go on, and calls `done` when the last connection is closed. */
  shutdown(done?: () => void): void;
  /** Ends every call and connection now. */
  close(): void;
}
