import type { FamilyTexts } from '../messages.ts';

const again =
  '[其中 {probes} 个 PING 是带宽探测，它们同样计数。][本次抓包中有 {connections} 条连接如此断开。][客户端在下一条连接上改为每 {nextIntervalMs} 发一次 PING：同样的断开还会发生，只是更晚。]';
const loss =
  '[?openStreams:当时还有 {openStreams} 个调用未结束，随连接一起失败。][!openStreams:当时没有未结束的调用，因此没有调用受影响。]';

export const keepalive: FamilyTexts<'keepalive'> = {
  'keepalive/too-many-pings': {
    title: '保活 PING 过多，服务端断开了连接',
    explanation: [
      '客户端发送了 {pingCount} 个 PING[，间隔 {intervalMs}]，服务端按保活策略记了 {strikes} 次违规。',
      '服务端随后发送 GOAWAY ENHANCE_YOUR_CALM "too_many_pings" 并关闭连接。',
      loss,
      again,
    ],
    proof:
      '服务端发出错误码为 ENHANCE_YOUR_CALM（0xb）、调试数据为 `too_many_pings` 的 GOAWAY；目前没有其他实现会产生这段文字。变体由此前客户端的 PING、PING 之间的间隔以及当时打开的流决定：`idle` 表示没有打开的流；`interval` 表示有打开的流而间隔过短；`bdp` 表示这些 PING 是跟在 DATA 之后的带宽探测。',
    variants: {
      idle: {
        title: '空闲连接上的保活 PING 触发 too_many_pings',
        explanation: [
          '客户端在没有打开任何流时发送了 {pingCount} 个 PING[，间隔 {intervalMs}]。',
          '[?serverImplementation:{serverImplementation} ][!serverImplementation:该服务端]不允许这样做：空闲时它要求 PING 至少间隔 2 小时，记满 {strikes} 次违规后发送 GOAWAY ENHANCE_YOUR_CALM "too_many_pings" 并关闭连接。',
          loss,
          again,
        ],
      },
      interval: {
        title: '保活 PING 的间隔短于服务端允许的最小值',
        explanation: [
          '客户端在有调用进行时发送了 {pingCount} 个 PING[，间隔 {intervalMs}]。',
          '[该服务端的最小间隔是 {minTimeMs}。][!minTimeMs:gRPC 服务端默认每 5 分钟只允许一个 PING，除非另行配置。]',
          '记满 {strikes} 次违规后，服务端发送 GOAWAY ENHANCE_YOUR_CALM "too_many_pings" 并关闭连接[?openStreams:，{openStreams} 个进行中的调用随之失败]。',
          again,
        ],
      },
      bdp: {
        title: '带宽探测 PING 被当作保活滥用：too_many_pings',
        explanation: [
          '客户端在收到 DATA 后发 PING 估算带宽（BDP 探测），共发送了 {pingCount} 个[，最短间隔 {intervalMinMs}]。',
          '服务端记了 {strikes} 次违规，发送 GOAWAY ENHANCE_YOUR_CALM "too_many_pings"。',
          loss,
          again,
        ],
      },
    },
  },
  'keepalive/will-be-cut': {
    title: '空闲保活 PING 将导致此连接被断开',
    explanation: [
      '客户端在没有打开任何流时发送了 {pingCount} 个 PING，间隔 {intervalMs}，并且还在继续。',
      '[?serverImplementation:{serverImplementation} ][!serverImplementation:这类服务端]会在这样的第 {cutAtPing} 个 PING 时以 too_many_pings 断开；抓包结束时已记 {strikes} 次违规。',
      '[其中 {probes} 个 PING 是带宽探测，它们同样计数。]期间只要有一次调用得到响应，计数就会清零。',
    ],
    proof:
      '已知会统计违规的服务端上，直到抓包结束，客户端在没有打开的流时发送了两个或更多间隔不足 2 小时的 PING。只能判为“很可能”：服务端的策略不会出现在线路上。',
    variants: {},
  },
  'keepalive/unanswered-ping': {
    title: '保活 PING 没有得到应答，发送方关闭了连接',
    explanation: [
      '[by=server:服务端][!by:客户端][by=client:客户端]发送 PING 后等待了 {waitedMs}，没有收到 ACK[，对端最后一个字节已是 {silenceMs} 之前]。',
      '随后它关闭了连接，当时有 {openStreams} 个调用未结束：保活机制起到了作用。',
      '原因在网络路径或对端：主机已消失或卡死，或有设备丢弃了报文。',
      '[此前一次 PING 往返用时 {roundTripMs}。]',
    ],
    proof:
      'PING 没有 ACK，之后发送方发出 FIN 或 RST，期间对端没有任何数据。只能判为“很可能”：单侧抓包无法区分对端已死与路径中断。',
    variants: {},
  },
  'keepalive/watchdog-false-positive': {
    title: '保活机制误关了一条正常的连接',
    explanation: [
      'PING 未获 ACK {waitedMs} 后连接被关闭，但对端其实是正常的。',
      '对这条路径或对端的停顿来说，超时设得太短。',
      '{openStreams} 个进行中的调用随连接一起失败。',
    ],
    proof:
      '`data`：PING 没有 ACK，随后发送方关闭连接，而两者之间对端的 DATA 一直在到达。`late-ack`：期间什么都没有到达，但 ACK 在关闭之后到了。',
    variants: {
      data: {
        title: '保活机制误关了一条正常的连接',
        explanation: [
          'PING 在 {waitedMs} 内没有 ACK，发送方便关闭了连接，但这段时间里对端送来了 {receivedBytes}。',
          'ACK 排在数据后面：对这条路径上的数据量来说，超时设得太短。',
          '{openStreams} 个进行中的调用随连接一起失败。',
        ],
      },
      'late-ack': {
        title: '保活机制关得太早：ACK 后来到了',
        explanation: [
          'PING 在 {waitedMs} 内没有 ACK，发送方便关闭了连接；ACK [在 PING 之后 {ackMs}]才到。',
          '对端正常但缓慢（垃圾回收、机器停顿），或者路径缓慢：超时设得太短。',
          '{openStreams} 个进行中的调用随连接一起失败。',
        ],
      },
    },
  },
};
