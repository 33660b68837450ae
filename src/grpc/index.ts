/** Layer 2: gRPC over HTTP/2: messages, status, timeout, metadata, and who speaks it. */
export { grpcFormat, isGrpcContentType } from './content-type.ts';
export { MessageDeframer, PREFIX_BYTES } from './deframer.ts';
export { statusFromErrorCode, statusFromHttp } from './mapping.ts';
export { decodeBase64, decodeBinaryValues, isBinaryName } from './metadata.ts';
export {
  parseStatus,
  parseStatusMessage,
  Status,
  type StatusCode,
  type StatusName,
  statusName,
} from './status.ts';
export { parseTimeout, type TimeoutResult } from './timeout.ts';
export { parseUserAgent, type Stack, type UserAgent } from './user-agent.ts';
