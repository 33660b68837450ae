import type { FamilyTexts } from '../messages.ts';

export const peer: FamilyTexts<'peer'> = {
  'peer/http1': {
    title: '一方使用 HTTP/1，另一方使用 HTTP/2',
    explanation: ['一方的首行是 {text:quoted}，而另一方使用 HTTP/2。'],
    proof: '同一连接上，一方发送 HTTP/2 前言，另一方发送 HTTP/1 的首行。',
    variants: {
      server: {
        title: '服务端使用 HTTP/1，客户端使用 HTTP/2',
        explanation: [
          '客户端以 HTTP/2 前言开始，服务端[（{server}）]返回了 {text:quoted}。',
          '要么端口不对，要么那里没有启用不带 TLS 的 HTTP/2（h2c）。',
        ],
      },
      client: {
        title: '客户端使用 HTTP/1，服务端使用 HTTP/2',
        explanation: [
          '客户端以 {text:quoted} 开始，而服务端[（{server}）]只支持 HTTP/2。',
          '健康检查、浏览器，或上游没有启用 HTTP/2 的代理会这样做。',
        ],
      },
    },
  },
  'peer/tls-mismatch': {
    title: '一方使用 TLS，另一方使用明文',
    explanation: ['一方发送了 TLS 记录[（{text}）]，另一方发送明文。'],
    proof: '一方是 TLS 记录，另一方是明文字节。服务端不发 TLS alert 就关闭时证据较弱：此时只能确定没有收到 SETTINGS。',
    variants: {
      'plaintext-to-tls': {
        title: '客户端使用明文，服务端要求 TLS',
        explanation: [
          '客户端以明文发送了 HTTP/2 前言，服务端[（{server}）]返回了 TLS 记录[（{text}）]。',
          '客户端应在此处使用 TLS，或改用其他端口。',
        ],
      },
      'tls-to-plaintext': {
        title: '客户端要求 TLS，服务端使用明文',
        explanation: [
          '客户端以 TLS ClientHello 开始，而服务端[（{server}）]在此端口上不支持 TLS[：{text:quoted}]。',
          '客户端应在此处使用明文，或改用其他端口。',
        ],
      },
    },
  },
  'peer/no-alpn': {
    title: 'TLS 握手中没有协商出 HTTP/2（ALPN）',
    explanation: [
      '[?refused:服务端[（{server}）]不支持客户端提供的任何协议[（{offered}）]，因此中止了握手。][!refused:客户端提供 {offered}；服务端[（{server}）][选择了 {alpn}][!alpn:没有选择任何协议]，而不是 h2，客户端随后关闭了连接。]',
      'gRPC 需要 h2：监听端口没有启用 HTTP/2，或终止 TLS 的设备不支持它。grpc-go 从 1.67 起强制要求。',
    ],
    proof:
      '服务端回以 alert no_application_protocol；或者没有 ALPN 应答或不是 h2，而客户端什么都没发送就关闭了连接。在 TLS 1.3 中，该应答只有凭密钥才能读取。',
    variants: {},
  },
  'peer/not-grpc': {
    title: '响应不是 gRPC，而是 HTTP 状态码 {status}',
    explanation: [
      '{streams} 个调用[从 {proxy} ]得到状态码 {status}[，content-type 为 {contentType}]，没有 grpc-status。',
      '代理或 Web 服务器代替 gRPC 处理函数作了响应[status=404:：它没有这个路径的路由][status=502:：它没有从后端得到可用的响应][status=503:：它没有可用的后端][status=504:：后端的处理时间超过了它的定时器]。',
      '[gRPC 客户端会报告 {grpcCode}。]',
    ],
    proof: '响应的 content-type 不是 application/grpc，或 :status 不是 200，并且没有 grpc-status。',
    variants: {},
  },
};
