import type { RemedyTable } from './entry.ts';

export const istio: RemedyTable = [
  {
    for: ['stream/late-half-close', 'stream/response-truncated'],
    role: 'middlebox',
    rank: 3,
    setting: 'proxy.istio.io/config',
    value: 'allow_multiplexed_upstream_half_close: true',
    why: 'half-close-runtime-flag',
    snippet: `metadata:
  annotations:
    proxy.istio.io/config: |
      runtimeValues:
        envoy.reloadable_features.allow_multiplexed_upstream_half_close: "true"`,
  },
  {
    for: ['connection/idle-close-race'],
    role: 'middlebox',
    rank: 1,
    setting: 'connectionPool.http.idleTimeout',
    value: '<<belowGapMs:dur>>',
    why: 'client-closes-first',
    snippet: `kind: DestinationRule
spec:
  trafficPolicy:
    connectionPool:
      http:
        idleTimeout: <<belowGapMs:dur>>`,
  },
  {
    for: ['connection/half-open'],
    role: 'middlebox',
    rank: 2,
    setting: 'connectionPool.tcp.tcpKeepalive',
    value: '60s, 20s, 3',
    why: 'notice-dead-idle',
    snippet: `kind: DestinationRule
spec:
  trafficPolicy:
    connectionPool:
      tcp:
        tcpKeepalive: { time: 60s, interval: 20s, probes: 3 }`,
  },
  {
    for: ['peer/http1', 'peer/not-grpc'],
    role: 'middlebox',
    rank: 2,
    setting: 'Service.spec.ports.appProtocol',
    value: 'grpc',
    why: 'name-the-port',
    snippet: `ports:
  - name: grpc-api
    port: 50051
    appProtocol: grpc`,
  },
];
