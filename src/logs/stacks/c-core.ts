/** What gRPC's C core (C++, Python, Ruby, PHP) logs and puts into details; read in grpcio 1.54 and 1.74, and recorded. */
import type { StackWordings } from '../wording.ts';

export const cCore: StackWordings = {
  stack: 'c-core',
  writer: 'client',
  source: 'absl log (GRPC_VERBOSITY) and error details',
  wordings: [
    {
      keyword: 'too_many_pings',
      match:
        /ipv[46]:(?<peer>\S{1,80}): Received a GOAWAY with error code ENHANCE_YOUR_CALM and debug data equal to "too_many_pings"\. Current keepalive time \(before throttling\): (?<intervalMs>\d{1,12})ms/,
      reading: 'too-many-pings',
      example:
        'E0000 00:00:1795267615.404870    2288 chttp2_transport.cc:1364] ipv4:127.0.0.1:17301: Received a GOAWAY with error code ENHANCE_YOUR_CALM and debug data equal to "too_many_pings". Current keepalive time (before throttling): 700ms',
    },
    {
      keyword: 'too_many_pings',
      match: /Got goaway \[11\].{0,200}too_many_pings/,
      reading: 'echo',
      example:
        'I0000 00:00:1795267615.404790    2288 chttp2_transport.cc:1335] ipv4:127.0.0.1:17301: Got goaway [11] err=UNAVAILABLE:GOAWAY received; Error code: 11; Debug Text: too_many_pings {http2_error:11, grpc_status:14}',
    },
    {
      keyword: 'too_many_pings',
      match:
        /(?:Received a GOAWAY with error code ENHANCE_YOUR_CALM|GOAWAY received; Error code: 11; Debug Text:|Too many pings).{0,80}too_many_pings/i,
      reading: 'too-many-pings',
      example: 'details = "GOAWAY received; Error code: 11; Debug Text: too_many_pings"',
    },
    {
      keyword: 'too many pings',
      match:
        /grpc_status:14, grpc_message:\\?"Too many pings|details = "Too many pings"|UNAVAILABLE.{0,20}Too many pings/,
      reading: 'too-many-pings',
      example:
        'grpc._channel._InactiveRpcError: <_InactiveRpcError of RPC that terminated with: status = StatusCode.UNAVAILABLE details = "Too many pings"',
    },
    {
      keyword: 'goaway received; error code: ',
      match: /GOAWAY received; Error code: 0; Debug Text: (?<debugData>[^"{]{0,80})/,
      reading: 'drained',
      example:
        'I0000 00:00:1795267615.404790    2288 chttp2_transport.cc:1335] ipv4:127.0.0.1:17301: Got goaway [0] err=UNAVAILABLE:GOAWAY received; Error code: 0; Debug Text: max_age {http2_error:0, grpc_status:14}',
    },
    {
      keyword: 'goaway received; error code: ',
      match: /GOAWAY received; Error code: (?<code>\d{1,3}); Debug Text: (?<debugData>[^"{]{0,120})/,
      reading: 'goaway-code',
      example: 'details = "GOAWAY received; Error code: 1; Debug Text: Header size exceeded max allowed size (10240)"',
    },
    {
      keyword: 'timeout. closing transport',
      match: /ipv[46]:(?<peer>\S{1,80}): (?:Keepalive|Ping) timeout\. Closing transport/,
      reading: 'ping-unanswered',
      example:
        'I0000 00:00:1795267615.404790    2288 chttp2_transport.cc:1900] ipv4:127.0.0.1:17301: Keepalive timeout. Closing transport.',
    },
    {
      keyword: 'keepalive watchdog timeout',
      match: /keepalive watchdog timeout/,
      reading: 'ping-unanswered',
      example: 'details = "keepalive watchdog timeout"',
    },
    {
      keyword: 'ping timeout',
      match: /(?:UNAVAILABLE:?|details = ")\s?(?:ping timeout|keepalive timeout)/i,
      reading: 'ping-unanswered',
      example: 'grpc_message:"UNAVAILABLE: ping timeout"',
    },
    {
      keyword: 'received rst_stream with error code',
      match: /Received RST_STREAM with error code 0\b/,
      reading: 'reset-no-error',
      example: 'details = "Received RST_STREAM with error code 0"',
    },
    {
      keyword: 'received rst_stream with error code',
      match: /Received RST_STREAM with error code 2\b/,
      reading: 'reset-internal',
      example: 'details = "Received RST_STREAM with error code 2"',
    },
    {
      keyword: 'received rst_stream with error code',
      match: /Received RST_STREAM with error code 7\b/,
      reading: 'reset-refused',
      example: 'details = "Received RST_STREAM with error code 7"',
    },
    {
      keyword: 'received rst_stream with error code',
      match: /Received RST_STREAM with error code (?<code>\d{1,3})/,
      reading: 'reset-code',
      example: 'details = "Received RST_STREAM with error code 1"',
    },
    {
      keyword: 'cannot check peer: missing selected alpn',
      match: /Cannot check peer: missing selected ALPN property/,
      reading: 'no-alpn',
      example:
        'details = "failed to connect to all addresses; last error: UNKNOWN: ipv4:10.0.0.9:443: Cannot check peer: missing selected ALPN property."',
    },
    {
      keyword: 'failed to connect to all addresses',
      match:
        /failed to connect to all addresses.{0,200}connect(?:\(\))? ?(?:failed: )?.{0,60}Connection refused|failed to connect to all addresses; last error: \w{1,20}: ipv[46]:(?<peer>\S{1,80}): Failed to connect to remote host: (?:connect: )?Connection refused/,
      reading: 'connect-refused',
      example:
        'details = "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:50051: Failed to connect to remote host: Connection refused"',
    },
    {
      keyword: 'trying to connect an http1.x server',
      match: /Trying to connect an http1\.x server(?: \(HTTP status (?<status>\d{3}))?/,
      reading: 'http1-server',
      example:
        'details = "failed to connect to all addresses; last error: UNAVAILABLE: ipv4:127.0.0.1:17310: Trying to connect an http1.x server (HTTP status 400)"',
    },
    {
      keyword: 'before receiving settings frame',
      match: /connection attempt timed out before receiving SETTINGS frame/,
      reading: 'no-preface',
      example:
        'details = "failed to connect to all addresses; last error: UNAVAILABLE: ipv4:10.0.0.9:50051: connection attempt timed out before receiving SETTINGS frame"',
    },
    {
      keyword: 'failed to connect to all addresses',
      match: /failed to connect to all addresses(?:; last error: (?<detail>[^"]{1,140}))?/,
      reading: 'connect-failed',
      example:
        'details = "failed to connect to all addresses; last error: UNKNOWN: ipv4:10.0.0.9:50051: Failed to connect to remote host: FD Shutdown"',
    },
    {
      keyword: 'wrong_version_number',
      match:
        /Handshake failed.{0,120}(?:SSL_ERROR_SSL|WRONG_VERSION_NUMBER)|WRONG_VERSION_NUMBER.{0,80}Invalid certificate/,
      reading: 'tls-to-plaintext',
      example:
        'E0000 00:00:1795267615.404870    2288 ssl_transport_security.cc:1884] Handshake failed with error SSL_ERROR_SSL: error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER: Invalid certificate verification context',
    },
    {
      keyword: 'received message larger than max',
      match: /Received message larger than max \((?<sizeBytes>\d{1,15}) vs\. (?<limit>\d{1,15})\)/,
      reading: 'message-too-large',
      example: 'details = "SERVER: Received message larger than max (20013 vs. 4000)"',
    },
    {
      keyword: 'metadata size exceeds',
      match:
        /received (?:initial |trailing )?metadata size exceeds (?:hard|soft|peer)? ?limit(?: \((?<sizeBytes>\d{1,12}) vs\. (?<limit>\d{1,12})\))?/,
      reading: 'headers-too-large',
      example: 'details = "received initial metadata size exceeds hard limit (22528 vs. 16384)"',
    },
    {
      keyword: 'received http2 header with status',
      match: /Received http2 header with status: (?<status>\d{3})/,
      reading: 'not-grpc',
      example: 'details = "Received http2 header with status: 502"',
    },
    {
      keyword: 'connection reset by peer',
      match: /(?:StatusCode\.UNAVAILABLE|UNAVAILABLE|recvmsg).{0,200}Connection reset by peer/,
      reading: 'reset-under-call',
      example: 'details = "recvmsg:Connection reset by peer" debug_error_string = "UNAVAILABLE"',
    },
    {
      keyword: 'socket closed',
      match: /UNAVAILABLE.{0,80}(?<detail>Socket closed)|(?:details = "|grpc_message:")(?<detail2>Socket closed)/,
      reading: 'connection-lost',
      example: 'status = StatusCode.UNAVAILABLE details = "Socket closed"',
    },
    {
      keyword: 'endpoint read failed',
      match: /(?<detail>Endpoint read failed)/,
      reading: 'connection-lost',
      example: 'grpc_message:"Endpoint read failed", grpc_status:14',
    },
    {
      keyword: 'cancelling all calls',
      match: /(?:UNAVAILABLE|grpc_message).{0,40}(?<detail>Cancelling all calls)/,
      reading: 'drained-call-lost',
      example: 'status = StatusCode.UNAVAILABLE details = "Cancelling all calls"',
    },
    {
      keyword: 'deadline exceeded',
      match: /DEADLINE_EXCEEDED.{0,40}Deadline Exceeded/,
      reading: 'deadline',
      example: 'status = StatusCode.DEADLINE_EXCEEDED details = "Deadline Exceeded"',
    },
    {
      keyword: 'locally cancelled',
      match: /StatusCode\.CANCELLED.{0,80}Locally cancelled by application/,
      reading: 'cancelled',
      example: 'status = StatusCode.CANCELLED details = "Locally cancelled by application!"',
    },
    {
      keyword: 'channel closed!',
      match: /StatusCode\.CANCELLED.{0,80}Channel closed!|Cannot invoke RPC on closed channel/,
      reading: 'channel-closed',
      example: 'status = StatusCode.CANCELLED details = "Channel closed!"',
    },
  ],
};
