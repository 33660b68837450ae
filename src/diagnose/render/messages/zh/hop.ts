import type { FamilyTexts } from '../messages.ts';

/** 调用在客户端一侧如何结束，多个结论共用。 */
const end =
  '[end=reset:客户端收到的是 RST_STREAM[ {errorCode}]。][end=close:客户端收到的是连接关闭。][end=nothing:客户端什么也没有收到。][end=ended:客户端只收到了结束标志。]';

const dropped = [
  '{streams} 个[ {method} ]调用的响应没有被[?proxy: {proxy} ][!proxy:代理]完整转发：服务端发送了 {sentBytes}，到达客户端的是 {passedBytes}[?trailers:，并且缺少 grpc-status]。',
  end,
  '[服务端在完整响应之后以 {serverCode} 重置了流，代理随即丢弃了尚未发出的部分。]',
];

const injected = [
  '{victim}收到了 RST[?both:（另一端也收到了）]，但{sender}从未发送：{sender}处的抓包里没有它[，而且它的 TTL 是 {timeToLive}，而不是平常的 {usualTimeToLive}]。',
  '[?openStreams:有 {openStreams} 个进行中的调用随连接一起中断。]',
];

const swallowed = [
  '{side}发送的内容中，有 {bytes} 始终没有到达另一端[?both:，反方向也没有内容到达]，两端都没有收到任何通知。',
  '[?openStreams:有 {openStreams} 个调用在空等。]',
];

const delayed = [
  '{of} 个调用[（{method}）]中有 {streams} 个在途中的时间比最快的多出最多 {addedMs}。',
  '这段时间花在两处抓包之间：报文丢失后重传，或者在队列中排队。',
];

