/** What a client of a service looks like, in the shapes that users of connect-es know. */
import type {
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import type { CallFailure, CallListener, CallStart, ClientCall } from '#client';
import type { Metadata, MetadataInit } from '#grpc';
import type { Codec } from '../codec.ts';
import type { ContextValues } from '../context-values.ts';
import type { Explanation } from '../explanation.ts';
import type { Interceptor } from '../interceptor.ts';

/** What calls are made on. `createChannel` makes one; an adapter or a test may give another. */
export interface RpcChannel {
  /** See `CallChannel` of the byte-level API. */
  call(start: CallStart, listener: CallListener): ClientCall;
  /** The time of the channel's clock in ms: deadlines are times of it. */
  now(): number;
  /** Explains a failed call of this channel. */
  explain?(failure: CallFailure, status: { readonly code: number; readonly message: string }): Explanation;
}

/** A client of the service: one method for each of its methods. */
export type Client<Desc extends DescService> = {
  [P in keyof Desc['method']]: Desc['method'][P] extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: CallOptions) => Promise<MessageShape<O>>
    : Desc['method'][P] extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageInitShape<I>, options?: CallOptions) => AsyncIterable<MessageShape<O>>
      : Desc['method'][P] extends DescMethodClientStreaming<infer I, infer O>
        ? (request: AsyncIterable<MessageInitShape<I>>, options?: CallOptions) => Promise<MessageShape<O>>
        : Desc['method'][P] extends DescMethodBiDiStreaming<infer I, infer O>
          ? (request: AsyncIterable<MessageInitShape<I>>, options?: CallOptions) => AsyncIterable<MessageShape<O>>
          : never;
};

/** Options of one call. */
export interface CallOptions {
  /**
   * Aborting it cancels the call, at the server too. The call fails with CANCELLED, or DEADLINE_EXCEEDED for `AbortSignal.timeout()`.
   * grpc-js `call.cancel()`; grpc-go `context.WithCancel`; grpc-java `Context.CancellableContext`.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * The call fails with DEADLINE_EXCEEDED after so many ms, and the server hears of the deadline. Default: the client's
   * `defaultTimeoutMs`; without that a call has no limit. grpc-js `deadline`; grpc-go `context.WithTimeout`; grpc-java `withDeadlineAfter`.
   */
  readonly timeoutMs?: number | undefined;
  /** Metadata to send. grpc-js `Metadata`; grpc-go `metadata.AppendToOutgoingContext`; grpc-java `MetadataUtils`. */
  readonly headers?: MetadataInit | undefined;
  /**
   * Called with the response's headers before the first message; not called when the server answers with trailers only.
   * grpc-js `call.on('metadata')`; grpc-go `grpc.Header`.
   */
  readonly onHeader?: ((headers: Metadata) => void) | undefined;
  /**
   * Called with the trailers when the call ends with OK. Trailers of a failed call are the error's `metadata`.
   * grpc-js `call.on('status')`; grpc-go `grpc.Trailer`.
   */
  readonly onTrailer?: ((trailers: Metadata) => void) | undefined;
  /** Values for interceptors. */
  readonly contextValues?: ContextValues | undefined;
  /**
   * Waits for a connection as long as the deadline allows instead of failing with UNAVAILABLE while none can be made.
   * Default false. grpc-js `waitForReady`; grpc-go `WaitForReady`; grpc-java `withWaitForReady`.
   */
  readonly waitForReady?: boolean | undefined;
  /** Compresses the request's messages: `gzip` or `deflate`. Default none: it costs more time than it saves inside a data centre. grpc-go `UseCompressor`; grpc-java `withCompression`. */
  readonly compress?: string | undefined;
}

/** Options of a client. */
export interface ClientOptions {
  /**
   * Wrapped around every call; the first is the outermost. Default none, and none cost nothing. grpc-js `interceptors`;
   * grpc-go `WithChainUnaryInterceptor`; grpc-java `intercept`.
   */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** The `timeoutMs` of calls that give none, in ms. Default none: set one in production, a call without limit can wait for ever. */
  readonly defaultTimeoutMs?: number | undefined;
  /** Encodes and decodes messages. Default: `protobufCodec`. grpc-go `ForceCodecV2`; grpc-java `MethodDescriptor.Marshaller`. */
  readonly codec?: Codec | undefined;
}
