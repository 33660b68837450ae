/** The Chinese texts. */
import type { Messages } from '../messages.ts';
import { capture } from './capture.ts';
import { connection } from './connection.ts';
import { deadline } from './deadline.ts';
import { evidence } from './evidence.ts';
import { flow } from './flow.ts';
import { goaway } from './goaway.ts';
import { headers } from './headers.ts';
import { hop } from './hop.ts';
import { keepalive } from './keepalive.ts';
import { log } from './log.ts';
import { message } from './message.ts';
import { notes } from './notes.ts';
import { page } from './page.ts';
import { peer } from './peer.ts';
import { connectionReadings } from './readings/connection.ts';
import { proxyReadings } from './readings/proxy.ts';
import { streamReadings } from './readings/stream.ts';
import { reasons } from './reasons.ts';
import { report } from './report.ts';
import { stream } from './stream.ts';
import { tls } from './tls.ts';

export const zh: Messages = {
  language: 'zh',
  sentenceGap: '',
  tightens: true,
  listGap: '、',
  units: { ms: '毫秒', second: '秒', minute: '分钟', hour: '小时', byte: '字节', bytes: '字节' },
  findings: {
    ...keepalive,
    ...connection,
    ...goaway,
    ...stream,
    ...deadline,
    ...flow,
    ...headers,
    ...message,
    ...peer,
    ...tls,
    ...hop,
    ...capture,
    ...log,
  },
  readings: { ...connectionReadings, ...streamReadings, ...proxyReadings },
  evidence,
  reasons,
  words: {
    client: '客户端',
    server: '服务端',
    fin: 'FIN',
    rst: 'RST',
    close: '关闭',
    goaway: 'GOAWAY',
    accepted: '接受',
    reset: '重置',
    status: '状态码',
    'status-431': '状态码 431',
    'grpc-status': 'grpc-status',
    stream: '流',
    connection: '连接',
    increment: '增量',
    keepalive: '保活',
    bdp: '带宽探测',
    drain: '排空',
    waiting: '尚无响应',
    answering: '响应已开始',
    sending: '请求未结束',
    'no-keys': '没有密钥',
    'missing-secret': '缺少密钥',
    'wrong-keys': '密钥不符',
    unsupported: '不支持',
    'handshake-not-captured': '没有抓到握手',
    'lost-place': '位置丢失',
    forward: '向前',
    back: '向后',
    hosts: '两端主机的时钟',
    order: '报文的先后',
    'one-host': '一台主机的时钟',
    answered: '已作答',
    open: '仍未结束',
    resumed: '已恢复',
    nothing: '无',
    ended: 'END_STREAM',
    proxy: '代理',
    requests: '请求数',
    age: '存在时长',
    reload: '重载',
  },
  severities: { error: '错误', warning: '警告', info: '信息' },
  certainties: { certain: '确定', likely: '很可能', possible: '可能' },
  culprits: {
    client: '责任在客户端',
    server: '责任在服务端',
    middlebox: '责任在中间设备',
    network: '责任在网络',
    none: '无过错方',
    unknown: '责任方未知',
  },
  retries: {
    safe: '未被处理，可以安全重试',
    unknown: '可能已被处理，幂等才可重试',
    unneeded: '已有响应，无需重试',
  },
  roles: { client: '客户端', server: '服务端', middlebox: '代理' },
  report,
  page,
  notes,
};
