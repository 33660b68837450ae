/**
 * The names of all options that a program can give, and what other libraries call them: settings are copied from their
 * documentation, and one that nobody reads would be missed only in production.
 */
import type { OptionNames } from '#base';
import type { ChannelOptions } from './channel.ts';
import type { ListenOptions, ServerOptions } from './server.ts';

export const channelNames: OptionNames<ChannelOptions> = {
  authority: true,
  backoff: true,
  connections: true,
  connectionWindowBytes: true,
  connectTimeoutMs: true,
  credentials: true,
  idleTimeoutMs: true,
  keepalive: true,
  maxConnections: true,
  maxMetadataBytes: true,
  maxQueuedCalls: true,
  maxReceiveMessageBytes: true,
  maxSendMessageBytes: true,
  onEvent: true,
  recording: true,
  retryBufferBytes: true,
  retryBuffersBytes: true,
  settingsTimeoutMs: true,
  streamWindowBytes: true,
  userAgent: true,
};

export const serverNames: OptionNames<ServerOptions> = {
  compress: true,
  connectionWindowBytes: true,
  handshakeTimeoutMs: true,
  interceptors: true,
  keepalive: true,
  limits: true,
  maxCalls: true,
  maxConcurrentStreams: true,
  maxConnectionAgeGraceMs: true,
  maxConnectionAgeMs: true,
  maxConnectionIdleMs: true,
  maxConnections: true,
  maxHeaderListBytes: true,
  maxPartialMessageBytes: true,
  maxReceiveMessageBytes: true,
  maxSendMessageBytes: true,
  maxWindowBytes: true,
  onEvent: true,
  onHandlerError: true,
  pingEnforcement: true,
  recording: true,
  requestMessageTimeoutMs: true,
  responseStallTimeoutMs: true,
  streamWindowBytes: true,
  unknown: true,
};

export const listenNames: OptionNames<ListenOptions> = {
  credentials: true,
  handshakeTimeoutMs: true,
  maxHandshakes: true,
  onAcceptFault: true,
  onHandshakeFault: true,
};

/** What grpc-js and connect-node call the options of a channel. */
export const peersChannelNames: Readonly<Record<string, string>> = {
  'grpc-node.flow_control_window': 'streamWindowBytes',
  'grpc.client_idle_timeout_ms': 'idleTimeoutMs',
  'grpc.default_authority': 'authority',
  'grpc.initial_reconnect_backoff_ms': 'backoff.initialMs',
  'grpc.keepalive_permit_without_calls': 'keepalive.withoutCalls',
  'grpc.keepalive_time_ms': 'keepalive.intervalMs',
  'grpc.keepalive_timeout_ms': 'keepalive.timeoutMs',
  'grpc.max_receive_message_length': 'maxReceiveMessageBytes',
  'grpc.max_reconnect_backoff_ms': 'backoff.maxMs',
  'grpc.max_send_message_length': 'maxSendMessageBytes',
  'grpc.per_rpc_retry_buffer_size': 'retryBufferBytes',
  'grpc.primary_user_agent': 'userAgent',
  'grpc.retry_buffer_size': 'retryBuffersBytes',
  'grpc.ssl_target_name_override': 'clientCredentials({ serverName })',
  idleConnectionTimeoutMs: 'idleTimeoutMs',
  pingIdleConnection: 'keepalive.withoutCalls',
  pingIntervalMs: 'keepalive.intervalMs',
  pingTimeoutMs: 'keepalive.timeoutMs',
  readMaxBytes: 'maxReceiveMessageBytes',
  writeMaxBytes: 'maxSendMessageBytes',
};

/** What grpc-js and connect-node call the options of a server. */
export const peersServerNames: Readonly<Record<string, string>> = {
  'grpc-node.flow_control_window': 'streamWindowBytes',
  'grpc.default_compression_algorithm': 'compress',
  'grpc.keepalive_time_ms': 'keepalive.intervalMs',
  'grpc.keepalive_timeout_ms': 'keepalive.timeoutMs',
  'grpc.max_concurrent_streams': 'maxConcurrentStreams',
  'grpc.max_connection_age_grace_ms': 'maxConnectionAgeGraceMs',
  'grpc.max_connection_age_ms': 'maxConnectionAgeMs',
  'grpc.max_connection_idle_ms': 'maxConnectionIdleMs',
  'grpc.max_metadata_size': 'maxHeaderListBytes',
  'grpc.max_receive_message_length': 'maxReceiveMessageBytes',
  'grpc.max_send_message_length': 'maxSendMessageBytes',
  readMaxBytes: 'maxReceiveMessageBytes',
  writeMaxBytes: 'maxSendMessageBytes',
};
