/** What a connection tells those who use it. Calls come synchronously out of `receive`, `timeout`, `end` and the commands. */
import type { HeadersRole } from '../headers/field.ts';
import type { HeaderBlock } from '../hpack/decoder.ts';
import type { ConnectionEnding, Farewell, StreamEnding } from './ending.ts';
import type { ActiveStream } from './stream.ts';

/** The owner of one stream: a call. */
export interface StreamHandler {
  /**
   * A header section came: 'informational', 'response' or 'trailers' at a client, 'trailers' at a server (the request's own
   * opens the stream). It has been judged: malformed ones end the stream instead. With `endStream`, `ended` follows.
   */
  headers(stream: ActiveStream, block: HeaderBlock, role: HeadersRole, endStream: boolean): void;
  /**
   * Octets of DATA, padding left out. They may be kept: they never change. Report them to `Connection.consumed` once
   * there is room for more: until then they count against the stream's window.
   */
  data(stream: ActiveStream, bytes: Uint8Array, start: number, end: number): void;
  /** The peer sent END_STREAM; at most once. */
  ended(stream: ActiveStream): void;
  /** What waited for windows or the transport has been framed, after `Connection.data` had returned false. */
  writable(stream: ActiveStream): void;
  /** The stream is over; exactly once, and last. The stream object is reused: forget it. */
  closed(stream: ActiveStream, ending: StreamEnding): void;
}

/** The owner of a connection. */
export interface ConnectionHandler {
  /** Server: a request opened a stream. The answer is its owner from now on. `endStream` tells that no body follows; `ended` is not called then. */
  request(stream: ActiveStream, block: HeaderBlock, endStream: boolean): StreamHandler;
  /** The peer's SETTINGS came and are in force; `first` for the ones of its preface. */
  settings(first: boolean): void;
  /** A PING that is no acknowledgement came; it has been answered. `payload` as 16 hexadecimal digits. */
  ping(payload: string): void;
  /** One of our PINGs was acknowledged. */
  pong(payload: string, rttMs: number): void;
  /** The peer said farewell. Streams above `lastStream` are closed as unprocessed after this, the others go on. */
  goAway(farewell: Farewell): void;
  /** A stream of the peer's limit became free, or the limit rose: `canOpen` may be true again. */
  openable(): void;
  /** There is output to take, after there was none. Called once until the output is taken. */
  output(): void;
  /** Over: every stream has been closed before. Exactly once, and last. Output may remain to be written, then end the link. */
  closed(ending: ConnectionEnding): void;
}
