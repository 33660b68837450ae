import type { FamilyTexts } from '../messages.ts';

export const message: FamilyTexts<'message'> = {
  'message/too-large': {
    title: '{sizeBytes} 的消息超过了接收方的上限',
    explanation: [
      '{by}在流 {stream} 上发送了 {sizeBytes} 的消息[，而{by:other}最多接受 {limitBytes}]。',
      '[signal=status:{by:other}返回了状态码 8（RESOURCE_EXHAUSTED）。][signal=reset:{by:other}重置了该流。]',
      '起作用的是接收方的上限：调整发送方的上限没有用。',
    ],
    proof: 'gRPC 消息前缀中的长度，以及接收方随之返回的 grpc-status 8 或 RST_STREAM。',
    variants: {},
  },
  'message/truncated': {
    title: '消息在达到声明的长度之前就结束了',
    explanation: [
      '在流 {stream} 上，{by}声明了 {promised} 的消息，却在 {received} 后结束了流。',
      '发送方中途停止，或中间的代理替它结束了流。',
    ],
    proof: '在达到 gRPC 消息前缀声明的字节数之前就出现 END_STREAM。',
    variants: {},
  },
};
