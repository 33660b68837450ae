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
  'capture/encrypted': {
    title: 'TLS 连接：内容不可见',
    explanation: ['有 {connections} 条连接已加密，且没有密钥。', '只能看到它们的建立和关闭。'],
    proof: '有 TLS 记录，但没有密钥日志。',
    variants: {},
  },
};
