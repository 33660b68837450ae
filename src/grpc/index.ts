/** Layer 2: gRPC over HTTP/2: messages, status, timeout, metadata, header sections, and who speaks it. */
export { decodeBase64, encodeBase64 } from './base64.ts';
export type { CallStatus, MethodKind } from './call.ts';
export { grpcFormat, isGrpcContentType } from './content-type.ts';
export { type CallFate, fateStatus, type ResetOutcome, resetOutcome } from './fate.ts';
export { IDENTITY } from './head/encodings.ts';
export { RequestHead, type RequestProblem, readRequestHead } from './head/request.ts';
export {
  finalStatus,
  ResponseHead,
  readResponseHead,
  readTrailers,
  type StatedStatus,
  Trailers,
} from './head/response.ts';
export {
  EMPTY_TEMPLATE,
  OK_TRAILERS,
  type RequestTemplateOptions,
  type ResponseTemplateOptions,
  requestTemplate,
  responseTemplate,
  statusFields,
} from './head/templates.ts';
export { statusFromErrorCode, statusFromHttp } from './mapping.ts';
export { MessageDeframer } from './messages/deframer.ts';
export { type MessageFault, messageFaultText, statusOfMessageFault } from './messages/fault.ts';
export { messagePart, messageView, PAGED_BYTES_MAX } from './messages/page.ts';
export { MESSAGE_BYTES_MAX, messagePrefix, PREFIX_BYTES, wholeMessageEnd } from './messages/prefix.ts';
export { MESSAGE_BYTES_DEFAULT_MAX, MessageReader, type ReceivedMessage } from './messages/reader.ts';
export { Metadata, type MetadataInit } from './metadata/metadata.ts';
export { isBinaryName } from './metadata/names.ts';
export { type Secrecy, secrecyOf } from './metadata/secrecy.ts';
export { decodeBinaryValues, type MetadataValue } from './metadata/values.ts';
export { encodePercent } from './percent.ts';
export { builtInSchema } from './protobuf/built-in.ts';
export { type Decoded, decodeMessage } from './protobuf/decode.ts';
export { DefinedSchema, type Definition } from './protobuf/definitions.ts';
export { type Json, messageJson } from './protobuf/json.ts';
export {
  type CallContext,
  type Inflate,
  type Inflated,
  type MessageNote,
  type MessagePorts,
  type ReadMessage,
  readKnown,
  readMessage,
  type SentMessage,
} from './protobuf/read-message.ts';
export type { MessageSchema, MessageType, MethodType } from './protobuf/schema.ts';
export { messageText } from './protobuf/text.ts';
export type { MessageValue } from './protobuf/value.ts';
export {
  parseStatus,
  parseStatusMessage,
  Status,
  type StatusCode,
  type StatusName,
  statusName,
} from './status.ts';
export { formatTimeout, parseTimeout, type TimeoutResult } from './timeout.ts';
export { parseUserAgent, type Stack, type UserAgent } from './user-agent.ts';
