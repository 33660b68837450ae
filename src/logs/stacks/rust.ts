/** What tonic, Volo and h2 say; read in tonic 0.14, h2 0.4, volo-grpc 0.9, and recorded. Both print the errors of h2 below them. */
import type { StackWordings } from '../wording.ts';

export const tonic: StackWordings = {
  stack: 'tonic',
  writer: 'client',
  source: 'tonic::Status and the errors of h2 and hyper, in Volo too',
  wordings: [
    {
      keyword: 'too_many_pings',
      match:
        /(?:GoAway|go away|Error \{ kind: GoAway).{0,40}too_many_pings|b"too_many_pings", (?:ENHANCE_YOUR_CALM|11)/,
      reading: 'too-many-pings',
      example:
        'Status { code: Unavailable, message: "h2 protocol error: http2 error", source: Some(tonic::transport::Error(Transport, hyper::Error(Http2, Error { kind: GoAway(b"too_many_pings", ENHANCE_YOUR_CALM, Remote) }))) }',
    },
    {
      keyword: 'is not correct for server connection',
      match: /GoAway\(b"Request stream (?<stream>\d{1,10}) is not correct for server connection/,
      reading: 'late-write',
      example:
        'hyper::Error(Http2, Error { kind: GoAway(b"Request stream 9 is not correct for server connection", PROTOCOL_ERROR, Remote) })',
    },
    {
      keyword: 'illegal stream id',
      match: /GoAway\(b"received an illegal stream id: (?<stream>\d{1,10})/,
      reading: 'request-trailers',
      example:
        'hyper::Error(Http2, Error { kind: GoAway(b"received an illegal stream id: 1. headers frame: [FrameHeader HEADERS", PROTOCOL_ERROR, Remote) })',
    },
    {
      keyword: 'kind: goaway(',
      match: /kind: GoAway\(b"(?<debugData>[^"]{0,120})", NO_ERROR, Remote/,
      reading: 'drained-call-lost',
      example: 'hyper::Error(Http2, Error { kind: GoAway(b"max_age", NO_ERROR, Remote) })',
    },
    {
      keyword: 'kind: goaway(',
      match: /kind: GoAway\(b"(?<debugData>too_many_[a-z_]{1,40})", ENHANCE_YOUR_CALM/,
      reading: 'goaway-flood',
      example: 'hyper::Error(Http2, Error { kind: GoAway(b"too_many_resets", ENHANCE_YOUR_CALM, Library) })',
    },
    {
      keyword: 'kind: goaway(',
      match: /kind: GoAway\(b"(?<debugData>[^"]{0,120})", (?<code>[A-Z_]{3,30})/,
      reading: 'goaway-code',
      example: 'hyper::Error(Http2, Error { kind: GoAway(b"", FRAME_SIZE_ERROR, Library) })',
    },
    {
      keyword: 'stream error received',
      match: /stream error received: refused stream before processing/,
      reading: 'reset-refused',
      example:
        'status: Unavailable, message: "h2 protocol error: error reading a body from connection: stream error received: refused stream before processing any application logic"',
    },
    {
      keyword: 'stream error received',
      match: /stream error received: (?:unexpected internal error|internal)/,
      reading: 'reset-internal',
      example: 'error reading a body from connection: stream error received: unexpected internal error encountered',
    },
    {
      keyword: 'stream error received',
      match: /stream error received: not a result of an error/,
      reading: 'reset-no-error',
      example: 'error reading a body from connection: stream error received: not a result of an error',
    },
    {
      keyword: 'stream error received',
      match: /stream error received: (?<detail>[a-z ]{4,80})/,
      reading: 'reset-code',
      example: 'error reading a body from connection: stream error received: unspecific protocol error detected',
    },
    {
      keyword: 'keep-alive timed out',
      match: /keep-alive timed out|kind: KeepAliveTimedOut|KeepAliveTimedOut/,
      reading: 'ping-unanswered',
      example:
        'Status { code: Unavailable, message: "transport error", source: Some(hyper::Error(Http2, keep-alive timed out)) }',
    },
    {
      keyword: 'decoded message length too large',
      match:
        /decoded message length too large: found (?<sizeBytes>\d{1,15}) bytes, the limit is: (?<limit>\d{1,15}) bytes/,
      reading: 'message-too-large',
      example:
        'status: OutOfRange, message: "Error, decoded message length too large: found 5242880 bytes, the limit is: 4194304 bytes"',
    },
    {
      keyword: 'grpc-status header missing',
      match: /grpc-status header missing, mapped from HTTP status code (?<status>\d{3})/,
      reading: 'not-grpc',
      example: 'status: Unavailable, message: "grpc-status header missing, mapped from HTTP status code 503"',
    },
    {
      keyword: 'tcp connect error',
      match: /tcp connect error.{0,160}(?:ConnectionRefused|Connection refused)/,
      reading: 'connect-refused',
      example:
        'tonic::transport::Error(Transport, ConnectError(ConnectError("tcp connect error", 127.0.0.1:50051, Os { code: 111, kind: ConnectionRefused, message: "Connection refused" })))',
    },
    {
      keyword: 'invalidcontenttype',
      match: /received corrupt message of type InvalidContentType/,
      reading: 'tls-to-plaintext',
      example:
        'tonic::transport::Error(Transport, Custom { kind: InvalidData, error: "received corrupt message of type InvalidContentType" })',
    },
    {
      keyword: 'connectionreset',
      match:
        /(?:hyper::Error|h2 protocol error|tonic::transport|transport error).{0,200}(?:kind: ConnectionReset|Connection reset by peer)/,
      reading: 'reset-under-call',
      example:
        'Status { code: Unknown, message: "transport error", source: Some(tonic::transport::Error(Transport, hyper::Error(Io, Os { code: 104, kind: ConnectionReset, message: "Connection reset by peer" }))) }',
    },
    {
      keyword: 'closed because of a broken pipe',
      match: /"(?<detail>(?:stream|connection) closed because of a broken pipe)/,
      reading: 'connection-lost',
      example:
        'Status { code: Unknown, message: "h2 protocol error: error reading a body from connection", source: Some(hyper::Error(Body, Error { kind: Io(Custom { kind: BrokenPipe, error: "stream closed because of a broken pipe" }) })) }',
    },
    {
      keyword: 'h2 protocol error',
      match: /message: "(?<detail>h2 protocol error: [^"]{1,120})/,
      reading: 'connection-lost',
      example: 'Status { code: Internal, message: "h2 protocol error: http2 error", source: None }',
    },
    {
      keyword: 'transport error',
      match: /(?:[Ss]tatus[:{( ]|tonic::).{0,80}"?(?<detail>transport error)/,
      reading: 'connection-lost',
      example: 'status: Unavailable, message: "transport error", details: [], metadata: MetadataMap { headers: {} }',
    },
    {
      keyword: 'operation was canceled',
      match: /hyper::Error\(Canceled|"?operation was canceled/,
      reading: 'cancelled',
      example: 'Status { code: Cancelled, message: "operation was canceled", source: Some(hyper::Error(Canceled)) }',
    },
    {
      keyword: 'timeout expired',
      match: /(?:code: (?:Cancelled|DeadlineExceeded)|status: (?:Cancelled|DeadlineExceeded)).{0,60}Timeout expired/,
      reading: 'deadline',
      example:
        'Status { code: Cancelled, message: "Timeout expired", source: Some(tonic::transport::Error(Transport, TimeoutExpired(()))) }',
    },
  ],
};
