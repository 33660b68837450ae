import type { FamilyTexts } from '../messages.ts';

export const flow: FamilyTexts<'flow'> = {
  'flow/stream-stalled': {
    title: '流停滞：{sender:other}没有给出窗口',
    explanation: [
      '{sender}有数据要在流 {stream} 上发送，但它的窗口在 {stalledMs} 内一直是 [{windowBytes}][!windowBytes:零][，此前已发送 {sentBytes}]。',
      '[fate=resumed:之后{sender:other}才发送 WINDOW_UPDATE，流得以继续。][fate=answered:{sender:other}一直没有为它发送 WINDOW_UPDATE[?alive:，而这一端仍在发送其他帧]，最后以错误作答。][fate=open:直到最后，{sender:other}都没有为它发送 WINDOW_UPDATE[?alive:，而这一端仍在发送其他帧]。][fate=reset:{sender:other}一直没有为它发送 WINDOW_UPDATE[?alive:，而这一端仍在发送其他帧]，直到该流被重置。][!fate:{sender:other}没有为它发送 WINDOW_UPDATE[?alive:，而这一端仍在发送其他帧]。]',
      '接收方的应用停止了读取，或在等待一个大于窗口[（{initialWindowBytes}）]的消息。',
      '[共有 {streams} 个流这样停滞。]',
    ],
    proof:
      '按 SETTINGS、DATA 和 WINDOW_UPDATE 计算，流的窗口在消息中途用完，此后 5 秒内没有 WINDOW_UPDATE，或者调用的大部分时间都在等待并最终被重置。期间接收方仍发送其他帧，则可以确定。停顿之后又恢复的，只作说明，不算故障。',
    variants: {},
  },
  'flow/connection-stalled': {
    title: '所有流都停滞：连接窗口已耗尽',
    explanation: [
      '{stalledMs} 内，{sender}在 {openStreams} 个流上都无法发送：连接的窗口是空的[（最大时为 {grantedBytes}）]。',
      '{sender:other}没有为流 0 发送 WINDOW_UPDATE[?alive:，而这一端仍在发送其他帧]。',
      '[?unreadStream:仅流 {unreadStream} 就占用了其中 {unreadBytes}，却没有被读取：一个不读取数据的接收方会让所有流停下来。][!unreadStream:一个不读取数据的接收方，或随被重置的流丢失的额度，会让所有流停下来。]',
    ],
    proof: '消息发送到一半时连接窗口用完，此后 5 秒内没有针对流 0 的 WINDOW_UPDATE，或者有调用因此终止。',
    variants: {},
  },
  'flow/window-too-small': {
    title: '{windowBytes} 的窗口拖慢了大消息',
    explanation: [
      '{sender:other}给每个[scope=stream:流][scope=connection:连接]的窗口只有 {windowBytes}，{messageBytes} 的消息要一再停下来等待 WINDOW_UPDATE[：至今 {waits} 次，共 {lostMs}]。',
      '[往返需要 {roundTripMs}，因此每秒最多传输 {bytesPerSecond}。]',
      '[在 {messages} 个这样的消息所用的时间中，{percent} 是在等待窗口。]',
    ],
    proof:
      '发送方在消息中途用完窗口，收到 WINDOW_UPDATE 后立即继续，每次大约等待一个往返。等待更久则是接收方读取太慢，加大窗口没有帮助。',
    variants: {},
  },
  'flow/window-overrun': {
    title:
      '[scope=increment:{by}把窗口增大到超过了最大值][!scope:{by}发送的数据超过了窗口][scope=stream:{by}发送的数据超过了流的窗口][scope=connection:{by}发送的数据超过了连接的窗口]',
    explanation: [
      '[scope=increment:{by}的 WINDOW_UPDATE 使[?stream:流 {stream} 的窗口][!stream:连接的窗口]超出 2^31-1 达 {overBytes}。][scope=stream:流 {stream} 的窗口[只剩 {windowBytes}][!windowBytes:所剩不足]，{by}却发送了[ {frameBytes}，]多出 {overBytes}。][scope=connection:连接的窗口[只剩 {windowBytes}][!windowBytes:所剩不足]，{by}却发送了[ {frameBytes}，]多出 {overBytes}。]',
      '[reaction=goaway:{by:other}以 GOAWAY 断开了连接[?openStreams:，{openStreams} 个未完成的调用随之失败]。][reaction=rst:{by:other}重置了该流。][!reaction:{by:other}放过了它，但按规定必须以 FLOW_CONTROL_ERROR 终止该流或连接（RFC 9113 §6.9.1）。]',
    ],
    proof: '按 SETTINGS、DATA 和 WINDOW_UPDATE 计算得出；必须抓到双方的 SETTINGS。',
    variants: {},
  },
  'flow/credit-leak': {
    title: '连接窗口的额度正在流失',
    explanation: [
      '有 {missingBytes} 的连接窗口被用掉，{receiver}一直没有归还。',
      '[它们随 {resetStreams} 个被重置的流一起丢失[，这些流上共发送了 {resetBytes}]：被重置的流上的 DATA 同样要计入，也必须归还。]',
      '[?leftStreams:还剩 {leftBytes}：大约再有 {leftStreams} 个这样的流，窗口就会耗尽，所有流都会停下来。][!leftStreams:窗口已经耗尽，所有流都停了下来。]',
    ],
    proof: '每有一个流被重置，连接窗口所能恢复到的最大值就下降一次，降幅从不超过该流上已发送的数据量，而且不再回升。',
    variants: {},
  },
};
