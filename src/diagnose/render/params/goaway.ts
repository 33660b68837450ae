import type { IdOf } from '../../catalog.ts';
import { always, maybe, maybeOneOf, oneOf, type ParamTable } from './param.ts';

export const goawayParams = {
  'goaway/graceful': {
    lastStreamId: always('id', 41, 'last-stream-id of the last GOAWAY'),
    twoStep: always('flag', true, 'a first GOAWAY with 2^31-1 announced it (RFC 9113 §6.8)'),
    debugData: maybe('text', 'max_age', 'debug data of the first GOAWAY that has any'),
    closedAfterMs: maybe('ms', 1_020, 'from the first GOAWAY to the close'),
    by: maybeOneOf(['server', 'client'], 'who sent the GOAWAY'),
  },
  'goaway/grace-expired': {
    graceMs: always('ms', 30_000, 'from the first GOAWAY to the close'),
    openStreams: always('count', 2, 'streams still open at the close'),
    debugData: maybe('text', 'max_age', 'debug data of the GOAWAY'),
    longestMs: maybe('ms', 95_000, 'age of the oldest of those streams at the close'),
  },
  'goaway/unprocessed-streams': {
    lastStreamId: always('id', 41, 'last-stream-id of the GOAWAY'),
    streams: always('count', 2, 'streams above it'),
    debugData: maybe('text', 'max_age', 'debug data of the GOAWAY'),
  },
  'goaway/one-shot': {
    lastStreamId: always('id', 1_999, 'last-stream-id of the GOAWAY'),
    requests: always('count', 1_000, 'requests on the connection up to then'),
    lostStreams: always('count', 0, 'requests that crossed the GOAWAY and were dropped'),
    ageMs: maybe('ms', 61_000, 'age of the connection'),
    trigger: maybeOneOf(
      ['requests', 'age', 'reload'],
      'what brought it about, where numbers or other connections tell',
    ),
  },
  'goaway/late-write': {
    resetStream: always('id', 1, 'the stream that the client had reset and the server wrote to'),
    resetCode: always('text', 'CANCEL', 'error code of that RST_STREAM'),
    lastStreamId: always('id', 3, 'last-stream-id of the GOAWAY'),
    openStreams: always('count', 1, 'other streams open when the GOAWAY came: they died with it'),
    clientTimeoutMs: maybe('ms', 4_000, 'from the request to the RST_STREAM'),
    handlerMs: maybe('ms', 10_000, 'from the request to the GOAWAY: how long the handler ran'),
    debugData: maybe('text', 'Request stream 1 is not correct for server connection', 'debug data of the GOAWAY'),
  },
  'goaway/protocol-error': {
    errorCode: always('text', 'PROTOCOL_ERROR', 'error code of the GOAWAY'),
    by: oneOf(['server', 'client'], 'who sent the GOAWAY'),
    lastStreamId: always('id', 7, 'last-stream-id of the GOAWAY'),
    openStreams: always('count', 2, 'streams open when it came'),
    debugData: maybe('text', 'invalid preface', 'debug data of the GOAWAY'),
    rule: maybe('text', 'RFC 9113 §5.1.1', 'the section that the other side was seen to break'),
    detail: maybe('text', 'HEADERS on stream 3 after stream 5', 'what it did, from the violation'),
  },
  'goaway/flood-guard': {
    errorCode: always('text', 'ENHANCE_YOUR_CALM', 'error code of the GOAWAY'),
    openStreams: always('count', 20, 'streams open when it came'),
    resets: maybe('count', 200, 'RST_STREAM frames before it'),
    windowMs: maybe('ms', 1_800, 'time in which they were sent'),
    resetsBy: maybeOneOf(['client', 'server'], 'who sent them'),
    resetCode: maybe('text', 'CANCEL', 'their usual error code'),
    debugData: maybe('text', 'Maximum number of RST frames reached', 'debug data of the GOAWAY'),
  },
} as const satisfies Readonly<Record<IdOf<'goaway'>, ParamTable>>;
