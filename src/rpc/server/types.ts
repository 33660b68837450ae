/** What an implementation of a service looks like, in the shapes that users of connect-es know. */
import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import type { Metadata } from '#grpc';
import type { Address, LinkSecurity } from '#transport';
import type { Codec } from '../codec.ts';
import type { ContextValues } from '../context-values.ts';
import type { Interceptor } from '../interceptor.ts';

/** An object with a function for each method of the service. Functions may be left out: the method is then UNIMPLEMENTED. */
export type ServiceImpl<Desc extends DescService> = {
  [P in keyof Desc['method']]: MethodImpl<Desc['method'][P]>;
};

/** The function that serves a method. */
export type MethodImpl<M> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, context: HandlerContext) => Promise<MessageInitShape<O>> | MessageInitShape<O>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, context: HandlerContext) => AsyncIterable<MessageInitShape<O>>
      : M extends DescMethodClientStreaming<infer I, infer O>
        ? (requests: AsyncIterable<MessageShape<I>>, context: HandlerContext) => Promise<MessageInitShape<O>>
        : M extends DescMethodBiDiStreaming<infer I, infer O>
          ? (requests: AsyncIterable<MessageShape<I>>, context: HandlerContext) => AsyncIterable<MessageInitShape<O>>
          : never;

/** What a handler knows of its call, and how it says more than messages. Parts that are not touched cost nothing. */
export interface HandlerContext {
  readonly service: DescService;
  readonly method: DescMethod;
  /**
   * Aborted when the client cancels or is gone, when the deadline passes, and when the server's shutdown runs out of grace; its
   * reason is an RpcError that says which. Nobody waits for an answer any more: stop working. Not aborted when the call ends.
   */
  readonly signal: AbortSignal;
  /** What is left until the client's deadline in ms, never below 0; undefined if it set none. */
  timeoutMs(): number | undefined;
  /** The client's metadata. */
  readonly requestHeader: Metadata;
  /** Sent with the first message; what is added later is not sent. */
  readonly responseHeader: Metadata;
  /** Sent with the status. */
  readonly responseTrailer: Metadata;
  /** Values that interceptors of this server left for the handler. */
  readonly values: ContextValues;
  /** The client's address: of the last hop, if there are proxies. */
  readonly peer: Address;
  /** What TLS agreed upon, with the client's verified name; undefined in clear text. */
  readonly security: LinkSecurity | undefined;
  /** `:authority` of the request. */
  readonly authority: string;
  /** Sends the response's headers now, before there is a message. */
  sendHeader(): void;
  /**
   * Compresses the messages sent from now on, `undefined` for none; before the first message. False if the client or the
   * server does not have the algorithm: messages then go as they are.
   */
  compress(name: 'gzip' | 'deflate' | (string & {}) | undefined): boolean;
}

/** Options of one service. */
export interface ServiceOptions {
  /**
   * Wrapped around every call of the service, inside those of the server; the first is the outermost. Default none.
   * grpc-java `ServerInterceptors.intercept`.
   */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** Encodes and decodes messages. Default: `protobufCodec`. grpc-go `ForceServerCodecV2`; grpc-java `MethodDescriptor.Marshaller`. */
  readonly codec?: Codec | undefined;
}

/** A handler failed in a way that is not a status: its own mistake. The client was told UNKNOWN or INTERNAL and no details. */
export interface HandlerFailure {
  readonly error: unknown;
  /** `/package.Service/Method` */
  readonly path: string;
  /** The client; undefined for handlers of the byte-level API. */
  readonly peer: Address | undefined;
}
