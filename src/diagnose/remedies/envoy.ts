import { crowded, fastPings, idlePings, type RemedyTable, smallWindows } from './entry.ts';

export const envoy: RemedyTable = [
  {
    for: ['stream/late-half-close', 'stream/response-truncated'],
    role: 'middlebox',
    rank: 3,
    setting: 'Envoy',
    value: '>= 1.39.0',
    why: 'reset-forwarding-claimed',
    snippet: '# runtime guard envoy.reloadable_features.http_preserve_rst_no_error, on by default',
  },
  {
    for: ['stream/late-half-close', 'stream/response-truncated'],
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
    for: ['connection/idle-close-race'],
    role: 'middlebox',
    rank: 1,
    setting: 'common_http_protocol_options.idle_timeout',
    value: '<<belowGapMs:dur>>',
    why: 'client-closes-first',
    snippet: `common_http_protocol_options: # of the cluster, whose server closes first otherwise
  idle_timeout: <<belowGapMs:dur>>`,
  },
  {
    for: ['deadline/exceeded-by-handler'],
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
];
