/** Layer 8: the main door, `calmwire`: servers, channels and clients on Node, composed of all layers below. */

// The byte-level API, for other codecs and adapters.
export {
  type AddressFault,
  type BackoffOptions,
  type CallFailure,
  type CallListener,
  type CallResult,
  type CallStart,
  type ChannelEvent,
  type ChannelState,
  type ClientCall,
  type ConnectionInfo,
  type ConnectionsOption,
  type Culprit,
  channelEventText,
  type FailureOrigin,
  type KeepaliveClientOptions,
} from '#client';
export { Metadata, type MetadataInit, type MethodKind, Status, type StatusName, statusName } from '#grpc';
export {
  type ClientCertificates,
  type ClientCredentials,
  type ClientCredentialsOptions,
  clientCredentials,
  type Material,
  type Pem,
  type Provider,
  type ReloadOptions,
  type ReloadOutcome,
  type ServerCredentials,
  type ServerCredentialsOptions,
  serverCredentials,
} from '#node';
export {
  type AnyFn,
  type CallOptions,
  type Client,
  type ClientOptions,
  type Codec,
  type ContextKey,
  type ContextValues,
  createClient,
  createContextKey,
  createContextValues,
  type ExplainedFinding,
  type ExplainedRemedy,
  type Explanation,
  type ExplanationLanguage,
  type HandlerContext,
  type HandlerFailure,
  type Interceptor,
  type MessageCodec,
  type MethodImpl,
  type OutgoingDetail,
  propagate,
  protobufCodec,
  type RpcChannel,
  RpcError,
  type RpcErrorOptions,
  type ServiceImpl,
  type ServiceOptions,
  type StreamRequest,
  type StreamResponse,
  type UnaryRequest,
  type UnaryResponse,
} from '#rpc';
export {
  type CallCancel,
  cancelStatus,
  cancelText,
  eventText,
  type PingEnforcementOptions,
  type ServerCall,
  type ServerCallListener,
  type ServerEvent,
  type ServerHandler,
  type ServerKeepaliveOptions,
  type ServerRule,
  type ServerStats,
} from '#server';
export { type Address, formatAddress, type LinkFault, type LinkSecurity } from '#transport';
export { type Channel, type ChannelOptions, createChannel } from './channel.ts';
export type { CallExplanation } from './explain/call-explanation.ts';
export type { RecordingOptions } from './flights.ts';
export { ListenError } from './listen-error.ts';
export {
  type Bound,
  createServer,
  type ListenOptions,
  type Server,
  type ServerOptions,
  type ShutdownOptions,
} from './server.ts';
