/** Layer 1: HTTP/2 without input or output: frames, HPACK, header rules, streams, flow control, the connection, and the observer. */

export { Connection } from './connection/connection.ts';
export type { ConnectionState } from './connection/core.ts';
export { DRAIN_PAYLOAD } from './connection/drain.ts';
export type * from './connection/ending.ts';
export type { ConnectionHandler, StreamHandler } from './connection/handlers.ts';
export { type ConnectionLimits, defaultLimits } from './connection/limits.ts';
export type { ConnectionLog, FrameDetail } from './connection/log.ts';
export { type ConnectionConfig, type ConnectionOptions, connectionConfig } from './connection/options.ts';
export { ActiveStream } from './connection/stream.ts';
export { Credit, WINDOW_DEFAULT, WINDOW_MAX } from './flow/credit.ts';
export { ByteBuffer } from './frames/byte-buffer.ts';
export {
  CLIENT_PREFACE,
  ErrorCode,
  type ErrorCodeName,
  errorCodeName,
  Flag,
  FRAME_HEADER_BYTES,
  FrameType,
  flagNames,
  frameTypeName,
  Setting,
  settingName,
} from './frames/codes.ts';
export type { Fault } from './frames/fault.ts';
export { FRAME_BYTES_DEFAULT, FRAME_BYTES_MAX, GOAWAY_FIXED_BYTES } from './frames/form.ts';
export type * from './frames/frame.ts';
export type { WholeFrame } from './frames/parse.ts';
export { type PlausibleLimits, plausibleFrameHeader } from './frames/plausible.ts';
export { FrameReader, type FrameSink } from './frames/reader.ts';
export {
  type DataOptions,
  type HeadersOptions,
  type PushPromiseOptions,
  writeContinuation,
  writeData,
  writeFrame,
  writeFrameHeader,
  writeGoAway,
  writeHeaderBlock,
  writeHeaders,
  writePing,
  writePriority,
  writePushPromise,
  writeRstStream,
  writeSettings,
  writeSettingsAck,
  writeWindowUpdate,
} from './frames/writer.ts';
export { BlockAssembler, type BlockStep, type OpeningFrame } from './headers/block.ts';
export type { HeaderField, HeadersRole } from './headers/field.ts';
export { headerFaults } from './headers/rules.ts';
export { type HeaderBlock, HpackDecoder, type HpackFault } from './hpack/decoder.ts';
export { type EncodableField, type HeaderList, HeaderTemplate, HpackEncoder, listBytesOf } from './hpack/encoder.ts';
export { isCommonField } from './hpack/shared-fields.ts';
export { Observer } from './observer/observer.ts';
export { BoundaryFinder } from './observer/resync.ts';
export type { LossPlace, ObserverSink } from './observer/sink.ts';
export { type Rule, type RuleId, rules, type Violation, violationScope } from './rules.ts';
export { IdRing, type RingEntry } from './stream/id-ring.ts';
export { type Outcome, StreamInput, type StreamState, type StreamStateName, streamStates } from './stream/state.ts';
export { initiator, LENGTH_OPEN, type MessagePart, Stream, StreamHalf } from './stream/stream.ts';
export { Streams } from './stream/streams.ts';
