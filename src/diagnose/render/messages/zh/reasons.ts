import type { ReasonKey } from '../../../remedies/reasons.ts';

export const reasons: Readonly<Record<ReasonKey, string>> = {
  'idle-pings-off': '没有打开的流时，客户端不应发 PING。代价是：空闲连接失效要到下一次调用才会发现。',
  'idle-pings-off-no-backoff':
    '没有打开的流时，客户端不应发 PING。Kitex 收到 too_many_pings 后不会延长间隔，问题会一直重复。',
  'interval-above-minimum': '间隔不能短于服务端的最小值[（{minTimeMs}）][!minTimeMs:（未另行配置时为 5 分钟）]。',
  'permit-idle-pings': '或者让服务端允许没有流时的 PING。MinTime 必须小于客户端的间隔[（观测到 {intervalMinMs}）]。',
  'minimum-below-interval': '或者让服务端接受比客户端所用更短的间隔[（观测到 {intervalMinMs}）]。',
  'minimum-cannot-permit-idle':
    '--grpc-keepalive-min-time 只设置有流打开时的最小间隔：空闲 PING 仍被禁止，除非以嵌入方式运行 etcd 并自带选项。把它设为 0 更糟：那时生效的是 grpc-go 的 5 分钟。',
  'proxy-pings-always':
    'Envoy 不管有没有流都会发 PING：去掉 connection_keepalive，或让间隔和服务端策略都允许，才不会出问题。',
  'no-bandwidth-probes': '固定窗口会关闭带宽估算，也就不再有探测 PING。',
  'longer-ping-timeout': 'ACK 排在数据之后。超时必须大于这条路径上发送完整个缓冲区的时间[；{waitedMs} 太短]。',
  'notice-dead-idle':
    'PING 能保持路径畅通，也能发现路径已断[：它没能撑过 {idleGapMs} 的静默]。不打开空闲保活选项，没有流时什么都不会发；而且服务端必须允许这样的 PING。',
  'graceful-stop': '优雅停机会先用 GOAWAY 宣告停止，并让进行中的调用完成。',
  'graceful-stop-fixed': 'Kitex 0.12.0 之前关闭连接时不发 GOAWAY；0.12.2 还会等待途中的请求。',
  'drain-before-kill': '停止开始时，Pod 仍在端点列表中。暂停让客户端有时间得知；宽限期必须大于暂停加排空的时间。',
  'announce-idle-close': '由服务端用 GOAWAY 主动关闭空闲连接，赶在[静默达到 {gapMs}][!gapMs:中间设备悄悄断开]之前。',
  'keepalive-needs-both-sides':
    '只在客户端开启保活不起作用：不设 PermitWithoutStream，空闲连接上什么都不会发；设了之后服务端必须允许，否则结果就是 too_many_pings。',
  'retry-idempotent': '连接断开时这些调用可能已被处理。只重试可以重复执行的方法。',
  'retry-policy-trap': 'NewFailurePolicy() 只重试超时，不重试这种错误。只用于可以重复执行的方法。',
  'client-closes-first': '客户端[在 {belowGapMs} 后]先放弃连接，早于对端[的 {gapMs}]：请求就不会撞上关闭。',
  'keep-idle-longer': '该定时器必须长于客户端的定时器[；观测到 {gapMs}]。',
  'keep-flow-longer':
    '负载均衡器会忘记静默的流，之后的报文都被丢弃[；{idleGapMs} 太久]。客户端的 PING 在这里算作流量。',
  'pings-do-not-count':
    'ALB 不把 HTTP/2 PING 算作流量：只能把超时设得长于最长的静默[（{gapMs} 已经太长）]，或发送真正的消息。上限是 4000 秒。',
  'reuse-connection': '一条连接可以承载所有调用；每次新建都要多一次握手。',
  'log-noise-fixed': 'Kitex 0.12.2 起，这行日志不再作为错误输出。',
  'bound-connecting': '连接被接受却没有任何回应时，grpc-js 没有超时（grpc-node#2785）：用调用超时限制等待。',
  'spread-calls': '客户端必须能看到所有地址：它会连接每个地址，并把调用分摊开。',
  'balance-calls': '理解 HTTP/2 的代理会为每个调用选择服务端，只转发 TCP 的代理只为每条连接选择一次。',
  'tcp-keepalive':
    'TCP keepalive 能保持流不被遗忘，也能发现对端已死[，不必等到 {idleGapMs} 之后]；HTTP/2 服务端不会把它算作 PING。',
  'recycle-connections': '连接会定期优雅结束，客户端随之重新解析地址。',
  'longer-grace':
    '宽限期[（{graceMs}）]必须大于最长的调用[；被切断时最早的一个已持续 {longestMs}]。永不结束的流要由应用自己结束。',
  'longer-shutdown':
    '停机时必须等最长的调用结束后再关闭[；被切断时最早的一个已持续 {longestMs}]。永不结束的流要由应用自己结束。',
  'retry-unprocessed': '服务端没有看到这些调用，重试不会重复执行任何操作。',
  'reload-cuts-late':
    '每次重载都会这样结束所有连接。进行中的调用可在这段时间内完成；与 GOAWAY 交错的请求靠客户端重试。',
  'fewer-one-shot-goaways': 'nginx [在 {requests} 个请求后]不预告就结束连接：提高上限可以减少次数，其余靠客户端重试。',
  'late-write-fixed': 'java-chassis 2.8.20 和 3.2.2 会丢弃已重置的流上迟到的响应，不再写出。',
  'check-closed-before-write': '不要向客户端已重置的流写响应。给 end() 传完成回调没有帮助。',
  'no-void-promise': '使用 void promise 时，Netty 会把写失败升级为连接错误；使用独立的 promise 则只有这次写失败。',
  'timeout-hides-late-write':
    '把超时设得长于处理时间[（处理需 {handlerMs}，现为 {clientTimeoutMs}）]可以避免触发，但没有修好服务端。',
  'raise-flood-guard': '仅限可信代理之后或已知客户端[：观测到 {resets} 次重置]。该防护针对的是快速重置攻击。',
  'request-trailers-fixed': 'volo-grpc 0.9.0 和 0.9.1 会在每个请求末尾发送 trailers；其后发布的 0.9.3 不再如此。',
  'no-request-trailers': '请求体必须以数据结束，不能以 trailers 结束。',
  'late-half-close-fixed': 'grpc-js 1.14.3 重新让最后一个消息带上 END_STREAM（grpc-node#3031）。',
  'late-half-close-unfixed': '该客户端总是用单独的帧发送 END_STREAM，目前没有已知的例外版本。',
  'late-half-close-server': 'grpc-go 没有关闭该重置的选项，一元处理函数也无法等待；流式处理函数可以先把请求读到结尾。',
  'reset-forwarding-claimed':
    'Envoy 1.39 本应先转发响应、再转发重置（envoy#44749），但在我们的抓包中 1.39.3 仍会截断响应：请先修复客户端。调整窗口和缓冲区只会改变概率。',
  'half-close-runtime-flag': '1.39 之前版本的部分缓解：仍会有响应被截断。',
  'raise-concurrency': '服务端允许的并发流[（{limit}）]对这个客户端来说太少。',
  'more-connections': '上限[（{limit}）]按连接计算。长时间的流应使用单独的连接。',
  'longer-proxy-timeout': '代理的定时器必须大于最长的调用[；它在 {sinceRequestMs} 后结束了这个调用]。',
  'longer-deadline': '处理函数需要更多时间[：{handlerMs}[，而超时是 {timeoutMs}]]。前提是调用方等得起。',
  'stop-at-deadline': '处理函数若关注超时，就不会继续做无用功。',
  'pass-deadline-on': '调用下一个服务时，必须继承上游剩余的超时。',
  'larger-window': '窗口能容纳整个消息[（{messageBytes}）]就不必停顿。如果接收方已停止读取，它没有帮助。',
  'larger-shared-window':
    '连接上的所有流共用这个窗口：它必须容得下它们同时携带的数据[（{messageBytes} 以上）]。对停止读取的接收方没有帮助。',
  'raise-header-limit':
    '接收方必须接受[ {sizeBytes} 的][!sizeBytes:更大的]头部；更好的办法是减小元数据（令牌、Cookie、错误详情）。',
  'reset-stream-only': '这样一个格式错误的请求只会终止自己的流，而不是整条连接。',
  'raise-message-limit': '起作用的是接收方的上限[；这次发送了 {sizeBytes}]。大数据更适合分块流式传输。',
  'speak-h2c': '必须启用不带 TLS 的 HTTP/2（h2c）。',
  'speak-plaintext': '该端口不支持 TLS。',
  'speak-tls': '该端口只支持 TLS。',
  'offer-h2': '服务端必须在 TLS 握手中提供 h2。',
  'alpn-not-enforced': '权宜之计，新版本会去掉它。',
  'forward-grpc': '代理需要一条路由，指向正在运行、通过 HTTP/2 提供 gRPC 的后端。',
  'write-key-log': '程序会把其 TLS 连接的密钥写入文件。拿到该文件就能读取流量：只在抓包期间启用。',
  'write-key-log-elsewhere': '该程序本身不写密钥日志：请从另一端获取，或使用预先加载的库。',
  'trust-the-ca': '客户端必须信任签发服务端证书的 CA，并使用证书中包含的名称。',
  'renew-certificate': '证书必须在有效期内，包含客户端使用的名称，并与中间证书一起发送。',
  'present-certificate': '服务端要求客户端证书：客户端必须出示由服务端信任的 CA 签发的证书。',
  'allow-version': '双方必须允许共同的版本：gRPC 使用 TLS 1.2 和 1.3。',
  'retry-unprocessed-only':
    '只有服务端从未处理的调用才可以自行重发：连接失败和被拒绝的流。其余的只适用于允许重复执行的方法。',
  'proxy-connection-room': '代理通往服务端的连接已满，或仍在建立时，请求就在代理中等待。',
  'name-the-port': '服务网格根据端口名称判断协议。',
};
