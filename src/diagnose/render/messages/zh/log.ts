import type { FamilyTexts } from '../messages.ts';

export const log: FamilyTexts<'log'> = {
  'log/undecided': {
    title: '一行符合多种故障的日志',
    explanation: ['程序报告了连接或调用的错误[：{detail}]，其措辞符合多种原因。'],
    proof: '程序对多种原因使用同样措辞的一行。结论会列出这些原因，以及什么能加以区分。',
    variants: {},
  },
  'log/harmless': {
    title: '看似严重、实则无害的日志',
    explanation: ['程序记下的是连接正常生命周期中的事。'],
    proof: '已知不伴随任何失败调用的一行：健康检查、用完即关闭的连接。',
    variants: {},
  },
  'log/own-side': {
    title: '程序自己结束了连接',
    explanation: ['写下这行的程序关闭了连接或通道，或在关闭之后仍使用它。'],
    proof: '只有程序自己的应用关闭了连接或通道时才会写下的一行。',
    variants: {},
  },
  'log/proxy-decision': {
    title: '调用的结局由代理决定',
    explanation: ['代理的定时器、上限，或缺少后端、路由，结束了调用[（{flag}）]。'],
    proof: '代理的响应标志、终止状态或错误日志，写明了它自己的决定。',
    variants: {},
  },
};
