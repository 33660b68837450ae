import type { ReadingTexts } from '../../messages.ts';

export const connectionReadings = {
  'too-many-pings': {
    title: '服务端因 PING 过多而结束连接',
    proves:
      '服务端发送了 GOAWAY ENHANCE_YOUR_CALM，调试数据为 "too_many_pings"[（对端 {peer}）]，随后关闭连接：它会统计 PING，而客户端发送得比它允许的更频繁。[当时的间隔是 {intervalMs}。][客户端之后改用 {nextIntervalMs}。]',
    open: '这行日志没有说明是空闲 PING（没有调用时）、间隔过短，还是带宽探测，也没有说明当时是否有调用随之失败。',
    next: '请对照两端的保活设置；抓包能看到这些 PING 以及违反了哪条规则。',
  },
  'ping-unanswered': {
    title: '保活 PING 没有得到应答，程序关闭了连接',
    proves: '程序发送了 PING[（对端 {peer}）]，在超时时间内没有收到 ACK，于是关闭连接，未完成的调用随之失败。',
    open: '无法看出是对端已死、路径中断，还是 ACK 只是排在数据后面来迟了。',
    next: '请确认对端当时是否正常；在本端抓包可以看到是否仍有数据到达。',
  },
  'closed-under-call': {
    title: '调用尚未完成，对端就关闭了连接',
    proves: '连接[（对端 {peer}）]以正常关闭（FIN，读到 EOF）结束，而当时还有未完成的调用。',
    open: '没有说明是谁关闭的：服务端，或代表它的代理、负载均衡；也没有说明原因，以及哪些调用已被处理。',
    next: '请查找那个时刻的重启、发布或空闲超时；多个客户端在同一秒出现则指向重启。',
  },
  'reset-under-call': {
    title: '调用尚未完成，连接就被重置',
    proves: '有未完成的调用时，连接[（对端 {peer}）]收到了 TCP RST。',
    open: '没有说明是谁发的：进程退出、主机已不认识这条连接，或中间设备。',
    next: '抓包能看到 RST 之前的静默时间和它的 TTL，由此区分定时器、设备与崩溃。',
  },
  'connection-lost': {
    title: '调用期间连接丢失，而日志没有说明方式',
    proves: '连接[（对端 {peer}）]先于调用结束[：{detail}]。',
    open: '服务端关闭、重置、代理超时、保活放弃，程序用的是同一句话。',
    next: '请看这行之前的日志，本端和对端都看；否则就要抓包。',
  },
  'connect-refused': {
    title: '连接被拒绝[：{peer}]',
    proves: '主机以 RST 应答了连接请求[（{peer}）]：该端口上没有监听。',
    open: '没有说明持续多久：重启期间短暂出现属于正常。',
    next: '请确认服务端在运行并监听该地址，Service 指向的端口也正确。',
  },
  'connect-timeout': {
    title: '连接请求无人应答[：{peer}]',
    proves: '连接请求[（{peer}）]没有及时得到应答，或网络报告无法到达。',
    open: '无法区分主机已不存在、防火墙丢包，还是监听队列已满。',
    next: '请在同一主机或 Pod 上试连该地址；抓包能看到 SYN 是否得到应答。',
  },
  'connect-failed': {
    title: '连接未能建立[：{peer}]',
    proves: '一次连接尝试[（{peer}）]失败了[：{detail}]。',
    open: '这行没有区分原因：被拒绝、无应答，还是握手失败。',
    next: '更多日志，或对这次尝试抓包，能看出失败在哪一步。',
  },
  'no-preface': {
    title: '服务端接受了连接，却没有发送 HTTP/2 前言',
    proves: '连接[（对端 {peer}）]已建立，但服务端必须首先发送的 SETTINGS 没有到来[：{detail}]。',
    open: '看不出那里监听的是什么：卡住的服务端、TLS 端口，还是别的协议。',
    next: '请检查端口和凭据（明文或 TLS）；抓包能看到应答的头几个字节。',
  },
  'channel-closed': {
    title: '程序使用了自己已经关闭的通道',
    proves: '应用关闭了客户端（或正在退出），却仍有调用，或又发起了新的调用。',
    open: '它与网络和服务端无关。',
    next: '请检查应用退出的顺序，以及是否每次用完就关闭通道。',
  },
  drained: {
    title: '连接以 GOAWAY 排空',
    proves: '对端宣布连接将结束（GOAWAY NO_ERROR[，{debugData:quoted}]），原因是存活时长、空闲或停机。',
    open: '单凭这一行不算故障：新的调用会使用新连接。',
    next: '只有同一时刻有调用失败时才需要关注。',
  },
  'drained-call-lost': {
    title: '服务端以 GOAWAY 排空，并切断了未完成的调用',
    proves: '在 GOAWAY NO_ERROR[ {debugData:quoted}] 之后连接[（对端 {peer}）]关闭，其上的调用失败。',
    open: '没有说明服务端是否已经处理了该调用。',
    next: '请把调用时长与服务端、代理或 Pod 的宽限时间对照。',
  },
  'draining-refused': {
    title: '调用遇上了正在排空的连接',
    proves: '服务端已发送 GOAWAY，因此该调用未被处理，可以立即重发。',
    open: '没有说明服务端为什么排空。',
    next: '对 UNAVAILABLE 重试即可覆盖；大量出现则说明服务端排空过于频繁，或一步到位。',
  },
  'late-write': {
    title: '一个被取消的调用让服务端断掉整条连接',
    proves: '客户端已重置流 {stream}，服务端仍向它写应答，又把自己的写入当成协议错误，发送了 GOAWAY PROTOCOL_ERROR。',
    open: '没有说明有多少其他调用随连接一起失败。',
    next: '请升级服务端；在客户端加长超时只是掩盖问题。',
  },
  'goaway-protocol': {
    title: '连接以 GOAWAY PROTOCOL_ERROR 结束',
    proves: '对端[（{peer}）]以 PROTOCOL_ERROR 结束连接[：{debugData:quoted}]，其上的调用全部失败。',
    open: '这行没有说明错在哪里。对 Vert.x、Netty 和 ServiceComb 服务端来说，多半是它们自己向已取消的调用迟写应答。',
    next: '请查找同一连接上之前的调用超时；抓包能看到调试数据。',
  },
  'goaway-code': {
    title: '连接以 GOAWAY 结束[：{errorCode}]',
    proves: '对端[（{peer}）]以 GOAWAY[ {errorCode}] 结束连接[：{debugData:quoted}]，其上的调用失败。',
    open: '除非调试数据写明，否则不知道它反对的是什么。',
    next: '请查看对端同一时刻的日志。',
  },
  'goaway-flood': {
    title: '防洪保护结束了连接',
    proves: '针对大量帧（重置、PING、空帧）的保护结束了连接[：{detail}]。',
    open: '没有说明是否为攻击：许多调用同时到达很短的截止时间，看起来也是这样。',
    next: '请查找集中取消的调用；只对熟悉的客户端放宽保护。',
  },
  'goaway-calm': {
    title: '对端要求冷静（ENHANCE_YOUR_CALM），没有给出原因',
    proves: '连接或流以 ENHANCE_YOUR_CALM 结束。',
    open: '无法判断是保活 PING 过多，还是集中的重置过多。',
    next: '带调试数据的日志能说明："too_many_pings" 或防洪保护；否则需要抓包。',
  },
  'session-code': {
    title: 'HTTP/2 会话因错误结束[：{errorCode}]',
    proves: '会话以[?errorCode: {errorCode} ][!errorCode:某个错误码]关闭，其上的调用失败。',
    open: '这几乎总是对端的 GOAWAY；但这行没有说明是谁认为有错，以及错在哪里。',
    next: '请查看对端同一时刻的日志；抓包能看到调试数据。',
  },
  'session-internal': {
    title: 'HTTP/2 会话以 INTERNAL_ERROR 结束',
    proves: '会话以错误码 2 关闭。',
    open: 'Node 在自身的重置保护触发时（约 1,000 次快速取消）使用此码，其他服务端则在自身出错时使用。',
    next: '请统计此前取消的调用；并查看对端的日志。',
  },
} as const satisfies ReadingTexts;
