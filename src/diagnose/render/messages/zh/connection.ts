import type { FamilyTexts } from '../messages.ts';

const history = '[连接已存在 {ageMs}。][这些请求中最新的一个发出前，连接已静默 {idleGapMs}。]';
const senders =
  '[?foreignTimeToLive:RST 的 TTL 与服务端其他报文不同：它来自中间设备。][!foreignTimeToLive:常见来源是未做优雅停机的进程、崩溃，或中间的代理、负载均衡器。]';
const unknown = '没有 GOAWAY，客户端无法得知哪些调用已被处理，只能全部报错（"EOF"、"connection closed"）。';

export const connection: FamilyTexts<'connection'> = {
  'connection/abrupt-close': {
    title: '服务端在调用未结束时断开连接，且没有 GOAWAY',
    explanation: ['服务端断开连接时还有 {openStreams} 个调用未结束，此前没有发送 GOAWAY。', unknown, history, senders],
    proof:
      '有打开的流时服务端发出 FIN 或 RST，且该连接上没有服务端的 GOAWAY。背后的原因要结合其他现象：该服务端的所有连接同时断开（重启），每次断开前的静默时长相同（定时器），TTL 不同（中间设备）。',
    variants: {
      fin: {
        title: '服务端在调用未结束时关闭连接（FIN），且没有 GOAWAY',
        explanation: ['服务端发送 FIN 时还有 {openStreams} 个调用未结束，此前没有 GOAWAY。', unknown, history, senders],
      },
      rst: {
        title: '服务端在调用未结束时重置连接（RST）',
        explanation: [
          '服务端发送 RST 时还有 {openStreams} 个调用未结束，此前没有 GOAWAY。',
          '客户端会把它们全部报错（"connection reset by peer"），也无法得知哪些已被处理。',
          history,
          senders,
        ],
      },
    },
  },
  'connection/idle-close-race': {
    title: '新请求撞上了空闲连接的关闭',
    explanation: [
      '连接静默 {gapMs} 后正在被关闭，客户端恰在此时发出了 {openStreams} 个新请求。',
      '关闭与请求相隔 {sinceFinMs:abs}[（一次往返需要 {roundTripMs}）]：客户端还没有察觉。',
      '[有 {sameGapConnections} 条连接在同样的静默之后被关闭，说明是定时器所为。][同样时长的定时器：{timer}。]',
      '[?foreignTimeToLive:RST 的 TTL 与服务端其他报文不同：它来自中间设备。]',
    ],
    proof:
      '一段静默之后，服务端的 FIN 或 RST 与客户端新的 HEADERS 相距约一个往返以内，该请求始终没有响应。多条连接的静默时长相同指向定时器；TTL 与其他报文不同指向中间设备。',
    variants: {},
  },
  'connection/half-open': {
    title: '连接处于半开状态：没有任何回应，也没有人关闭',
    explanation: [
      '客户端把数据重传了 {retransmissions} 次，{silenceMs} 内没有收到一个字节，也没有 FIN 或 RST。',
      '对端已经消失，或者中间设备已经忘记了这条连接。',
      '[在此之前连接已静默 {idleGapMs}。][同样时长的定时器：{timer}。]',
      '{openStreams} 个调用只能等到超时，或等 TCP 放弃（Linux 上约 15 分钟）。',
    ],
    proof:
      '客户端以逐渐增大的间隔重传相同的数据，服务端什么都没有发，连 ACK 也没有。只能判为“很可能”：抓包点自己也可能漏掉了回应。',
    variants: {},
  },
  'connection/short-lived': {
    title: '每个连接只承载一次调用：客户端每次调用后都关闭',
    explanation: [
      '{connections} 条连接各承载一次调用，都在收到响应后由客户端关闭。',
      '这不是故障，但每次调用都要重新建立连接[，从 SYN 到请求需 {handshakeMs}]。',
      '随之出现的“连接关闭”“draining”之类日志只是噪声。',
    ],
    proof: '连接上恰好只有一次调用，得到完整响应，然后由客户端先发 FIN。',
    variants: {},
  },
  'connection/server-restart': {
    title: '同一服务端的所有连接同时断开：它停止了',
    explanation: [
      '到 {server} 的 {connections} 条连接在 {spreadMs} 内全部断开，没有 GOAWAY。',
      '这是进程退出、崩溃或重新部署的表现，不是某个调用的问题。',
      '[?openStreams:当时有 {openStreams} 个调用未结束，均告失败。][!openStreams:当时没有未结束的调用。]',
      '[?refusedAfter:之后的新连接被拒绝。]',
    ],
    proof:
      '同一服务端地址的所有连接在约 100 毫秒内断开，由服务端发出 FIN 或 RST，没有 GOAWAY。只能判为“很可能”：它前面的代理停止时看起来一样。',
    variants: {},
  },
  'connection/no-server-preface': {
    title: '服务端接受了连接，但始终没有发送 SETTINGS',
    explanation: [
      '客户端发送了 HTTP/2 前言，{waitedMs} 内服务端[?receivedBytes:只发来 {receivedBytes}，其中没有 SETTINGS][!receivedBytes:什么都没有发]。',
      '服务端必须首先发送 SETTINGS（RFC 9113 §3.4）；在此之前多数客户端会压住所有调用。',
      '[closedBy=client:随后客户端关闭了连接。][closedBy=server:随后服务端关闭了连接。][!closedBy:抓包结束时连接仍未关闭。]',
      '常见原因：监听进程过载或卡死，该端口需要 TLS，或使用其他协议。',
    ],
    proof: '抓到了客户端的前言，直到连接结束都没有服务端的 SETTINGS 帧。',
    variants: {},
  },
  'connection/refused': {
    title: '{server} 拒绝连接',
    explanation: [
      '{connections} 次连接 {server} 的尝试立即收到 RST：主机有应答，但该端口没有进程在监听。',
      '[?servedLater:客户端随后或在另一地址仍得到了服务。][!servedLater:客户端会报告 UNAVAILABLE（connection refused），并以递增的间隔重试。]',
      '常见原因：服务端尚未启动或已经停止，监听了其他地址或端口，或 Service 指向了错误的端口。',
    ],
    proof: 'SYN 收到的应答是 RST，并且抓包中没有到该地址的连接。',
    variants: {},
  },
  'connection/unreachable': {
    title: '{server} 不应答连接请求',
    explanation: [
      '客户端向 {server} 发送 SYN，在 {waitedMs} 内重发了 {repeats} 次，没有得到任何应答。',
      '[?servedLater:它随后或在另一地址仍得到了服务。][!servedLater:客户端如果没有自己的连接超时，会等待数分钟。]',
      '常见原因：主机或 Pod 已不存在，没有路由，或防火墙、安全组丢弃了报文。',
    ],
    proof: 'SYN 至少发送了三次，既没有 SYN-ACK 也没有 RST 应答。',
    variants: {},
  },
  'connection/settings-not-acked': {
    title: 'SETTINGS 始终没有得到确认',
    explanation: [
      '{by:other}发送了 SETTINGS，{waitedMs} 内{by}没有确认。',
      '在收到 ACK 之前，发送方只能按旧值行事（RFC 9113 §6.5.3）。',
      '[?closed:随后发送方关闭了连接。]',
    ],
    proof: 'SETTINGS 帧没有得到对端的 ACK，而对端的其他帧仍在到达。',
    variants: {},
  },
  'connection/pinned': {
    title: '几乎所有调用都落在同一个服务端上',
    explanation: [
      '{calls} 个调用中有 {percent} 发往 {server}，而客户端连接了 {servers} 个服务端。',
      'gRPC 客户端使用一条长连接，按连接做选择的负载均衡（L4、Kubernetes Service）只会选择一次。',
    ],
    proof: '按服务端地址统计抓包中的调用。',
    variants: {},
  },
  'connection/stream-ids-exhausted': {
    title: '连接的流 ID 已经用尽',
    explanation: [
      '流 {lastStreamId} 已接近最后一个可用的 ID（2147483647）。',
      '此连接上无法再发起新调用，客户端必须新建连接（RFC 9113 §5.1.1）。',
    ],
    proof: '线路上出现接近 2^31-1 的流 ID。',
    variants: {},
  },
};
