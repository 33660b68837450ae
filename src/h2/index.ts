/** Layer 1: HTTP/2 without input or output: frames, HPACK, header rules, streams, flow control, and the passive observer. */
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
export type * from './frames/frame.ts';
export type { HeaderField, HeadersRole } from './headers/field.ts';
export type { ObserverSink } from './observer/sink.ts';
export { type Rule, type RuleId, rules, type Violation, violationScope } from './rules.ts';