export const hop: FamilyTexts<'hop'> = {
  'hop/response-dropped': {
    title: '代理丢掉了服务端已经发出的响应',
    explanation: dropped,
    proof: '同一个调用出现在两跳上：代理之后响应完整，代理之前缺少其中的字节，而客户端一侧的输入在那里没有丢包。',
    variants: {
      part: { title: '代理丢掉了服务端已发出的响应的末尾', explanation: dropped },
      whole: {
        title: '服务端已经响应，代理却什么也没有转发',
        explanation: [
          '{streams} 个[ {method} ]调用在代理之后得到了完整响应（第一个为 {sentBytes}），客户端却什么也没有收到。',
          end,
          '[服务端在完整响应之后以 {serverCode} 重置了流。]',
        ],
      },
    },
  },
  'hop/trailers-lost': {
    title: '代理丢失了响应的 trailers',
    explanation: [
      '{streams} 个[ {method} ]响应的消息全部到达了客户端，但没有 trailers[；服务端发送的是 grpc-status {grpcStatus}]。',
      end,
      '[服务端在完整响应之后以 {serverCode} 重置了流。]',
    ],
    proof: '同一个调用出现在两跳上：响应的 DATA 两边都完整，只有服务端一侧的输入中有 trailers。',
    variants: {},
  },
  'hop/answered-by-proxy': {
    title: '代理代替服务端作了响应',
    explanation: [
      '[?proxy:{proxy} ][!proxy:代理]自己响应了 {streams} 个[ {method} ]调用[，状态码 {status}][，grpc-status {grpcStatus}]。',
      '[服务端在 {lateMs} 之后才响应，已无人接收。]',
    ],
    proof: '同一个调用出现在两跳上：服务端开始响应之前客户端已得到响应，或者代理重置了自己发起的调用。',
    variants: {
      'gave-up': {
        title: '代理放弃等待，代替服务端作了响应',
        explanation: [
          '[?proxy:{proxy} ][!proxy:代理]在[转发 {sinceRequestMs} 后]放弃了 {streams} 个[ {method} ]调用[，时长与 {timer} 相符]，此时客户端仍在等待。',
          '[它自己返回了状态码 {status}。][它自己返回了 grpc-status {grpcStatus}。]',
          '[服务端在 {lateMs} 之后才响应，已无人接收。]',
        ],
      },
      'too-early': {
        title: '代理先于服务端作了响应',
        explanation: [
          '{streams} 个[ {method} ]调用在服务端开始响应之前，客户端就已得到响应：它来自[?proxy:{proxy} ][!proxy:代理][，状态码 {status}][，grpc-status {grpcStatus}]。',
          '[服务端在 {lateMs} 之后才响应，已无人接收。]',
        ],
      },
    },
  },
  'hop/never-forwarded': {
    title: '调用止于代理，从未到达服务端',
    explanation: [
      '{streams} 个[ {method} ]调用到达了[?proxy: {proxy}][!proxy:代理]，但从未出现在它之后。',
      '[客户端收到的状态码是 {status}。][客户端收到的 grpc-status 是 {grpcStatus}[ {grpcMessage:quoted}]。]',
      '[当时 {refused} 拒绝了代理的连接。]',
      '没有服务端见过这些调用，因此可以安全重试。',
    ],
    proof:
      '客户端一侧的失败调用在服务端一侧没有对应，而后者当时正在抓包。如果只能靠方法名和时间来区分，则只是“很可能”。',
    variants: {},
  },
  'hop/status-rewritten': {
    title: '客户端收到的状态码与服务端发送的不同',
    explanation: [
      '{streams} 个[ {method} ]调用中，服务端以状态码 {serverStatus} 结束，[?proxy:{proxy} ][!proxy:代理]告诉客户端的却是 {clientStatus}。',
      '这样一来，客户端报告什么、是否重试，都由代理决定。',
    ],
    proof: '同一个调用在两跳上都完整，但 grpc-status（没有 gRPC 时为 :status）不同。',
    variants: {},
  },
  'hop/reset-translated': {
    title: '代理改变了服务端重置的含义',
    explanation: [
      '服务端以 {serverCode} 重置了 {streams} 个[ {method} ]调用；[?proxy:{proxy} ][!proxy:代理]告诉客户端的却不同[：{clientCode}][：状态码 {status}][：grpc-status {grpcStatus}]。',
      '[?safe:服务端的错误码表明调用从未被处理，可以重发；客户端却无从得知。]',
    ],
    proof: '同一个调用出现在两跳上：代理之后是服务端的 RST_STREAM，代理之前是另一个错误码或一个状态码。',
    variants: {
      code: {
        title: '代理改变了重置的错误码：{serverCode}',
        explanation: [
          '服务端以 {serverCode} 重置了 {streams} 个[ {method} ]调用；客户端从[?proxy: {proxy} ][!proxy:代理]收到的是 RST_STREAM[ {clientCode}]。',
          '[?safe:服务端的错误码表明调用从未被处理，可以重发；客户端却无从得知。]',
        ],
      },
      status: {
        title: '代理把服务端的重置变成了状态码',
        explanation: [
          '服务端以 {serverCode} 重置了 {streams} 个[ {method} ]调用；客户端从[?proxy: {proxy} ][!proxy:代理]收到的是[状态码 {status}][!status:[ grpc-status {grpcStatus}][!grpcStatus:一个状态码]]。',
          '[?safe:服务端的错误码表明调用从未被处理，可以重发。]',
        ],
      },
    },
  },
  'hop/reset-swallowed': {
    title: '客户端已取消，服务端却不知道',
    explanation: [
      '客户端重置了 {streams} 个[ {method} ]调用，[?proxy:{proxy} ][!proxy:代理]没有转发这一重置。',
      '服务端继续工作[了 {onMs}][?answered:，直到作出响应]。',
    ],
    proof: '同一个调用出现在两跳上：代理之前有客户端的 RST_STREAM，代理之后至少半秒没有重置。',
    variants: {},
  },
  'hop/retried': {
    title: '代理自行重发了调用',
    explanation: [
      '{streams} 个[ {method} ]调用在[?proxy: {proxy} ][!proxy:代理]之后变成了多次，每个最多 {attempts} 次尝试。',
      '[第一次尝试以 grpc-status {serverStatus} 结束。][第一次尝试以 RST_STREAM {serverCode} 结束。]',
      '[?failed:最后一次尝试同样失败，客户端等到了最后。][!failed:客户端只看到成功的响应。]',
      '[?unsafe:可能不止一次尝试被处理：只有允许重复执行的方法才安全。]',
    ],
    proof: '客户端一侧是一个调用，服务端一侧是带有同一标识的多个调用，或者在其时间范围内前一个失败后才开始下一个。',
    variants: {},
  },
  'hop/deadline-changed': {
    title: '代理改变了调用的超时',
    explanation: [
      '{streams} 个[ {method} ]调用中，客户端设置了 grpc-timeout[ {clientTimeoutMs}]，服务端收到的[ {serverTimeoutMs} ]与之不同。',
    ],
    proof: '同一个调用在两跳上的 grpc-timeout 字段不同。',
    variants: {
      dropped: {
        title: '代理丢掉了调用的超时',
        explanation: [
          '{streams} 个[ {method} ]调用中，客户端设置了 grpc-timeout[ {clientTimeoutMs}]，服务端却没有收到。',
          '客户端放弃时，服务端最多只能从重置中得知。',
        ],
      },
      raised: {
        title: '服务端得到的时间比客户端愿意等待的更长',
        explanation: [
          '{streams} 个[ {method} ]调用中，客户端只等待[ {clientTimeoutMs}]，服务端得到的[ {serverTimeoutMs} ]却更长。',
          '客户端放弃之后，服务端可能还在做无用功。',
        ],
      },
      lowered: {
        title: '服务端得到的时间比客户端愿意等待的更短',
        explanation: [
          '{streams} 个[ {method} ]调用中，客户端愿意等待[ {clientTimeoutMs}]，服务端得到的[ {serverTimeoutMs} ]却更短。',
        ],
      },
    },
  },
  'hop/added-delay': {
    title: '调用在代理中停留了 {addedMs}',
    explanation: [
      '{streams} 个[ {method} ]调用的大部分时间花在[?proxy: {proxy} ][!proxy:代理]中：{wholeMs} 中最多占 {addedMs}。',
    ],
    proof:
      '客户端一侧到响应开始的时间，减去服务端一侧的同一时间：不需要比较时钟。至少 100 毫秒，并占全部时间的一半以上。',
    variants: {
      request: {
        title: '请求在代理中等待了 {addedMs}',
        explanation: [
          '{streams} 个[ {method} ]调用在[?proxy: {proxy} ][!proxy:代理]转发请求之前一直等待：到响应为止的 {wholeMs} 中最多占 {addedMs}[（时钟误差 {errorMs}）]。',
          '[当时代理之后有 {openStreams} 个未完成的调用[；服务端每条连接最多允许 {limit} 个]。]',
        ],
      },
      response: {
        title: '响应在代理中等待了 {addedMs}',
        explanation: [
          '{streams} 个[ {method} ]调用的响应在[?proxy: {proxy} ][!proxy:代理]中等待：到客户端收到响应开头为止的 {wholeMs} 中最多占 {addedMs}[（时钟误差 {errorMs}）]。',
          '[当时代理之后有 {openStreams} 个未完成的调用[；服务端每条连接最多允许 {limit} 个]。]',
        ],
      },
    },
  },
  'hop/proxy-restarted': {
    title: '代理消失了，两跳同时中断',
    explanation: [
      '[?proxy:{proxy} ][!proxy:代理]在 {spreadMs} 之内结束了 {clientConnections} 条来自客户端的连接和 {serverConnections} 条通往服务端的连接。',
      '客户端和服务端都没有关闭它们：代理进程退出或重启了。',
      '[?openStreams:当时有 {openStreams} 个未完成的调用，随之失败。]',
    ],
    proof: '在两跳上都是代理先结束连接，相差不到一秒，并且两个输入中没有任何连接延续到那之后。',
    variants: {},
  },
  'hop/keepalive-not-forwarded': {
    title: '客户端的保活 PING 止于代理',
    explanation: [
      '客户端发送了 {pings} 个 PING；PING 从不穿过代理，而在[?proxy: {proxy} ][!proxy:代理]之后，连接静默了 {silenceMs}。',
      '代理之后的定时器看到的是空闲连接：那里只有代理自己的保活才有用。',
    ],
    proof: '代理之前有客户端的 PING，同一时间代理之后没有，并且那里有一条连接在静默之后结束。',
    variants: {},
  },
  'hop/reset-injected': {
    title: '途中的设备冒充{sender}重置了连接',
    explanation: injected,
    proof:
      '在连接的两端都抓了包（初始序列号相同）：一端收到了 RST，而另一端的抓包里没有发出过它，且那份抓包没有缺失该方向的报文。',
    variants: {
      idle: {
        title: '途中的设备冒充{sender}重置了空闲连接',
        explanation: [
          ...injected,
          '此前连接静默了 {silenceMs}：防火墙、NAT 和负载均衡会忘掉静默的连接，并对下一个报文回以 RST。把保活间隔设得比这段时间短即可避免。',
        ],
      },
      busy: {
        title: '途中的设备冒充{sender}重置了连接',
        explanation: [
          ...injected,
          '当时连接正在使用：防火墙或入侵检测规则拦截、主备切换，或负载均衡的后端已下线，都会这样。',
        ],
      },
    },
  },
  'hop/path-dropped': {
    title: '网络吞掉了{side}发送的内容',
    explanation: swallowed,
    proof: '在连接的两端都抓了包：一端发出的帧在一秒多以后仍未出现在另一端的抓包中，而两份抓包都没有缺失该连接的报文。',
    variants: {
      idle: {
        title: '静默之后，网络吞掉了{side}发送的内容',
        explanation: [
          ...swallowed,
          '[此前连接静默了 {silenceMs}：防火墙、NAT 或负载均衡已忘掉它，并丢弃不认识的报文。把保活间隔设得比这段时间短即可避免。]',
        ],
      },
      busy: {
        title: '网络吞掉了{side}发送的内容',
        explanation: [...swallowed, '在那之前连接一直在使用：链路或设备出了故障，或者防火墙规则变了。'],
      },
    },
  },
  'hop/path-delayed': {
    title: '网络拖慢了 {streams} 个调用，最多 {addedMs}',
    explanation: delayed,
    proof:
      '在连接的两端都抓了包：部分调用的帧在途中的时间比其他调用长，多出 100 ms 以上，且占客户端等待时间的一半以上。只比较同一方向的时间，与时钟无关。',
    variants: {
      request: { title: '网络拖慢了请求，最多 {addedMs}', explanation: delayed },
      response: { title: '网络拖慢了应答，最多 {addedMs}', explanation: delayed },
    },
  },
};
