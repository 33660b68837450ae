import { droppedTails, type RemedyTable } from './entry.ts';

export const istio: RemedyTable = [
  {
    for: ['hop/answered-by-proxy:gave-up'],
    role: 'middlebox',
    rank: 1,
    setting: 'VirtualService.http.timeout',
    value: '0s',
    why: 'longer-proxy-timeout',
    snippet: `kind: VirtualService
spec:
  http:
    - timeout: 0s
      route: [{ destination: { host: orders } }]`,
  },
  {
    for: ['hop/retried'],
    when: { unsafe: true },
    role: 'middlebox',
    rank: 2,
    setting: 'VirtualService.http.retries.retryOn',
    value: 'connect-failure,refused-stream',
    why: 'retry-unprocessed-only',
    snippet: `kind: VirtualService
spec:
  http:
    - retries: { attempts: 2, retryOn: "connect-failure,refused-stream" } # the mesh retries unavailable by itself
      route: [{ destination: { host: orders } }]`,
  },
  {
    for: droppedTails,
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
    for: ['connection/idle-close-race', 'connection/abrupt-close'],
    needs: ['gapMs'],
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
    why: 'tcp-keepalive',
    snippet: `kind: DestinationRule
spec:
  trafficPolicy:
    connectionPool:
      tcp:
        tcpKeepalive: { time: 60s, interval: 20s, probes: 3 }`,
  },
  {
    for: ['stream/proxy-timeout:total'],
    role: 'middlebox',
    rank: 1,
    setting: 'VirtualService.spec.http.timeout',
    value: '0s',
    why: 'longer-proxy-timeout',
    snippet: `kind: VirtualService
spec:
  http:
    - timeout: 0s # the deadline of the caller alone
      route: [{ destination: { host: svc } }]`,
  },
  {
    for: ['stream/proxy-timeout:silent'],
    role: 'middlebox',
    rank: 1,
    setting: 'EnvoyFilter stream_idle_timeout',
    value: '<<aboveGapMs:dur>>',
    why: 'longer-proxy-timeout',
    snippet: `kind: EnvoyFilter
spec:
  configPatches:
    - applyTo: NETWORK_FILTER
      match: { listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager } } } }
      patch:
        operation: MERGE
        value:
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
            stream_idle_timeout: <<aboveGapMs:dur>>`,
  },
  {
    for: ['connection/pinned'],
    role: 'middlebox',
    rank: 2,
    setting: 'Service.spec.ports.appProtocol',
    value: 'grpc',
    why: 'balance-calls',
    snippet: `ports:
  - name: grpc-api
    port: 50051
    appProtocol: grpc # without it the mesh balances connections, not calls`,
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
