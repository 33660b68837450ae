/**
 * The finding catalogue: every id once, with its usual severity, its variants and where to read more.
 * An id never changes its meaning. Texts are in `render/messages`, parameters in `render/params`, settings in `remedies`.
 */

/** What the catalogue says of one id. `severity` is the usual one: a rule may choose another, for example when nobody was hit. */
interface CatalogEntry {
  readonly severity: 'error' | 'warning' | 'info';
  /** Its texts and remedies are ready, and no rule makes it yet: it has no page and no place in a report. */
  readonly pending?: true;
  /** Made from log lines alone, never from frames: its texts come from the readings. */
  readonly fromLogs?: true;
  /** The values that `Finding.variant` may take; an id without variants has one text. */
  readonly variants: readonly string[];
  /** In the short form that `reference` expands. */
  readonly references: readonly string[];
}

const catalogEntries = {
  'keepalive/too-many-pings': {
    severity: 'error',
    variants: ['idle', 'interval', 'bdp'],
    references: [
      'gRFC A8',
      'gRPC keepalive',
      'RFC 9113 §6.7',
      'cortexproject/cortex#5897',
      'grpc/grpc-go#5935',
      'etcd-io/etcd#15719',
    ],
  },
  'keepalive/will-be-cut': {
    severity: 'warning',
    variants: [],
    references: ['gRFC A8', 'gRPC keepalive', 'RFC 9113 §6.7'],
  },
  'keepalive/unanswered-ping': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §6.7', 'gRFC A8', 'gRFC A18', 'grpc/grpc-go#2443', 'grpc/grpc-java#7851'],
  },
  'keepalive/watchdog-false-positive': {
    severity: 'error',
    variants: ['data', 'late-ack'],
    references: ['RFC 9113 §6.7', 'grpc/grpc#22963', 'grpc/grpc#33344', 'grpc/grpc-java#8753'],
  },

  'connection/abrupt-close': {
    severity: 'error',
    variants: ['fin', 'rst'],
    references: [
      'RFC 9113 §6.8',
      'RFC 9113 §9.1',
      'cloudwego/kitex#1664',
      'cloudwego/kitex#1556',
      'cloudwego/kitex#1681',
    ],
  },
  'connection/idle-close-race': {
    severity: 'error',
    variants: [],
    references: [
      'RFC 9113 §9.1',
      'RFC 9113 §6.8',
      'reactor/reactor-netty#2649',
      'apache/servicecomb-java-chassis#3136',
      'connectrpc/connect-es#1768',
    ],
  },
  'connection/half-open': {
    severity: 'error',
    variants: ['silent', 'reset'],
    references: [
      'gRFC A18',
      'RFC 9293 §3.5.2',
      'RFC 9293 §3.8.1',
      'grpc/grpc-go#2443',
      'grpc/grpc-java#7851',
      'grpc/grpc-node#960',
    ],
  },
  'connection/short-lived': {
    severity: 'info',
    variants: [],
    references: ['RFC 9113 §9.1', 'cloudwego/kitex#1664', 'cloudwego/kitex#1677'],
  },
  'connection/server-restart': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §6.8', 'kubernetes/kubernetes#86280', 'cloudwego/kitex#1556'],
  },
  'connection/no-server-preface': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §3.4', 'grpc/grpc-node#2785', 'grpc/grpc#9649', 'grpc/grpc-go#3182'],
  },
  /** A SYN was answered with RST: nothing listens there. `info` when the client was served later, or elsewhere. */
  'connection/refused': {
    severity: 'error',
    variants: [],
    references: ['RFC 9293 §3.5.2', 'gRPC connection backoff'],
  },
  /** SYNs were repeated and nobody answered: no host, no route, or a firewall that drops. */
  'connection/unreachable': {
    severity: 'error',
    variants: [],
    references: ['RFC 9293 §3.8.3', 'gRPC connection backoff'],
  },
  'connection/settings-not-acked': {
    severity: 'warning',
    variants: [],
    references: ['RFC 9113 §6.5.3', 'grpc/grpc-go#729'],
  },
  'connection/pinned': {
    severity: 'warning',
    variants: [],
    references: ['gRFC A9', 'dapr/dapr#1444', 'grpc/grpc-go#5621', 'grafana/mimir#3804'],
  },
  'connection/stream-ids-exhausted': {
    severity: 'warning',
    variants: ['used-up', 'late'],
    references: ['RFC 9113 §5.1.1', 'grpc/grpc-go#5600', 'golang/go#60036'],
  },
  /** Connections without an octet: TCP health checks. They fail nothing. */
  'connection/health-checks': {
    severity: 'info',
    variants: [],
    references: ['RFC 9293 §3.5', 'gRPC health checking'],
  },

  'goaway/graceful': {
    severity: 'info',
    variants: [],
    references: ['RFC 9113 §6.8', 'gRFC A9'],
  },
  'goaway/grace-expired': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §6.8', 'gRFC A9', 'grpc/grpc-go#2767', 'grpc/grpc-java#9566', 'grpc/grpc-node#2745'],
  },
  'goaway/unprocessed-streams': {
    severity: 'warning',
    variants: [],
    references: ['RFC 9113 §6.8', 'RFC 9113 §8.7', 'gRFC A6', 'grpc/grpc-java#8310', 'grpc/grpc-go#2205'],
  },
  'goaway/one-shot': {
    severity: 'info',
    variants: [],
    references: [
      'RFC 9113 §6.8',
      'kubernetes/ingress-nginx#3028',
      'kubernetes/ingress-nginx#5598',
      'grpc/grpc-node#1634',
    ],
  },
  'goaway/late-write': {
    severity: 'error',
    variants: [],
    references: [
      'apache/servicecomb-java-chassis#4477',
      'apache/servicecomb-java-chassis#4487',
      'apache/servicecomb-java-chassis#4508',
      'netty/netty#6906',
      'RFC 9113 §5.1',
      'RFC 9113 §5.4.2',
    ],
  },
  'goaway/protocol-error': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §5.4.1', 'RFC 9113 §6.8', 'RFC 9113 §7'],
  },
  'goaway/flood-guard': {
    severity: 'error',
    variants: [],
    references: [
      'RFC 9113 §10.5',
      'CVE-2023-44487',
      'CVE-2025-8671',
      'grpc/grpc-node#2872',
      'hyperium/h2#668',
      'reactor/reactor-netty#3894',
    ],
  },

  'stream/request-trailers': {
    severity: 'error',
    variants: [],
    references: [
      'RFC 9113 §8.1',
      'gRPC over HTTP/2',
      'cloudwego/volo#330',
      'cloudwego/volo#335',
      'grpc/grpc-go#6940',
      'tower-rs/tower-grpc#12',
    ],
  },
  'stream/id-not-increasing': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §5.1.1', 'grpc/grpc-go#6940'],
  },
  'stream/late-half-close': {
    severity: 'info',
    variants: [],
    references: [
      'RFC 9113 §8.1',
      'grpc/grpc-node#3031',
      'grpc/grpc-go#2684',
      'envoyproxy/envoy#38206',
      'grpc/grpc-go#8041',
    ],
  },
  'stream/response-truncated': {
    severity: 'error',
    variants: [],
    references: [
      'RFC 9113 §8.1',
      'envoyproxy/envoy#38206',
      'envoyproxy/envoy#44749',
      'grpc/grpc-go#8041',
      'istio/istio#50244',
      'grpc/grpc-node#2569',
      'grpc/grpc-node#3031',
    ],
  },
  'stream/refused': {
    severity: 'warning',
    variants: [],
    references: ['RFC 9113 §5.1.2', 'RFC 9113 §8.7', 'grpc/grpc-node#1969', 'dotnet/aspnetcore#17484'],
  },
  'stream/concurrency-starved': {
    severity: 'warning',
    variants: [],
    references: ['RFC 9113 §5.1.2', 'gRFC A105', 'grpc/grpc-java#8252', 'grpc/grpc#21386'],
  },
  'stream/cancel-storm': {
    severity: 'warning',
    variants: [],
    references: ['RFC 9113 §6.4', 'grpc/grpc-java#3508', 'grpc/grpc-node#1471'],
  },
  'stream/internal-error': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §7', 'grpc/grpc-java#5176', 'grpc/grpc-node#1747', 'grpc/grpc-node#2647'],
  },
  /** The server reset the stream with an error code that no other stream id stands for (PROTOCOL_ERROR, ENHANCE_YOUR_CALM ...). */
  'stream/reset': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §5.4.2', 'RFC 9113 §7'],
  },
  'stream/frame-after-close': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §5.1', 'grpc/grpc-java#8142', 'dotnet/aspnetcore#32442'],
  },
  /** A timer between client and server ended the call: it was silent for too long, or took too long. */
  'stream/proxy-timeout': {
    severity: 'error',
    variants: ['silent', 'total'],
    references: ['RFC 9113 §6.4', 'akka/akka-grpc#1784', 'grpc/grpc-node#1747', 'grpc/grpc-go#6963'],
  },
  'stream/missing-trailers': {
    severity: 'error',
    variants: [],
    references: ['gRPC over HTTP/2', 'RFC 9113 §8.1', 'grpc/grpc-go#2867', 'grpc/grpc-node#2300'],
  },
  'stream/cancelled': {
    severity: 'info',
    variants: [],
    references: ['RFC 9113 §6.4', 'gRPC over HTTP/2'],
  },

  'deadline/exceeded-by-handler': {
    severity: 'warning',
    variants: [],
    references: ['gRPC deadlines', 'gRPC over HTTP/2'],
  },
  'deadline/not-propagated': {
    severity: 'warning',
    variants: ['longer', 'none'],
    references: ['gRPC deadlines', 'grpc/grpc-java#4767', 'grpc/grpc#27216'],
  },

  'flow/stream-stalled': {
    severity: 'error',
    variants: [],
    references: [
      'RFC 9113 §5.2',
      'RFC 9113 §6.9',
      'linkerd/linkerd#1013',
      'apache/dubbo#16443',
      'vmagamedov/grpclib#67',
    ],
  },
  'flow/connection-stalled': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §5.2', 'RFC 9113 §6.9.1', 'cockroachdb/cockroach#35161', 'vmagamedov/grpclib#67'],
  },
  'flow/window-too-small': {
    severity: 'info',
    variants: [],
    references: ['RFC 9113 §5.2.2', 'RFC 9113 §6.9.2', 'grpc/grpc-node#2429'],
  },
  'flow/window-overrun': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §6.9.1', 'grpc/grpc-java#12545'],
  },
  'flow/credit-leak': {
    severity: 'warning',
    variants: [],
    references: ['RFC 9113 §6.9', 'RFC 9113 §5.1', 'hyperium/h2#894', 'grpc/grpc-go#4172'],
  },

  'headers/too-large': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §6.5.2', 'RFC 9113 §10.5.1', 'grpc/grpc-go#4265', 'grpc/grpc-java#11430', 'grpc/grpc#37852'],
  },
  'headers/malformed': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §8.1.1', 'RFC 9113 §8.2', 'grpc/grpc-go#4960', 'envoyproxy/envoy#20575'],
  },
  'headers/compression-error': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §4.3', 'RFC 7541 §4.2', 'haproxy/haproxy#1498'],
  },

  'message/too-large': {
    severity: 'error',
    variants: [],
    references: ['gRPC over HTTP/2', 'grpc/grpc-go#3134', 'grpc/grpc-node#1093', 'grpc/grpc-java#12307'],
  },
  'message/truncated': {
    severity: 'error',
    variants: [],
    references: ['gRPC over HTTP/2', 'RFC 9113 §8.1'],
  },

  'peer/http1': {
    severity: 'error',
    variants: ['server', 'client'],
    references: ['RFC 9113 §3.4', 'grpc/grpc-go#6826', 'zeromicro/go-zero#4242'],
  },
  'peer/tls-mismatch': {
    severity: 'error',
    variants: ['plaintext-to-tls', 'tls-to-plaintext'],
    references: ['RFC 9113 §3.3', 'grpc/grpc-dotnet#1647'],
  },
  'peer/no-alpn': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §3.2', 'RFC 7301', 'grpc/grpc-go#7535', 'envoyproxy/envoy#26172'],
  },
  'peer/not-grpc': {
    severity: 'error',
    variants: [],
    references: [
      'gRPC over HTTP/2',
      'gRPC HTTP status mapping',
      'kubernetes/ingress-nginx#6273',
      'grpc/grpc-dotnet#1671',
    ],
  },

  /** A side ended TLS with an alert; `peer/no-alpn` has the one about ALPN. */
  'tls/alert': {
    severity: 'error',
    variants: ['certificate', 'client-certificate', 'version', 'parameters', 'name', 'hidden'],
    references: ['RFC 8446 §6.2', 'RFC 5246 §7.2.2'],
  },
  /** A handshake that began and that nobody finished, without an alert. */
  'tls/handshake-unfinished': {
    severity: 'error',
    variants: ['no-server-hello', 'after-server-hello'],
    references: ['RFC 8446 §2', 'RFC 5246 §7.3'],
  },
  /** Encrypted records of the size of PINGs at even intervals. */
  'tls/ping-rhythm': {
    severity: 'info',
    variants: ['cut', 'kept'],
    references: ['RFC 8446 §5.2', 'RFC 9113 §6.7', 'gRFC A8'],
  },
  /** An encrypted connection ended in silence. */
  'tls/idle-end': {
    severity: 'info',
    variants: [],
    references: ['RFC 8446 §6.1', 'RFC 9113 §9.1'],
  },

  // Two hops of one call: see `#compare`.
  'hop/response-dropped': {
    severity: 'error',
    variants: ['part', 'whole'],
    references: ['RFC 9113 §8.1', 'envoyproxy/envoy#38206', 'grpc/grpc-go#8041', 'grpc/grpc-node#2569'],
  },
  'hop/trailers-lost': {
    severity: 'error',
    variants: [],
    references: ['gRPC over HTTP/2', 'RFC 9113 §8.1', 'envoyproxy/envoy#38206'],
  },
  'hop/answered-by-proxy': {
    severity: 'error',
    variants: ['gave-up', 'too-early'],
    references: ['gRPC HTTP status mapping', 'RFC 9113 §8.1'],
  },
  'hop/never-forwarded': {
    severity: 'error',
    variants: [],
    references: ['gRPC HTTP status mapping', 'gRPC over HTTP/2'],
  },
  'hop/status-rewritten': {
    severity: 'warning',
    variants: [],
    references: ['gRPC HTTP status mapping', 'gRPC over HTTP/2'],
  },
  'hop/reset-translated': {
    severity: 'warning',
    variants: ['code', 'status'],
    references: ['RFC 9113 §7', 'RFC 9113 §8.7', 'gRPC over HTTP/2'],
  },
  'hop/reset-swallowed': {
    severity: 'warning',
    variants: [],
    references: ['RFC 9113 §6.4', 'haproxy/haproxy#172'],
  },
  'hop/retried': {
    severity: 'info',
    variants: [],
    references: ['gRFC A6', 'RFC 9113 §8.7'],
  },
  'hop/deadline-changed': {
    severity: 'warning',
    variants: ['dropped', 'raised', 'lowered'],
    references: ['gRPC over HTTP/2'],
  },
  'hop/added-delay': {
    severity: 'warning',
    variants: ['request', 'response'],
    references: ['RFC 9113 §5.1.2'],
  },
  'hop/proxy-restarted': {
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §6.8', 'RFC 9113 §9.1'],
  },
  'hop/keepalive-not-forwarded': {
    severity: 'info',
    variants: [],
    references: ['RFC 9113 §6.7', 'gRPC keepalive'],
  },

  // One connection captured at two places of its path.
  'hop/reset-injected': {
    severity: 'error',
    variants: ['idle', 'busy'],
    references: ['RFC 9293 §3.5.2', 'grpc/grpc-go#2443'],
  },
  'hop/path-dropped': {
    severity: 'error',
    variants: ['idle', 'busy'],
    references: ['RFC 9293 §3.8.1', 'gRFC A18', 'grpc/grpc-go#2443'],
  },
  'hop/path-delayed': {
    severity: 'warning',
    variants: ['request', 'response'],
    references: ['RFC 6298 §2'],
  },

  'capture/starts-mid-connection': {
    severity: 'info',
    variants: [],
    references: ['RFC 9113 §4.3', 'RFC 7541 §2.3.2'],
  },
  'capture/packets-lost': {
    severity: 'info',
    variants: [],
    references: ['RFC 9113 §4.3'],
  },
  'capture/one-direction': {
    severity: 'info',
    variants: [],
    references: ['RFC 9113 §4.3'],
  },
  /** The clock that stamped the packets was set, or stood, while the hosts' own clocks went on. */
  'capture/clock-leap': {
    severity: 'info',
    variants: ['hosts', 'order', 'one-host'],
    references: ['RFC 7323 §5.4'],
  },
  'capture/encrypted': {
    severity: 'info',
    variants: [],
    references: ['RFC 9113 §3.2'],
  },

  /** A line that several findings fit: it names them, and says what would decide. */
  'log/undecided': {
    fromLogs: true,
    severity: 'error',
    variants: [],
    references: ['RFC 9113 §5.4'],
  },
  /** Lines that look alarming and are not. */
  'log/harmless': {
    fromLogs: true,
    severity: 'info',
    variants: [],
    references: ['RFC 9113 §9.1', 'cloudwego/kitex#1677'],
  },
  /** The program that wrote the line ended the connection or call itself. */
  'log/own-side': {
    fromLogs: true,
    severity: 'warning',
    variants: [],
    references: ['gRPC over HTTP/2'],
  },
  /** A proxy decided the fate of the call itself: a timer, a limit, no backend, no route. */
  'log/proxy-decision': {
    fromLogs: true,
    severity: 'error',
    variants: [],
    references: ['gRPC HTTP status mapping'],
  },
} as const satisfies Readonly<Record<string, CatalogEntry>>;

export type FindingId = keyof typeof catalogEntries;

/** The part of an id before its slash: rules, texts and pages are grouped by it. */
export type Family = FindingId extends infer Id ? (Id extends `${infer Name}/${string}` ? Name : never) : never;

/** The ids of one family. */
export type IdOf<Name extends Family> = Extract<FindingId, `${Name}/${string}`>;

/** The variants of one id; `never` for an id that has one text. */
export type VariantOf<Id extends FindingId> = (typeof catalogEntries)[Id]['variants'][number];

export const catalog: Readonly<Record<FindingId, CatalogEntry>> = catalogEntries;

function isFindingId(text: string): text is FindingId {
  return Object.hasOwn(catalogEntries, text);
}

/** The finding ids, in catalogue order. */
export const findingIds: readonly FindingId[] = Object.keys(catalogEntries).filter(isFindingId);

/** The ids that a report may hold. */
export const toldIds: readonly FindingId[] = findingIds.filter((id) => catalog[id].pending === undefined);
