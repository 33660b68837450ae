import type { FamilyTexts } from '../messages.ts';

export const deadline: FamilyTexts<'deadline'> = {
  'deadline/exceeded-by-handler': {
    title: '服务端没有在 {timeoutMs} 的超时之内响应',
    explanation: [
      '{streams} 个调用[（{method}）]的 grpc-timeout 是 {timeoutMs}，到时仍没有响应。',
      '[signal=reset:客户端[在 {elapsedMs} 后]取消了调用。][signal=status:服务端自己[在 {elapsedMs} 后]返回了状态码 4（DEADLINE_EXCEEDED）。]',
      '[响应在请求发出 {handlerMs} 后才到，已经太晚。]',
      '[一次往返只需 {roundTripMs}：时间花在服务端。]',
    ],
    proof: '请求带有 grpc-timeout，到时客户端重置了流，或服务端返回 grpc-status 4。',
    variants: {},
  },
  'deadline/not-propagated': {
    title: '服务端给下游调用的时间超过了自己剩余的时间',
    explanation: [
      '上游调用方只剩 {upstreamTimeoutMs}，服务端却以 {downstreamTimeoutMs} 的超时调用 {method}。',
      '上游放弃之后，下游的工作就白做了。',
    ],
    proof: '同一抓包中有两跳：服务端发起的调用的 grpc-timeout 超过了它自己剩余的时间。',
    variants: {},
  },
};
