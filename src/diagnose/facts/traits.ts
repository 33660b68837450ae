/**
 * What an ended call shows, one predicate a trait. A call may have several. The healthy trait `ok` is the usual one,
 * so the others are tried only for calls that are not plainly well.
 */
import { Status } from '#grpc';
import { ErrorCode } from '#h2';
import type { Call } from './call.ts';

export type Trait =
  /** Answered to the end, gRPC status 0 or no gRPC. */
  | 'ok'
  /** Answered with a gRPC status other than OK. */
  | 'status'
  | 'request-trailers'
  | 'late-half-close'
  | 'response-truncated'
  /** The same, ended by RST_STREAM(INTERNAL_ERROR). */
  | 'cut-with-error'
  | 'missing-trailers'
  | 'not-grpc'
  | 'refused'
  | 'server-reset'
  | 'client-reset'
  | 'deadline'
  | 'message-too-large'
  | 'message-truncated';

const OK: readonly Trait[] = ['ok'];

export function traitsOf(call: Call): readonly Trait[] {
  const plain = call.reset === undefined && call.grpcStatus === 0;
  if (plain && call.client.trailers === undefined && call.server.cutPromised === 0) return OK;
  const traits = predicates.filter(([, holds]) => holds(call)).map(([trait]) => trait);
  if (isWell(call)) traits.push('ok');
  else if (call.answered && (call.grpcStatus ?? 0) !== 0) traits.push('status');
  return traits;
}

const predicates: readonly (readonly [Trait, (call: Call) => boolean])[] = [
  ['request-trailers', (call) => call.client.trailers !== undefined && call.isGrpc],
  ['late-half-close', isLateHalfClose],
  ['response-truncated', isResponseTruncated],
  ['cut-with-error', isCutWithError],
  ['missing-trailers', isMissingTrailers],
  ['not-grpc', isNotGrpc],
  ['refused', (call) => call.reset?.by === 'server' && call.reset.code === ErrorCode.REFUSED_STREAM],
  ['server-reset', isServerReset],
  ['deadline', isDeadline],
  ['client-reset', (call) => call.reset?.by === 'client' && !call.answered && !isDeadline(call)],
  ['message-too-large', isMessageTooLarge],
  ['message-truncated', (call) => call.reset === undefined && call.server.cutPromised > 0],
];

function isWell(call: Call): boolean {
  if (!call.answered || call.server.cutPromised > 0) return false;
  return call.isGrpc && !(call.unreadable && call.grpcStatus === undefined)
    ? call.grpcStatus === 0
    : call.reset === undefined || call.reset.code === ErrorCode.NO_ERROR;
}

/**
 * The server answered a unary call in full and then had to reset the stream, because the client had not ended its side
 * although its one message was long there. An early answer to an upload looks alike but for the messages: there the
 * request is not complete, or the answer is an error.
 */
function isLateHalfClose(call: Call): boolean {
  const { reset, client, server } = call;
  if (reset === undefined || reset.by !== 'server' || reset.code !== ErrorCode.NO_ERROR) return false;
  if (server.ended === undefined || !isLikelyOk(call)) return false;
  if (client.ended !== undefined && client.ended.timeMs <= reset.timeMs) return false;
  const requestComplete = client.messages === 1 && client.lastData !== undefined;
  const sentBeforeAnswer =
    server.headers !== undefined && (client.lastData?.timeMs ?? Infinity) <= server.headers.timeMs;
  return call.isGrpc && requestComplete && sentBeforeAnswer && server.messages <= 1;
}

/** Where the capture begins too late to read the trailers, a complete message before them says it: errors carry none. */
function isLikelyOk({ grpcStatus, unreadable, server }: Call): boolean {
  return grpcStatus === undefined ? unreadable && server.messages === 1 : grpcStatus === 0;
}

/** RST_STREAM(NO_ERROR) in the place of the rest of the response (RFC 9113 §8.1 allows it only after a complete one). */
function isResponseTruncated(call: Call): boolean {
  if (call.reset?.by !== 'server' || call.reset.code !== ErrorCode.NO_ERROR) return false;
  return call.server.ended === undefined && call.grpcStatus === undefined && call.server.headers !== undefined;
}

function isCutWithError(call: Call): boolean {
  if (call.reset?.by !== 'server' || call.reset.code !== ErrorCode.INTERNAL_ERROR) return false;
  return call.isGrpcResponse && call.server.ended === undefined && call.grpcStatus === undefined;
}

function isMissingTrailers(call: Call): boolean {
  return (
    call.isGrpcResponse && call.answered && !call.unreadable && call.grpcStatus === undefined && call.httpStatus === 200
  );
}

function isNotGrpc(call: Call): boolean {
  if (!call.isGrpc || call.unreadable || call.server.headers === undefined || call.grpcStatus !== undefined)
    return false;
  return call.responseContentType !== undefined || call.httpStatus !== 200 ? !call.isGrpcResponse : false;
}

function isServerReset(call: Call): boolean {
  const { reset } = call;
  if (reset === undefined || reset.by !== 'server' || call.answered) return false;
  return reset.code !== ErrorCode.NO_ERROR && reset.code !== ErrorCode.REFUSED_STREAM;
}

/** A client's timer fires at the timeout or a little later; scheduling and clock steps make the slack. */
const DEADLINE_SLACK_MS = 60;

/** A timer does not fire early, but the clock of the client runs from before the request was on the wire. */
const DEADLINE_EARLY_MS = 10;

function isDeadline(call: Call): boolean {
  if (call.timeoutMs === undefined || (call.answered && call.grpcStatus !== Status.DEADLINE_EXCEEDED)) return false;
  const over = call.server.ended ?? call.reset;
  if (over === undefined) return false;
  const elapsedMs = over.timeMs - call.opened.timeMs;
  const slackMs = Math.max(DEADLINE_SLACK_MS, call.timeoutMs * 0.05);
  const earlyMs = Math.min(slackMs, Math.max(DEADLINE_EARLY_MS, call.timeoutMs * 0.05));
  return elapsedMs >= call.timeoutMs - earlyMs && elapsedMs <= call.timeoutMs + 4 * slackMs;
}

/** The receive limit that nearly every gRPC library starts with: 4 MiB. */
const MESSAGE_LIMIT_BYTES = 4_194_304;

/**
 * How libraries say it: "received message larger than max", "message exceeds maximum size", "message length too large". A
 * quota that is used up is RESOURCE_EXHAUSTED as well, and says nothing of a message's size.
 */
const TOO_LARGE_TEXT =
  /message\b.{0,40}\b(larger than|too large|exceeds? (the )?max)|larger than (the )?(configured )?max|message (size|length) too large/i;

/** The receiver says so in its status, or a client drops the stream while a message above the usual limit arrives. */
function isMessageTooLarge(call: Call): boolean {
  if (call.reset?.by === 'client') return !call.answered && call.server.cutPromised > MESSAGE_LIMIT_BYTES;
  // tonic answers OUT_OF_RANGE where the others answer RESOURCE_EXHAUSTED.
  const refuses = call.grpcStatus === Status.RESOURCE_EXHAUSTED || call.grpcStatus === Status.OUT_OF_RANGE;
  return refuses && TOO_LARGE_TEXT.test(call.grpcMessage);
}
