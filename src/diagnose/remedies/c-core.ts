/** gRPC's C core: the channel arguments are the same in C++, Python, Ruby, PHP and C#; the snippets show Python and C++. */
import { abruptEnds, crowded, fastPings, idlePings, probePings, type RemedyTable, smallWindows } from './entry.ts';

export const cCore: RemedyTable = [
  {
    for: idlePings,
    role: 'client',
    rank: 1,
    setting: 'grpc.keepalive_permit_without_calls',
    value: '0',
    why: 'idle-pings-off',
    snippet: `options=[("grpc.keepalive_permit_without_calls", 0)]         # Python
args.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);     // C++`,
  },
  {
    for: idlePings,
    role: 'server',
    rank: 2,
    setting: 'grpc.keepalive_permit_without_calls, grpc.http2.min_ping_interval_without_data_ms',
    value: '1, <<serverMinTimeMs:ms>>',
    why: 'permit-idle-pings',
    snippet: `options=[("grpc.keepalive_permit_without_calls", 1),         # Python
         ("grpc.http2.min_ping_interval_without_data_ms", <<serverMinTimeMs:ms>>)]
builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);  // C++
builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, <<serverMinTimeMs:ms>>);`,
  },
  {
    for: fastPings,
    role: 'client',
    rank: 1,
    setting: 'grpc.keepalive_time_ms',
    value: '>= <<clientIntervalMs:ms>>',
    why: 'interval-above-minimum',
    snippet: `options=[("grpc.keepalive_time_ms", <<clientIntervalMs:ms>>)]  # Python
args.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, <<clientIntervalMs:ms>>);   // C++`,
  },
  {
    for: fastPings,
    role: 'server',
    rank: 2,
    setting: 'grpc.http2.min_ping_interval_without_data_ms',
    value: '<<serverMinTimeMs:ms>>',
    why: 'minimum-below-interval',
    snippet: `options=[("grpc.http2.min_ping_interval_without_data_ms", <<serverMinTimeMs:ms>>)]  # Python
builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, <<serverMinTimeMs:ms>>);  // C++`,
  },
  {
    for: probePings,
    role: 'client',
    rank: 1,
    setting: 'grpc.http2.bdp_probe',
    value: '0',
    why: 'no-bandwidth-probes',
    snippet: `options=[("grpc.http2.bdp_probe", 0)]        # Python
args.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);    // C++`,
  },
  {
    for: ['keepalive/watchdog-false-positive'],
    role: 'client',
    rank: 1,
    setting: 'grpc.keepalive_timeout_ms',
    value: '<<pingTimeoutMs:ms>>',
    why: 'longer-ping-timeout',
    snippet: `options=[("grpc.keepalive_timeout_ms", <<pingTimeoutMs:ms>>)]  # Python
args.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, <<pingTimeoutMs:ms>>);   // C++`,
  },
  {
    for: ['connection/half-open'],
    role: 'client',
    rank: 2,
    setting: 'grpc.keepalive_time_ms, grpc.keepalive_permit_without_calls, grpc.http2.max_pings_without_data',
    value: '<<refreshMs:ms>>, 1, 0',
    why: 'notice-dead-idle',
    snippet: `options=[("grpc.keepalive_time_ms", <<refreshMs:ms>>),         # Python
         ("grpc.keepalive_permit_without_calls", 1),  # the server must permit it
         ("grpc.http2.max_pings_without_data", 0)]`,
  },
  {
    for: abruptEnds,
    role: 'server',
    rank: 1,
    setting: 'server.stop(grace), Server::Shutdown(deadline)',
    value: 'on SIGTERM',
    why: 'graceful-stop',
    snippet: `server.stop(grace=30).wait()                                                # Python
server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(30));  // C++`,
  },
  {
    for: ['connection/idle-close-race'],
    role: 'client',
    rank: 1,
    setting: 'grpc.client_idle_timeout_ms',
    value: '<<belowGapMs:ms>>',
    why: 'client-closes-first',
    snippet: `options=[("grpc.client_idle_timeout_ms", <<belowGapMs:ms>>)]  # Python
args.SetInt(GRPC_ARG_CLIENT_IDLE_TIMEOUT_MS, <<belowGapMs:ms>>);   // C++`,
  },
  {
    for: ['connection/idle-close-race'],
    role: 'server',
    rank: 2,
    setting: 'grpc.max_connection_idle_ms',
    value: '<<belowGapMs:ms>>',
    why: 'announce-idle-close',
    snippet: `options=[("grpc.max_connection_idle_ms", <<belowGapMs:ms>>)]                  # Python
builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, <<belowGapMs:ms>>);    // C++`,
  },
  {
    for: ['connection/pinned', 'connection/stream-ids-exhausted'],
    role: 'server',
    rank: 2,
    setting: 'grpc.max_connection_age_ms',
    value: '300000',
    why: 'recycle-connections',
    snippet: `options=[("grpc.max_connection_age_ms", 300000)]                  # Python
builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 300000);  // C++`,
  },
  {
    for: ['connection/pinned'],
    role: 'client',
    rank: 1,
    setting: 'grpc.lb_policy_name',
    value: 'round_robin',
    why: 'spread-calls',
    snippet: `options=[("grpc.lb_policy_name", "round_robin")]     # Python, target "dns:///service.namespace:50051"
args.SetLoadBalancingPolicyName("round_robin");      // C++`,
  },
  {
    for: ['goaway/grace-expired'],
    when: { debugData: 'Server shutdown' },
    role: 'server',
    rank: 1,
    setting: 'server.stop(grace), Server::Shutdown(deadline)',
    value: 'until <<graceAboveMs:dur>>',
    why: 'longer-shutdown',
    snippet: `server.stop(grace=<<graceAboveMs:s>>).wait()                                                # Python
server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(<<graceAboveMs:s>>));  // C++`,
  },
  {
    for: ['goaway/grace-expired'],
    unless: { debugData: 'Server shutdown' },
    role: 'server',
    rank: 1,
    setting: 'grpc.max_connection_age_grace_ms',
    value: '<<graceAboveMs:ms>>',
    why: 'longer-grace',
    snippet: `options=[("grpc.max_connection_age_grace_ms", <<graceAboveMs:ms>>)]                # Python
builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, <<graceAboveMs:ms>>);  // C++`,
  },
  {
    for: ['connection/abrupt-close'],
    role: 'client',
    rank: 3,
    setting: 'grpc.service_config',
    value: 'retryPolicy',
    why: 'retry-idempotent',
    snippet: `options=[("grpc.service_config", service_config)]     # Python, with a retryPolicy, gRFC A6
args.SetServiceConfigJSON(service_config);            // C++`,
  },
  {
    for: ['goaway/unprocessed-streams'],
    role: 'client',
    rank: 1,
    setting: 'grpc.service_config',
    value: 'retryPolicy',
    why: 'retry-unprocessed',
    snippet: `options=[("grpc.service_config", service_config)]     # Python, with a retryPolicy, gRFC A6
args.SetServiceConfigJSON(service_config);            // C++`,
  },
  {
    for: crowded,
    role: 'server',
    rank: 1,
    setting: 'grpc.max_concurrent_streams',
    value: '<<aboveLimit>>',
    why: 'raise-concurrency',
    snippet: `options=[("grpc.max_concurrent_streams", <<aboveLimit>>)]                  # Python
builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, <<aboveLimit>>);    // C++`,
  },
  {
    for: crowded,
    role: 'client',
    rank: 2,
    setting: 'grpc.use_local_subchannel_pool',
    value: '1',
    why: 'more-connections',
    snippet: `options=[("grpc.use_local_subchannel_pool", 1)]      # Python, several channels used in turn
args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // C++`,
  },
  {
    for: ['headers/too-large'],
    when: { by: 'client' },
    role: 'server',
    rank: 2,
    setting: 'grpc.max_metadata_size',
    value: '<<aboveSizeBytes>>',
    why: 'raise-header-limit',
    snippet: `options=[("grpc.max_metadata_size", <<aboveSizeBytes>>)]                  # Python
builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, <<aboveSizeBytes>>);    // C++`,
  },
  {
    for: ['headers/too-large'],
    when: { by: 'server' },
    role: 'client',
    rank: 2,
    setting: 'grpc.max_metadata_size',
    value: '<<aboveSizeBytes>>',
    why: 'raise-header-limit',
    snippet: `options=[("grpc.max_metadata_size", <<aboveSizeBytes>>)]       # Python
args.SetInt(GRPC_ARG_MAX_METADATA_SIZE, <<aboveSizeBytes>>);        // C++`,
  },
  {
    for: ['message/too-large'],
    when: { by: 'server' },
    role: 'client',
    rank: 1,
    setting: 'grpc.max_receive_message_length',
    value: '<<aboveSizeBytes>>',
    why: 'raise-message-limit',
    snippet: `options=[("grpc.max_receive_message_length", <<aboveSizeBytes>>)]  # Python
args.SetMaxReceiveMessageSize(<<aboveSizeBytes>>);                      // C++`,
  },
  {
    for: ['message/too-large'],
    when: { by: 'client' },
    role: 'server',
    rank: 1,
    setting: 'grpc.max_receive_message_length',
    value: '<<aboveSizeBytes>>',
    why: 'raise-message-limit',
    snippet: `options=[("grpc.max_receive_message_length", <<aboveSizeBytes>>)]  # Python
builder.SetMaxReceiveMessageSize(<<aboveSizeBytes>>);                   // C++`,
  },
  {
    for: ['capture/encrypted'],
    role: 'client',
    rank: 1,
    setting: 'set_tls_session_key_log_file_path',
    value: 'a file',
    why: 'write-key-log',
    snippet: `grpc::experimental::TlsChannelCredentialsOptions options; // C++; Python and Ruby have no option for it
options.set_tls_session_key_log_file_path("/tmp/keys.log");`,
  },
  {
    for: ['capture/encrypted'],
    role: 'server',
    rank: 1,
    setting: 'set_tls_session_key_log_file_path',
    value: 'a file',
    why: 'write-key-log',
    snippet: `grpc::experimental::TlsChannelCredentialsOptions options; // C++; Python and Ruby have no option for it
options.set_tls_session_key_log_file_path("/tmp/keys.log");`,
  },
  {
    for: ['tls/alert:certificate', 'tls/alert:hidden'],
    role: 'client',
    rank: 1,
    setting: 'root_certificates',
    value: 'the CA of the server',
    why: 'trust-the-ca',
    snippet: `grpc.ssl_channel_credentials(root_certificates=open('ca.pem', 'rb').read())`,
  },
  {
    for: ['tls/alert:client-certificate'],
    role: 'client',
    rank: 1,
    setting: 'certificate_chain',
    value: 'a client certificate',
    why: 'present-certificate',
    snippet: `grpc.ssl_channel_credentials(ca, private_key=key, certificate_chain=chain)`,
  },
  {
    for: smallWindows,
    when: { sender: 'server' },
    role: 'client',
    rank: 2,
    setting: 'grpc.http2.lookahead_bytes',
    value: '<<windowProposedBytes>>',
    why: 'larger-window',
    snippet: `options=[("grpc.http2.lookahead_bytes", <<windowProposedBytes>>)]          # Python
args.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, <<windowProposedBytes>>);  // C++`,
  },
  {
    for: smallWindows,
    when: { sender: 'client' },
    role: 'server',
    rank: 2,
    setting: 'grpc.http2.lookahead_bytes',
    value: '<<windowProposedBytes>>',
    why: 'larger-window',
    snippet: `options=[("grpc.http2.lookahead_bytes", <<windowProposedBytes>>)]                            # Python
builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, <<windowProposedBytes>>);  // C++`,
  },
];
