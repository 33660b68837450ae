/**
 * What is left of a stream after its answer. Its response may still wait for the client's window, and the client may still be
 * sending its request.
 *
 * A server that has answered may ask the client to stop with RST_STREAM(NO_ERROR) (RFC 9113 §8.1). grpc-go does so at once, and
 * so loses responses: a proxy that gets the reset drops what it has not flushed of the answer before it (Envoy before 1.39,
 * nginx). So we do not hurry: what the client still sends is thrown away for a while, which gives the answer time to arrive and
 * the client time to end its request by itself, as nearly all do. Only then comes the reset, because a stream that is never
 * ended takes a place among SETTINGS_MAX_CONCURRENT_STREAMS for ever.
 */
import {
  type ActiveStream,
  ErrorCode,
  type HeaderBlock,
  type HeadersRole,
  type StreamEnding,
  type StreamHandler,
} from '#h2';
import type { ServerConnection } from './connection.ts';
import type { TailList } from './tail-list.ts';

/** How often tails are looked after. */
export const TAIL_TICK_MS = 1_000;
/** Looks after which a client that goes on sending is reset: 1 to 2 seconds are some round trips of the slowest path. */
const LINGER_TICKS = 2;
/** Octets thrown away before the client is reset earlier: what was on the way fits one window, more is a long upload. */
const LINGER_BYTES = 262_144;

export class Tail implements StreamHandler {
  readonly connection: ServerConnection;
  /** Undefined once the stream is over. */
  protected stream: ActiveStream | undefined;
  /** The client has sent END_STREAM. */
  protected inputEnded: boolean;
  /** The list in which the connection keeps it, and its neighbours there: see `TailList`. */
  list: TailList | undefined = undefined;
  next: Tail | undefined = undefined;
  previous: Tail | undefined = undefined;
  #discardedBytes = 0;
  #ticks = 0;
  #queuedBytes = 0;

  constructor(connection: ServerConnection, stream: ActiveStream, inputEnded: boolean) {
    this.connection = connection;
    this.stream = stream;
    this.inputEnded = inputEnded;
  }

  /** The path of the call, for events; empty for what was no call. */
  get label(): string {
    return '';
  }

  headers(_stream: ActiveStream, _block: HeaderBlock, _role: HeadersRole, _endStream: boolean): void {
    // Request trailers mean nothing in gRPC, and break nothing: Volo 0.9 sent them.
  }

  data(stream: ActiveStream, _bytes: Uint8Array, start: number, end: number): void {
    this.#discardedBytes += end - start;
    this.connection.h2.consumed(stream, end - start);
    if (this.#discardedBytes > LINGER_BYTES && isDrained(stream)) this.connection.h2.reset(stream, ErrorCode.NO_ERROR);
  }

  ended(_stream: ActiveStream): void {
    this.inputEnded = true;
  }

  writable(_stream: ActiveStream): void {}

  closed(_stream: ActiveStream, _ending: StreamEnding): void {
    this.stream = undefined;
    this.connection.tailOver(this);
  }

  /** Called each `TAIL_TICK_MS`; `stallTicks` of them without progress are too many. */
  tick(stallTicks: number): void {
    const { stream } = this;
    if (stream === undefined) return;
    this.#ticks++;
    if (isDrained(stream)) {
      if (this.#ticks >= LINGER_TICKS) this.connection.h2.reset(stream, ErrorCode.NO_ERROR);
      return;
    }
    if (stream.queuedBytes !== this.#queuedBytes) {
      this.#queuedBytes = stream.queuedBytes;
      this.#ticks = 0;
    } else if (this.#ticks >= stallTicks) {
      const seconds = (stallTicks * TAIL_TICK_MS) / 1_000;
      const text = `${stream.queuedBytes} octets of the answer wait, and the client has taken none for ${seconds} s`;
      this.connection.refused(this.label, 'response-stall-timeout', text);
      this.connection.h2.reset(stream, ErrorCode.CANCEL);
    }
  }
}

/** All of the answer has been framed. */
function isDrained(stream: ActiveStream): boolean {
  return stream.queuedBytes === 0 && stream.finish === 'open';
}
