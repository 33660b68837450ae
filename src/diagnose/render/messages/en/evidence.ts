import type { EvidenceKey } from '../../params/index.ts';

/** The streams that are open, as PING and strike lines say it. */
const openness = '[?idle:, no stream open][!idle:[, {openStreams:stream|streams} open]]';

export const evidence: Readonly<Record<EvidenceKey, string>> = {
  ping: `PING[ {number} of the run][probe=bdp: (bandwidth probe)][probe=drain: (drain)][, {gapMs} after the last]${openness}[, data {data}]`,
  'ping-ack': 'PING ACK[, {sinceMs} after the PING]',
  strike: `strike {number}[: PING {pingNumber}][, {gapMs} after the last]${openness}`,
  'strike-reset': 'the server sends HEADERS or DATA: strikes start anew[, PING {pingNumber} is free]',
  'next-interval': 'connection {connection}, the next of this client, pings every {intervalMs}',
  goaway: 'GOAWAY {errorCode}[ {debugData:quoted}], last stream {lastStreamId}',
  'rst-stream': 'RST_STREAM {errorCode} on stream {stream}[, {sinceMs} after the request]',
  'headers-request':
    'HEADERS: request on stream {stream}[ {method}][, timeout {timeoutMs}][, after {gapMs} of silence]',
  'headers-response': 'HEADERS: response on stream {stream}[, status {status}][, {contentType}][, after {sinceMs}]',
  trailers:
    'HEADERS: trailers on stream {stream}[, grpc-status {grpcStatus}][ {grpcMessage:quoted}][, after {sinceMs}]',
  'request-trailers': 'HEADERS: trailers of the request on stream {stream}[: {fields}][?endStream:, END_STREAM]',
  'second-headers': 'HEADERS on stream {stream}[, after stream {highestStream}]',
  data: 'DATA on stream {stream}, {bytes}[?endStream:, END_STREAM]',
  'half-close': 'empty DATA with END_STREAM on stream {stream}[, {sinceMs} after the last request data]',
  message: 'message on stream {stream}: {promised} announced[, {received} arrived]',
  fin: 'FIN[?openStreams:, {openStreams:stream|streams} open]',
  rst: 'RST[?openStreams:, {openStreams:stream|streams} open][, TTL {timeToLive}[ instead of {usualTimeToLive}]]',
  'gap-in-time': 'nothing for {gapMs}',
  'no-answer': 'no answer[ on stream {stream}][ for {waitedMs}]',
  'no-goaway': 'no GOAWAY before the end',
  'capture-ends': 'the capture ends[?openStreams: with {openStreams:stream|streams} open]',
  'open-stream':
    'stream {stream}[ {method}] open[ for {ageMs}][state=waiting:, no answer yet][state=answering:, answer begun][state=sending:, request not ended]',
  refills: '{count:new call|new calls} in this time, each right after the end of another',
  'stream-ended': 'stream {stream} ends',
  'open-streams': '{count:stream|streams} open[, limit {limit}]',
  settings:
    'SETTINGS[ MAX_CONCURRENT_STREAMS={maxConcurrentStreams}][ INITIAL_WINDOW_SIZE={initialWindowBytes:plain}][ MAX_HEADER_LIST_SIZE={maxHeaderListBytes:plain}][ HEADER_TABLE_SIZE={headerTableBytes:plain}]',
  'settings-ack': 'SETTINGS ACK[, {sinceMs} after the SETTINGS]',
  preface: 'connection preface',
  'window-update': 'WINDOW_UPDATE [?stream:on stream {stream}][!stream:for the connection], +{bytes}',
  'window-empty': 'window [?stream:of stream {stream}][!stream:of the connection]: {bytes} left',
  'window-given': 'WINDOW_UPDATE [?stream:on stream {stream}][!stream:for the connection] at last, after {sinceMs}',
  'no-window': 'no WINDOW_UPDATE [?stream:on stream {stream}][!stream:for the connection] for {waitedMs}',
  'still-there': 'a frame of another kind, {sinceMs} into the standstill: this side is alive',
  'goes-on': 'DATA again[?stream: on stream {stream}][, {waitedMs} later]',
  'window-overrun':
    '[scope=increment:WINDOW_UPDATE takes the window[?stream: of stream {stream}] {overBytes} beyond 2^31-1][scope=stream:DATA takes {overBytes} more than the window of stream {stream} has][scope=connection:DATA takes {overBytes} more than the window of the connection has]',
  'reset-unread':
    'stream {stream} reset with {bytes} sent; afterwards the window of the connection comes back to {windowBytes}',
  'header-list': 'header fields of {bytes} on stream {stream}[, limit {limit}]',
  retransmissions: '{count:segment|segments} sent again[ in {spanMs}]',
  resets: '{count:RST_STREAM|RST_STREAMs}[ {errorCode}] in {spanMs}',
  'closed-together': '{connections:connection|connections} ended within {spreadMs}',
  'same-gap': '{connections:connection|connections} were closed after {gapMs} of silence',
  'connection-opened': '{client} connects to {server}',
  'calls-to': '{server}: {calls:call|calls}',
  'connection-refused': '{server} refuses the connection',
  implementation: 'calls itself {text:quoted}',
  protocol: 'first octets: {text:quoted}',
  'client-hello': 'ClientHello[ for {serverName}], {version}[, ALPN {alpn}][!alpn:, no ALPN]',
  'server-hello': 'ServerHello: {version}, {cipher}[, ALPN {alpn}]',
  'tls-alert': 'TLS alert[ {name}][ ({code})][!name:, encrypted]',
  'tls-rhythm': '{count} records of PING size, alone, one every {intervalMs}',
  'tls-goaway-sized': 'a record with the size of GOAWAY "too_many_pings"',
  violation: '{detail} ({rule})',
  lost: '{bytes} not captured',
  'clock-leap':
    'packet times go {byMs}[direction=forward: ahead][direction=back: back] at packet {packet}[proof=hosts:; the TCP time stamps of both ends do not][proof=order:; no time stamps][proof=one-host:; the TCP time stamps of this host do not]',
  'log-line': '{text}',
  'log-burst': '{count} such lines within {spanMs}',
  'log-peers': 'addresses: {list}[ and {more} more]',
  'response-octets': 'DATA on stream {stream}: {bytes} in all[, {messages:complete message|complete messages}]',
  'not-forwarded': 'no call[ of {method}] behind the proxy belongs to it',
  attempt:
    'attempt {number} on stream {stream}[, {sinceMs} after the call][, ended by grpc-status {grpcStatus}][, ended by RST_STREAM {errorCode}]',
  pings: '{count:PING|PINGs}[, one every {gapMs}]',
  repeated: '... {count} more like this',
};
