/** One stream as both sides see it: its state and, for each direction, how far its message and its credit have come. */
import type { Side } from '#base';
import type { RingEntry } from './id-ring.ts';
import { type StreamState, streamStates } from './state.ts';

/** How far a message has come (RFC 9113 §8.1): header section, content, trailer section. */
export type MessagePart = 'start' | 'informational' | 'content' | 'trailers';

/** No Content-Length was given, or it does not bind (HEAD, CONNECT, 1xx, 204, 304). */
export const LENGTH_OPEN = -1;

/** What one side sends on a stream. */
export class StreamHalf {
  part: MessagePart = 'start';
  /**
   * Flow-control credit beside the initial window: granted by WINDOW_UPDATE minus sent in DATA. Kept relative, so that a
   * new SETTINGS_INITIAL_WINDOW_SIZE needs no walk over the streams (RFC 9113 §6.9.2).
   */
  credit = 0;
  /** The message's Content-Length, or `LENGTH_OPEN`. */
  lengthDeclared = LENGTH_OPEN;
  /** DATA octets without padding (RFC 9113 §8.1.1). */
  lengthSent = 0;

  reset(): void {
    this.part = 'start';
    this.credit = 0;
    this.lengthDeclared = LENGTH_OPEN;
    this.lengthSent = 0;
  }
}

export class Stream implements RingEntry {
  id = 0;
  state: StreamState = streamStates.idle;
  /** The error code of the RST_STREAM that ended it; meaningful in the reset states only. */
  resetCode = 0;
  /** False when part of its past was not seen: then its credit and its message's length are not known. */
  wholeSeen = true;
  readonly client = new StreamHalf();
  readonly server = new StreamHalf();

  /** Makes a reused object a fresh stream. */
  begin(state: StreamState): void {
    this.state = state;
    this.resetCode = 0;
    this.wholeSeen = true;
    this.client.reset();
    this.server.reset();
  }

  half(side: Side): StreamHalf {
    return side === 'client' ? this.client : this.server;
  }
}

/** The side that may open a stream of this id (RFC 9113 §5.1.1). */
export function initiator(id: number): Side {
  return (id & 1) === 1 ? 'client' : 'server';
}
