/**
 * What a server reads from a request's header section, in one pass and once for each decoded block: busy methods repeat
 * their blocks, and the decoder hands out the same one.
 */
import type { HeaderBlock } from '#h2';
import { isGrpcContentType } from '../content-type.ts';
import { Status, type StatusCode } from '../status.ts';
import { timeoutMsOf, timeoutProblem } from '../timeout.ts';
import { encodingsOf, IDENTITY, NO_ENCODINGS } from './encodings.ts';

/** Why a request cannot be a call. What grpc-go answers is the model, because clients and proxies know it. */
export interface RequestProblem {
  readonly kind: 'method' | 'content-type' | 'timeout';
  /** `:status` of the answer, so that no HTTP client takes it for a success (gRPC over HTTP/2, "Requests"). */
  readonly httpStatus: 400 | 405 | 415;
  /** `grpc-status` of the answer, for clients that do speak gRPC. */
  readonly code: StatusCode;
  /** One English sentence for `grpc-message`. */
  readonly text: string;
}

/** A request's header section as far as gRPC uses it. Shared by all calls with the same block. */
export class RequestHead {
  /** `:path`: `/package.Service/Method` as a rule, but anything that a server has a handler for will do. */
  path = '';
  /** `:authority`, or `host`; empty if there was neither. */
  authority = '';
  /** `grpc-timeout`; `undefined` for a call that may take for ever. */
  timeoutMs: number | undefined = undefined;
  /** `content-type` as sent; empty if there was none. */
  contentType = '';
  /** How messages are compressed whose flag is set; `identity` if nothing is said. */
  encoding = IDENTITY;
  /** How answers may be compressed; `identity` is always allowed and not listed. */
  acceptEncodings: readonly string[] = NO_ENCODINGS;
  /** `user-agent`; empty if there was none. */
  userAgent = '';
  /** `te: trailers` was sent. Proxies drop it; grpc-go and grpc-java serve such requests, so its absence is no problem. */
  trailersAccepted = false;
  /** Why this cannot be a call; the first reason found. */
  problem: RequestProblem | undefined = undefined;
  /** For the server: what it found for this path. */
  route: unknown = undefined;
}

/** Reads a block that the header rules have found well-formed. Remembered in the block. */
export function readRequestHead(block: HeaderBlock): RequestHead {
  const { memo } = block;
  if (memo instanceof RequestHead) return memo;
  const head = new RequestHead();
  block.memo = head;
  let method = '';
  let host = '';
  let timeout: string | undefined;
  for (const { name, value } of block.fields) {
    // The length first: metadata mostly fails it, and comparing names that are not the same object costs more.
    switch (name.length) {
      case 2:
        if (name === 'te') head.trailersAccepted = value === 'trailers' || value.toLowerCase() === 'trailers';
        break;
      case 4:
        if (name === 'host') host = value;
        break;
      case 5:
        if (name === ':path') head.path = value;
        break;
      case 7:
        if (name === ':method') method = value;
        break;
      case 10:
        if (name === ':authority') head.authority = value;
        else if (name === 'user-agent') head.userAgent = value;
        break;
      case 12:
        if (name === 'content-type') head.contentType = value;
        else if (name === 'grpc-timeout') timeout = value;
        break;
      case 13:
        if (name === 'grpc-encoding') head.encoding = value;
        break;
      case 20:
        if (name === 'grpc-accept-encoding') head.acceptEncodings = encodingsOf(value);
        break;
    }
  }
  if (head.authority === '') head.authority = host;
  head.problem = problemOf(head, method);
  if (timeout !== undefined) readTimeout(head, timeout);
  return head;
}

function problemOf(head: RequestHead, method: string): RequestProblem | undefined {
  const { contentType } = head;
  if (contentType !== 'application/grpc' && !isGrpcContentType(contentType)) {
    const text =
      contentType === ''
        ? 'the request has no content-type, gRPC needs application/grpc'
        : `the request has content-type ${shown(contentType)}, gRPC needs application/grpc`;
    return { kind: 'content-type', httpStatus: 415, code: Status.INVALID_ARGUMENT, text };
  }
  if (method !== 'POST') {
    const text = `the request has method ${shown(method)}, gRPC needs POST`;
    return { kind: 'method', httpStatus: 405, code: Status.INTERNAL, text };
  }
  return undefined;
}

function readTimeout(head: RequestHead, value: string): void {
  head.timeoutMs = timeoutMsOf(value);
  if (head.timeoutMs !== undefined || head.problem !== undefined) return;
  head.problem = { kind: 'timeout', httpStatus: 400, code: Status.INTERNAL, text: timeoutProblem(value) };
}

/** A peer's text in a sentence: its beginning tells enough. */
const SHOWN_MAX = 60;

function shown(text: string): string {
  return `'${text.slice(0, SHOWN_MAX)}'`;
}
