import { crowded, droppedTails, fastPings, idlePings, type RemedyTable, sharedWindows, smallWindows } from './entry.ts';

export const envoy: RemedyTable = [
  {
    for: ['hop/answered-by-proxy:gave-up'],
    role: 'middlebox',
    rank: 1,
    setting: 'route.timeout',
    value: '0s',
    why: 'longer-proxy-timeout',
    snippet: `route:
  timeout: 0s # 15s unless set
  max_stream_duration:
    grpc_timeout_header_max: 0s # the deadline of the caller alone`,
  },
  {
    for: ['hop/never-forwarded'],
    role: 'middlebox',
    rank: 1,
    setting: 'load_assignment',
    value: '10.0.0.9:50051',
    why: 'forward-grpc',
    snippet: `load_assignment: # of the cluster: its endpoints must listen
  endpoints:
    - lb_endpoints: [{ endpoint: { address: { socket_address: { address: 10.0.0.9, port_value: 50051 } } } }]`,
  },
  {
    for: ['hop/retried'],
    when: { unsafe: true },
    role: 'middlebox',
    rank: 2,
    setting: 'retry_policy.retry_on',
    value: 'connect-failure,refused-stream',
    why: 'retry-unprocessed-only',
    snippet: `retry_policy:
  retry_on: connect-failure,refused-stream`,
  },
  {
    for: ['hop/deadline-changed:dropped', 'hop/deadline-changed:raised'],
    role: 'middlebox',
    rank: 1,
    setting: 'max_stream_duration.grpc_timeout_header_max',
    value: '0s',
    why: 'pass-deadline-on',
    snippet: `route:
  max_stream_duration:
    grpc_timeout_header_max: 0s # whatever the client asks for`,
  },
  {
    for: ['hop/added-delay:request'],
    role: 'middlebox',
    rank: 2,
    setting: 'circuit_breakers.thresholds.max_connections',
    value: '1024',
    why: 'proxy-connection-room',
    snippet: `circuit_breakers: # of the cluster
  thresholds: [{ max_connections: 1024, max_requests: 10000 }]
preconnect_policy: { per_upstream_preconnect_ratio: 1.5 }`,
  },
  {
    for: ['hop/proxy-restarted'],
    role: 'middlebox',
    rank: 1,
    setting: 'POST /healthcheck/fail, POST /drain_listeners?graceful',
    value: 'before the end',
    why: 'drain-before-kill',
    snippet: `preStop: # of the container
  exec: { command: [sh, -c, "curl -sX POST localhost:9901/drain_listeners?graceful; sleep 30"] }`,
  },
  {
    for: ['hop/keepalive-not-forwarded'],
    role: 'middlebox',
    rank: 1,
    setting: 'http2_protocol_options.connection_keepalive',
    value: '30s, 5s',
    why: 'notice-dead-idle',
    snippet: `http2_protocol_options: # of the cluster; the server must permit it
  connection_keepalive: { interval: 30s, timeout: 5s }`,
  },
  {
    for: droppedTails,
    role: 'middlebox',
    rank: 3,
    setting: 'Envoy',
    value: '>= 1.39.0',
    why: 'reset-forwarding-claimed',
    snippet: '# runtime guard envoy.reloadable_features.http_preserve_rst_no_error, on by default',
  },
  {
    for: droppedTails,
    role: 'middlebox',
    rank: 3,
    setting: 'envoy.reloadable_features.allow_multiplexed_upstream_half_close',
    value: 'true',
    why: 'half-close-runtime-flag',
    snippet: `layered_runtime:
  layers:
    - name: half_close
      static_layer:
        envoy.reloadable_features.allow_multiplexed_upstream_half_close: true`,
    since: 'Envoy 1.31.0',
  },
  {
    for: [...idlePings, ...fastPings],
    role: 'middlebox',
    rank: 1,
    setting: 'http2_protocol_options.connection_keepalive.interval',
    value: '>= <<clientIntervalMs:dur>>',
    why: 'proxy-pings-always',
    snippet: `http2_protocol_options:
  connection_keepalive:
    interval: <<clientIntervalMs:dur>>
    timeout: 5s`,
  },
  {
    for: ['connection/idle-close-race', 'connection/abrupt-close'],
    needs: ['gapMs'],
    role: 'middlebox',
    rank: 1,
    setting: 'common_http_protocol_options.idle_timeout',
    value: '<<belowGapMs:dur>>',
    why: 'client-closes-first',
    snippet: `common_http_protocol_options: # of the cluster, whose server closes first otherwise
  idle_timeout: <<belowGapMs:dur>>`,
  },
  {
    for: ['stream/proxy-timeout:silent'],
    role: 'middlebox',
    rank: 1,
    setting: 'stream_idle_timeout',
    value: '<<aboveGapMs:dur>>',
    why: 'longer-proxy-timeout',
    snippet: `# HTTP connection manager; 0s switches it off. A route's idle_timeout wins over it
stream_idle_timeout: <<aboveGapMs:dur>>`,
  },
  {
    for: ['connection/half-open'],
    role: 'middlebox',
    rank: 2,
    setting: 'upstream_connection_options.tcp_keepalive',
    value: '60 s, 20 s, 3',
    why: 'tcp-keepalive',
    snippet: `upstream_connection_options: # of the cluster
  tcp_keepalive: { keepalive_time: 60, keepalive_interval: 20, keepalive_probes: 3 }`,
  },
  {
    for: ['connection/pinned'],
    role: 'middlebox',
    rank: 1,
    setting: 'envoy.filters.network.http_connection_manager, lb_policy',
    value: 'LEAST_REQUEST',
    why: 'balance-calls',
    snippet: `lb_policy: LEAST_REQUEST # of the cluster, behind an HTTP connection manager: tcp_proxy decides per connection
typed_extension_protocol_options:
  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
    explicit_http_config: { http2_protocol_options: {} }`,
  },
  {
    for: ['connection/stream-ids-exhausted'],
    role: 'middlebox',
    rank: 2,
    setting: 'common_http_protocol_options.max_connection_duration',
    value: '3600s',
    why: 'recycle-connections',
    snippet: `common_http_protocol_options:
  max_connection_duration: 3600s`,
  },
  {
    for: ['deadline/exceeded-by-handler', 'stream/proxy-timeout:total'],
    role: 'middlebox',
    rank: 2,
    setting: 'route.timeout',
    value: '0s',
    why: 'longer-proxy-timeout',
    snippet: `route:
  timeout: 0s
  max_stream_duration:
    grpc_timeout_header_max: 0s # the deadline of the caller alone`,
  },
  {
    for: crowded,
    role: 'middlebox',
    rank: 1,
    setting: 'http2_protocol_options.max_concurrent_streams',
    value: '<<aboveLimit>>',
    why: 'raise-concurrency',
    snippet: `http2_protocol_options:
  max_concurrent_streams: <<aboveLimit>>`,
  },
  {
    for: smallWindows,
    role: 'middlebox',
    rank: 2,
    setting: 'http2_protocol_options.initial_stream_window_size',
    value: '<<windowProposedBytes>>',
    why: 'larger-window',
    snippet: `http2_protocol_options:
  initial_stream_window_size: <<windowProposedBytes>>`,
  },
  {
    for: ['headers/too-large'],
    role: 'middlebox',
    rank: 2,
    setting: 'max_request_headers_kb',
    value: '<<aboveSizeBytes:kib>>',
    why: 'raise-header-limit',
    snippet: `max_request_headers_kb: <<aboveSizeBytes:kib>> # of the HTTP connection manager`,
  },
  {
    for: ['headers/malformed'],
    role: 'middlebox',
    rank: 2,
    setting: 'override_stream_error_on_invalid_http_message',
    value: 'true',
    why: 'reset-stream-only',
    snippet: `http2_protocol_options:
  override_stream_error_on_invalid_http_message: true`,
  },
  {
    for: ['peer/http1:server', 'peer/not-grpc'],
    unless: { status: 504 },
    role: 'middlebox',
    rank: 1,
    setting: 'explicit_http_config.http2_protocol_options',
    value: '{}',
    why: 'forward-grpc',
    snippet: `typed_extension_protocol_options:
  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
    explicit_http_config:
      http2_protocol_options: {}`,
  },
  {
    for: ['capture/encrypted'],
    role: 'middlebox',
    rank: 1,
    setting: 'common_tls_context.key_log',
    value: 'a file',
    why: 'write-key-log',
    snippet: `common_tls_context:
  key_log: { path: /tmp/keys.log }`,
  },
  {
    for: ['tls/alert:certificate'],
    role: 'middlebox',
    rank: 2,
    setting: 'tls_certificates',
    value: 'a valid chain',
    why: 'renew-certificate',
    snippet: `common_tls_context:
  tls_certificates:
  - certificate_chain: { filename: fullchain.pem }
    private_key: { filename: key.pem }`,
  },
  {
    for: ['peer/no-alpn'],
    role: 'middlebox',
    rank: 1,
    setting: 'alpn_protocols',
    value: 'h2',
    why: 'offer-h2',
    snippet: `common_tls_context:
  alpn_protocols: [h2, http/1.1]`,
  },
  {
    for: sharedWindows,
    unless: { scope: 'stream' },
    role: 'middlebox',
    rank: 1,
    setting: 'http2_protocol_options.initial_connection_window_size',
    value: '<<windowProposedBytes>>',
    why: 'larger-shared-window',
    snippet: `http2_protocol_options:
  initial_connection_window_size: <<windowProposedBytes>>`,
  },
];
