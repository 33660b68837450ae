/**
 * One stream seen as a call: what each side sent on it, when it ended and how. Only numbers and short strings are kept,
 * so that a capture with millions of calls costs no more than its open ones.
 */
import { otherSide, type Side } from '#base';
import { isGrpcContentType } from '#grpc';
import { ErrorCode } from '#h2';
import { at, type Mark } from './mark.ts';

export interface Reset extends Mark {
  readonly by: Side;
  readonly code: number;
}

/** What one side has sent on the stream. */
export class Half {
  /** Header blocks, informational ones and promises excluded. */
  headers: Mark | undefined;
  /** A header block after the first one that carried no pseudo-header: trailers. */
  trailers: Mark | undefined;
  /** END_STREAM. */
  ended: Mark | undefined;
  /** The frame that carried END_STREAM was an empty DATA frame. */
  endedEmpty = false;
  lastData: Mark | undefined;
  /** It sent a frame on the stream that belongs to the call. */
  get spoke(): boolean {
    return this.headers !== undefined || this.lastData !== undefined;
  }
  dataBytes = 0;
  messages = 0;
  /** Octets of whole messages with their prefixes: less than `dataBytes` while a message is under way. */
  framedBytes = 0;
  /** The first DATA of the message that is under way, or of the last one. */
  messageSinceMs = 0;
  /** Stops for WINDOW_UPDATE in the message that is under way: how often, and how long in all. */
  waits = 0;
  waitedMs = 0;
  /** The DATA after which the stream had no window, while that lasts. */
  waitsSince: Mark | undefined = undefined;
  /** Credit for the stream that has passed the capture and not yet reached its sender. */
  grantsUnderWay = 0;
  /** Octets of the message that the stream's end cut off, and what its prefix promised. */
  cutReceived = 0;
  cutPromised = 0;

  /** See `Call.settle`. */
  settle(): void {
    this.headers = this.headers && at(this.headers);
    this.trailers = this.trailers && at(this.trailers);
    this.ended = this.ended && at(this.ended);
    this.lastData = this.lastData && at(this.lastData);
    this.waitsSince = this.waitsSince && at(this.waitsSince);
  }
}

export class Call {
  readonly stream: number;
  opened: Mark;
  readonly client = new Half();
  readonly server = new Half();
  /** How long the connection had been silent in both directions before this call. */
  readonly idleBeforeMs: number;
  /** Calls that the server had not finished when this one opened, this one included. */
  readonly concurrency: number;
  method = '';
  httpMethod = '';
  contentType = '';
  /** `grpc-timeout` in milliseconds. */
  timeoutMs: number | undefined;
  httpStatus: number | undefined;
  responseContentType: string | undefined;
  grpcStatus: number | undefined;
  grpcMessage = '';
  /** Size of the request's field section as SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113 §6.5.2), and its largest field. */
  requestListBytes = 0;
  largestField = '';
  largestBytes = 0;
  /** Names of the fields in the client's trailers. */
  requestTrailerFields: readonly string[] = [];
  reset: Reset | undefined;
  /** Fields of the answer could not be decoded: what it lacks may have stood there. */
  unreadable = false;
  /** Fields of the request could not be decoded. */
  requestUnreadable = false;
  /** Its content type could not be decoded, and all others on the connection are gRPC's. */
  isLikeGrpc = false;
  /** The capture began when the call was already going on. */
  readonly older: boolean;

  constructor(stream: number, opened: Mark, idleBeforeMs: number, concurrency: number, older = false) {
    this.stream = stream;
    this.opened = opened;
    this.idleBeforeMs = idleBeforeMs;
    this.concurrency = concurrency;
    this.older = older;
  }

  /** It is over and will be kept: lets go of the events that were its marks, and of the frames and fields in them. */
  settle(): void {
    this.opened = at(this.opened);
    this.client.settle();
    this.server.settle();
  }

  half(side: Side): Half {
    return side === 'client' ? this.client : this.server;
  }

  /**
   * The request's content type is gRPC's: `application/grpc`, perhaps with `+proto` or parameters; not gRPC-Web. Where the
   * capture cut it, the answer tells, or what the other requests are.
   */
  get isGrpc(): boolean {
    if (this.contentType !== '' || !this.requestUnreadable) return isGrpcContentType(this.contentType);
    return this.isGrpcResponse || this.isLikeGrpc;
  }

  /** The response's content type is gRPC's. */
  get isGrpcResponse(): boolean {
    return this.responseContentType !== undefined && isGrpcContentType(this.responseContentType);
  }

  /** The server owes nothing more: it ended its side, or somebody reset the stream. */
  get answered(): boolean {
    return this.server.ended !== undefined;
  }

  get over(): boolean {
    return this.reset !== undefined || (this.client.ended !== undefined && this.server.ended !== undefined);
  }

  /** Reset by `side` with a code that is not NO_ERROR. */
  failedBy(side: Side): boolean {
    return this.reset !== undefined && this.reset.by === side && this.reset.code !== ErrorCode.NO_ERROR;
  }

  /** The side that did not reset the stream. */
  get resetTarget(): Side | undefined {
    return this.reset === undefined ? undefined : otherSide(this.reset.by);
  }
}
