/** Facts of a failed call in Chinese. */
import type { CallFailure, ConnectionInfo } from '#client';
import { statusName } from '#grpc';
import { ErrorCode, errorCodeName } from '#h2';
import { formatAddress } from '#transport';
import type { FactTexts, Told } from './texts.ts';
import { duration, farewellText, printable } from './values.ts';

export const zh: FactTexts = {
  what: {
    'server-status': ({ code }) => `服务器以 ${statusName(code)} 应答了这次调用。`,
    'http-status': ({ message }) => `应答的不是 gRPC 服务器，而是代理或普通 Web 服务器。原文：${message}`,
    'malformed-response': ({ message }) => `响应不符合 gRPC 规范。原文：${message}`,
    reset: ({ failure }) => `${resetText(failure)}。`,
    violation: ({ failure }) => `${violationText(failure)}。`,
    unprocessed: ({ failure }) => `${unprocessedText(failure)}。`,
    connection: ({ failure }) => `调用进行中连接结束：${underneath(failure)}。`,
    connect: ({ failure, message }) =>
      failure.addresses.length === 0
        ? `无法建立连接。原文：${message}`
        : `无法建立连接：${failure.addresses.map(zh.address).join('；')}。`,
    resolve: ({ message }) => `无法解析目标名称。原文：${message}`,
    deadline: ({ failure }) =>
      failure.connection === undefined ? '调用还在等待连接时，截止时间已到。' : '响应尚未完整到达，截止时间已到。',
    cancelled: () => '调用方取消了这次调用。',
    limit: ({ message }) => `超过了限制。原文：${message}`,
    closed: ({ failure }) => (failure.connection === undefined ? '通道已关闭。' : '通道在调用进行中关闭了连接。'),
  },
  ending: (ending) => {
    switch (ending.kind) {
      case 'goaway':
        return `服务器以 GOAWAY ${farewellText(ending.farewell)} 结束了连接`;
      case 'violation':
        return `服务器违反了 HTTP/2 规则（${ending.violation.rule}：${printable(ending.violation.detail)}）`;
      case 'peer-closed':
        return '服务器或途中的设备关闭了连接（FIN），事先没有发送 GOAWAY';
      case 'transport':
        return ending.code === '' ? `传输失败：${ending.text}` : `传输失败（${ending.code}）：${ending.text}`;
      case 'silent':
        return `服务器在 ${duration(ending.afterMs)} 内没有应答（${ending.what}）`;
      case 'local':
        return `本端关闭了连接（${ending.reason}）`;
    }
  },
  fault: {
    refused: '没有程序在该地址监听，或被防火墙拒绝',
    reset: '建立过程中连接被重置',
    'timed-out': '在时限内没有应答',
    unreachable: '主机不可达',
    'name-not-found': '名称不存在',
    'name-lookup-failed': '名称解析失败',
    'no-such-socket': '套接字文件不存在',
    tls: 'TLS 握手失败',
    'no-alpn': '服务器不支持基于 TLS 的 HTTP/2',
    cancelled: '已放弃尝试',
    other: '失败',
  },
  address: ({ address, fault }) => {
    const code = fault.code === '' ? '' : `（${fault.code}）`;
    return `${formatAddress(address)}：${zh.fault[fault.kind]}${code}`;
  },
  where: ({ failure: { connection, stream }, nowMs }) => {
    if (connection === undefined) return '';
    const place = `到 ${formatAddress(connection.remote)} 的连接 ${connection.id}（${lifeText(connection, nowMs)}）`;
    return stream === 0 ? `当时在等待${place}上的流。` : `这是${place}上的流 ${stream}。`;
  },
  culprit: {
    client: '由本端引起。',
    server: '由服务器引起。',
    network: '由网络或两端之间的设备引起。',
    unknown: '从本端无法判断由谁引起。',
  },
  processed: {
    no: '服务器没有处理这次调用：可以安全重试。',
    maybe: '服务器可能已经处理了这次调用：只有重复执行无害时才可重试。',
    yes: '服务器处理了这次调用。',
  },
  retried: ({ failure: { attempts, notRetried } }) => {
    const reason = whyNot(notRetried);
    return attempts > 1 ? `共发送了 ${attempts} 次。${reason}` : reason;
  },
  advice: {
    'server-status': () => '',
    'http-status': () => '请确认目标是 gRPC 服务器，或前面的代理以 HTTP/2 转发。',
    'malformed-response': () => '',
    reset: resetAdvice,
    violation: () => '',
    unprocessed: () => '',
    connection: connectionAdvice,
    connect: () => '设置 waitForReady: true 后，调用会在截止时间内等待连接。',
    resolve: () => '请检查目标中的名称；设置 waitForReady: true 后，调用会等到名称可以解析。',
    deadline: ({ failure }) =>
      failure.connection === undefined
        ? '加大 timeoutMs 可以给建立连接更多时间；connectTimeoutMs 限制每次尝试。'
        : '加大 timeoutMs 可以给服务器更多时间；propagate(context) 把期限传给处理函数发起的调用。',
    cancelled: () => '',
    limit: () => '上文提到的选项决定这个限制。',
    closed: () => '',
  },
};

