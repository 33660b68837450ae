/** What `content-type` says about a message (gRPC over HTTP/2, "Requests"). */

const GRPC = 'application/grpc';

/**
 * True for `application/grpc`, `application/grpc+proto` and with parameters. gRPC-Web (`application/grpc-web`) is another
 * protocol with other frames. Media types are case-insensitive (RFC 9110 §8.3.1).
 */
export function isGrpcContentType(value: string): boolean {
  return value.startsWith(GRPC) ? endsToken(value) : value.length <= LENGTH_MAX && isGrpcInOtherCase(value);
}

/** Longer values are no content type that anyone meant; the limit spares their copy in lower case. */
const LENGTH_MAX = 256;

function isGrpcInOtherCase(value: string): boolean {
  const lower = value.trimStart().toLowerCase();
  return lower.startsWith(GRPC) && endsToken(lower);
}

function endsToken(value: string): boolean {
  const next = value.charAt(GRPC.length);
  return next === '' || next === '+' || next === ';' || next === ' ';
}

/** The message format, `proto` if none is named; `undefined` if the type is not gRPC. */
export function grpcFormat(value: string): string | undefined {
  if (!isGrpcContentType(value)) return undefined;
  return /^[^;+]*\+([^;\s]+)/.exec(value)?.[1]?.toLowerCase() ?? 'proto';
}
