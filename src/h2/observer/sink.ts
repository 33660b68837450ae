/** What the observer reports. One method an occurrence, called in the order in which the peer would have seen them. */
import type { Side } from '#base';
import type { Frame } from '../frames/frame.ts';
import type { HeaderField, HeadersRole } from '../headers/field.ts';
import type { Violation } from '../rules.ts';

/**
 * Where octets are missing without a frame being missing: content of a DATA frame, fields of a block that is told as cut, or debug
 * data of a GOAWAY.
 */
export type LossPlace = 'data' | 'block' | 'text';

export interface ObserverSink {
  /**
   * A frame is complete. `streamWindow` and `connectionWindow` are the sender's remaining flow-control credit after a
   * DATA frame, or the credit of the other side after its WINDOW_UPDATE was applied (the one of the two that the frame
   * concerns; the other is `undefined`). `undefined` wherever it cannot be known.
   */
  frame(from: Side, frame: Frame, streamWindow: number | undefined, connectionWindow: number | undefined): void;

  /**
   * A header block is complete: after the frame that carries END_HEADERS. `complete` is false if a field is unknown.
   * A promise is told on the stream that it promises. A block that cannot be decoded is not told.
   */
  headers(
    from: Side,
    stream: number,
    role: HeadersRole,
    fields: readonly HeaderField[],
    endStream: boolean,
    complete: boolean,
  ): void;

  /** The data octets of a DATA frame, padding removed; valid during the call only. Follows its `frame`. */
  data(from: Side, stream: number, bytes: Uint8Array, start: number, end: number): void;

  /** Data octets that the capture lost within a DATA frame whose header was seen. */
  dataLost(from: Side, stream: number, length: number): void;

  /**
   * The direction of `from` has ended, once a stream: by END_STREAM after data and headers above, or because either side
   * reset the stream, which ends each direction that had not ended.
   */
  streamEnded(from: Side, stream: number, how: 'end-stream' | 'reset'): void;

  /**
   * A side broke a rule, by the last of its frames that were told or by the one `framesAgo` frames before: some breaches
   * are certain only when the other side has shown that it received the frame.
   */
  violation(violation: Violation, framesAgo: number): void;

  /** Octets that belong to no frame that could be recognised were passed over to find the next frame boundary. */
  skipped(from: Side, length: number): void;
}
