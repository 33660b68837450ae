/** What a client reads from a response's header section and from its trailers, once for each decoded block. */
import type { HeaderBlock } from '#h2';
import { isGrpcContentType } from '../content-type.ts';
import { statusFromHttp } from '../mapping.ts';
import { parseStatus, parseStatusMessage, Status, type StatusCode } from '../status.ts';
import { encodingsOf, IDENTITY, NO_ENCODINGS } from './encodings.ts';

/** How a call ended by what the peer said. */
export interface StatedStatus {
  readonly code: StatusCode;
  readonly message: string;
  /** `grpc-status` said so; else it is made from the HTTP status, or from the absence of both. */
  readonly stated: boolean;
}

/** A response's header section as far as gRPC uses it. Shared by all calls with the same block. */
export class ResponseHead {
  /** `:status`; 0 if it is no number. */
  httpStatus = 0;
  /** `content-type` as sent; empty if there was none. */
  contentType = '';
  /** The content is gRPC messages: HTTP status 200 and a gRPC content type. What is not must not be read as messages. */
  isGrpc = false;
  /** How messages are compressed whose flag is set; `identity` if nothing is said. */
  encoding = IDENTITY;
  /** How requests may be compressed; `identity` is always allowed and not listed. */
  acceptEncodings: readonly string[] = NO_ENCODINGS;
  /** There is a `grpc-status`, as in a Trailers-Only response. */
  hasStatus = false;
  /** How the call has ended if this section ends the stream. */
  status: StatedStatus = UNSTATED;
}

/** A trailer section, or the header section of a Trailers-Only response, as far as gRPC uses it. */
export class Trailers {
  hasStatus = false;
  status: StatedStatus = UNSTATED;
}

const UNSTATED: StatedStatus = {
  code: Status.UNKNOWN,
  message: 'the response ended without grpc-status',
  stated: false,
};
const OK: StatedStatus = { code: Status.OK, message: '', stated: true };

/** Reads the header section of a response, Trailers-Only or not. Remembered in the block. */
export function readResponseHead(block: HeaderBlock): ResponseHead {
  const { memo } = block;
  if (memo instanceof ResponseHead) return memo;
  const head = new ResponseHead();
  block.memo = head;
  let status: string | undefined;
  let message = '';
  for (const { name, value } of block.fields) {
    switch (name) {
      case ':status':
        head.httpStatus = value === '200' ? 200 : (parseStatus(value) ?? 0);
        break;
      case 'content-type':
        head.contentType = value;
        break;
      case 'grpc-encoding':
        head.encoding = value;
        break;
      case 'grpc-accept-encoding':
        head.acceptEncodings = encodingsOf(value);
        break;
      case 'grpc-status':
        status = value;
        break;
      case 'grpc-message':
        message = value;
        break;
    }
  }
  head.isGrpc = head.httpStatus === 200 && isGrpcContentType(head.contentType);
  head.hasStatus = status !== undefined;
  head.status = status === undefined ? unstated(head) : statedStatus(status, message);
  return head;
}

/** Reads the status in a trailer section. Remembered in the block. */
export function readTrailers(block: HeaderBlock): Trailers {
  const { memo } = block;
  if (memo instanceof Trailers) return memo;
  const trailers = new Trailers();
  block.memo = trailers;
  let status: string | undefined;
  let message = '';
  for (const { name, value } of block.fields) {
    if (name === 'grpc-status') status = value;
    else if (name === 'grpc-message') message = value;
  }
  trailers.hasStatus = status !== undefined;
  if (status !== undefined) trailers.status = statedStatus(status, message);
  return trailers;
}

/** The status that `grpc-status` and `grpc-message` state. */
function statedStatus(value: string, encodedMessage: string): StatedStatus {
  if (value === '0' && encodedMessage === '') return OK;
  const number = parseStatus(value);
  const message = parseStatusMessage(encodedMessage);
  if (number !== undefined && isStatusCode(number)) return { code: number, message, stated: true };
  // "Error parsing returned status: UNKNOWN" (gRPC "Status codes and their use in gRPC").
  const problem = `grpc-status '${value.slice(0, SHOWN_MAX)}' is no code of gRPC`;
  return { code: Status.UNKNOWN, message: message === '' ? problem : `${message} (${problem})`, stated: true };
}

function isStatusCode(number: number): number is StatusCode {
  return number <= Status.UNAUTHENTICATED;
}

/** A peer's text in a sentence: its beginning tells enough. */
const SHOWN_MAX = 60;

/**
 * The outcome of a call whose stream the server ended: what the trailers state, else what the header section states, else
 * what its HTTP status stands for. Without trailers (END_STREAM on DATA) a gRPC response is cut short: INTERNAL, as grpc-go
 * and grpc-java have it.
 */
export function finalStatus(head: ResponseHead, trailers: Trailers | undefined): StatedStatus {
  if (trailers?.hasStatus) return trailers.status;
  if (head.hasStatus || !head.isGrpc) return head.status;
  return trailers === undefined ? CUT_SHORT : UNSTATED;
}

const CUT_SHORT: StatedStatus = {
  code: Status.INTERNAL,
  message: 'the response ended without trailers',
  stated: false,
};

/** The status of a response that is none of gRPC: by its HTTP status. */
function unstated(head: ResponseHead): StatedStatus {
  if (head.isGrpc) return UNSTATED;
  const contentType =
    head.contentType === '' ? 'no content-type' : `content-type '${head.contentType.slice(0, SHOWN_MAX)}'`;
  const message = `the response is not gRPC: HTTP status ${head.httpStatus} and ${contentType}`;
  return { code: statusFromHttp(head.httpStatus), message, stated: false };
}
