/** What Kitex logs and returns for gRPC; read in 0.11.3 to 0.15.0 and recorded. Its transport is a copy of grpc-go's. */
import type { StackWordings } from '../wording.ts';

export const kitex: StackWordings = {
  stack: 'kitex',
  writer: 'client',
  source: 'klog and returned errors',
  wordings: [
    {
      keyword: 'http2.errcodeenhanceyourcalm',
      match: /http2_client\.go:\d{1,5}: \[\w{4,6}\] Client received GoAway with http2\.ErrCodeEnhanceYourCalm/,
      reading: 'goaway-calm',
      example:
        '2026/11/21 13:27:32.849398 http2_client.go:887: [Info] Client received GoAway with http2.ErrCodeEnhanceYourCalm.',
    },
    {
      keyword: 'got too many pings',
      match: /http2_server\.go:\d{1,5}: \[\w{4,6}\] .{0,60}Got too many pings from the client/,
      reading: 'too-many-pings',
      writer: 'server',
      example:
        '2026/11/21 13:27:32.849398 http2_server.go:672: [Error] transport: Got too many pings from the client, closing the connection.',
    },
    {
      keyword: 'remoteaddress=',
      match: /error reading from server,\s{1,2}remoteAddress=(?<peer>[^,\s]{1,120}), error=(?:EOF|.{0,40}peer close)/,
      reading: 'closed-under-call',
      example:
        'remote or network error: connection error: desc = "error reading from server,  remoteAddress=10.0.0.9:8888, error=EOF peer close"',
    },
    {
      keyword: 'remoteaddress=',
      match:
        /error reading from server,\s{1,2}remoteAddress=(?<peer>[^,\s]{1,120}), error=.{0,120}connection reset by peer/,
      reading: 'reset-under-call',
      example:
        'remote or network error: connection error: desc = "error reading from server,  remoteAddress=10.0.0.9:8888, error=read tcp: connection reset by peer"',
    },
    {
      keyword: 'remoteaddress=',
      match: /error reading from server,\s{1,2}remoteAddress=(?<peer>[^,\s]{1,120}), error=(?<detail>[^"]{1,120})/,
      reading: 'connection-lost',
      example:
        'remote or network error: connection error: desc = "error reading from server,  remoteAddress=10.0.0.9:8888, error=connection has been closed self close"',
    },
    {
      keyword: 'no active streams left',
      match: /no active streams left to process while draining/,
      reading: 'noise-short-connection',
      example:
        '2025/01/10 10:00:00.000000 http2_client.go:260: [Error] KITEX: grpc client loopyWriter.run returning, error=connection error: desc = "no active streams left to process while draining"',
    },
    {
      keyword: 'loopywriter.run returning',
      match: /KITEX: grpc (?:client|server) loopyWriter\.run returning/,
      reading: 'noise-closing',
      writer: 'server',
      example:
        '2026/11/21 13:27:08.282817 http2_server.go:296: [Error] KITEX: grpc server loopyWriter.run returning, error=rpc error: code = 14 desc = graceful shutdown',
    },
    {
      keyword: 'failed to read frame',
      match: /transport: http2Server\.HandleStreams failed to read frame: /,
      reading: 'noise-closing',
      writer: 'server',
      example:
        '2026/11/21 13:27:08.282852 http2_server.go:446: [Warn] transport: http2Server.HandleStreams failed to read frame: connection has been closed self close',
    },
    {
      keyword: "loopy doesn't recognize the stream",
      match: /transport: loopy doesn't recognize the stream: (?<stream>\d{1,10})/,
      reading: 'noise-late-answer',
      writer: 'server',
      example: "2026/11/21 13:27:07.640630 controlbuf.go:671: [Warn] transport: loopy doesn't recognize the stream: 3",
    },
    {
      keyword: 'failed to decode header frame',
      match: /http2Server\.operateHeaders failed to decode header frame, err=(?<detail>.{1,160}?)(?:, rstCode|$)/,
      reading: 'client-broke-rules',
      writer: 'server',
      example:
        '2026/11/21 13:27:07.640429 http2_server.go:316: [Info] KITEX: http2Server.operateHeaders failed to decode header frame, err=rpc error: code = 13 desc = malformed header: missing HTTP status; transport: missing content-type field, rstCode: 2 [send RSTStream Frame]',
    },
    {
      keyword: 'get connection error',
      match: /(?:get connection error|dial connection error).{0,120}connection refused/,
      reading: 'connect-refused',
      example:
        'remote or network error[remote]: get connection error: dial tcp 10.0.0.9:8888: connect: connection refused',
    },
  ],
};
