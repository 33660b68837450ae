import type { FamilyTexts } from '../messages.ts';

const reactions =
  '[reaction=rst:{by:other}重置了该流。][reaction=goaway:{by:other}以 GOAWAY 断开了连接。][reaction=close:{by:other}关闭了连接。]';

export const headers: FamilyTexts<'headers'> = {
  'headers/too-large': {
    title: '头部字段超过了接收方的上限',
    explanation: [
      '{by}[在流 {stream} 上]发送了[ {sizeBytes} 的]头部字段；{by:other}[最多接受 {limitBytes}][!limitBytes:不接受这么大]。',
      '[其中最大的是 {largestField}，{largestBytes}。]',
      '[{proxy} 未另行配置时最多接受 {defaultBytes}。]',
      `${reactions}[reaction=status-431:{by:other}返回了状态码 431。][reaction=grpc-status:{by:other}返回了 RESOURCE_EXHAUSTED。][它的说明：{debugData:quoted}。]`,
    ],
    proof:
      '头部大小超过接收方的 SETTINGS_MAX_HEADER_LIST_SIZE，或接收方在调试数据、状态码 431 或 grpc-message 里说明了这一点；或者请求超过已知的上限，接收方立即将其终止而不说明原因。',
    variants: {},
  },
  'headers/malformed': {
    title: '{by}发送了 HTTP/2 禁止的头部字段',
    explanation: ['流 {stream}：{reason}[（{rule}）]。', reactions],
    proof: '从抓包中解码出的头部违反了 RFC 9113 §8.2 或 §8.3。',
    variants: {},
  },
  'headers/compression-error': {
    title: '头部压缩（HPACK）失去同步',
    explanation: [
      '{by:other}无法解码{by}的头部块[（流 {stream}）]；压缩状态由所有流共享，连接只能断开。',
      '[?ownDecodeFailed:在这里也无法解码，因此责任在发送方。]',
      '[?afterTableSizeChange:此前动态表大小有过变更：发送方必须在下一个头部块中声明（RFC 7541 §4.2）。]',
      '[?openStreams:{openStreams} 个进行中的调用随连接一起失败。]',
    ],
    proof: '出现 GOAWAY COMPRESSION_ERROR，或抓包从连接开始就完整、头部块却无法解码。',
    variants: {},
  },
};
