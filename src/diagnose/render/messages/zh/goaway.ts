import type { FamilyTexts } from '../messages.ts';

const died = '[?openStreams:{openStreams} 个进行中的调用随连接一起失败。]';

export const goaway: FamilyTexts<'goaway'> = {
  'goaway/graceful': {
    title: '连接经 GOAWAY 优雅关闭，没有调用丢失',
    explanation: [
      '[by=client:客户端][by=server:服务端][!by:服务端]发送了 GOAWAY NO_ERROR[ {debugData:quoted}][?twoStep:，先以 2^31-1 预告，再给出最后的流 {lastStreamId}][!twoStep:，最后的流为 {lastStreamId}]。',
      '所有调用都正常结束[，连接在 {closedAfterMs} 后关闭]。',
      '这是正常的连接回收。',
    ],
    proof: 'GOAWAY 错误码为 NO_ERROR，且该连接上的每个调用都得到了响应。',
    variants: {},
  },
  'goaway/grace-expired': {
    title: '服务端先发 GOAWAY，随后切断了仍在进行的调用',
    explanation: [
      '服务端发送 GOAWAY NO_ERROR[ {debugData:quoted}]，{graceMs} 后关闭连接，此时还有 {openStreams} 个调用未结束。',
      '[其中最早的一个已持续 {longestMs}。]',
      '宽限期短于这些调用的时长。',
    ],
    proof: '服务端发出 GOAWAY NO_ERROR，之后在还有打开的流时发出 FIN 或 RST。',
    variants: {},
  },
  'goaway/unprocessed-streams': {
    title: 'GOAWAY 之后的调用未被处理，可以安全重试',
    explanation: [
      'GOAWAY[ {debugData:quoted}] 表明流 {lastStreamId} 是服务端处理的最后一个流。',
      '有 {streams} 个进行中的调用的流 ID 比它大：服务端没有看过，也不会处理。',
      '无论是什么调用，客户端都可以立即重发（RFC 9113 §6.8）。',
    ],
    proof: 'GOAWAY 到达时，客户端有流 ID 大于 last-stream-id 的打开的流。',
    variants: {},
  },
  'goaway/one-shot': {
    title: '一步到位的 GOAWAY：途中的请求可能丢失',
    explanation: [
      '服务端在 {requests} 个请求之后[（{ageMs} 内）]只发送了一个 GOAWAY NO_ERROR，直接给出真实的最后一个流 {lastStreamId}。',
      '它没有先用 2^31-1 预告，与 GOAWAY 交错的请求会被丢弃而得不到响应。',
      '[?lostStreams:有 {lostStreams} 个请求被丢弃。][!lostStreams:这次没有请求被丢弃。]',
      'nginx 在达到 keepalive_requests、keepalive_time 以及重载配置时就是这样做的[trigger=requests:；这里请求数指向第一种][trigger=age:；这里连接的存在时长指向第二种][trigger=reload:；它的多条连接同时如此，指向重载]。',
    ],
    proof:
      '只有一个 GOAWAY NO_ERROR，last-stream-id 是真实的流，此前没有给出 2^31-1 的第一个 GOAWAY。若之前约有 keepalive_requests（1000）个请求或 keepalive_time（1 小时），很可能是 nginx。',
    variants: {},
  },
  'goaway/late-write': {
    title: '一个被取消的调用让服务端断开了整条连接',
    explanation: [
      '客户端[在请求发出 {clientTimeoutMs} 后]重置了流 {resetStream}（{resetCode}），这是允许的。',
      '服务端的处理函数仍在运行，[在请求发出 {handlerMs} 后]把响应写到了这个流上。',
      '服务端把自己的迟到写入当成了对方的协议错误，发送 GOAWAY PROTOCOL_ERROR[：{debugData:quoted}]。',
      '[?openStreams:连接上另外 {openStreams} 个调用随之失败。][!openStreams:当时没有其他未结束的调用。]',
    ],
    proof:
      '客户端对流 N 发出 RST_STREAM，之后服务端发出 GOAWAY PROTOCOL_ERROR，调试数据为 `Request stream N is not correct for server connection`。没有这段文字时，先后顺序和时间差只能说明“很可能”。',
    variants: {},
  },
  'goaway/protocol-error': {
    title: '{by}以 GOAWAY {errorCode} 断开了连接',
    explanation: [
      '{by}发送 GOAWAY {errorCode}[：{debugData:quoted}]，断开了连接。',
      '[{by:other}此前的行为：{detail}[（{rule}）]。]',
      '[errorCode=INTERNAL_ERROR:该错误码表示{by}自身出错，请查看它的日志。]',
      died,
    ],
    proof: '带错误码的 GOAWAY，且没有其他结论能解释它。',
    variants: {},
  },
  'goaway/flood-guard': {
    title: '服务端的洪泛防护断开了连接',
    explanation: [
      '[{resetsBy}[在 {windowMs} 内]发送了 {resets} 个 RST_STREAM[ {resetCode}]。]',
      '服务端把这当成攻击（快速重置，CVE-2023-44487），发送 GOAWAY {errorCode}[：{debugData:quoted}]。',
      '大量调用同时到达很短的超时时，正常的客户端也会表现成这样。',
      died,
    ],
    proof:
      '一连串 RST_STREAM 之后，出现调试数据不是 `too_many_pings` 的 GOAWAY ENHANCE_YOUR_CALM，或 nghttp2 那样的 INTERNAL_ERROR。',
    variants: {},
  },
};
