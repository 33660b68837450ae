/** What Vert.x, ServiceComb and Netty say; read in Vert.x 4.3 and 4.5, Netty 4.1, and recorded. */
import type { StackWordings } from '../wording.ts';

export const vertx: StackWordings = {
  stack: 'vertx',
  writer: 'client',
  source: 'HttpClosedException, StreamResetException',
  wordings: [
    {
      keyword: '(goaway error code = ',
      match:
        /(?:Connection|Stream) was closed \(GOAWAY error code = 11(?:, (?:data|debug data) = (?<debugData>[^)]{1,120}))?\)/,
      reading: 'goaway-calm',
      example: 'io.vertx.core.http.HttpClosedException: Stream was closed (GOAWAY error code = 11)',
    },
    {
      keyword: '(goaway error code = ',
      match: /(?:Connection|Stream) was closed \(GOAWAY error code = 1[,)]/,
      reading: 'goaway-protocol',
      example: 'io.vertx.core.http.HttpClosedException: Connection was closed (GOAWAY error code = 1)',
    },
    {
      keyword: '(goaway error code = ',
      match: /(?:Connection|Stream) was closed \(GOAWAY error code = 0[,)]/,
      reading: 'drained-call-lost',
      example: 'io.vertx.core.http.HttpClosedException: Stream was closed (GOAWAY error code = 0)',
    },
    {
      keyword: '(goaway error code = ',
      match: /(?:Connection|Stream) was closed \(GOAWAY error code = (?<code>\d{1,3})/,
      reading: 'goaway-code',
      example: 'io.vertx.core.http.HttpClosedException: Connection was closed (GOAWAY error code = 2)',
    },
    {
      keyword: 'httpclosedexception',
      match: /HttpClosedException: (?<detail>(?:Connection|Stream) was closed)/,
      reading: 'connection-lost',
      example: 'io.vertx.core.http.HttpClosedException: Connection was closed',
    },
    {
      keyword: 'stream reset: ',
      match: /StreamResetException: Stream reset: (?:0)\b/,
      reading: 'reset-no-error',
      example: 'io.vertx.core.http.StreamResetException: Stream reset: 0',
    },
    {
      keyword: 'stream reset: ',
      match: /StreamResetException: Stream reset: (?<code>\d{1,3})/,
      reading: 'reset-code',
      example: 'io.vertx.core.http.StreamResetException: Stream reset: 2',
    },
    {
      keyword: 'the timeout period of ',
      match: /The timeout period of (?<waitedMs>\d{1,12})ms has been exceeded while executing/,
      reading: 'deadline',
      example:
        'io.vertx.core.impl.NoStackTraceTimeoutException: The timeout period of 600ms has been exceeded while executing POST /wait/1500 for server null',
    },
  ],
};

export const netty: StackWordings = {
  stack: 'netty',
  writer: 'server',
  source: 'Http2Exception, in Vert.x, ServiceComb, grpc-java and Reactor servers',
  wordings: [
    {
      keyword: 'is not correct for server connection',
      match: /Request stream (?<stream>\d{1,10}) is not correct for server connection/,
      reading: 'late-write',
      example: 'io.netty.handler.codec.http2.Http2Exception: Request stream 9 is not correct for server connection',
    },
    {
      keyword: 'rst frames',
      match: /(?<detail>Maximum number (?:\d{1,9} )?of RST frames (?:frames )?reached)/,
      reading: 'goaway-flood',
      example: 'io.netty.handler.codec.http2.Http2Exception: Maximum number of RST frames reached',
    },
    {
      keyword: 'outstanding control frames',
      match: /(?<detail>Maximum number \d{1,9} of outstanding control frames reached)/,
      reading: 'goaway-flood',
      example:
        'io.netty.handler.codec.http2.Http2Exception: Maximum number 10000 of outstanding control frames reached',
    },
    {
      keyword: 'unexpected http/1.x request',
      match: /Http2Exception: Unexpected HTTP\/1\.x request: /,
      reading: 'http1-client',
      example: 'io.netty.handler.codec.http2.Http2Exception: Unexpected HTTP/1.x request: GET / HTTP/1.1',
    },
    {
      keyword: 'preface string missing or corrupt',
      match: /HTTP\/2 client preface string missing or corrupt\. Hex dump for received bytes: 1603/,
      reading: 'tls-to-plaintext',
      example:
        'io.netty.handler.codec.http2.Http2Exception: HTTP/2 client preface string missing or corrupt. Hex dump for received bytes: 16030100f5010000f10303',
    },
    {
      keyword: 'preface string missing or corrupt',
      match: /(?<detail>HTTP\/2 client preface string missing or corrupt)/,
      reading: 'noise-probe',
      example:
        'io.netty.handler.codec.http2.Http2Exception: HTTP/2 client preface string missing or corrupt. Hex dump for received bytes: 00000000',
    },
  ],
};
