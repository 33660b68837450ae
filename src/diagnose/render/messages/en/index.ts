/** The English texts. */
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

export const en: Messages = {
  language: 'en',
  sentenceGap: ' ',
  tightens: false,
  listGap: ', ',
  units: { ms: 'ms', second: 's', minute: 'min', hour: 'h', byte: 'byte', bytes: 'bytes' },
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
    client: 'client',
    server: 'server',
    fin: 'FIN',
    rst: 'RST',
    close: 'close',
    goaway: 'GOAWAY',
    accepted: 'accepted',
    reset: 'reset',
    status: 'status',
    'status-431': 'status 431',
    'grpc-status': 'grpc-status',
    stream: 'stream',
    connection: 'connection',
    increment: 'increment',
    keepalive: 'keepalive',
    bdp: 'bandwidth probe',
    drain: 'drain',
    waiting: 'no answer yet',
    answering: 'answer begun',
    sending: 'request not ended',
    'no-keys': 'no keys',
    'missing-secret': 'secrets are missing',
    'wrong-keys': 'wrong keys',
    unsupported: 'not supported',
    'handshake-not-captured': 'handshake not captured',
    'lost-place': 'place lost',
    forward: 'forward',
    back: 'back',
    hosts: 'the clocks of both hosts',
    order: 'the order of packets',
    'one-host': 'the clock of one host',
    answered: 'answered',
    open: 'still open',
    resumed: 'went on',
    proxy: 'a proxy',
    requests: 'requests',
    age: 'age',
    reload: 'reload',
    nothing: 'nothing',
    ended: 'END_STREAM',
  },
  severities: { error: 'ERROR', warning: 'WARNING', info: 'INFO' },
  certainties: { certain: 'certain', likely: 'likely', possible: 'possible' },
  culprits: {
    client: 'caused by the client',
    server: 'caused by the server',
    middlebox: 'caused by a device in between',
    network: 'caused by the network',
    none: 'nobody is at fault',
    unknown: 'cause on an unknown side',
  },
  retries: {
    safe: 'never processed: safe to retry',
    unknown: 'may have been processed: retry only if idempotent',
    unneeded: 'answered: no retry needed',
  },
  roles: { client: 'client', server: 'server', middlebox: 'proxy' },
  report,
  page,
  notes,
};