function lifeText({ openedMs, closedMs }: ConnectionInfo, nowMs: number): string {
  return closedMs === undefined ? `已打开 ${duration(nowMs - openedMs)}` : `存在了 ${duration(closedMs - openedMs)}`;
}

function underneath({ ending, connection }: CallFailure): string {
  const under = ending?.kind === 'connection' ? ending.ending : connection?.ending;
  return under === undefined ? '原因未知' : zh.ending(under);
}

function resetText({ ending }: CallFailure): string {
  const errorCode = ending?.kind === 'reset' ? ending.errorCode : ErrorCode.NO_ERROR;
  return `服务器或其前面的代理用 RST_STREAM ${errorCodeName(errorCode)}（代码 ${errorCode}）重置了流`;
}

function violationText({ ending }: CallFailure): string {
  const violation = ending?.kind === 'reset' ? ending.violation : undefined;
  if (violation === undefined) return '服务器违反了 HTTP/2 规则';
  return `服务器违反了 HTTP/2 规则（${violation.rule}：${printable(violation.detail)}）`;
}

function unprocessedText({ ending }: CallFailure): string {
  if (ending?.kind !== 'unprocessed') return '服务器拒绝了这个流（RST_STREAM REFUSED_STREAM）';
  const { farewell } = ending;
  return `服务器发送了 GOAWAY ${farewellText(farewell)}，不再处理编号大于 ${farewell.lastStream} 的流`;
}

function resetAdvice({ failure: { ending } }: Told): string {
  const errorCode = ending?.kind === 'reset' ? ending.errorCode : undefined;
  if (errorCode === ErrorCode.ENHANCE_YOUR_CALM) return '服务器要求降低负载：减少并发调用，或增加服务器。';
  if (errorCode === ErrorCode.NO_ERROR) return '多半是代理丢掉了响应的末尾：请查看代理的日志和版本。';
  return '';
}

function connectionAdvice({ failure: { ending } }: Told): string {
  if (ending?.kind !== 'connection') return '';
  switch (ending.ending.kind) {
    case 'peer-closed':
    case 'transport':
      return '停止服务器时应先排空（server.shutdown）；若途中设备会静默断开，请把 keepalive.intervalMs 设得比它的超时短，并让服务器允许。';
    case 'silent':
      return 'keepalive.timeoutMs 决定等待应答的时间。';
    default:
      return '';
  }
}

/** The client core's sentences; one that is not here is shown as it stands. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/its response had begun/, '没有重试：响应已经开始。'],
  [/the server may have processed it/, '没有重试：服务器可能已经处理。'],
  [/more than the retry buffer holds/, '没有重试：已发送的内容超过重试缓冲区（retryBufferBytes）。'],
  [/the server had refused it twice/, '没有再次重试：服务器已拒绝两次。'],
  [/further connections ended the same way/, '没有再次重试：后续多条连接也同样结束。'],
  [/the server answered it|The server has answered/, '没有重试：服务器已经应答。'],
  [/waitForReady was not asked for/, '没有等待连接：没有要求 waitForReady。'],
];

function whyNot(notRetried: string): string {
  return reasons.find(([pattern]) => pattern.test(notRetried))?.[1] ?? notRetried;
}
