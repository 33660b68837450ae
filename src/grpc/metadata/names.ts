/**
 * Names of metadata: which fields of a header section are metadata at all, and which names an application may use (gRPC over
 * HTTP/2, "Custom-Metadata").
 */
import { UsageError } from '#base';

/** True for names that carry octets instead of text. */
export function isBinaryName(name: string): boolean {
  return name.endsWith('-bin');
}

/**
 * True for fields that belong to the transport and are no metadata: pseudo-header fields, and what the engine and the gRPC
 * layer write and read themselves. A content-length that an application forwards would contradict the message.
 */
export function isTransportField(name: string): boolean {
  switch (name.charCodeAt(0)) {
    case 0x3a: // ':'
      return true;
    case 0x63: // 'c'
      return name === 'content-type' || name === 'content-length';
    case 0x67: // 'g'
      return isTransportGrpcField(name);
    case 0x68: // 'h'
      return name === 'host';
    case 0x74: // 't'
      return name === 'te';
    default:
      return false;
  }
}

function isTransportGrpcField(name: string): boolean {
  switch (name) {
    case 'grpc-timeout':
    case 'grpc-encoding':
    case 'grpc-accept-encoding':
    case 'grpc-status':
    case 'grpc-message':
    case 'grpc-message-type':
      return true;
    default:
      return false;
  }
}

/**
 * Names of gRPC's own that are the application's to write: error details, trace contexts of OpenCensus, and what a server
 * says about retries (gRFC A6).
 */
const OWN_OF_APPLICATIONS: ReadonlySet<string> = new Set([
  'grpc-status-details-bin',
  'grpc-trace-bin',
  'grpc-tags-bin',
  'grpc-previous-rpc-attempts',
  'grpc-retry-pushback-ms',
]);

/** Fields that an HTTP/2 message must not have (RFC 9113 §8.2.2): a peer resets the stream for them. */
const CONNECTION_SPECIFIC: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** The name in lower case; a `UsageError` that says why if it cannot be sent as metadata. */
export function metadataName(name: string): string {
  const lower = name.toLowerCase();
  if (lower === '') throw new UsageError('a metadata name is empty');
  for (let at = 0; at < lower.length; at++) {
    if (isNameCharacter(lower.charCodeAt(at))) continue;
    if (at === 0 && lower.startsWith(':')) throw reserved(name, 'names that begin with a colon belong to HTTP/2');
    const character = JSON.stringify(lower.charAt(at));
    throw new UsageError(
      `metadata name ${quoted(name)} has ${character} at position ${at}: only 0-9 a-z _ - . are allowed`,
    );
  }
  if (lower.startsWith('grpc-') && !OWN_OF_APPLICATIONS.has(lower)) {
    throw reserved(name, 'names that begin with grpc- belong to gRPC');
  }
  if (isTransportField(lower)) throw reserved(name, 'it is written by the transport');
  if (CONNECTION_SPECIFIC.has(lower)) throw reserved(name, 'HTTP/2 forbids it (RFC 9113 section 8.2.2)');
  return lower;
}

function isNameCharacter(code: number): boolean {
  // a-z, 0-9, and - . _
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e || code === 0x5f
  );
}

function reserved(name: string, reason: string): UsageError {
  return new UsageError(`metadata name ${quoted(name)} is reserved: ${reason}`);
}

/** Names and values in errors are cut to this: enough to recognise one. */
const QUOTED_MAX = 60;

/** A name or value as errors show it: with escapes, never longer than a line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}...` : text);
}
