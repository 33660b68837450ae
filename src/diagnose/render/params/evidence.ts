/**
 * The evidence keys and their parameters. A set that serves all findings: a line says what one event shows,
 * its time, direction and frame number stand beside it.
 */
import { always, maybe, maybeOneOf, oneOf, type ParamTable } from './param.ts';

export const evidenceParams = {
  ping: {
    number: maybe('count', 4, 'position in the run'),
    gapMs: maybe('ms', 10_001, 'since the PING before'),
    idle: maybe('flag', true, 'no stream was open'),
    openStreams: maybe('count', 2, 'streams open'),
    probe: maybeOneOf(['keepalive', 'bdp', 'drain'], 'what its payload tells'),
    data: maybe('text', '0000000000000000', 'payload in hexadecimal'),
  },
  'ping-ack': { sinceMs: maybe('ms', 0.4, 'since the PING') },
  strike: {
    number: always('count', 3, 'which strike'),
    pingNumber: maybe('count', 4, 'position of the PING in the run'),
    gapMs: maybe('ms', 10_001, 'since the PING before'),
    idle: maybe('flag', true, 'no stream was open'),
    openStreams: maybe('count', 2, 'streams open'),
  },
  'strike-reset': { pingNumber: maybe('count', 1, 'the PING that is free') },
  'next-interval': {
    connection: always('id', 2, 'the next connection'),
    intervalMs: always('ms', 20_002, 'gap between PINGs on it'),
  },
  goaway: {
    errorCode: always('text', 'ENHANCE_YOUR_CALM', 'error code name'),
    lastStreamId: always('id', 1, 'last-stream-id'),
    debugData: maybe('text', 'too_many_pings', 'debug data'),
  },
  'rst-stream': {
    stream: always('id', 1, 'the stream'),
    errorCode: always('text', 'CANCEL', 'error code name'),
    sinceMs: maybe('ms', 4_000, 'since the request'),
  },
  'headers-request': {
    stream: always('id', 1, 'the stream'),
    method: maybe('text', '/pkg.Svc/Get', ':path'),
    timeoutMs: maybe('ms', 2_000, 'grpc-timeout'),
    gapMs: maybe('ms', 60_000, 'silence on the connection before it'),
  },
  'headers-response': {
    stream: always('id', 1, 'the stream'),
    status: maybe('id', 200, ':status'),
    contentType: maybe('text', 'application/grpc', 'content-type'),
    sinceMs: maybe('ms', 12, 'since the request'),
  },
  trailers: {
    stream: always('id', 1, 'the stream'),
    grpcStatus: maybe('id', 0, 'grpc-status'),
    grpcMessage: maybe('text', 'deadline exceeded', 'grpc-message, decoded'),
    sinceMs: maybe('ms', 12, 'since the request'),
  },
  'request-trailers': {
    stream: always('id', 1, 'the stream'),
    fields: maybe('text', 'grpc-status: 0', 'the fields'),
    endStream: maybe('flag', true, 'END_STREAM is set'),
  },
  'second-headers': {
    stream: always('id', 1, 'the stream'),
    highestStream: maybe('id', 5, 'the highest id before it'),
  },
  data: {
    stream: always('id', 1, 'the stream'),
    bytes: always('bytes', 16_384, 'length'),
    endStream: maybe('flag', false, 'END_STREAM is set'),
  },
  'half-close': {
    stream: always('id', 1, 'the stream'),
    sinceMs: maybe('ms', 1.1, 'since the last request octet'),
  },
  message: {
    stream: always('id', 1, 'the stream'),
    promised: always('bytes', 11_117, 'length in the prefix'),
    received: maybe('bytes', 9_920, 'octets that arrived, when fewer'),
  },
  fin: { openStreams: maybe('count', 3, 'streams open') },
  rst: {
    openStreams: maybe('count', 3, 'streams open'),
    timeToLive: maybe('id', 255, 'TTL of the packet'),
    usualTimeToLive: maybe('id', 63, "TTL of this side's other packets"),
  },
  'gap-in-time': { gapMs: always('ms', 60_000, 'silence') },
  'no-answer': {
    waitedMs: maybe('ms', 20_000, 'how long'),
    stream: maybe('id', 5, 'the stream that got none; absent for the connection'),
  },
  'no-goaway': {},
  'capture-ends': { openStreams: maybe('count', 2, 'streams open') },
  'open-stream': {
    stream: always('id', 5, 'the stream'),
    method: maybe('text', '/pkg.Svc/Get', ':path'),
    ageMs: maybe('ms', 840, 'since the request'),
    state: maybeOneOf(['waiting', 'answering', 'sending'], 'no answer yet, answer begun, request not ended'),
  },
  refills: { count: always('count', 41, 'new calls, each right after the end of another') },
  'stream-ended': { stream: always('id', 9, 'the stream') },
  'open-streams': {
    count: always('count', 12, 'how many'),
    limit: maybe('count', 100, 'SETTINGS_MAX_CONCURRENT_STREAMS'),
  },
  settings: {
    maxConcurrentStreams: maybe('count', 100, 'MAX_CONCURRENT_STREAMS'),
    initialWindowBytes: maybe('bytes', 65_535, 'INITIAL_WINDOW_SIZE'),
    maxHeaderListBytes: maybe('bytes', 8_192, 'MAX_HEADER_LIST_SIZE'),
    headerTableBytes: maybe('bytes', 4_096, 'HEADER_TABLE_SIZE'),
  },
  'settings-ack': { sinceMs: maybe('ms', 0.4, 'since the SETTINGS') },
  preface: {},
  'window-update': {
    stream: always('id', 0, 'the stream, 0 for the connection'),
    bytes: always('bytes', 32_768, 'increment'),
  },
  'window-empty': {
    stream: always('id', 7, 'the stream, 0 for the connection'),
    bytes: always('bytes', 0, 'octets left'),
  },
  'window-given': {
    stream: always('id', 7, 'the stream, 0 for the connection'),
    sinceMs: always('ms', 6_200, 'since the window was used up'),
  },
  'no-window': {
    stream: always('id', 7, 'the stream, 0 for the connection'),
    waitedMs: always('ms', 30_000, 'since the window was used up'),
  },
  'still-there': { sinceMs: always('ms', 25_000, 'last sign of life, since the window was used up') },
  'goes-on': {
    stream: always('id', 7, 'the stream, 0 for the connection'),
    waitedMs: maybe('ms', 40.2, 'since the window was used up'),
  },
  'window-overrun': {
    stream: always('id', 7, 'the stream, 0 for the connection'),
    scope: oneOf(['stream', 'connection', 'increment'], 'DATA beyond that window, or WINDOW_UPDATE beyond 2^31-1'),
    overBytes: always('bytes', 1_200, 'octets beyond the window'),
  },
  'reset-unread': {
    stream: always('id', 7, 'the stream that was reset'),
    bytes: always('bytes', 65_535, 'sent on it until then'),
    windowBytes: always('bytes', 983_041, 'what the window of the connection came back to afterwards'),
  },
  'header-list': {
    stream: always('id', 5, 'the stream'),
    bytes: always('bytes', 12_400, 'size'),
    limit: maybe('bytes', 8_192, 'limit of the receiver'),
  },
  retransmissions: { count: always('count', 6, 'segments sent again'), spanMs: maybe('ms', 15_400, 'in this time') },
  resets: {
    count: always('count', 200, 'RST_STREAM frames'),
    spanMs: always('ms', 1_800, 'in this time'),
    errorCode: maybe('text', 'CANCEL', 'their usual error code'),
  },
  'closed-together': {
    connections: always('count', 5, 'connections'),
    spreadMs: always('ms', 12, 'from the first end to the last'),
  },
  'same-gap': {
    connections: always('count', 3, 'connections'),
    gapMs: always('ms', 60_000, 'silence before each close'),
  },
  'connection-opened': {
    client: always('text', '10.0.0.5:41822', 'address'),
    server: always('text', '10.0.0.9:2379', 'address'),
  },
  'calls-to': {
    server: always('text', '10.0.0.9:2379', 'address'),
    calls: always('count', 120, 'calls that it got'),
  },
  'connection-refused': { server: always('text', '10.0.0.9:2379', 'address') },
  implementation: { text: always('text', 'grpc-go/1.45.0', 'user-agent or server field') },
  protocol: { text: always('text', 'HTTP/1.1 400 Bad Request', 'first octets') },
  'client-hello': {
    version: always('text', 'TLS 1.3', 'highest version offered'),
    serverName: maybe('text', 'orders.example', 'host name asked for'),
    alpn: maybe('text', 'h2', 'protocols offered'),
  },
  'server-hello': {
    version: always('text', 'TLS 1.3', 'version'),
    cipher: always('text', 'TLS_AES_128_GCM_SHA256', 'cipher suite'),
    alpn: maybe('text', 'http/1.1', 'protocol chosen'),
  },
  'tls-alert': {
    name: maybe('text', 'unknown_ca', 'description'),
    code: maybe('id', 48, 'its number'),
  },
  'tls-rhythm': {
    count: always('count', 4, 'records'),
    intervalMs: always('ms', 10_001, 'their usual distance'),
  },
  'tls-goaway-sized': {},
  violation: {
    rule: always('text', 'RFC 9113 §5.1.1', 'the section'),
    detail: always('text', 'HEADERS on stream 3 after stream 5', 'what was seen'),
  },
  lost: { bytes: always('bytes', 1_448, 'octets') },
  'nothing-sent': { side: oneOf(['client', 'server'], 'whose RST is not there') },
  'sent-in-vain': { bytes: always('bytes', 4_096, 'octets that did not arrive') },
  'last-arrived': {},
  'clock-leap': {
    byMs: always('ms', 12_000, 'how far'),
    direction: oneOf(['forward', 'back'], 'which way'),
    packet: always('id', 118, 'the first packet behind it'),
    proof: oneOf(['hosts', 'order', 'one-host'], 'what shows it'),
  },
  'log-line': {
    text: always(
      'text',
      'transport: Got too many pings from the client, closing the connection.',
      'the words of the program',
    ),
    stack: maybe('stack', 'grpc-go', 'the program'),
  },
  'log-burst': {
    count: always('count', 21, 'lines like this'),
    spanMs: always('ms', 1_800, 'in this time'),
  },
  'log-peers': {
    list: always('text', '10.0.0.9:2379 (21), 10.0.0.8:2379 (3)', 'addresses with their lines'),
    more: maybe('count', 4, 'further addresses'),
  },
  'response-octets': {
    stream: always('id', 1, 'the stream'),
    bytes: always('bytes', 250_009, 'DATA of the answer'),
    messages: maybe('count', 1, 'complete messages in it'),
  },
  'not-forwarded': { method: maybe('text', '/pkg.Svc/Get', ':path') },
  attempt: {
    number: always('count', 2, 'which attempt'),
    stream: always('id', 5, 'its stream'),
    grpcStatus: maybe('id', 14, 'grpc-status that ended it'),
    errorCode: maybe('text', 'REFUSED_STREAM', 'RST_STREAM that ended it'),
    sinceMs: maybe('ms', 25, 'since the request of the client'),
  },
  pings: { count: always('count', 8, 'PINGs'), gapMs: maybe('ms', 10_000, 'between two of them') },
  repeated: { count: always('count', 46, 'more of the same that are not shown') },
} as const satisfies Readonly<Record<string, ParamTable>>;
