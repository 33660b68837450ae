/** Layer 7: the typed face of calls: promises and async iterables over the byte-level client and server. */
export { createClient } from './client/client.ts';
export type { CallOptions, Client, ClientOptions, RpcChannel } from './client/types.ts';
export { type Codec, type MessageCodec, protobufCodec } from './codec.ts';
export { type ContextKey, type ContextValues, createContextKey, createContextValues } from './context-values.ts';
export type { OutgoingDetail } from './error-details.ts';
export type { ExplainedFinding, ExplainedRemedy, Explanation, ExplanationLanguage } from './explanation.ts';
export type {
  AnyFn,
  Interceptor,
  StreamRequest,
  StreamResponse,
  UnaryRequest,
  UnaryResponse,
} from './interceptor.ts';
export { propagate } from './propagate.ts';
export { RpcError, type RpcErrorOptions } from './rpc-error.ts';
export { addService, type HandlerHost, type ServiceHost } from './server/service.ts';
export type { HandlerContext, HandlerFailure, MethodImpl, ServiceImpl, ServiceOptions } from './server/types.ts';
