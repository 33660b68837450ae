import type { FamilyTexts } from '../messages.ts';

export const tls: FamilyTexts<'tls'> = {
  'tls/alert': {
    title: 'TLS 因{from}的 alert {alert} 而结束',
    explanation: ['{from}用致命 alert 结束了 TLS，因此这条连接[（{server}）]无法使用。'],
    proof: 'TLS 记录层的致命 alert，明文或已解密；隐藏的 alert 凭长度判断。',
    variants: {
      certificate: {
        title: '{from}拒绝了证书（{alert}）',
        explanation: [
          '客户端不接受服务端[（{server}）]的证书[，请求的主机名是 {serverName}]。',
          '[?expired:证书已过期，或客户端的时钟不准。][!expired:签发证书的 CA 不受客户端信任，主机名不匹配，证书不在有效期内，或服务端没有发送中间证书。]',
          '没有进行任何 gRPC 通信：调用以 UNAVAILABLE 失败。',
        ],
      },
      'client-certificate': {
        title: '服务端拒绝了客户端证书（{alert}）',
        explanation: [
          '[?asked:服务端[（{server}）]要求客户端证书（mTLS）][!asked:服务端[（{server}）]不接受客户端的证书][?none:，而客户端没有证书可以出示]。',
          '客户端必须出示由服务端信任的 CA 签发的证书。',
        ],
      },
      version: {
        title: '没有共同的 TLS 版本（{alert}）',
        explanation: [
          '[客户端最高支持 {clientVersion}，][!clientVersion:]{from}因版本而中止握手。',
          '一方只允许的版本，另一方已禁用或不支持。',
        ],
      },
      parameters: {
        title: 'TLS 握手没有找到共同的参数（{alert}）',
        explanation: ['{from}找不到双方都支持的密码套件、曲线、签名算法或证书[（主机名 {serverName}）]。'],
      },
      name: {
        title: '服务端不认识该主机名（{alert}）',
        explanation: ['客户端请求的主机名[是 {serverName}][!serverName:为空]，服务端[（{server}）]没有对应的证书。'],
      },
      hidden: {
        title: 'TLS 握手被拒绝；alert 已加密',
        explanation: [
          '握手本应继续时，{from}发送了一条长度与 alert 相同的记录，连接[（{server}）]随后结束。',
          '[from=client:客户端不接受服务端证书时会这样。][from=server:服务端要求另外的客户端证书，或没有合适的 ALPN 协议时会这样。]',
          '密钥日志可以显示原因；{from}的日志也可以。',
        ],
      },
    },
  },
  'tls/handshake-unfinished': {
    title: 'TLS 握手没有完成',
    explanation: ['与服务端[（{server}）]的握手已开始，{waitedMs}之后仍没有一方完成。'],
    proof: '有 ClientHello，但直到连接结束都没有客户端的 Finished，也没有 alert。',
    variants: {
      'no-server-hello': {
        title: '服务端没有回应 TLS ClientHello',
        explanation: [
          '客户端开始 TLS，服务端[（{server}）]没有任何响应，{waitedMs}之后[closedBy=server:服务端关闭了连接][closedBy=client:客户端放弃][!closedBy:仍无响应]。',
          '该端口接受连接但不支持 TLS，或服务端过载，或中间设备丢弃了较大的 ClientHello。',
        ],
      },
      'after-server-hello': {
        title: 'TLS 握手在 ServerHello 之后停止',
        explanation: [
          '服务端[（{server}）]作了响应，但{waitedMs}之后握手仍未完成[closedBy=client:：客户端断开了连接][closedBy=server:：服务端断开了连接]。',
          '不接受证书又不发送 alert 的客户端就是这样离开的。',
        ],
      },
    },
  },
  'tls/ping-rhythm': {
    title: '已加密：每隔 {intervalMs}有一条大小与 PING 相同的记录',
    explanation: ['有 {pings} 条大小与 HTTP/2 PING 相同的记录单独发送，间隔 {intervalMs}。'],
    proof: '加密记录的长度和时间；内容不可知。',
    variants: {
      cut: {
        title: '已加密：看起来是 GOAWAY too_many_pings',
        explanation: [
          '客户端单独发送了 {pings} 条大小与 HTTP/2 PING 相同的记录，间隔 {intervalMs}。',
          '服务端对最后一条回以大小与 GOAWAY ENHANCE_YOUR_CALM "too_many_pings" 相同的记录，然后关闭了连接。',
          '有密钥时这就是 keepalive/too-many-pings：客户端的 keepalive 间隔短于服务端允许的值。',
        ],
      },
      kept: {
        title: '已加密：每隔 {intervalMs}有一条大小与 PING 相同的记录',
        explanation: [
          '客户端单独发送了 {pings} 条大小与 HTTP/2 PING 相同的记录，间隔 {intervalMs}：看起来是空闲连接上的 keepalive。',
        ],
      },
    },
  },
  'tls/idle-end': {
    title: '已加密：连接在沉默 {gapMs}之后结束',
    explanation: [
      '{gapMs}内没有任何数据，然后{closedBy}以 {how} 结束了连接。',
      '[这种时长的定时器：{timers}。]',
      '没有密钥就无法知道是否有调用在等待。',
    ],
    proof: '最后一条加密记录与 FIN 或 RST 之间的时间。',
    variants: {},
  },
};
