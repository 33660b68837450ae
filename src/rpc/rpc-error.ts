/** The one error of calls: what a client's promise rejects with, and what a handler throws to answer with a status. */
import type { DescMessage, Message, MessageShape, Registry } from '@bufbuild/protobuf';
import { type Any, anyUnpack } from '@bufbuild/protobuf/wkt';
import type { CallFailure } from '#client';
import { Metadata, type MetadataInit, Status, statusName } from '#grpc';
import { DETAILS_NAME, decodeDetails, encodeDetails, type OutgoingDetail, packDetail } from './error-details.ts';
import type { Explanation } from './explanation.ts';

export interface RpcErrorOptions {
  /** Sent as trailers when a handler throws the error. */
  readonly metadata?: MetadataInit | undefined;
  /** Messages that tell a program more; sent as `google.rpc.Status` in `grpc-status-details-bin`. */
  readonly details?: readonly OutgoingDetail[] | undefined;
  /** What led to the error. It stays in this process. */
  readonly cause?: unknown;
}

/** What is known of a call that failed here, and how to explain it. */
export interface FailedCall {
  readonly failure: CallFailure;
  readonly explain: (() => Explanation) | undefined;
}

/**
 * A call that did not end with OK. `error.message` begins with the name of the code, as loggers print nothing else of an error:
 * `NOT_FOUND: no order 7`.
 */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  /** 1 to 16, see `Status`; a number beyond when a peer sent one. */
  readonly code: number;
  /** `NOT_FOUND` */
  readonly codeName: string;
  readonly #rawMessage: string;
  readonly #failed: FailedCall | undefined;
  #metadata: Metadata | undefined;
  #details: readonly Any[] | undefined;
  #explanation: Explanation | undefined;

  /** `message` goes to the client when a handler throws this: leave out of it what the client must not know. */
  constructor(message: string, code: number = Status.UNKNOWN, options: RpcErrorOptions = {}, failed?: FailedCall) {
    const codeName = statusName(code);
    super(
      message === '' ? codeName : `${codeName}: ${message}`,
      'cause' in options ? { cause: options.cause } : undefined,
    );
    this.code = code;
    this.codeName = codeName;
    this.#rawMessage = message;
    // At once: what cannot be sent is the mistake of who makes the error, not of who sends it.
    this.#metadata = options.metadata === undefined ? undefined : Metadata.from(options.metadata);
    this.#details = options.details?.map(packDetail);
    this.#failed = failed;
  }

  /**
   * `reason` itself if it is an RpcError. An aborted or timed out signal's reason becomes CANCELLED or DEADLINE_EXCEEDED, anything
   * else `code` with the reason's own text. The reason is the `cause`.
   */
  static from(reason: unknown, code: number = Status.UNKNOWN): RpcError {
    if (reason instanceof RpcError) return reason;
    const text = reason instanceof Error ? reason.message : String(reason);
    return new RpcError(text, abortCode(reason) ?? code, { cause: reason });
  }

  /** The text as the server sent it or the handler gave it, without the code's name. */
  get rawMessage(): string {
    return this.#rawMessage;
  }

  /** The trailers that came with the status, or that shall go with it. */
  get metadata(): Metadata {
    this.#metadata ??= new Metadata();
    return this.#metadata;
  }

  /** `google.rpc.Status` details, still packed; `findDetails` unpacks them. */
  get details(): readonly Any[] {
    if (this.#details === undefined) {
      const encoded = this.metadata.getBinary(DETAILS_NAME);
      this.#details = encoded === undefined ? [] : decodeDetails(encoded);
    }
    return this.#details;
  }

  /** The details of one type, or of every type in the registry. A detail that cannot be decoded is left out. */
  findDetails<Desc extends DescMessage>(type: Desc): MessageShape<Desc>[];
  findDetails(registry: Registry): Message[];
  findDetails(types: DescMessage | Registry): Message[] {
    return this.details.flatMap((detail) => {
      const message = types.kind === 'message' ? unpackAs(detail, types) : unpackFrom(detail, types);
      return message === undefined ? [] : [message];
    });
  }

  /** Everything known of the failure, as data; undefined for errors that a program made itself. */
  get failure(): CallFailure | undefined {
    return this.#failed?.failure;
  }

  /**
   * Why the call failed, by the rules of `calmwire explain`; undefined for errors that a program made itself. Worked out when
   * first read, from the frames that the connection's recorder still holds: read it soon.
   */
  get explanation(): Explanation | undefined {
    this.#explanation ??= this.#failed?.explain?.();
    return this.#explanation;
  }
}

/**
 * What goes out with the status when a handler throws `error`: its metadata and its details. The trailers of another server's
 * answer, which a handler passes on by not catching it, are not this server's to tell: of those only the details go.
 */
export function trailersOf(error: RpcError): Metadata {
  const trailers = error.failure === undefined ? new Metadata(error.metadata) : new Metadata();
  if (error.details.length > 0) {
    trailers.setBinary(DETAILS_NAME, encodeDetails(error.code, error.rawMessage, error.details));
  }
  return trailers;
}

/** The status that the reason of an aborted signal stands for; undefined if it is no such reason. */
export function abortCode(reason: unknown): number | undefined {
  if (reason instanceof RpcError) return reason.code;
  const name = typeof reason === 'object' && reason !== null && 'name' in reason ? reason.name : undefined;
  // The names that AbortController.abort() and AbortSignal.timeout() give their reasons (DOM "Interface AbortSignal").
  if (name === 'AbortError') return Status.CANCELLED;
  return name === 'TimeoutError' ? Status.DEADLINE_EXCEEDED : undefined;
}

function unpackAs(detail: Any, desc: DescMessage): Message | undefined {
  try {
    return anyUnpack(detail, desc);
  } catch {
    return undefined;
  }
}

function unpackFrom(detail: Any, registry: Registry): Message | undefined {
  try {
    return anyUnpack(detail, registry);
  } catch {
    return undefined;
  }
}
