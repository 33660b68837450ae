/**
 * The failures that users of gRPC and HTTP/2 report, and the finding that tells each. `tools/docs-failure-modes.ts` writes the page from
 * it; its test checks that the ids exist and that each recording is expected to show them.
 */
import type { FindingId } from '../src/diagnose/catalog.ts';

export interface Telling {
  readonly id: FindingId;
  readonly variant?: string;
  /** Recordings in fixtures/captures that show it; without any, the scripted story of the rule's test does. */
  readonly by: readonly string[];
}

export interface FailureMode {
  readonly name: string;
  readonly en: string;
  readonly zh: string;
  readonly told: readonly Telling[];
}

const tell = (id: FindingId, ...by: readonly string[]): Telling => ({ id, by });
const tellVariant = (id: FindingId, variant: string, ...by: readonly string[]): Telling => ({ id, variant, by });

/** Five public incidents, each of them found again in the corpus. */
export const incidents: readonly FailureMode[] = [
  {
    name: 'A',
    en: 'Cortex and etcd: `too_many_pings` on idle connections',
    zh: 'Cortex 与 etcd：空闲连接上的 `too_many_pings`',
    told: [
      tellVariant('keepalive/too-many-pings', 'idle', 'etcd-cluster-idle-pings', 'etcd-3.6-idle-pings'),
      tell('keepalive/will-be-cut', 'etcd-idle-pings-not-yet-cut'),
    ],
  },
  {
    name: 'B',
    en: 'Kitex: "EOF peer close" and "draining"',
    zh: 'Kitex：“EOF peer close” 与 “draining”',
    told: [
      tellVariant('connection/abrupt-close', 'fin', 'kitex-exit-0.11'),
      tell('connection/server-restart', 'kitex-kill'),
      tell('connection/short-lived', 'kitex-short-connections'),
    ],
  },
  {
    name: 'C',
    en: 'Volo: "received an illegal stream id"',
    zh: 'Volo：“received an illegal stream id”',
    told: [tell('stream/request-trailers', 'volo-request-trailers-grpc-go-1.58', 'volo-request-trailers-grpc-go-1.85')],
  },
  {
    name: 'D',
    en: 'grpc-js, Envoy, grpc-go: RST_STREAM(NO_ERROR), the end of the answer is lost',
    zh: 'grpc-js、Envoy、grpc-go：RST_STREAM(NO_ERROR)，响应的结尾丢失',
    told: [
      tell('stream/late-half-close', 'envoy-1.38-late-half-close'),
      tell('stream/response-truncated', 'envoy-1.38-late-half-close'),
    ],
  },
  {
    name: 'E',
    en: 'ServiceComb, Vert.x: GOAWAY error code 1 after one timeout',
    zh: 'ServiceComb、Vert.x：一次超时之后的 GOAWAY 错误码 1',
    told: [tell('goaway/late-write', 'vertx-4.3-late-write', 'netty-late-write')],
  },
];

