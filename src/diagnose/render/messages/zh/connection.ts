import type { FamilyTexts } from '../messages.ts';

const history = '[连接已存在 {ageMs}。][这些请求中最新的一个发出前，连接已静默 {idleGapMs}。]';
/** 被定时器结束的静默：已知的定时器，或没有已知的。 */
const timers =
  '[有 {sameGapConnections} 条连接在同样的静默之后被关闭，说明是定时器所为。][同样时长的定时器：{timer}。][!timer:没有任何已知的默认值是这个时长：请查找另行配置的定时器。]';
const cutInSilence = `[断开之前连接上已有 {gapMs} 没有任何数据。${timers}]`;
const forgottenAfter =
  '[在此之前连接已静默 {idleGapMs}[，而此前曾撑过 {survivedMs} 的静默]。][处于该范围的定时器：{timer}。][?idleGapMs:[!timer:没有任何已知的默认值处于该范围。]]';
const senders =
  '[?foreignTimeToLive:RST 的 TTL 与服务端其他报文不同：它来自中间设备。][!foreignTimeToLive:常见来源是未做优雅停机的进程、崩溃，或中间的代理、负载均衡器。]';
const unknown = '没有 GOAWAY，客户端无法得知哪些调用已被处理，只能全部报错（"EOF"、"connection closed"）。';

