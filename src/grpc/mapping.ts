/**
 * What a call's outcome is when no `grpc-status` says it: by the HTTP status (gRPC "HTTP to gRPC Status Code Mapping") or
 * by the code of the RST_STREAM that ended it (gRPC over HTTP/2, "Errors").
 */
import { ErrorCode } from '#h2';
import { Status, type StatusCode } from './status.ts';

const byHttpStatus: ReadonlyMap<number, StatusCode> = new Map<number, StatusCode>([
  [400, Status.INTERNAL],
  [401, Status.UNAUTHENTICATED],
  [403, Status.PERMISSION_DENIED],
  [404, Status.UNIMPLEMENTED],
  [429, Status.UNAVAILABLE],
  [502, Status.UNAVAILABLE],
  [503, Status.UNAVAILABLE],
  [504, Status.UNAVAILABLE],
]);

/** For a response without `grpc-status`. 200 is UNKNOWN too: a gRPC server would have said OK. */
export function statusFromHttp(httpStatus: number): StatusCode {
  return byHttpStatus.get(httpStatus) ?? Status.UNKNOWN;
}

const byErrorCode: ReadonlyMap<number, StatusCode> = new Map<number, StatusCode>([
  [ErrorCode.NO_ERROR, Status.INTERNAL],
  [ErrorCode.PROTOCOL_ERROR, Status.INTERNAL],
  [ErrorCode.INTERNAL_ERROR, Status.INTERNAL],
  [ErrorCode.FLOW_CONTROL_ERROR, Status.INTERNAL],
  [ErrorCode.SETTINGS_TIMEOUT, Status.INTERNAL],
  [ErrorCode.FRAME_SIZE_ERROR, Status.INTERNAL],
  [ErrorCode.REFUSED_STREAM, Status.UNAVAILABLE],
  [ErrorCode.CANCEL, Status.CANCELLED],
  [ErrorCode.COMPRESSION_ERROR, Status.INTERNAL],
  [ErrorCode.CONNECT_ERROR, Status.INTERNAL],
  [ErrorCode.ENHANCE_YOUR_CALM, Status.RESOURCE_EXHAUSTED],
  [ErrorCode.INADEQUATE_SECURITY, Status.PERMISSION_DENIED],
]);

/**
 * For a call whose stream the peer reset. UNKNOWN where the table has no row: STREAM_CLOSED (there is no open stream to
 * tell), HTTP_1_1_REQUIRED and codes of no registry.
 */
export function statusFromErrorCode(errorCode: number): StatusCode {
  return byErrorCode.get(errorCode) ?? Status.UNKNOWN;
}
