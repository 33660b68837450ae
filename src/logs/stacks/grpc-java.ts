/** What grpc-java logs and puts into status descriptions; read in 1.41 to 1.75 (core, netty) and recorded. */
import type { StackWordings } from '../wording.ts';

export const grpcJava: StackWordings = {
  stack: 'grpc-java',
  writer: 'client',
  source: 'java.util.logging and StatusRuntimeException',
  wordings: [
    {
      keyword: 'received goaway with enhance_your_calm',
      match: /Received GOAWAY with ENHANCE_YOUR_CALM\. Debug data: (?<debugData>too_many_pings)/,
      reading: 'too-many-pings',
      example: 'WARNING: Received GOAWAY with ENHANCE_YOUR_CALM. Debug data: too_many_pings',
    },
    {
      keyword: 'received goaway with enhance_your_calm',
      match: /Received GOAWAY with ENHANCE_YOUR_CALM\. Debug data: (?<debugData>.{1,120})/,
      reading: 'goaway-flood',
      example: 'WARNING: Received GOAWAY with ENHANCE_YOUR_CALM. Debug data: too_many_rststreams',
    },
    {
      keyword: 'increased keepalive time nanos',
      match: /Increased keepalive time nanos to (?<nanos>[\d,]{1,24})/,
      reading: 'echo',
      example: 'WARNING: Increased keepalive time nanos to 20,000,000,000',
    },
    {
      keyword: 'too_many_pings',
      match: /HTTP\/2 error code: ENHANCE_YOUR_CALM.{0,80}too_many_pings/,
      reading: 'too-many-pings',
      example:
        'io.grpc.StatusRuntimeException: RESOURCE_EXHAUSTED: Connection closed after GOAWAY. HTTP/2 error code: ENHANCE_YOUR_CALM, debug data: too_many_pings',
    },
    {
      keyword: 'goaway closed',
      match: /(?:Abrupt )?GOAWAY closed (?:unsent stream|buffered stream|active stream)\. HTTP\/2 error code: NO_ERROR/,
      reading: 'draining-refused',
      example:
        'io.grpc.StatusRuntimeException: UNAVAILABLE: Abrupt GOAWAY closed unsent stream. HTTP/2 error code: NO_ERROR, debug data: max_age',
    },
    {
      keyword: 'http/2 error code: enhance_your_calm',
      match: /HTTP\/2 error code: ENHANCE_YOUR_CALM, debug data: (?<debugData>[^\s,].{0,120})/,
      reading: 'goaway-flood',
      example:
        'io.grpc.StatusRuntimeException: RESOURCE_EXHAUSTED: Bandwidth exhausted. HTTP/2 error code: ENHANCE_YOUR_CALM, debug data: too_many_rststreams',
    },
    {
      keyword: 'http/2 error code: enhance_your_calm',
      match: /HTTP\/2 error code: ENHANCE_YOUR_CALM/,
      reading: 'goaway-calm',
      example:
        'io.grpc.StatusRuntimeException: RESOURCE_EXHAUSTED: Bandwidth exhausted. HTTP/2 error code: ENHANCE_YOUR_CALM',
    },
    {
      keyword: 'is not correct for server connection',
      match: /debug data: Request stream (?<stream>\d{1,10}) is not correct for server connection/,
      reading: 'late-write',
      example:
        'io.grpc.StatusRuntimeException: INTERNAL: Connection closed after GOAWAY. HTTP/2 error code: PROTOCOL_ERROR, debug data: Request stream 9 is not correct for server connection',
    },
    {
      keyword: 'header size exceeded max allowed size',
      match: /Header size exceeded max allowed size \((?<limit>\d{1,12})\)/,
      reading: 'headers-too-large',
      example:
        'io.grpc.StatusRuntimeException: INTERNAL: Connection closed after GOAWAY. HTTP/2 error code: PROTOCOL_ERROR, debug data: Header size exceeded max allowed size (10240)',
    },
    {
      keyword: 'http/2 error code: no_error',
      match:
        /(?:Connection closed after GOAWAY|GOAWAY closed sent stream|GOAWAY shut down transport)\. HTTP\/2 error code: NO_ERROR(?:, debug data: (?<debugData>\S.{0,80}))?/,
      reading: 'drained-call-lost',
      example:
        'io.grpc.StatusRuntimeException: UNAVAILABLE: Connection closed after GOAWAY. HTTP/2 error code: NO_ERROR, debug data: max_age',
    },
    {
      keyword: 'after goaway',
      match:
        /(?:Connection closed after GOAWAY|GOAWAY (?:closed|shut down) [a-z ]{3,20})\. HTTP\/2 error code: (?<code>[A-Z_]{3,30})(?:, debug data: (?<debugData>\S.{0,120}))?/,
      reading: 'goaway-code',
      example:
        'io.grpc.StatusRuntimeException: INTERNAL: Connection closed after GOAWAY. HTTP/2 error code: FLOW_CONTROL_ERROR',
    },
    {
      keyword: 'http/2 error code: refused_stream',
      match: /HTTP\/2 error code: REFUSED_STREAM/,
      reading: 'reset-refused',
      example: 'io.grpc.StatusRuntimeException: UNAVAILABLE: HTTP/2 error code: REFUSED_STREAM. Received Rst Stream',
    },
    {
      keyword: 'received rst stream',
      match: /HTTP\/2 error code: NO_ERROR.{0,10}Received Rst Stream/,
      reading: 'reset-no-error',
      example: 'io.grpc.StatusRuntimeException: UNAVAILABLE: HTTP/2 error code: NO_ERROR. Received Rst Stream',
    },
    {
      keyword: 'received rst stream',
      match: /HTTP\/2 error code: INTERNAL_ERROR.{0,10}Received Rst Stream/,
      reading: 'reset-internal',
      example: 'io.grpc.StatusRuntimeException: INTERNAL: HTTP/2 error code: INTERNAL_ERROR. Received Rst Stream',
    },
    {
      keyword: 'received rst stream',
      match: /HTTP\/2 error code: (?<code>[A-Z_]{3,30}).{0,10}Received Rst Stream/,
      reading: 'reset-code',
      example: 'io.grpc.StatusRuntimeException: CANCELLED: HTTP/2 error code: CANCEL. Received Rst Stream',
    },
    {
      keyword: 'keepalive failed',
      match: /Keepalive failed\. The connection is likely gone/,
      reading: 'ping-unanswered',
      example: 'io.grpc.StatusRuntimeException: UNAVAILABLE: Keepalive failed. The connection is likely gone',
    },
    {
      keyword: 'network closed for unknown reason',
      match: /(?:UNAVAILABLE: |description=)(?<detail>Network closed for unknown reason)/,
      reading: 'connection-lost',
      example: 'io.grpc.StatusRuntimeException: UNAVAILABLE: Network closed for unknown reason',
    },
    {
      keyword: 'first received frame was not settings',
      match: /First received frame was not SETTINGS\. Hex dump for first 5 bytes: (?:48545450)/,
      reading: 'http1-server',
      example:
        'io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception: First received frame was not SETTINGS. Hex dump for first 5 bytes: 485454502f',
    },
    {
      keyword: 'first received frame was not settings',
      match: /First received frame was not SETTINGS\. Hex dump for first 5 bytes: 1503/,
      reading: 'plaintext-to-tls',
      example:
        'io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception: First received frame was not SETTINGS. Hex dump for first 5 bytes: 1503030002',
    },
    {
      keyword: 'not an ssl/tls record',
      match: /NotSslRecordException: not an SSL\/TLS record: 50524920/,
      reading: 'plaintext-to-tls',
      writer: 'server',
      example:
        'io.netty.handler.ssl.NotSslRecordException: not an SSL/TLS record: 505249202a20485454502f322e300d0a0d0a534d0d0a0d0a',
    },
    {
      keyword: 'unable to find compatible protocol',
      match: /Failed ALPN negotiation: Unable to find compatible protocol/,
      reading: 'no-alpn',
      example:
        'io.grpc.StatusRuntimeException: UNAVAILABLE: Failed ALPN negotiation: Unable to find compatible protocol',
    },
    {
      keyword: 'connection refused: ',
      match:
        /(?:AnnotatedConnectException|ConnectException|AnnotatedNoRouteToHostException).{0,20}(?:finishConnect\(\.\.\) failed: )?Connection refused: (?<peer>\S{1,120})/,
      reading: 'connect-refused',
      example:
        'Caused by: io.grpc.netty.shaded.io.netty.channel.AbstractChannel$AnnotatedConnectException: finishConnect(..) failed: Connection refused: orders/10.0.0.9:50051',
    },
    {
      keyword: 'connecttimeoutexception',
      match: /ConnectTimeoutException: connection timed out(?: after \d{1,9} ms)?: (?<peer>\S{1,120})/,
      reading: 'connect-timeout',
      example:
        'Caused by: io.netty.channel.ConnectTimeoutException: connection timed out after 20000 ms: orders/10.0.0.9:50051',
    },
    {
      keyword: 'connection reset',
      match:
        /io\.grpc\.Status.{0,200}Connection reset(?: by peer)?|Caused by: java\.(?:io\.IOException|net\.SocketException): (?:recvAddress\(\.\.\) failed: )?Connection reset(?: by peer)?/,
      reading: 'reset-under-call',
      example: 'Caused by: java.io.IOException: Connection reset by peer',
    },
    {
      keyword: 'unavailable: io exception',
      match: /UNAVAILABLE: (?<detail>io exception)/,
      reading: 'connection-lost',
      example: 'io.grpc.StatusRuntimeException: UNAVAILABLE: io exception',
    },
    {
      keyword: 'exceeds maximum size',
      match: /gRPC message exceeds maximum size (?<limit>\d{1,12}): (?<sizeBytes>\d{1,12})/,
      reading: 'message-too-large',
      example: 'io.grpc.StatusRuntimeException: RESOURCE_EXHAUSTED: gRPC message exceeds maximum size 4194304: 5242880',
    },
    {
      keyword: 'http status code ',
      match:
        /(?:UNAVAILABLE|UNIMPLEMENTED|UNKNOWN|INTERNAL|PERMISSION_DENIED|UNAUTHENTICATED): HTTP status code (?<status>\d{3})/,
      reading: 'not-grpc',
      example: 'io.grpc.StatusRuntimeException: UNAVAILABLE: HTTP status code 503\\ninvalid content-type: text/html',
    },
    {
      keyword: 'received unexpected eos',
      match: /INTERNAL: Received unexpected EOS on (?:empty )?DATA frame from server/,
      reading: 'missing-trailers',
      example: 'io.grpc.StatusRuntimeException: INTERNAL: Received unexpected EOS on empty DATA frame from server',
    },
    {
      keyword: 'deadline exceeded after',
      match: /[Dd]eadline exceeded after (?<seconds>[\d.]{1,16})s.{0,300}waiting_for_connection/,
      reading: 'deadline-connecting',
      example:
        'io.grpc.StatusRuntimeException: DEADLINE_EXCEEDED: CallOptions deadline exceeded after 1.999s. Name resolution delay 0.000000000 seconds. [closed=[], open=[[buffered_nanos=2002, waiting_for_connection]]]',
    },
    {
      keyword: 'deadline exceeded after',
      match:
        /(?:ClientCall |CallOptions |context )(?:started after )?deadline (?:exceeded|was exceeded).{0,20}?(?<seconds>\d[\d.]{0,15})s/i,
      reading: 'deadline',
      example:
        'io.grpc.StatusRuntimeException: DEADLINE_EXCEEDED: CallOptions deadline exceeded after 0.499937788s. Name resolution delay 0.000000000 seconds. [closed=[], committed=[remote_addr=127.0.0.1/127.0.0.1:17211]]',
    },
    {
      keyword: 'channel shutdown',
      match: /UNAVAILABLE: Channel shutdown(?:Now)? invoked/,
      reading: 'channel-closed',
      example: 'io.grpc.StatusRuntimeException: UNAVAILABLE: Channel shutdownNow invoked',
    },
    {
      keyword: 'stream no longer exists',
      match: /Stream no longer exists: (?<stream>\d{1,10})/,
      reading: 'noise-late-answer',
      writer: 'server',
      example: 'java.lang.IllegalStateException: Stream no longer exists: 1',
    },
  ],
};
