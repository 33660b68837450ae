import type { FamilyTexts } from '../messages.ts';

export const stream: FamilyTexts<'stream'> = {
  'stream/request-trailers': {
    title: '客户端发送了请求尾部（trailers），gRPC 不允许这样做',
    explanation: [
      '在流 {stream} 上，客户端在消息之后又发送了一个 HEADERS 帧，即请求尾部[?fields:（{fields}）]。',
      'HTTP/2 允许请求尾部，gRPC 不允许。同一个调用的所有帧共用一个流 ID 是正确的，问题不在流 ID。',
      '[reaction=close:服务端没有发送 GOAWAY，立即关闭了连接][reaction=rst:服务端重置了该流][reaction=goaway:服务端以 GOAWAY PROTOCOL_ERROR 断开了连接[：{debugData:quoted}]][reaction=accepted:该服务端接受了它][?openStreams:，另外 {openStreams} 个调用随之失败][?serverVersion:。{serverVersion} 就是如此]。',
      '[?grpcStatus:请求中出现 grpc-status，说明客户端误用了响应体的类型。]',
    ],
    proof:
      '客户端在本连接上已打开的流上又发送了 HEADERS 帧（不是 CONTINUATION）。grpc-go 在 1.41 及之前重置该流，1.45 至 1.62 不发 GOAWAY 直接关闭连接，1.63 起发送 GOAWAY；它没有接受请求尾部的选项。',
    variants: {},
  },
  'stream/id-not-increasing': {
    title: '客户端用过小的流 ID 打开了流',
    explanation: [
      '流 {stream} 在流 {highestStream} 之后才打开，而流 ID 必须递增（RFC 9113 §5.1.1）。',
      '[?even:该 ID 是偶数，只有服务端可以使用偶数 ID。]',
      '通常是多个线程同时向连接写入，帧的先后顺序被打乱。',
      '[?openStreams:另外 {openStreams} 个调用因对端的反应而失败。]',
    ],
    proof: '客户端的 HEADERS 使用了小于当前最大值、且从未打开过的流 ID。',
    variants: {},
  },
  'stream/late-half-close': {
    title: '客户端在收到响应之后才结束请求（迟到的半关闭）',
    explanation: [
      '{calls} 个调用中有 {streams} 个（{percent}），服务端已完整响应而客户端还没有发送 END_STREAM，于是服务端以 NO_ERROR 重置了流。',
      '[END_STREAM 比请求的最后一个字节晚了 {lagMs}。]',
      '在这一跳上这是合法的，也没有危害（RFC 9113 §8.1）。',
      '但在 Envoy 后面，同样的重置会截断响应的末尾[；{proxy} 就在这条路径上]。[本次抓包中，代理前面的那一跳上有 {cut} 个响应因此被截断。]',
    ],
    proof:
      '服务端已结束而客户端未结束的流上，服务端发出 RST_STREAM(NO_ERROR)。仅仅与客户端的 END_STREAM 交错的重置不算。',
    variants: {},
  },
  'stream/response-truncated': {
    title: '代理丢掉了响应的末尾和 trailers',
    explanation: [
      '{streams} 个 gRPC 响应在 END_STREAM 和 grpc-status 之前就被 RST_STREAM[ {errorCode} ]终止。',
      '[某个消息声明长度 {promised}，只到达 {received}。]',
      '客户端尚未结束请求时，代理后面的服务端会在完整响应之后这样重置流；[?proxy:{proxy} ][!proxy:代理]随即丢弃了还没有转发的部分。',
      '客户端会报告 "RST_STREAM with code 0"（或 2）或缺少 trailers。调整窗口和缓冲区只会改变出现的概率。',
    ],
    proof:
      '响应 HEADERS 的 content-type 是 gRPC，之后出现 RST_STREAM(NO_ERROR)，没有 END_STREAM，也没有 grpc-status。Envoy 自 1.37 起改用 INTERNAL_ERROR，与出错的服务端无异：此时要靠代理的头部字段才能判为“很可能”。原因在代理的另一侧：那里的抓包会显示 `stream/late-half-close`。',
    variants: {},
  },
  'stream/refused': {
    title: '{by}拒绝了调用（REFUSED_STREAM）',
    explanation: [
      '{by}在处理之前拒绝了 {streams} 个流，因此可以安全重试。',
      '[它最多允许 {limit} 个并发流[，当时已有 {openStreams} 个]。]',
      '[?beforeSettings:这些流是在客户端得知该上限之前打开的。]',
    ],
    proof: '错误码为 REFUSED_STREAM 的 RST_STREAM（RFC 9113 §8.7）。',
    variants: {},
  },
  'stream/concurrency-starved': {
    title: '服务端允许的 {limit} 个流已全部占用',
    explanation: [
      '在 {heldMs} 内，客户端一直有 {openStreams} 个流打开，正好是服务端允许的上限（MAX_CONCURRENT_STREAMS {limit}）。',
      '[其间新开始了 {refills} 个调用，每个都紧跟在另一个结束之后：客户端还有调用在排队。][!refills:其间没有新的调用开始：是否有调用在等待，从报文上看不出来，但下一个必然要等。]',
      '调用排队了多久，抓包无法显示；它们的超时却在流逝。',
    ],
    proof:
      '打开的流停在服务端的 MAX_CONCURRENT_STREAMS 上超过一秒，而且每当一个流结束，立即有新的流开始。如果没有新的流，停在上限 5 秒只作说明。',
    variants: {},
  },
  'stream/cancel-storm': {
    title: '大量调用被集中取消',
    explanation: [
      '客户端在 {windowMs} 内取消了 {resets} 个调用；该连接上 {percent} 的调用都这样结束。',
      '[它们的超时都是 {sameTimeoutMs}：要么设得太短，要么服务端太慢。]',
      '处理函数在取消后往往还在运行，针对快速重置（rapid reset）的防护也可能把它当成攻击。',
      '[{guard} 的防护允许 {guardLimit} 次：已用掉 {guardPercent}。]',
    ],
    proof:
      '按防护机制的方式统计客户端的 RST_STREAM：Netty 每 30 秒 200 个，nghttp2 和 Node 共 1000 个、每秒恢复 33 个。已知服务端带有某种防护时，用掉一半即提示；否则 30 秒内达到 120 个且占全部调用的一半时提示。与请求的时间差相同则指向超时。',
    variants: {},
  },
  'stream/internal-error': {
    title: '服务端以 INTERNAL_ERROR 终止了调用',
    explanation: [
      '服务端以 INTERNAL_ERROR 重置了 {streams} 个流[，距请求 {sinceRequestMs}]，[?headersSeen:此时已发出响应头][!headersSeen:此时还没有发出响应头]。',
      '该错误码表示服务端自身出错：原因在它的日志里。',
      '常见原因之一是响应头或 trailers 超过了客户端的上限。',
    ],
    proof: '服务端发出错误码为 INTERNAL_ERROR 的 RST_STREAM。',
    variants: {},
  },
  'stream/reset': {
    title: '服务端重置了调用：RST_STREAM {errorCode}',
    explanation: [
      '服务端以 {errorCode} 重置了 {streams} 个流[，距请求 {sinceRequestMs}]，没有给出完整的响应。',
      '[客户端此前的行为：{detail}[（{rule}）]。]',
      '[!detail:抓包中看不出服务端因何不满，请查看它的日志。]',
    ],
    proof: '服务端在没有完整响应的流上发出带错误码的 RST_STREAM，且没有其他结论能解释它。',
    variants: {},
  },
  'stream/frame-after-close': {
    title: '{by}在已结束的流上又发送了帧',
    explanation: [
      '流 {stream} 结束 {sinceCloseMs} 后又出现了 {frameType}[，而一次往返需要 {roundTripMs}]。',
      '约一个往返之内，这样的帧只是与流的结束交错，属于正常；但这一次，发送方已经知道或理应知道流已结束。',
      '[这样的帧共有 {frames} 个。]',
      '[reaction=goaway:对端以 GOAWAY 断开了连接。][reaction=rst:对端重置了该流。][reaction=close:对端关闭了连接。]',
    ],
    proof:
      '发送方自己已经结束了流，或者对端已重置该流、而且发送方的行为表明它已收到 RST_STREAM，之后仍在该流上发送帧。',
    variants: {},
  },
  'stream/proxy-timeout': {
    title: '途中的定时器结束了调用',
    explanation: [
      '{streams} 个调用在请求发出 {sinceRequestMs} 后[signal=reset:被 RST_STREAM ][signal=status:以一个状态码]结束。',
      '[同样时长的定时器：{timer}。][!timer:没有任何已知的默认值是这个时长：请查找另行配置的定时器。]',
    ],
    proof:
      '服务端一侧在一段静默（`silent`）或一段总时长（`total`）之后重置了调用，而该时长等于某个已知的定时器，或在另一时刻的另一个调用上再次出现；或者状态文字正是代理定时器的文字（“stream timeout”“upstream request timeout”），这就足以证明。',
    variants: {
      silent: {
        title: '定时器结束了静默的流',
        explanation: [
          '{streams} 个流在 {gapMs} 没有任何帧之后[signal=reset:被 RST_STREAM ][signal=status:以状态 {grpcMessage:quoted} ]结束，距请求 {sinceRequestMs}。',
          '[?pinged:这段时间里一直有 PING，但它们不算流量：代理或负载均衡器衡量的是流，而不是连接。][!pinged:途中的代理或负载均衡器会衡量流的静默时长。]',
          '[同样时长的定时器：{timer}。][!timer:没有任何已知的默认值是这个时长：请查找另行配置的定时器。]',
        ],
      },
      total: {
        title: '代理的调用时限结束了调用',
        explanation: [
          '{streams} 个调用在请求发出 {sinceRequestMs} 后[signal=reset:被 RST_STREAM ][signal=status:以状态 {grpcMessage:quoted} ]结束，与流上有无数据无关。',
          '这是代理[（{proxy}）]对整个调用的时限，而不是客户端的超时。',
          '[同样时长的定时器：{timer}。][!timer:没有任何已知的默认值是这个时长：请查找另行配置的定时器。]',
        ],
      },
    },
  },
  'stream/missing-trailers': {
    title: '响应结束时没有 grpc-status',
    explanation: [
      '{streams} 个 gRPC 响应以[?emptyData:空的][!emptyData:] DATA 帧上的 END_STREAM 结束，没有 trailers 和 grpc-status。',
      '[?proxy:路径上有 {proxy}：代理失去后端时会这样结束响应。][!proxy:要么服务端没有发送 trailers，要么中间的代理失去了后端或丢掉了 trailers。]',
      '[结束时距请求 {sinceRequestMs}。][同样时长的定时器：{timer}。]',
    ],
    proof: 'content-type 为 gRPC 的响应以 DATA 帧上的 END_STREAM 结束。',
    variants: {},
  },
  'stream/cancelled': {
    title: '客户端取消了调用',
    explanation: [
      '{streams} 个调用被 RST_STREAM 取消[，通常在请求发出 {sinceRequestMs} 后]。',
      '除此之外一切正常：是应用主动放弃了它们。',
    ],
    proof: '健康的连接上，客户端发出 RST_STREAM(CANCEL)，且不在 grpc-timeout 到期之时。',
    variants: {},
  },
};
