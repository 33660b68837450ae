import { crowded, type RemedyTable, smallWindows } from './entry.ts';

export const haproxy: RemedyTable = [
  {
    for: ['hop/retried'],
    when: { unsafe: true },
    role: 'middlebox',
    rank: 2,
    setting: 'retry-on',
    value: 'conn-failure',
    why: 'retry-unprocessed-only',
    snippet: `backend grpc
  retry-on conn-failure`,
  },
  {
    for: ['hop/proxy-restarted'],
    role: 'middlebox',
    rank: 1,
    setting: 'hard-stop-after',
    value: '1h',
    why: 'drain-before-kill',
    snippet: `global
  hard-stop-after 1h # and stop by SIGUSR1, not by SIGTERM`,
  },
  {
    for: ['stream/missing-trailers'],
    role: 'middlebox',
    rank: 1,
    setting: 'timeout server',
    value: '<<aboveRequestMs:dur>>',
    why: 'longer-proxy-timeout',
    snippet: `backend grpc
  timeout server <<aboveRequestMs:dur>>
  server one 10.0.0.9:50051 proto h2`,
  },
  {
    for: ['peer/not-grpc', 'hop/answered-by-proxy:gave-up'],
    when: { status: 504 },
    role: 'middlebox',
    rank: 1,
    setting: 'timeout server',
    value: '1h',
    why: 'longer-proxy-timeout',
    snippet: `backend grpc
  timeout server 1h`,
  },
  {
    for: ['connection/idle-close-race', 'connection/abrupt-close', 'stream/proxy-timeout:silent'],
    needs: ['gapMs'],
    role: 'middlebox',
    rank: 1,
    setting: 'timeout client, timeout server, timeout http-keep-alive',
    value: '<<aboveGapMs:dur>>',
    why: 'keep-idle-longer',
    snippet: `frontend grpc
  timeout client          <<aboveGapMs:dur>>
  timeout http-keep-alive <<aboveGapMs:dur>>
backend grpc
  timeout server          <<aboveGapMs:dur>> # under \`mode tcp\` as under \`mode http\``,
  },
  {
    for: ['connection/pinned'],
    role: 'middlebox',
    rank: 1,
    setting: 'mode, proto',
    value: 'http, h2',
    why: 'balance-calls',
    snippet: `frontend grpc
  mode http
  bind :50051 proto h2
  default_backend grpc
backend grpc
  mode http
  balance roundrobin
  server one 10.0.0.9:50051 proto h2 check`,
  },
  {
    for: ['connection/half-open'],
    needs: ['idleGapMs'],
    role: 'middlebox',
    rank: 2,
    setting: 'srvtcpka-idle, srvtcpka-intvl, srvtcpka-cnt',
    value: '<<refreshMs:dur>>, 20s, 3',
    why: 'tcp-keepalive',
    snippet: `backend grpc
  option srvtcpka
  srvtcpka-idle  <<refreshMs:dur>>
  srvtcpka-intvl 20s
  srvtcpka-cnt   3`,
    since: 'HAProxy 2.4',
  },
  {
    for: crowded,
    role: 'middlebox',
    rank: 1,
    setting: 'tune.h2.max-concurrent-streams',
    value: '<<aboveLimit>>',
    why: 'raise-concurrency',
    snippet: `global
  tune.h2.max-concurrent-streams <<aboveLimit>>`,
  },
  {
    for: ['peer/not-grpc', 'peer/http1:server', 'hop/never-forwarded'],
    unless: { status: 504 },
    role: 'middlebox',
    rank: 1,
    setting: 'proto',
    value: 'h2',
    why: 'forward-grpc',
    snippet: `frontend grpc
  bind :50051 proto h2
backend grpc
  server one 10.0.0.9:50051 proto h2`,
  },
  {
    for: ['peer/no-alpn'],
    role: 'middlebox',
    rank: 1,
    setting: 'alpn',
    value: 'h2',
    why: 'offer-h2',
    snippet: `frontend grpc
  bind :443 ssl crt site.pem alpn h2,http/1.1`,
  },
  {
    for: smallWindows,
    role: 'middlebox',
    rank: 2,
    setting: 'tune.h2.fe.initial-window-size',
    value: '<<windowProposedBytes>>',
    why: 'larger-window',
    snippet: `global
  tune.h2.fe.initial-window-size <<windowProposedBytes>> # towards clients; tune.h2.be.initial-window-size towards servers`,
  },
  {
    for: ['headers/too-large'],
    role: 'middlebox',
    rank: 2,
    setting: 'tune.bufsize',
    value: '<<aboveSizeBytes>>',
    why: 'raise-header-limit',
    snippet: `global
  tune.bufsize <<aboveSizeBytes>> # of each connection: header lists must fit into it`,
  },
];
