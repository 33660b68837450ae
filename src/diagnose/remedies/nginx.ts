import { crowded, type RemedyTable, smallWindows } from './entry.ts';

export const nginx: RemedyTable = [
  {
    for: ['hop/retried'],
    when: { unsafe: true },
    role: 'middlebox',
    rank: 2,
    setting: 'grpc_next_upstream',
    value: 'error',
    why: 'retry-unprocessed-only',
    snippet: `grpc_next_upstream error; # a failed connection; not timeout, not http_503`,
  },
  {
    for: ['hop/proxy-restarted'],
    role: 'middlebox',
    rank: 1,
    setting: 'worker_shutdown_timeout',
    value: '1h',
    why: 'drain-before-kill',
    snippet: `worker_shutdown_timeout 1h; # and stop by SIGQUIT or reload, not by SIGTERM`,
  },
  {
    for: ['hop/keepalive-not-forwarded'],
    role: 'middlebox',
    rank: 1,
    setting: 'grpc_socket_keepalive',
    value: 'on',
    why: 'notice-dead-idle',
    snippet: `grpc_socket_keepalive on;`,
  },
  {
    for: ['goaway/one-shot'],
    unless: { trigger: 'reload' },
    role: 'middlebox',
    rank: 1,
    setting: 'keepalive_requests, keepalive_time',
    value: '<<aboveRequests>>, 24h',
    why: 'fewer-one-shot-goaways',
    snippet: `keepalive_requests <<aboveRequests>>;
keepalive_time     24h;`,
  },
  {
    for: ['goaway/one-shot'],
    when: { trigger: 'reload' },
    role: 'middlebox',
    rank: 2,
    setting: 'worker_shutdown_timeout',
    value: '1h',
    why: 'reload-cuts-late',
    snippet: `worker_shutdown_timeout 1h; # calls that are open at a reload may take so long`,
  },
  {
    for: ['stream/proxy-timeout'],
    role: 'middlebox',
    rank: 1,
    setting: 'grpc_read_timeout, grpc_send_timeout, client_body_timeout',
    value: '<<aboveGapMs:dur>>',
    why: 'longer-proxy-timeout',
    snippet: `grpc_read_timeout   <<aboveGapMs:dur>>;
grpc_send_timeout   <<aboveGapMs:dur>>;
client_body_timeout <<aboveGapMs:dur>>;`,
  },
  {
    for: ['connection/half-open'],
    role: 'middlebox',
    rank: 2,
    setting: 'grpc_socket_keepalive, listen ... so_keepalive',
    value: 'on, 60s:20s:3',
    why: 'tcp-keepalive',
    snippet: `listen 50051 so_keepalive=60s:20s:3; # towards clients
grpc_socket_keepalive on; # towards servers`,
  },
  {
    for: ['connection/pinned'],
    role: 'middlebox',
    rank: 1,
    setting: 'grpc_pass',
    value: 'grpc://backends',
    why: 'balance-calls',
    snippet: `upstream backends {
  server 10.0.0.9:50051;
  server 10.0.0.10:50051;
}
location / {
  grpc_pass grpc://backends; # of an http server: a stream server decides per connection
}`,
  },
  {
    for: ['connection/idle-close-race', 'connection/abrupt-close'],
    needs: ['gapMs'],
    role: 'middlebox',
    rank: 1,
    setting: 'keepalive_timeout',
    value: '<<aboveGapMs:dur>>',
    why: 'keep-idle-longer',
    snippet: `keepalive_timeout <<aboveGapMs:dur>>;`,
  },
  {
    for: ['peer/not-grpc', 'hop/answered-by-proxy:gave-up'],
    when: { status: 504 },
    role: 'middlebox',
    rank: 1,
    setting: 'grpc_read_timeout, grpc_send_timeout',
    value: '1h',
    why: 'longer-proxy-timeout',
    snippet: `grpc_read_timeout 1h;
grpc_send_timeout 1h;`,
  },
  {
    for: crowded,
    role: 'middlebox',
    rank: 1,
    setting: 'http2_max_concurrent_streams',
    value: '<<aboveLimit>>',
    why: 'raise-concurrency',
    snippet: `http2_max_concurrent_streams <<aboveLimit>>;`,
  },
  {
    for: ['message/too-large'],
    when: { by: 'client' },
    role: 'middlebox',
    rank: 2,
    setting: 'client_max_body_size',
    value: '0',
    why: 'raise-message-limit',
    snippet: `client_max_body_size 0; # no limit in the proxy: the server's own remains`,
  },
  {
    for: ['peer/not-grpc', 'peer/http1:server', 'hop/never-forwarded'],
    unless: { status: 504 },
    role: 'middlebox',
    rank: 1,
    setting: 'grpc_pass',
    value: 'grpc://backend',
    why: 'forward-grpc',
    snippet: `http2 on;
location / {
  grpc_pass grpc://backend;
}`,
  },
  {
    for: ['capture/encrypted'],
    role: 'middlebox',
    rank: 1,
    setting: 'LD_PRELOAD',
    value: 'libsslkeylog.so',
    why: 'write-key-log-elsewhere',
    snippet: `# nginx.conf: "env SSLKEYLOGFILE;"; then start it with
SSLKEYLOGFILE=/tmp/keys.log LD_PRELOAD=./libsslkeylog.so nginx`,
  },
  {
    for: ['tls/alert:certificate'],
    role: 'middlebox',
    rank: 2,
    setting: 'ssl_certificate',
    value: 'a valid chain',
    why: 'renew-certificate',
    snippet: `ssl_certificate     fullchain.pem; # the intermediates behind the own certificate
ssl_certificate_key key.pem;`,
  },
  {
    for: ['peer/no-alpn'],
    role: 'middlebox',
    rank: 1,
    setting: 'http2',
    value: 'on',
    why: 'offer-h2',
    snippet: `server {
  listen 443 ssl;
  http2  on; # before 1.25.1: listen 443 ssl http2;
}`,
  },
  {
    for: smallWindows,
    when: { sender: 'client' },
    role: 'middlebox',
    rank: 2,
    setting: 'http2_body_preread_size',
    value: '<<windowProposedBytes>>',
    why: 'larger-window',
    snippet: `http2_body_preread_size <<windowProposedBytes>>; # what a client may send of a request body at once`,
  },
  {
    for: ['headers/too-large'],
    role: 'middlebox',
    rank: 2,
    setting: 'large_client_header_buffers',
    value: '4 <<aboveSizeBytes:kib>>k',
    why: 'raise-header-limit',
    snippet: `large_client_header_buffers 4 <<aboveSizeBytes:kib>>k; # in http or server; no field may be larger than a buffer`,
  },
];
