import type { ReadingTexts } from '../../messages.ts';

export const proxyReadings = {
  'proxy-timeout': {
    title: '代理等待后端超时',
    proves: '代理的定时器结束了调用[（后端 {peer}）][（{flag}）][，时长 {waitedMs}]。',
    open: '没有说明后端是慢、卡住，还是被切断。',
    next: '请把该定时器与此调用允许的时长对照；并查看后端同一时刻的情况。',
  },
  'proxy-idle': {
    title: '代理结束了静默过久的流',
    proves: '代理的空闲定时器结束了该流[（{flag}）]：两个方向都没有数据经过。',
    open: '两端都没有出错。',
    next: '请为长时间的流加大空闲定时器，或定期发送数据；PING 不算数据。',
  },
  'proxy-overflow': {
    title: '代理的上限拒绝了调用（溢出）',
    proves: '代理的熔断器或队列已满[（{flag}）]；后端没有见到该调用。',
    open: '没有说明是上限过低，还是后端过慢。',
    next: '请把上限与并发调用数对照；重试是安全的。',
  },
  'proxy-no-backend': {
    title: '代理没有可用的后端',
    proves: '所有后端都被标记为不可用，或根本没有后端[（{flag}）]。',
    open: '没有说明原因：健康检查、缺少端点，还是异常驱逐。',
    next: '请查看当时的健康检查和端点。',
  },
  'proxy-no-route': {
    title: '代理没有该调用的路由',
    proves: '没有路由或过滤链匹配主机和路径[（{flag}）]。',
    open: '后端没有被询问。',
    next: '请把调用的 :authority 和 :path 与路由对照。',
  },
  'proxy-retries': {
    title: '代理用完了重试次数',
    proves: '多次尝试失败，代理放弃了[（{flag}）]。',
    open: '没有说明失败的是什么：各次尝试写在后端的日志里。',
    next: '请看同一行的其他标志，以及后端。',
  },
  'proxy-reset': {
    title: '代理自己重置了流',
    proves: '代理结束了调用[（{flag}）][：{detail}]。',
    open: '没有说明它为什么这样做。',
    next: '代理的调试日志，或它两侧的抓包，能看到之前发生了什么。',
  },
  'backend-closed': {
    title: '调用尚未完成，后端就关闭了连接',
    proves: '响应尚未完整，代理与后端[ {peer} ]之间的连接就结束了[（{flag}）]。',
    open: '没有说明原因：重启、崩溃，还是请求遇上了空闲关闭。',
    next: '请查找后端当时的重启；并对照代理与后端的空闲定时器。',
  },
  'backend-reset': {
    title: '后端重置了调用',
    proves: '响应尚未完整，后端[ {peer} ]就发送了 RST_STREAM[（{flag}）][：{detail}]。',
    open: '除非这里写明，否则没有保留错误码。',
    next: '请查看后端的日志；在代理之后抓包能看到错误码。',
  },
  'client-left': {
    title: '应答之前客户端已离开',
    proves: '代理应答之前，客户端就关闭了连接或重置了调用[（{flag}）]。',
    open: '没有说明原因：取消、截止时间，还是客户端停止。',
    next: '请把这行里的时长与客户端的截止时间对照。',
  },
  'noise-closing': {
    title: '关于连接正在关闭的日志：无害',
    proves: '一条连接结束了，程序的某个部分记下了这件事。',
    open: '如果有调用失败，会有别的日志说明。',
    next: '无需处理。',
  },
  'noise-probe': {
    title: '还没开始就结束的连接：健康检查',
    proves: '有人连上后没有说 HTTP/2 就离开，TCP 健康检查和端口扫描就是这样[：{peer}]。',
    open: '协议不对的客户端，或对明文端口使用 TLS 的客户端，看起来也可能一样。',
    next: '如果这些地址属于负载均衡或探针，则无需处理。',
  },
  'noise-short-connection': {
    title: '调用后即关闭的短连接：无害',
    proves: '最后一个调用结束后，客户端关闭了自己的连接。',
    open: '没有调用因此失败。',
    next: '无需处理；保留连接可以为每个调用省去一次握手。',
  },
  'noise-late-answer': {
    title: '应答了客户端已放弃的调用：在此无害',
    proves: '客户端已重置该流，服务端仍向它写入，并且注意到了。',
    open: '没有说明客户端为什么放弃。',
    next: '请把客户端的截止时间与处理函数的用时对照。',
  },
} as const satisfies ReadingTexts;
