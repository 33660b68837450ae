import type { FamilyTexts } from '../messages.ts';

export const flow: FamilyTexts<'flow'> = {
  'flow/stream-stalled': {
    title: '流停滞：{sender:other}没有给出窗口',
    explanation: [
      '{sender}有数据要在流 {stream} 上发送，但它的窗口在 {stalledMs} 内一直是 [{windowBytes}][!windowBytes:零]。',
      '{sender:other}没有为它发送 WINDOW_UPDATE[?alive:，而连接仍然正常]。',
      '接收方的应用停止了读取，或在等待一个大于窗口[（{initialWindowBytes}）]的消息。',
    ],
    proof: '按 SETTINGS、DATA 和 WINDOW_UPDATE 计算，流的窗口不足以发送下一帧，连接正常却没有 WINDOW_UPDATE。',
    variants: {},
  },
  'flow/connection-stalled': {
    title: '所有流都停滞：连接窗口已耗尽',
    explanation: [
      '{stalledMs} 内，{sender}在 {openStreams} 个流上都无法发送：连接的窗口是空的。',
      '{sender:other}没有为流 0 发送 WINDOW_UPDATE[?alive:，而连接仍然正常]。',
      '一个不读取数据的接收方，或随被重置的流丢失的额度，会让所有流停下来。',
    ],
    proof: '有数据待发时连接窗口为零，且没有针对流 0 的 WINDOW_UPDATE。',
    variants: {},
  },
  'flow/window-too-small': {
    title: '{windowBytes} 的窗口拖慢了大消息',
    explanation: [
      '{sender:other}只给出 {windowBytes}，{messageBytes} 的消息要一再停下来等待 WINDOW_UPDATE。',
      '[往返需要 {roundTripMs}，因此每秒最多传输 {bytesPerSecond}。]',
    ],
    proof: '消息大于窗口，发送方每个往返都要在空窗口处等待一次。',
    variants: {},
  },
  'flow/window-overrun': {
    title:
      '[scope=increment:{by}把窗口增大到超过了最大值][!scope:{by}发送的数据超过了窗口][scope=stream:{by}发送的数据超过了流的窗口][scope=connection:{by}发送的数据超过了连接的窗口]',
    explanation: [
      '[scope=increment:{by}的 WINDOW_UPDATE 使窗口超出 2^31-1 达 {overBytes}][scope=stream:{by}在流 {stream} 上发送的数据比剩余窗口多 {overBytes}][scope=connection:{by}发送的数据比连接的剩余窗口多 {overBytes}][（剩余 {windowBytes}）]。',
      '接收方必须以 FLOW_CONTROL_ERROR 终止该流或连接（RFC 9113 §6.9.1）。',
    ],
    proof: '按 SETTINGS、DATA 和 WINDOW_UPDATE 计算得出；必须抓到双方的 SETTINGS。',
    variants: {},
  },
  'flow/credit-leak': {
    title: '连接窗口的额度正在流失',
    explanation: [
      '有 {missingBytes} 的连接窗口被用掉，{receiver}一直没有归还。',
      '[大致相当于 {resetStreams} 个被重置的流上的数据：这些 DATA 同样要计入。]',
      '窗口耗尽之后，所有流都会停下来。',
    ],
    proof: '未归还的额度随被重置的流上的数据量增长。',
    variants: {},
  },
};
