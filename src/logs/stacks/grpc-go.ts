/** What grpc-go logs (grpclog, `[transport]`, `[core]`) and puts into status errors; read in 1.33 to 1.85 and recorded. */
import type { StackWordings } from '../wording.ts';

export const grpcGo: StackWordings = {
  stack: 'grpc-go',
  writer: 'client',
  source: 'grpclog and status errors',
  wordings: [
    {
      keyword: 'illegal stream id',
      match: /received an illegal stream id: (?<stream>\d{1,10})/,
      reading: 'request-trailers',
      writer: 'server',
      example:
        '2026/11/21 13:26:01 INFO: [transport] [server-transport 0xc000] Closing: received an illegal stream id: 3. headers frame: [FrameHeader HEADERS flags=END_STREAM|END_HEADERS stream=3 len=12]',
    },
    {
      keyword: 'loopywriter',
      match: /loopyWriter (?:exit(?:ed|ing)|returned)/,
      reading: 'echo',
      example:
        '2026/11/21 13:26:02 INFO: [transport] [client-transport 0xc000] loopyWriter exiting with error: connection error: desc = "error reading from server: EOF"',
    },
    {
      keyword: 'transport: loopywriter',
      match: /transport: loopyWriter\.run returning\. Err: /,
      reading: 'noise-closing',
      example:
        'INFO: 2021/03/01 10:00:00 transport: loopyWriter.run returning. Err: connection error: desc = "transport is closing"',
    },
    {
      keyword: 'desc = ',
      match: /INFO: \[(?:core|pick-first-lb|roundrobin|balancer)[^\]]{0,40}\].{0,600}\bdesc = /,
      reading: 'echo',
      example:
        '2026/11/21 13:26:02 INFO: [core] [Channel #1 SubChannel #2]Subchannel Connectivity change to TRANSIENT_FAILURE, last error: connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:1: connect: connection refused"',
    },
    {
      keyword: 'too_many_pings',
      match:
        /Client received GoAway with (?:error code ENHANCE_YOUR_CALM|http2\.ErrCodeEnhanceYourCalm)|code: ENHANCE_YOUR_CALM, debug data: \\?"(?<debugData>too_many_pings)/,
      reading: 'too-many-pings',
      example:
        '2026/11/21 07:57:42 ERROR: [transport] Client received GoAway with error code ENHANCE_YOUR_CALM and debug data equal to ASCII "too_many_pings".',
    },
    {
      keyword: 'http2.errcodeenhanceyourcalm',
      match:
        /transport: http2Client\.|INFO: (?:\d{4}\/\d\d\/\d\d [\d:]{8} |\[\w+\] )?Client received GoAway with http2\.ErrCodeEnhanceYourCalm/,
      reading: 'goaway-calm',
      example: 'INFO: 2021/03/01 10:00:00 Client received GoAway with http2.ErrCodeEnhanceYourCalm.',
    },
    {
      keyword: 'got too many pings',
      match: /Got too many pings from the client/,
      reading: 'too-many-pings',
      writer: 'server',
      example: 'ERROR: 2021/03/01 10:00:00 transport: Got too many pings from the client, closing the connection.',
    },
    {
      keyword: 'failed to receive ack within timeout',
      match: /keepalive ping (?:failed to receive ACK within timeout|not acked within timeout)/,
      reading: 'ping-unanswered',
      example: 'rpc error: code = Unavailable desc = keepalive ping failed to receive ACK within timeout',
    },
    {
      keyword: 'received prior goaway',
      match: /received prior goaway: code: NO_ERROR(?:, debug data: \\?"(?<debugData>[^"\\]{0,200}))?/,
      reading: 'drained-call-lost',
      example:
        'rpc error: code = Unavailable desc = closing transport due to: connection error: desc = "error reading from server: EOF", received prior goaway: code: NO_ERROR, debug data: "graceful_stop"',
    },
    {
      keyword: 'received prior goaway',
      match: /received prior goaway: code: (?<code>[A-Z_]{3,40})(?:, debug data: \\?"(?<debugData>[^"\\]{0,200}))?/,
      reading: 'goaway-code',
      example:
        'rpc error: code = Unavailable desc = closing transport due to: connection error: desc = "error reading from server: EOF", received prior goaway: code: PROTOCOL_ERROR, debug data: "Header size exceeded max allowed size (10240)"',
    },
    {
      keyword: 'the connection is draining',
      match: /desc = the connection is draining/,
      reading: 'draining-refused',
      example: 'rpc error: code = Unavailable desc = the connection is draining',
    },
    {
      keyword: 'server is draining the connection',
      match: /the stream is rejected because server is draining the connection/,
      reading: 'draining-refused',
      example: 'rpc error: code = Unavailable desc = the stream is rejected because server is draining the connection',
    },
    {
      keyword: 'no active streams',
      match: /received goaway and there are no active streams/,
      reading: 'drained',
      example:
        '2026/11/21 13:26:09 INFO: [transport] [client-transport 0xc000] Closing: connection error: desc = "received goaway and there are no active streams"',
    },
    {
      keyword: 'rst_stream',
      match: /stream terminated by RST_STREAM with error code: NO_ERROR/,
      reading: 'reset-no-error',
      example: 'rpc error: code = Internal desc = stream terminated by RST_STREAM with error code: NO_ERROR',
    },
    {
      keyword: 'rst_stream',
      match: /stream terminated by RST_STREAM with error code: REFUSED_STREAM/,
      reading: 'reset-refused',
      example: 'rpc error: code = Unavailable desc = stream terminated by RST_STREAM with error code: REFUSED_STREAM',
    },
    {
      keyword: 'rst_stream',
      match: /stream terminated by RST_STREAM with error code: INTERNAL_ERROR/,
      reading: 'reset-internal',
      example: 'rpc error: code = Internal desc = stream terminated by RST_STREAM with error code: INTERNAL_ERROR',
    },
    {
      keyword: 'rst_stream',
      match: /stream terminated by RST_STREAM with error code: (?<code>[A-Z_]{3,40})/,
      reading: 'reset-code',
      example: 'rpc error: code = Internal desc = stream terminated by RST_STREAM with error code: PROTOCOL_ERROR',
    },
    {
      keyword: 'without sending trailers',
      match: /server closed the stream without sending trailers/,
      reading: 'missing-trailers',
      example: 'rpc error: code = Internal desc = server closed the stream without sending trailers',
    },
    {
      keyword: 'message larger than max',
      match:
        /grpc: received message (?:after decompression )?larger than max(?: \((?<sizeBytes>\d{1,15}) vs\. (?<limit>\d{1,15})\)| (?<limit2>\d{1,15}))/,
      reading: 'message-too-large',
      example:
        'rpc error: code = ResourceExhausted desc = grpc: received message larger than max (5242880 vs. 4194304)',
    },
    {
      keyword: 'message larger than max',
      match: /trying to send message larger than max \((?<sizeBytes>\d{1,15}) vs\. (?<limit>\d{1,15})\)/,
      reading: 'message-too-large',
      example:
        'rpc error: code = ResourceExhausted desc = trying to send message larger than max (5242880 vs. 4194304)',
    },
    {
      keyword: 'header list size',
      match:
        /[Hh]eader list size to send violates the maximum size \((?<limit>\d{1,15}) bytes\)|peer header list size exceeded limit|trying to send header list size larger than the limit set by peer/,
      reading: 'headers-too-large',
      example:
        'rpc error: code = Internal desc = header list size to send violates the maximum size (8192 bytes) set by server',
    },
    {
      keyword: 'unexpected http status code',
      match: /unexpected HTTP status code received from server: (?<status>\d{3})/,
      reading: 'not-grpc',
      example:
        'rpc error: code = Unavailable desc = unexpected HTTP status code received from server: 502 (Bad Gateway); transport: received unexpected content-type "text/html"',
    },
    {
      keyword: 'unexpected content-type',
      match: /transport: received (?:the )?unexpected content-type "(?<detail>[^"]{0,80})/,
      reading: 'not-grpc',
      example:
        'rpc error: code = Unknown desc = transport: received unexpected content-type "text/html; charset=utf-8"',
    },
    {
      keyword: 'frame too large',
      match:
        /error reading server preface: .{0,40}http2: (?:failed reading the frame payload: )?(?:http2: )?frame too large/,
      reading: 'http1-server',
      example:
        'rpc error: code = Unavailable desc = connection error: desc = "error reading server preface: http2: frame too large, note that the frame header looked like an HTTP/1.1 header"',
    },
    {
      keyword: 'error reading server preface',
      match: /error reading server preface: (?<detail>[^"]{1,160})/,
      reading: 'no-preface',
      example: 'rpc error: code = Unavailable desc = connection error: desc = "error reading server preface: EOF"',
    },
    {
      keyword: 'does not look like a tls handshake',
      match:
        /(?:transport: authentication handshake failed|ServerHandshake).{0,200}first record does not look like a TLS handshake/,
      reading: 'tls-to-plaintext',
      example:
        'rpc error: code = Unavailable desc = connection error: desc = "transport: authentication handshake failed: tls: first record does not look like a TLS handshake"',
    },
    {
      keyword: 'missing selected alpn',
      match: /missing selected ALPN property/,
      reading: 'no-alpn',
      example:
        'rpc error: code = Unavailable desc = connection error: desc = "transport: authentication handshake failed: credentials: cannot check peer: missing selected ALPN property. If you upgraded from a grpc-go version earlier than 1.67, your TLS connections may have stopped working due to ALPN enforcement."',
    },
    {
      keyword: 'bogus greeting',
      match: /received bogus greeting from client: \\?"\\{1,2}x16\\{1,2}x03/,
      reading: 'tls-to-plaintext',
      writer: 'server',
      example:
        'WARNING: 2026/11/21 10:00:00 [core] grpc: Server.Serve failed to create ServerTransport: connection error: desc = "transport: http2Server.HandleStreams received bogus greeting from client: \\"\\\\x16\\\\x03\\\\x01\\\\x02\\\\x00\\\\x01\\""',
    },
    {
      keyword: 'bogus greeting',
      match: /received bogus greeting from client: \\?"(?:GET|POST|HEAD|PUT|OPTIONS|DELETE|CONNECT) /,
      reading: 'http1-client',
      writer: 'server',
      example:
        'WARNING: 2026/11/21 10:00:00 [core] grpc: Server.Serve failed to create ServerTransport: connection error: desc = "transport: http2Server.HandleStreams received bogus greeting from client: \\"GET / HTTP/1.1\\\\r\\\\nHost: 12\\""',
    },
    {
      keyword: 'failed to receive the preface',
      match: /HandleStreams failed to receive the preface from client: /,
      reading: 'noise-probe',
      writer: 'server',
      example:
        'WARNING: 2026/11/21 10:00:00 [core] grpc: Server.Serve failed to create ServerTransport: connection error: desc = "transport: http2Server.HandleStreams failed to receive the preface from client: EOF"',
    },
    {
      keyword: 'connection refused',
      match: /[Ee]rror while dialing.{0,80}dial (?:tcp|unix) (?<peer>\S{1,120}): connect: connection refused/,
      reading: 'connect-refused',
      example:
        'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.9:2379: connect: connection refused"',
    },
    {
      keyword: 'error while dialing',
      match:
        /[Ee]rror while dialing.{0,80}dial tcp (?<peer>\S{1,120}): (?:i\/o timeout|connect: (?:no route to host|connection timed out|network is unreachable|operation timed out))/,
      reading: 'connect-timeout',
      example:
        'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.9:2379: i/o timeout"',
    },
    {
      keyword: 'error while dialing',
      match: /[Ee]rror while dialing:? (?<detail>[^"]{1,160})/,
      reading: 'connect-failed',
      example:
        'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp: lookup orders on 10.96.0.10:53: no such host"',
    },
    {
      keyword: '-transport 0x',
      match: /\[(?:client|server)-transport 0x[0-9a-f]{1,16}\] Closing: connection error: (?<code>[A-Z_]{8,40})$/,
      reading: 'goaway-code',
      writer: 'server',
      example:
        '2026/11/21 13:26:13 INFO: [transport] [server-transport 0xc000] Closing: connection error: COMPRESSION_ERROR',
    },
    {
      keyword: '-transport 0x',
      match: /\[(?:client|server)-transport 0x[0-9a-f]{1,16}\] (?:Closing: |Error closing underlying net\.Conn)/,
      reading: 'noise-closing',
      example:
        '2026/11/21 13:26:15 INFO: [transport] [client-transport 0xc000] Closing: connection error: desc = "error reading from server: EOF"',
    },
    {
      keyword: 'connection reset by peer',
      match: /rpc error: .{0,200}(?:error reading from server|transport).{0,200}connection reset by peer/,
      reading: 'reset-under-call',
      example:
        'rpc error: code = Unavailable desc = error reading from server: read tcp 127.0.0.1:55554->127.0.0.1:15113: read: connection reset by peer',
    },
    {
      keyword: 'error reading from server',
      match: /rpc error: .{0,200}error reading from server: (?:EOF|unexpected EOF)/,
      reading: 'closed-under-call',
      example: 'rpc error: code = Unavailable desc = error reading from server: EOF',
    },
    {
      keyword: 'error reading from server',
      match: /rpc error: .{0,200}error reading from server: (?<detail>[^"]{1,120})/,
      reading: 'connection-lost',
      example:
        'rpc error: code = Unavailable desc = error reading from server: read tcp 10.0.0.5:55554->10.0.0.9:50051: read: connection timed out',
    },
    {
      keyword: 'transport is closing',
      match: /Server\.process\w{3,20} failed to write status.{0,60}transport is closing/,
      reading: 'noise-late-answer',
      writer: 'server',
      example:
        '2026/11/21 13:26:01 WARNING: [core] [Server #1] grpc: Server.processUnaryRPC failed to write status: connection error: desc = "transport is closing"',
    },
    {
      keyword: 'transport is closing',
      match: /rpc error: code = Unavailable desc = (?<detail>transport is closing)/,
      reading: 'connection-lost',
      example: 'rpc error: code = Unavailable desc = transport is closing',
    },
    {
      keyword: 'client connection is closing',
      match: /grpc: the client connection is closing/,
      reading: 'channel-closed',
      example: 'rpc error: code = Canceled desc = grpc: the client connection is closing',
    },
    {
      keyword: 'latest balancer error',
      match: /(?:waiting for connections|latest balancer error)/,
      reading: 'deadline-connecting',
      example:
        'rpc error: code = DeadlineExceeded desc = latest balancer error: connection error: desc = "transport: authentication handshake failed: context deadline exceeded"',
    },
    {
      keyword: 'deadlineexceeded',
      match: /rpc error: code = DeadlineExceeded desc = (?:context deadline exceeded|stream terminated by)/,
      reading: 'deadline',
      example: 'rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    },
    {
      keyword: 'context canceled',
      match: /rpc error: code = Canceled desc = context canceled/,
      reading: 'cancelled',
      example: 'rpc error: code = Canceled desc = context canceled',
    },
  ],
};
