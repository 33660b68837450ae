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
      '[{upstreamMethod} 的]调用方只剩 {upstreamTimeoutMs}，服务端却[!downstreamTimeoutMs:不设超时][以 {downstreamTimeoutMs} 的超时]调用 {method}，共 {calls} 次。',
      '调用方放弃之后，下游的工作就白做了。',
      '[?wasted:其中 {wasted} 次确实如此，最多多做了 {outlivedMs}。]',
    ],
    proof:
      '同一抓包中有两跳：某个方法的每次调用都发生在其发起者正在处理的调用之内，至少三次，且各自的 grpc-timeout 都超过外层调用的剩余时间（`longer`）或根本没有（`none`）。只能判为“很可能”：线路上没有任何东西把两者联系起来。',
    variants: {
      longer: {
        title: '服务端给下游调用的时间超过了自己剩余的时间',
        explanation: [
          '[{upstreamMethod} 的]调用方只剩 {upstreamTimeoutMs}，服务端却以 {downstreamTimeoutMs} 的超时调用 {method}；这样的调用有 {calls} 次。',
          '调用方的超时没有传递下去：调用方放弃之后，下游的工作就白做了。',
          '[?wasted:其中 {wasted} 次确实如此，最多多做了 {outlivedMs}。]',
        ],
      },
      none: {
        title: '服务端发起下游调用时没有设置超时',
        explanation: [
          '[{upstreamMethod} 的]调用方只剩 {upstreamTimeoutMs}，服务端却不设超时地调用 {method}；这样的调用有 {calls} 次。',
          '调用方的超时没有传递下去：调用方放弃之后，下游的工作就白做了。',
          '[?wasted:其中 {wasted} 次确实如此，最多多做了 {outlivedMs}。]',
        ],
      },
    },
  },
};
