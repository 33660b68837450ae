/** What @grpc/grpc-js logs and puts into `details`; read in 1.7.3 to 1.14.7 and recorded. */
import type { StackWordings } from '../wording.ts';

export const grpcJs: StackWordings = {
  stack: 'grpc-js',
  writer: 'client',
  source: 'error details, GRPC_VERBOSITY and GRPC_TRACE',
  wordings: [
    {
      keyword: 'because of excess pings',
      match:
        /Connection to .{1,200}? at (?<peer>\S{1,120}) rejected by server because of excess pings\. Increasing ping interval to (?<nextIntervalMs>\d{1,12}) ms/,
      reading: 'too-many-pings',
      example:
        'E Connection to dns:127.0.0.1:17201 at 127.0.0.1:17201 rejected by server because of excess pings. Increasing ping interval to 4000 ms',
    },
    {
      keyword: 'connection closed by goaway',
      match: /connection closed by GOAWAY with code 11 and data too_many_pings/,
      reading: 'echo',
      example:
        'D 2026-11-21T13:26:37.022Z | v1.14.7 32499 | transport | (1) 127.0.0.1:17101 connection closed by GOAWAY with code 11 and data too_many_pings',
    },
    {
      keyword: 'connection closed by goaway',
      match: /connection closed by GOAWAY with code 0\b/,
      reading: 'drained',
      example:
        'D 2026-11-21T13:26:37.022Z | v1.14.7 32499 | transport | (1) 127.0.0.1:17101 connection closed by GOAWAY with code 0 and data max_age',
    },
    {
      keyword: 'connection closed by goaway',
      match: /connection closed by GOAWAY with code (?<code>\d{1,3})(?: and data (?<debugData>.{1,120}))?/,
      reading: 'goaway-code',
      example:
        'D 2026-11-21T13:26:37.022Z | v1.14.7 32499 | transport | (1) 127.0.0.1:17101 connection closed by GOAWAY with code 1 and data Header size exceeded max allowed size (10240)',
    },
    {
      keyword: 'connection closed with error',
      match: /\| transport \| .{0,120}connection closed with error Session closed with error code/,
      reading: 'echo',
      example:
        'D 2026-11-21T13:26:37.023Z | v1.14.7 32499 | transport | (1) 127.0.0.1:17101 connection closed with error Session closed with error code 11',
    },
    {
      keyword: 'ping timeout passed without response',
      match: /\| keepalive \| .{0,120}Ping timeout passed without response/,
      reading: 'ping-unanswered',
      example:
        'D 2026-11-21T13:26:51.931Z | v1.14.7 1696 | keepalive | (1) 127.0.0.1:17123 Ping timeout passed without response',
    },
    {
      keyword: 'triggered by internal client error',
      match: /Received RST_STREAM with code \d{1,3} triggered by internal client error: (?:read|write) ECONNRESET/,
      reading: 'reset-under-call',
      example:
        'Error: 13 INTERNAL: Received RST_STREAM with code 2 triggered by internal client error: read ECONNRESET',
    },
    {
      keyword: 'triggered by internal client error',
      match:
        /Received RST_STREAM with code \d{1,3} triggered by internal client error: Session closed with error code 2\b/,
      reading: 'session-internal',
      example:
        'Error: 13 INTERNAL: Received RST_STREAM with code 2 triggered by internal client error: Session closed with error code 2',
    },
    {
      keyword: 'triggered by internal client error',
      match: /Received RST_STREAM with code \d{1,3} triggered by internal client error: (?<detail>.{1,120})/,
      reading: 'connection-lost',
      example: 'Error: 13 INTERNAL: Received RST_STREAM with code 1 triggered by internal client error: Protocol error',
    },
    {
      keyword: 'received rst_stream with code',
      match: /Received RST_STREAM with code 0\b/,
      reading: 'no-status',
      example: 'Error: 13 INTERNAL: Received RST_STREAM with code 0 (Call ended without gRPC status)',
    },
    {
      keyword: 'received rst_stream with code',
      match: /Received RST_STREAM with code 2\b/,
      reading: 'reset-internal',
      example: 'Error: 13 INTERNAL: Received RST_STREAM with code 2 (Internal server error)',
    },
    {
      keyword: 'received rst_stream with code',
      match: /Received RST_STREAM with code 7\b/,
      reading: 'reset-refused',
      example: 'Error: 14 UNAVAILABLE: Received RST_STREAM with code 7',
    },
    {
      keyword: 'received rst_stream with code',
      match: /Received RST_STREAM with code (?<code>\d{1,3})/,
      reading: 'reset-code',
      example: 'Error: 13 INTERNAL: Received RST_STREAM with code 1',
    },
    {
      keyword: 'without grpc status',
      match: /Call ended without gRPC status/,
      reading: 'no-status',
      example: 'Error: 2 UNKNOWN: Call ended without gRPC status',
    },
    {
      keyword: 'stream refused by server',
      match: /\bStream refused by server/,
      reading: 'reset-refused',
      example: 'Error: 14 UNAVAILABLE: Stream refused by server',
    },
    {
      keyword: 'bandwidth exhausted or memory limit exceeded',
      match: /Bandwidth exhausted or memory limit exceeded/,
      reading: 'goaway-calm',
      example: 'Error: 8 RESOURCE_EXHAUSTED: Bandwidth exhausted or memory limit exceeded',
    },
    {
      keyword: 'connection dropped',
      match: /(?:14 UNAVAILABLE: |\b14 )(?<detail>Connection dropped)\b/,
      reading: 'connection-lost',
      example: 'Error: 14 UNAVAILABLE: Connection dropped',
    },
    {
      keyword: 'econnrefused',
      match: /(?:No connection established|14 UNAVAILABLE).{0,160}ECONNREFUSED (?<peer>\S{1,120}?)[\s,(]/,
      reading: 'connect-refused',
      example:
        'Error: 14 UNAVAILABLE: No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:50051 (2026-11-21T13:26:31.721Z)',
    },
    {
      keyword: 'no connection established',
      match: /No connection established\. Last error: .{0,120}wrong version number/,
      reading: 'tls-to-plaintext',
      example:
        'Error: 14 UNAVAILABLE: No connection established. Last error: Error: 80AC8D08637F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/openssl/ssl/record/ssl3_record.c:350:',
    },
    {
      keyword: 'no connection established',
      match:
        /No connection established\. Last error: (?:Error: )?connect (?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)(?: (?<peer>\S{1,120}))?/,
      reading: 'connect-timeout',
      example:
        'Error: 14 UNAVAILABLE: No connection established. Last error: connect ETIMEDOUT 10.0.0.9:50051 (2026-11-21T13:26:31.721Z)',
    },
    {
      keyword: 'no connection established',
      match: /No connection established(?:\. Last error: (?<detail>[^\n]{1,100}?)(?: \(\d{4}|\. Resolution|$))?/,
      reading: 'connect-failed',
      example:
        'Error: 14 UNAVAILABLE: No connection established. Last error: Protocol error (2026-11-21T13:26:31.721Z). Resolution note: ',
    },
    {
      keyword: '14 unavailable: read econnreset',
      match: /14 UNAVAILABLE: (?:read|write) ECONNRESET/,
      reading: 'reset-under-call',
      example: 'Error: 14 UNAVAILABLE: read ECONNRESET',
    },
    {
      keyword: 'received message larger than max',
      match: /Received message larger than max \((?<sizeBytes>\d{1,15}) vs (?<limit>\d{1,15})\)/,
      reading: 'message-too-large',
      example: 'Error: 8 RESOURCE_EXHAUSTED: Received message larger than max (5242880 vs 4194304)',
    },
    {
      keyword: 'received http status code',
      match: /Received HTTP status code (?<status>\d{3})/,
      reading: 'not-grpc',
      example: 'Error: 14 UNAVAILABLE: Received HTTP status code 503',
    },
    {
      keyword: 'upstream connect error or disconnect/reset before headers',
      match:
        /upstream connect error or disconnect\/reset before headers\. (?:retried and the latest )?reset reason: (?:remote |local )?connection failure/,
      reading: 'connect-failed',
      example:
        'Error: 14 UNAVAILABLE: upstream connect error or disconnect/reset before headers. reset reason: remote connection failure',
    },
    {
      keyword: 'upstream connect error or disconnect/reset before headers',
      match:
        /upstream connect error or disconnect\/reset before headers\. (?:retried and the latest )?reset reason: (?<detail>[a-z -]{1,60})/,
      reading: 'backend-closed',
      example:
        'Error: 14 UNAVAILABLE: upstream connect error or disconnect/reset before headers. reset reason: connection termination',
    },
    {
      keyword: 'deadline exceeded after',
      match:
        /Deadline exceeded after (?<seconds>[\d.]{1,12})s.{0,200}(?:Waiting for LB pick|subchannel.{0,40}not ready)/,
      reading: 'deadline-connecting',
      example:
        'Error: 4 DEADLINE_EXCEEDED: Deadline exceeded after 2.001s,name resolution: 0.001s,metadata filters: 0.000s,Waiting for LB pick',
    },
    {
      keyword: 'deadline exceeded after',
      match: /Deadline exceeded after (?<seconds>[\d.]{1,12})s/,
      reading: 'deadline',
      example: 'Error: 4 DEADLINE_EXCEEDED: Deadline exceeded after 2.001s,LB pick: 0.001s,remote_addr=10.0.0.9:50051',
    },
    {
      keyword: 'cancelled on client',
      match: /\b1 (?:CANCELLED: )?Cancelled on client/,
      reading: 'cancelled',
      example: 'Error: 1 CANCELLED: Cancelled on client',
    },
    {
      keyword: 'channel has been shut down',
      match: /Channel has been shut down/,
      reading: 'channel-closed',
      example: 'Error: 14 UNAVAILABLE: Channel has been shut down',
    },
  ],
};
