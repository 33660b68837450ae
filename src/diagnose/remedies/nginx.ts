import { crowded, type RemedyTable } from './entry.ts';

export const nginx: RemedyTable = [
  {
    for: ['goaway/one-shot'],
    role: 'middlebox',
    rank: 1,
    setting: 'keepalive_requests, keepalive_time',
    value: '<<aboveRequests>>, 24h',
    why: 'fewer-one-shot-goaways',
    snippet: `keepalive_requests <<aboveRequests>>;
keepalive_time     24h;`,
  },
  {
    for: ['connection/idle-close-race'],
    role: 'middlebox',
    rank: 1,
    setting: 'keepalive_timeout',
    value: '<<aboveGapMs:dur>>',
    why: 'keep-idle-longer',
    snippet: `keepalive_timeout <<aboveGapMs:dur>>;`,
  },
  {
    for: ['peer/not-grpc'],
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
    for: ['peer/not-grpc', 'peer/http1:server'],
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
];
