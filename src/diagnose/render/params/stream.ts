import type { IdOf } from '../../catalog.ts';
import { always, maybe, maybeOneOf, oneOf, type ParamTable } from './param.ts';

export const streamParams = {
  'stream/request-trailers': {
    stream: always('id', 1, 'the first stream with request trailers'),
    reaction: oneOf(
      ['close', 'rst', 'goaway', 'accepted'],
      'what the server did: closed without GOAWAY, RST_STREAM, GOAWAY, nothing',
    ),
    fields: always('text', 'grpc-status', 'names of the trailer fields, joined by ", "; "" when undecodable'),
    streams: maybe('count', 4, 'streams with request trailers in the capture'),
    openStreams: maybe('count', 2, 'other streams that the reaction killed'),
    serverImplementation: maybe('stack', 'grpc-go', 'the server, as the traffic shows it'),
    serverVersion: maybe('text', 'grpc-go 1.45 to 1.62', 'versions that react like this'),
    clientImplementation: maybe('stack', 'volo', 'the client, as its user-agent shows it'),
    grpcStatus: maybe('flag', true, 'grpc-status is among the fields: a server body type was used in the client'),
    debugData: maybe('text', 'received an illegal stream id: 1. headers frame: ...', 'debug data of the GOAWAY'),
  },
  'stream/id-not-increasing': {
    stream: always('id', 3, 'the id that came too late'),
    highestStream: always('id', 5, 'the highest id before it'),
    even: maybe('flag', true, 'the id is even, which only a server may open'),
    openStreams: maybe('count', 2, 'other streams that the reaction killed'),
  },
  'stream/late-half-close': {
    streams: always('count', 50, 'streams that the server reset with NO_ERROR after its answer'),
    calls: always('count', 50, 'calls in all'),
    percent: always('percent', 100, 'streams / calls'),
    lagMs: maybe('ms', 1.1, 'from the last request octet to the END_STREAM of the client, typically'),
    clientImplementation: maybe('stack', 'grpc-node-js/1.14.2', 'the client, as its user-agent shows it'),
    proxy: maybe('stack', 'envoy', 'a proxy that the traffic reveals'),
  },
  'stream/response-truncated': {
    streams: always('count', 3, 'responses that were cut'),
    errorCode: maybe('text', 'NO_ERROR', 'error code of the RST_STREAM: Envoy says INTERNAL_ERROR since 1.37'),
    promised: maybe('bytes', 11_117, 'octets that the cut message announced in its prefix'),
    received: maybe('bytes', 9_920, 'octets of it that arrived'),
    proxy: maybe('stack', 'envoy', 'the proxy, as its server field or another sign shows it'),
    clientImplementation: maybe('stack', 'grpc-node-js/1.14.2', 'the client, as its user-agent shows it'),
  },
  'stream/refused': {
    by: oneOf(['server', 'client'], 'who sent RST_STREAM(REFUSED_STREAM)'),
    streams: always('count', 12, 'streams that were refused'),
    limit: maybe('count', 100, 'SETTINGS_MAX_CONCURRENT_STREAMS of the refusing side'),
    openStreams: maybe('count', 100, 'streams open at the first refusal'),
    beforeSettings: maybe('flag', true, 'they were opened before the limit had arrived'),
  },
  'stream/concurrency-starved': {
    limit: always('count', 100, 'SETTINGS_MAX_CONCURRENT_STREAMS of the server'),
    heldMs: always('ms', 8_200, 'how long the open streams stood at the limit'),
    openStreams: always('count', 100, 'streams open'),
  },
  'stream/cancel-storm': {
    resets: always('count', 340, 'RST_STREAM(CANCEL) frames from the client'),
    windowMs: always('ms', 4_000, 'time in which they were sent'),
    percent: always('percent', 85, 'share of the calls'),
    sameTimeoutMs: maybe('ms', 200, 'the grpc-timeout that they share'),
  },
  'stream/internal-error': {
    streams: always('count', 2, 'streams that ended so'),
    sinceRequestMs: maybe('ms', 3.2, 'from the request to the RST_STREAM'),
    headersSeen: maybe('flag', true, 'response headers had been sent'),
    serverImplementation: maybe('stack', 'grpc-java', 'the server, as the traffic shows it'),
  },
  'stream/reset': {
    streams: always('count', 1, 'streams that ended so'),
    errorCode: always('text', 'PROTOCOL_ERROR', 'error code of the RST_STREAM'),
    sinceRequestMs: maybe('ms', 3.2, 'from the request to the RST_STREAM'),
    rule: maybe('text', 'RFC 9113 §8.2.2', 'the section that the client was seen to break on the stream'),
    detail: maybe('text', 'connection: keep-alive is a connection-specific field', 'what it did, from the violation'),
    serverImplementation: maybe('stack', 'nginx', 'the server, as the traffic shows it'),
  },
  'stream/frame-after-close': {
    stream: always('id', 9, 'the closed stream'),
    frameType: always('text', 'DATA', 'the frame that came late'),
    by: oneOf(['client', 'server'], 'who sent it'),
    sinceCloseMs: always('ms', 40, 'from the end of the stream to the frame'),
    reaction: maybeOneOf(['goaway', 'rst', 'close'], 'what the other side did'),
    roundTripMs: maybe('ms', 1.2, 'round trip of the connection'),
  },
  'stream/missing-trailers': {
    streams: always('count', 1, 'responses without grpc-status'),
    proxy: maybe('stack', 'haproxy', 'a proxy that the traffic reveals'),
    emptyData: maybe('flag', true, 'the END_STREAM stood on an empty DATA frame'),
    sinceRequestMs: maybe('ms', 50_000, 'from the request to the END_STREAM'),
    timer: maybe('text', 'HAProxy timeout server (50 s)', 'documented timers of that length, see `timersNear`'),
  },
  'stream/cancelled': {
    streams: always('count', 3, 'streams that the client cancelled'),
    sinceRequestMs: maybe('ms', 1_500, 'from the request to the RST_STREAM, typically'),
    by: maybeOneOf(['client', 'server'], 'who sent the RST_STREAM'),
  },
} as const satisfies Readonly<Record<IdOf<'stream'>, ParamTable>>;