export const connection: FamilyTexts<'connection'> = {
  'connection/abrupt-close': {
    title: '服务端在调用未结束时断开连接，且没有 GOAWAY',
    explanation: [
      '服务端断开连接时还有 {openStreams} 个调用未结束，此前没有发送 GOAWAY。',
      unknown,
      history,
      `${cutInSilence}${senders}`,
    ],
    proof:
      '有打开的流时服务端发出 FIN 或 RST，且该连接上没有服务端的 GOAWAY。背后的原因要结合其他现象：该服务端的所有连接同时断开（重启），每次断开前的静默时长相同（定时器），TTL 不同（中间设备）。',
    variants: {
      fin: {
        title: '服务端在调用未结束时关闭连接（FIN），且没有 GOAWAY',
        explanation: [
          '服务端发送 FIN 时还有 {openStreams} 个调用未结束，此前没有 GOAWAY。',
          unknown,
          history,
          `${cutInSilence}${senders}`,
        ],
      },
      rst: {
        title: '服务端在调用未结束时重置连接（RST）',
        explanation: [
          '服务端发送 RST 时还有 {openStreams} 个调用未结束，此前没有 GOAWAY。',
          '客户端会把它们全部报错（"connection reset by peer"），也无法得知哪些已被处理。',
          history,
          `${cutInSilence}${senders}`,
        ],
      },
    },
  },
  'connection/idle-close-race': {
    title: '新请求撞上了空闲连接的关闭',
    explanation: [
      '连接静默 {gapMs} 后正在被关闭，客户端恰在此时发出了 {openStreams} 个新请求。',
      '关闭与请求相隔 {sinceFinMs:abs}[（一次往返需要 {roundTripMs}）]：客户端还没有察觉。',
      timers,
      '[?pinged:这段时间里客户端一直在发 PING，但它们不算流量。][?foreignTimeToLive:RST 的 TTL 与服务端其他报文不同：它来自中间设备。]',
    ],
    proof:
      '一段静默之后，服务端的 FIN 或 RST 与客户端新的 HEADERS 相距约一个往返以内，该请求始终没有响应。多条连接的静默时长相同指向定时器；TTL 与其他报文不同指向中间设备。',
    variants: {},
  },
  'connection/half-open': {
    title: '连接处于半开状态：没有任何回应，也没有人关闭',
    explanation: [
      '这条连接上再也没有数据返回，或者在没有任何结束迹象时直接返回 RST：对端或中间设备已经不认识它。',
      forgottenAfter,
      '受影响的调用有 {openStreams} 个。',
    ],
    proof:
      '`silent`：客户端以逐渐增大的间隔重传相同的数据，服务端什么都没有发，连 ACK 也没有；只能判为“很可能”，因为抓包点自己也可能漏掉了回应。`reset`：静默之后的第一个请求在约一个往返后收到 RST，该 RST 没有确认请求的任何字节，此前也没有 FIN 或 GOAWAY；如果 RST 的 TTL 与众不同，或多条连接在同样的静默后都如此，则可以确定。',
    variants: {
      silent: {
        title: '连接处于半开状态：没有任何回应，也没有人关闭',
        explanation: [
          '客户端把数据重传了 {retransmissions} 次，{silenceMs} 内没有收到一个字节，也没有 FIN 或 RST。',
          '[?pathWorks:期间到同一服务端的新连接得到了回应：路径是通的，是路径上的某个设备忘记了这条连接或丢弃了它的报文。][!pathWorks:对端已经消失，或者中间设备已经忘记了这条连接。]',
          forgottenAfter,
          '{openStreams} 个调用只能等到超时，或等 TCP 放弃（Linux 上约 15 分钟）。',
        ],
      },
      reset: {
        title: '连接已被忘记：下一个请求收到 RST',
        explanation: [
          '静默之后客户端发出 {openStreams} 个请求，[{resetAfterMs} 后]收到 RST；此前没有 FIN 或 GOAWAY 结束过这条连接。',
          '[?foreignTimeToLive:RST 的 TTL 与服务端的报文不同：它来自中间设备。][!foreignTimeToLive:说明负载均衡器、NAT 或防火墙丢弃了空闲的流，或者该地址背后的主机重启过。]',
          forgottenAfter,
          '[有 {sameGapConnections} 条连接在同样的静默之后遇到这种情况。]',
        ],
      },
    },
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
      '[?closed:随后发送方以 GOAWAY SETTINGS_TIMEOUT 结束了连接[?openStreams:，{openStreams} 个进行中的调用随之失败]。]',
    ],
    proof:
      'SETTINGS 帧没有得到对端的 ACK：发送方发出 GOAWAY SETTINGS_TIMEOUT 时可以确定；对端的其他帧在 5 秒或更久之后仍在到达时，判为“很可能”。',
    variants: {},
  },
  'connection/pinned': {
    title: '该客户端的几乎所有调用都走同一条连接',
    explanation: [
      '{calls} 个调用中有 {percent} 走到 {server} 的同一条连接[（已存在 {ageMs}）]，而客户端主机连接了该端口上的 {servers} 个服务端。',
      '[?onlyChecked:其他服务端只收到 TCP 健康检查，没有调用。]',
      'gRPC 客户端使用一条长连接，按连接做选择的负载均衡（L4、Kubernetes Service）只会选择一次。',
    ],
    proof:
      '按客户端主机、服务端端口和服务端地址统计抓包中的调用：至少 100 个调用，其中 95% 走同一条连接，同时该端口上的另一个服务端回应过 HTTP/2（很可能），或反复接受 TCP 健康检查（可能）。',
    variants: {},
  },
  'connection/stream-ids-exhausted': {
    title: '连接的流 ID 即将用尽',
    explanation: [
      '流 {lastStreamId} 之后只能再发起 {remaining} 个调用：最后一个 ID 是 2147483647。',
      '之后客户端必须新建连接（RFC 9113 §5.1.1）。',
    ],
    proof:
      '线路上客户端的最大流 ID。`used-up`：剩余不足 1000 个调用；`late`：已用掉四分之三的 ID，grpc-go 在此时放弃连接。',
    variants: {
      'used-up': {
        title: '连接的流 ID 已经用尽',
        explanation: [
          '流 {lastStreamId} 之后只能再发起 {remaining} 个调用：最后一个 ID 是 2147483647。',
          '之后此连接上无法再发起新调用，客户端必须新建连接（RFC 9113 §5.1.1）。',
          '[?replaced:客户端已经新建了连接。]',
        ],
      },
      late: {
        title: '连接的大部分流 ID 已被使用',
        explanation: [
          '流 {lastStreamId} 之后，此连接上还能发起 {remaining} 个调用：最后一个 ID 是 2147483647。',
          '[?replaced:客户端已经新建了连接。]',
        ],
      },
    },
  },
  'connection/health-checks': {
    title: 'TCP 健康检查：没有任何数据的连接',
    explanation: [
      '到 {server} 的 {connections} 条连接打开后又关闭，客户端没有发送一个字节，平均每 {everyMs} 一条。',
      '负载均衡器和编排系统用这种方式检查端口是否开放。它没有危害；服务端日志里关于前言缺失或错误的行由此而来。',
    ],
    proof: '同一主机到同一端口至少三条连接，已建立，然后由没有发送任何数据的客户端关闭。',
    variants: {},
  },
};
