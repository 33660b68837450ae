import type { ReadingTexts } from '../../messages.ts';

export const streamReadings = {
  'request-trailers': {
    title: '已打开的流上又来了一个 HEADERS 帧',
    proves: '服务端拒绝了 HEADERS[（流 {stream}）]，因为流号不是新的、更大的号。',
    open: '没有说明是客户端发送了请求尾部（常见于 volo-grpc 0.9.0、0.9.1），还是流号乱序。',
    next: '请确认客户端的库和版本；抓包能看到这个帧。',
  },
  'reset-no-error': {
    title: '响应尚未完整，流就被 NO_ERROR 重置',
    proves: '状态到达之前，调用就被 RST_STREAM（码 0）结束。',
    open: '没有说明是谁切断的：在 Envoy 之后，常见原因是客户端迟迟不结束请求，要在另一跳上才看得到。',
    next: '请在代理两侧抓包，或升级 grpc-js（1.14.3 起会及时结束请求）。',
  },
  'no-status': {
    title: '调用结束时没有 gRPC 状态',
    proves: '流已结束，而 grpc-status 始终没有到达。',
    open: '被码 0 重置、响应缺少尾部、连接结束，都会写成同样的一行。',
    next: '抓包能看到流是怎样结束的。',
  },
  'reset-internal': {
    title: '调用被 INTERNAL_ERROR 重置',
    proves: '调用[（流 {stream}）]被 RST_STREAM（码 2）结束。',
    open: '没有说明是谁出错：服务端，或丢掉响应末尾的代理（Envoy 1.37 起）。',
    next: '请查看服务端和代理同一时刻的日志。',
  },
  'reset-refused': {
    title: '调用在处理之前被拒绝（REFUSED_STREAM）',
    proves: '服务端没有处理该调用，重试是安全的。',
    open: '没有说明原因：并发流上限，或服务端正在停止。',
    next: '请把并发调用数与 MAX_CONCURRENT_STREAMS 对照。',
  },
  'reset-code': {
    title: '调用被重置：RST_STREAM[ {errorCode}]',
    proves: '响应尚未完整，对端就以[?errorCode: {errorCode} ][!errorCode:某个错误码]结束了流。',
    open: '没有说明对端反对的是什么。',
    next: '请查看对端同一时刻的日志；抓包能看到重置之前的帧。',
  },
  'missing-trailers': {
    title: '响应结束时没有尾部',
    proves: '流以数据帧上的 END_STREAM 结束，带 grpc-status 的尾部始终没有到来。',
    open: '没有说明是谁漏掉的：服务端，或失去后端的代理。',
    next: '请查找那个时刻的代理超时；绕过代理直接调用服务端。',
  },
  'message-too-large': {
    title: '消息超过了接收方的上限',
    proves: '一条消息[（{sizeBytes}）]被拒绝[；上限是 {limit}]。',
    open: '它与连接无关，连接是正常的。',
    next: '请在接收一侧提高上限，或分段发送数据。',
  },
  'headers-too-large': {
    title: '头部字段超过了接收方的上限',
    proves: '元数据[（{sizeBytes}）]超过了头部列表的上限[（{limit}）]。',
    open: '没有指出是哪些字段；常见的是令牌、Cookie 和错误详情。',
    next: '请减小元数据，或提高接收方的上限。',
  },
  'not-grpc': {
    title: '应答不是 gRPC[：HTTP 状态 {status}]',
    proves: '应答是[?status: HTTP 状态 {status}][!status:别的 content-type]，而不是 gRPC 响应[：{detail}]。',
    open: '没有说明是谁应答的：通常是没有后端或没有路由的代理、负载均衡。',
    next: '请查看代理同一时刻的日志。',
  },
  'http1-server': {
    title: '对端说的是 HTTP/1，不是 HTTP/2',
    proves: '返回的头几个字节是 HTTP/1 响应。',
    open: '没有说明是端口错了，还是那里没有启用 HTTP/2。',
    next: '请检查端口；启用不带 TLS 的 HTTP/2（h2c），或使用 TLS。',
  },
  'http1-client': {
    title: '客户端对 HTTP/2 端口说了 HTTP/1',
    proves: '连接的头几个字节是 HTTP/1 请求，服务端关闭了它。',
    open: '可能是健康检查、浏览器或扫描，也可能是需要修正的客户端。',
    next: '请看是谁从该地址连接[：{peer}]。',
  },
  'tls-to-plaintext': {
    title: '一端使用 TLS，另一端使用明文',
    proves: 'TLS 握手遇上了明文端口[：{peer}]。',
    open: '没有说明哪一端才是按意图设置的。',
    next: '请让客户端的凭据与服务端的端口一致。',
  },
  'plaintext-to-tls': {
    title: '明文客户端遇上了 TLS 端口',
    proves: '本应是 TLS 握手的地方收到了明文[：{peer}]。',
    open: '没有说明哪一端才是按意图设置的。',
    next: '请给客户端配置 TLS 凭据，或改用明文端口。',
  },
  'no-alpn': {
    title: 'TLS 握手没有协商出 HTTP/2（ALPN）',
    proves: '握手成功，但服务端没有选择 h2。',
    open: '没有说明终止 TLS 的是服务端本身，还是它前面的负载均衡。',
    next: '请让终止 TLS 的一方提供 h2。',
  },
  'client-broke-rules': {
    title: '服务端或代理不接受客户端发来的内容',
    proves: '接收方认为客户端的请求违反了 HTTP/2 或 HTTP[：{detail}]。',
    open: '文字指出了规则，没有指出违反它的程序或设置。',
    next: '在客户端一侧抓包能看到该帧及其字段。',
  },
  'server-broke-rules': {
    title: '客户端或代理不接受服务端发来的内容',
    proves: '接收方认为响应违反了 HTTP/2 或 HTTP[：{detail}]。',
    open: '文字指出了规则，没有指出原因：常见的是服务端说 HTTP/1，或加了禁止的头部。',
    next: '在两者之间抓包能看到该帧及其字段。',
  },
  deadline: {
    title: '调用到达截止时间',
    proves: '客户端放弃了该调用[（{waitedMs} 之后）]。',
    open: '没有说明时间花在哪里：处理函数、网络、客户端的队列，还是一条已死的连接。',
    next: '请看同一连接上的其他调用当时是否得到应答。',
  },
  'deadline-connecting': {
    title: '调用在等待连接时到达截止时间',
    proves: '截止时间已过[（{waitedMs}）]，而直到那时都没有可用的连接。',
    open: '没有说明连接为什么失败。',
    next: '请查找之前连接失败的日志。',
  },
  cancelled: {
    title: '调用被调用方取消',
    proves: '应用自己放弃了这些调用。',
    open: '连接是正常的。',
    next: '只有并非有意取消时才需要关注。',
  },
} as const satisfies ReadingTexts;