export const failureModes: readonly FailureMode[] = [
  {
    name: '1',
    en: '`max_age`, `max_idle`: calls cut when the grace is over',
    zh: '`max_age`、`max_idle`：宽限期结束时调用被切断',
    told: [
      tell('goaway/grace-expired', 'grpc-go-max-age-grace-expired', 'java-max-age-grace-expired'),
      tell('goaway/graceful', 'grpc-go-max-age', 'grpc-go-max-idle'),
    ],
  },
  {
    name: '2',
    en: 'GOAWAY with a last stream below calls in flight',
    zh: 'GOAWAY 的最后一个流小于进行中的调用',
    told: [tell('goaway/unprocessed-streams', 'node-goaway-below')],
  },
  {
    name: '3',
    en: 'nginx: GOAWAY in one step, at 1000 requests or a reload',
    zh: 'nginx：达到 1000 个请求或重载时一步到位的 GOAWAY',
    told: [tell('goaway/one-shot', 'nginx-1000-requests', 'nginx-reload-two-clients')],
  },
  {
    name: '4',
    en: 'An idle timeout crosses the next request',
    zh: '空闲超时与下一个请求交错',
    told: [tell('connection/idle-close-race', 'h2c-go-idle-race-haproxy', 'h2c-go-idle-race-socat')],
  },
  {
    name: '5',
    en: 'Half-open: the path forgot the connection, or died',
    zh: '半开连接：路径忘记了连接，或已中断',
    told: [
      tellVariant('connection/half-open', 'silent', 'nat-forgets-silent', 'grpc-go-veth-half-open'),
      tellVariant('connection/half-open', 'reset', 'nat-forgets-reset', 'host-restart-reset'),
      tell('keepalive/unanswered-ping', 'grpc-go-unanswered-ping', 'grpc-go-server-watchdog'),
    ],
  },
  {
    name: '6',
    en: 'ALB, Envoy, nginx: a silent stream is cut although PINGs flow, or a call takes too long',
    zh: 'ALB、Envoy、nginx：有 PING 但静默的流被切断，或调用耗时过长',
    told: [
      tellVariant('stream/proxy-timeout', 'silent', 'envoy-stream-idle-timeout', 'nginx-read-timeout-in-stream'),
      tellVariant('stream/proxy-timeout', 'total', 'envoy-route-timeout'),
      tell('peer/not-grpc', 'nginx-read-timeout'),
    ],
  },
  {
    name: '7',
    en: 'Keepalive closes a connection that is alive',
    zh: '保活机制关闭了正常的连接',
    told: [
      tellVariant('keepalive/watchdog-false-positive', 'data', 'grpc-js-watchdog-behind-data'),
      tellVariant('keepalive/watchdog-false-positive', 'late-ack', 'grpc-js-watchdog-late-ack'),
    ],
  },
  { name: '8', en: 'REFUSED_STREAM', zh: 'REFUSED_STREAM', told: [tell('stream/refused', 'node-refused')] },
  {
    name: '9',
    en: 'Calls wait for MAX_CONCURRENT_STREAMS',
    zh: '调用在等待 MAX_CONCURRENT_STREAMS',
    told: [tell('stream/concurrency-starved', 'grpc-js-starved')],
  },
  {
    name: '10',
    en: 'A guard against rapid resets hits honest cancels',
    zh: '快速重置防护误伤正常的取消',
    told: [
      tell('goaway/flood-guard', 'tonic-reset-flood', 'node-reset-flood'),
      tell('stream/cancel-storm', 'node-cancel-storm'),
    ],
  },
  {
    name: '11',
    en: 'A guard counts resets that the server itself sends (MadeYouReset)',
    zh: '防护机制统计服务端自己发出的重置（MadeYouReset）',
    told: [tell('goaway/flood-guard')],
  },
  {
    name: '12',
    en: 'RST_STREAM(INTERNAL_ERROR)',
    zh: 'RST_STREAM(INTERNAL_ERROR)',
    told: [tell('stream/internal-error', 'node-internal-error')],
  },
  {
    name: '13',
    en: 'The window of a stream stays empty',
    zh: '流的窗口一直为空',
    told: [tell('flow/stream-stalled', 'flow-grpc-go-reader-stops')],
  },
  {
    name: '14',
    en: 'The window of the connection stays empty, or leaks',
    zh: '连接的窗口一直为空，或不断流失',
    told: [tell('flow/connection-stalled', 'flow-connection-stalled'), tell('flow/credit-leak', 'flow-credit-leak')],
  },
  {
    name: '15',
    en: 'FLOW_CONTROL_ERROR',
    zh: 'FLOW_CONTROL_ERROR',
    told: [tell('flow/window-overrun', 'flow-overrun-grpc-go', 'flow-increment-grpc-js')],
  },
  {
    name: '16',
    en: 'Header list too large',
    zh: '头部列表过大',
    told: [
      tell(
        'headers/too-large',
        'grpc-go-headers-too-large',
        'grpc-go-headers-too-large-current',
        'large-metadata-java',
        'large-metadata-python',
        'large-metadata-envoy',
        'large-metadata-nginx',
        'large-metadata-haproxy',
        'large-metadata-nghttpx',
      ),
    ],
  },
  {
    name: '17',
    en: 'Message too large',
    zh: '消息过大',
    told: [tell('message/too-large', 'grpc-go-message-too-large', 'python-message-too-large')],
  },
  {
    name: '18',
    en: 'A peer that speaks HTTP/1.1',
    zh: '对端使用 HTTP/1.1',
    told: [tell('peer/http1', 'nginx-http1-only', 'node-http1-client-at-grpc-server')],
  },
  {
    name: '19',
    en: 'TLS to plaintext, plaintext to TLS',
    zh: 'TLS 连到明文端口，明文连到 TLS 端口',
    told: [tell('peer/tls-mismatch', 'java-plaintext-client-tls-server', 'node-tls-client-plaintext-server')],
  },
  {
    name: '20',
    en: 'TLS without ALPN h2',
    zh: 'TLS 中没有协商 ALPN h2',
    told: [tell('peer/no-alpn', 'tls-grpc-go-no-alpn-1.2')],
  },
  {
    name: '21',
    en: 'A proxy answers instead of the server',
    zh: '代理代替服务端作答',
    told: [tell('peer/not-grpc', 'nginx-dead-backend', 'haproxy-dead-backend')],
  },
  {
    name: '22',
    en: 'Malformed headers',
    zh: '头部格式错误',
    told: [tell('headers/malformed', 'grpc-js-connection-header')],
  },
  {
    name: '23',
    en: 'COMPRESSION_ERROR',
    zh: 'COMPRESSION_ERROR',
    told: [tell('headers/compression-error', 'nghttpd-bad-header-block')],
  },
  {
    name: '24',
    en: 'Stream ids run out',
    zh: '流 ID 用尽',
    told: [tellVariant('connection/stream-ids-exhausted', 'used-up', 'node-last-stream-ids')],
  },
  {
    name: '25',
    en: 'SETTINGS never come or are never acknowledged; TCP health checks',
    zh: 'SETTINGS 一直不来或不被确认；TCP 健康检查',
    told: [
      tell('connection/no-server-preface', 'grpc-go-no-server-preface'),
      tell('connection/settings-not-acked', 'nghttpd-settings-timeout', 'grpc-js-settings-never-acked'),
      tell('connection/health-checks', 'haproxy-tcp-pinned'),
    ],
  },
  {
    name: '26',
    en: 'One connection carries all calls while other servers idle',
    zh: '一条连接承载所有调用，其他服务端空闲',
    told: [tell('connection/pinned', 'haproxy-tcp-pinned', 'grpc-js-pick-first-pinned')],
  },
  {
    name: '27',
    en: 'A deployment kills servers',
    zh: '部署时服务端被终止',
    told: [
      tell('connection/server-restart', 'grpc-go-server-restart', 'grpc-js-server-killed-three-clients'),
      tellVariant('connection/abrupt-close', 'fin', 'grpc-go-abrupt-kill'),
      tell('connection/refused', 'nginx-dead-backend'),
    ],
  },
  {
    name: '28',
    en: 'Cancel storms, deadline ladders',
    zh: '取消风暴、超时阶梯',
    told: [
      tell('stream/cancel-storm', 'node-cancel-storm'),
      tellVariant('deadline/not-propagated', 'longer', 'grpc-js-deadline-ladder'),
      tell('deadline/exceeded-by-handler', 'grpc-go-deadline-by-handler'),
    ],
  },
  {
    name: '29',
    en: 'Frames on a closed stream',
    zh: '已关闭的流上的帧',
    told: [tell('stream/frame-after-close', 'flow-data-after-end')],
  },
  {
    name: '30',
    en: 'END_STREAM mistakes: no trailers',
    zh: 'END_STREAM 的错误：没有 trailers',
    told: [tell('stream/missing-trailers', 'node-missing-trailers'), tell('message/truncated', 'node-short-message')],
  },
];
