import type { FamilyTexts } from '../messages.ts';

export const capture: FamilyTexts<'capture'> = {
  'capture/starts-mid-connection': {
    title: '抓包从连接中途开始',
    explanation: [
      '有 {connections} 条连接在抓包开始前就已建立，此前的帧、设置和 HPACK 动态表都不可知。',
      '[?unreadableBlocks:有 {unreadableBlocks} 个头部块无法完整解码。]',
    ],
    proof: '没有 SYN，也没有 HTTP/2 前言：连接是凭帧识别出来的。',
    variants: {},
  },
  'capture/packets-lost': {
    title: '抓包缺少部分报文',
    explanation: ['{connections} 条连接上有 {holes} 处共缺少 {lostBytes}。', '依赖这些字节的结论一律不作断言。'],
    proof: '接收方已确认、而抓包中没有的字节。',
    variants: {},
  },
  'capture/one-direction': {
    title: '抓包只有一个方向',
    explanation: [
      '有 {connections} 条连接，其中一侧（第一条连接上是{side}）的报文一个也没有抓到。',
      '这一侧可能说过的话一律不作断言，尤其是缺少应答、PING 无回应、未打招呼就关闭这类结论。',
      '路由不对称，或镜像端口只镜像了一个方向，都会这样：请在任一端主机上抓包，或镜像两个方向。',
    ],
    proof: '对端确认了抓包中没有的字节。',
    variants: {},
  },
  'capture/clock-leap': {
    title: '抓包时钟[direction=forward:向前][direction=back:向后]跳变 {byMs}',
    explanation: [
      '从第 {packet} 个报文起，{connections} 条连接上的报文时间[direction=forward:向前][direction=back:向后]跳了 {byMs}[；另有 {more} 处同样的跳变]。',
    ],
    proof:
      'TCP 时间戳是各主机自己的计时，它与报文时间走得不一致：两台主机对实际经过的时间说法一致。没有时间戳时：同一连接的报文时间倒退，幅度超出乱序所能解释。只要有一台主机的时间戳印证，那段静默就是真的，不算跳变。',
    variants: {
      hosts: {
        title: '抓包时钟[direction=forward:向前][direction=back:向后]跳变 {byMs}',
        explanation: [
          '从第 {packet} 个报文起，报文时间[direction=forward:向前][direction=back:向后]跳了 {byMs}，而两端主机的 TCP 时间戳走得很均匀[；另有 {more} 处同样的跳变]。',
          '本报告中的时间和时长已按主机时钟校正：该报文之后的时间与其他工具显示的报文时间不同。',
          '抓包机器的时钟被调整过（NTP 或手工），或者该机器曾被挂起。',
        ],
      },
      order: {
        title: '抓包时钟倒退 {byMs}',
        explanation: [
          '从第 {packet} 个报文起，{connections} 条连接上的报文时间倒退了 {byMs}，超出乱序所能解释的幅度[；另有 {more} 处同样的跳变]。',
          '这些报文没有 TCP 时间戳，实际经过了多久不得而知：在这些连接上，凡依赖时长的结论一律不作断言。',
          '抓包机器的时钟被调整过，或者合并文件时顺序不对（mergecap 会按时间排序）。',
        ],
      },
      'one-host': {
        title: '抓包时钟可能向前跳变了 {byMs}',
        explanation: [
          '从第 {packet} 个报文起，报文时间比一台主机的 TCP 时间戳多走了 {byMs}，又没有其他主机的报文可以佐证[；另有 {more} 处同样的跳变]。',
          '可能是抓包时钟被调整过，也可能是这台主机曾被挂起，或它的报文在某处滞留：在这 {connections} 条连接上，凡依赖时长的结论都只是“可能”。',
        ],
      },
    },
  },
  'capture/encrypted': {
    title: 'TLS 连接：内容不可见',
    explanation: [
      '有 {connections} 条连接已加密[problem=no-keys:，且没有密钥][problem=missing-secret:；密钥日志缺少它们的部分密钥][problem=wrong-keys:；密钥日志中的密钥打不开它们][problem=unsupported:，其版本或密码套件在此无法解密][problem=handshake-not-captured:，且没有抓到完整的握手][problem=lost-place:；缺失的数据包太多，其余部分无法解密][!problem:，且没有密钥]。',
      '可以看到握手、alert、连接的结束，以及记录的大小和时间；看不到帧。',
      '有一端的密钥就够了：让它写密钥日志，从第一个数据包起重新抓包，再一并提供：calmwire explain --keylog FILE。',
    ],
    proof: '密钥日志中没有密钥能打开的 TLS 记录。',
    variants: {},
  },
};
