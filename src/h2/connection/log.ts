/** Where a connection writes down what it sends and receives; the runtime's recorder stands behind it. On the hot path: cheap. */
import type { Side } from '#base';
import type { SettingEntry } from '../frames/frame.ts';
import type { HeaderField, HeadersRole } from '../headers/field.ts';
import type { EncodableField } from '../hpack/encoder.ts';
import type { Violation } from '../rules.ts';
import type { ConnectionEnding, Farewell } from './ending.ts';

/** What a frame says beside its header and one number: a PING's payload, SETTINGS, GOAWAY. */
export type FrameDetail = string | readonly SettingEntry[] | Farewell | undefined;

export interface ConnectionLog {
  /**
   * A frame, in the order of the wire in its direction. `value`: DATA: octets without padding; RST_STREAM: error code;
   * WINDOW_UPDATE: increment; else 0. `window`: what its sender may still send on the stream after DATA or WINDOW_UPDATE;
   * `connectionWindow` likewise.
   */
  frame(
    from: Side,
    nowMs: number,
    type: number,
    flags: number,
    stream: number,
    length: number,
    value: number,
    detail: FrameDetail,
    window: number,
    connectionWindow: number,
  ): void;
  /** The header list of the block that the frame before ended. */
  headers(
    from: Side,
    stream: number,
    role: HeadersRole,
    fields: readonly HeaderField[] | readonly EncodableField[],
    more: readonly EncodableField[] | undefined,
    endStream: boolean,
    complete: boolean,
  ): void;
  violation(violation: Violation): void;
  /** What we wrote since the last call has been handed to the transport now. */
  flushed(nowMs: number): void;
  /** The connection is over. */
  closed(ending: ConnectionEnding, nowMs: number): void;
}
