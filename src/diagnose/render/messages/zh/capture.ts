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
