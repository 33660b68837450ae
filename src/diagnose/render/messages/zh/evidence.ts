import type { EvidenceKey } from '../../params/index.ts';

/** PING 与违规行共用：当时打开的流。 */
const openness = '[?idle:，没有打开的流][!idle:[，{openStreams} 个流打开]]';

export const evidence: Readonly<Record<EvidenceKey, string>> = {
  ping: `[第 {number} 个 ]PING[probe=bdp:（带宽探测）][probe=drain:（排空）][，距上一个 {gapMs}]${openness}[，数据 {data}]`,
  'ping-ack': 'PING ACK[，距 PING {sinceMs}]',
  strike: `第 {number} 次违规[：第 {pingNumber} 个 PING][，距上一个 {gapMs}]${openness}`,
  'strike-reset': '服务端发送 HEADERS 或 DATA：违规计数清零[，第 {pingNumber} 个 PING 不计]',
  'next-interval': '该客户端的下一条连接（连接 {connection}）每 {intervalMs} 发一次 PING',
  goaway: 'GOAWAY {errorCode}[ {debugData:quoted}]，最后的流 {lastStreamId}',
  'rst-stream': '流 {stream} 上的 RST_STREAM {errorCode}[，距请求 {sinceMs}]',
  'headers-request': 'HEADERS：流 {stream} 上的请求[ {method}][，超时 {timeoutMs}][，此前静默 {gapMs}]',
  'headers-response': 'HEADERS：流 {stream} 上的响应[，状态码 {status}][，{contentType}][，距请求 {sinceMs}]',
  trailers: 'HEADERS：流 {stream} 上的 trailers[，grpc-status {grpcStatus}][ {grpcMessage:quoted}][，距请求 {sinceMs}]',
  'request-trailers': 'HEADERS：流 {stream} 上的请求尾部[：{fields}][?endStream:，END_STREAM]',
  'second-headers': '流 {stream} 上的 HEADERS[，在流 {highestStream} 之后]',
  data: '流 {stream} 上的 DATA，{bytes}[?endStream:，END_STREAM]',
  'half-close': '流 {stream} 上带 END_STREAM 的空 DATA[，距最后的请求数据 {sinceMs}]',
  message: '流 {stream} 上的消息：声明 {promised}[，到达 {received}]',
  fin: 'FIN[?openStreams:，{openStreams} 个流打开]',
  rst: 'RST[?openStreams:，{openStreams} 个流打开][，TTL {timeToLive}[，通常为 {usualTimeToLive}]]',
  'gap-in-time': '静默 {gapMs}',
  'no-answer': '没有响应[（流 {stream}）][，持续 {waitedMs}]',
  'no-goaway': '断开之前没有 GOAWAY',
  'capture-ends': '抓包结束[?openStreams:，{openStreams} 个流打开]',
  'open-stream':
    '流 {stream}[ {method}] 打开[，已 {ageMs}][state=waiting:，尚无响应][state=answering:，响应已开始][state=sending:，请求未结束]',
  'open-streams': '{count} 个流打开[，上限 {limit}]',
  settings:
    'SETTINGS[ MAX_CONCURRENT_STREAMS={maxConcurrentStreams}][ INITIAL_WINDOW_SIZE={initialWindowBytes:plain}][ MAX_HEADER_LIST_SIZE={maxHeaderListBytes:plain}][ HEADER_TABLE_SIZE={headerTableBytes:plain}]',
  'settings-ack': 'SETTINGS ACK[，距 SETTINGS {sinceMs}]',
  preface: '连接前言',
  'window-update': '[?stream:流 {stream} 的][!stream:连接的] WINDOW_UPDATE，+{bytes}',
  'window-empty': '[?stream:流 {stream} 的][!stream:连接的]窗口剩余 {bytes}',
  'header-list': '流 {stream} 上 {bytes} 的头部字段[，上限 {limit}]',
  retransmissions: '重传 {count} 个报文段[，历时 {spanMs}]',
  resets: '{spanMs} 内 {count} 个 RST_STREAM[ {errorCode}]',
  'closed-together': '{connections} 条连接在 {spreadMs} 内断开',
  'same-gap': '{connections} 条连接都在静默 {gapMs} 后被关闭',
  'connection-opened': '{client} 连接 {server}',
  'connection-refused': '{server} 拒绝连接',
  implementation: '自称 {text:quoted}',
  protocol: '最初的字节：{text:quoted}',
  violation: '{detail}（{rule}）',
  lost: '{bytes} 未抓到',
  repeated: '…… 还有 {count} 条同类',
};
