import type { ReadingTexts } from '../../messages.ts';

export const streamReadings = {
  'request-trailers': {
    title: 'A second HEADERS frame came on a stream that was already open',
    proves: 'The server refused HEADERS[ on stream {stream}] because the id was not a new, higher one.',
    open: 'It does not say whether the client sent request trailers (usual: volo-grpc 0.9.0, 0.9.1) or took ids out of order.',
    next: 'Look for the client library and version; a capture shows the frame.',
  },
  'reset-no-error': {
    title: 'A stream was reset with NO_ERROR before its answer was complete',
    proves: 'RST_STREAM with code 0 ended the call before its status arrived.',
    open: 'It does not say who cut it: behind Envoy the usual cause is a client that ends its requests late, seen on the other hop.',
    next: 'Capture on both sides of the proxy, or update grpc-js (1.14.3 and later end requests in time).',
  },
  'no-status': {
    title: 'A call ended without a gRPC status',
    proves: 'The stream ended, and no grpc-status had arrived.',
    open: 'The line is the same for a stream reset with code 0, a response without trailers, and a connection that ended.',
    next: 'A capture shows how the stream ended.',
  },
  'reset-internal': {
    title: 'A call was reset with INTERNAL_ERROR',
    proves: 'RST_STREAM with code 2 ended the call[ on stream {stream}].',
    open: 'It does not say who failed: the server, or a proxy that lost the end of the response (Envoy since 1.37).',
    next: 'Look into the log of the server and of the proxy for the same moment.',
  },
  'reset-refused': {
    title: 'Calls were refused before any processing (REFUSED_STREAM)',
    proves: 'The server did not process the call; a retry is safe.',
    open: 'It does not say why: a limit of concurrent streams, or a server that is stopping.',
    next: 'Compare the number of calls at once with MAX_CONCURRENT_STREAMS.',
  },
  'reset-code': {
    title: 'A call was reset: RST_STREAM[ {errorCode}]',
    proves:
      'The other side ended the stream with [?errorCode:{errorCode}][!errorCode:an error code] before its answer was complete.',
    open: 'It does not say what the other side objected to.',
    next: 'Look into its log at that time; a capture shows the frames before the reset.',
  },
  'missing-trailers': {
    title: 'A response ended without trailers',
    proves: 'The stream ended with END_STREAM on data, and the trailers with grpc-status never came.',
    open: 'It does not say who left them out: the server, or a proxy that lost its backend.',
    next: 'Look for a proxy timeout at that time; call the server without the proxy.',
  },
  'message-too-large': {
    title: 'A message was larger than its receiver accepts',
    proves: 'A message[ of {sizeBytes}] was refused[; the limit is {limit}].',
    open: 'It says nothing about the connection, which is fine.',
    next: 'Raise the limit on the side that receives, or send the data in parts.',
  },
  'headers-too-large': {
    title: 'Header fields were larger than the receiver accepts',
    proves: 'Metadata[ of {sizeBytes}] broke the limit of header lists[, {limit}].',
    open: 'It does not name the fields; tokens, cookies and error details are the usual ones.',
    next: 'Make the metadata smaller, or raise the limit of the receiver.',
  },
  'not-grpc': {
    title: 'The answer was not gRPC[: HTTP status {status}]',
    proves:
      'Something answered with [?status:HTTP status {status}][!status:another content-type] instead of a gRPC response[: {detail}].',
    open: 'It does not say who: usually a proxy or balancer that has no backend or no route.',
    next: 'Look into the log of the proxy for the same moment.',
  },
  'http1-server': {
    title: 'The peer speaks HTTP/1, not HTTP/2',
    proves: 'The first octets that came back are an HTTP/1 response.',
    open: 'It does not say whether the port is wrong or HTTP/2 is switched off there.',
    next: 'Check the port; switch on HTTP/2 without TLS (h2c), or use TLS.',
  },
  'http1-client': {
    title: 'A client spoke HTTP/1 to an HTTP/2 port',
    proves: 'The first octets of a connection were an HTTP/1 request, and the server closed it.',
    open: 'It may be a health check, a browser or a scanner as well as a client in need of mending.',
    next: 'Look who connects from that address[: {peer}].',
  },
  'http2-refused': {
    title: 'A client spoke HTTP/2 where the server did not expect it',
    proves: 'The HTTP/2 preface arrived at a port whose server took it for a bad HTTP/1 request.',
    open: 'It does not say whether HTTP/2 is switched off on that port, or whether it is a TLS port and the client speaks plaintext.',
    next: 'Look at the listen directive of that port: http2, and ssl.',
  },
  'tls-to-plaintext': {
    title: 'One side speaks TLS, the other plaintext',
    proves: 'A TLS handshake met a port that speaks plaintext[: {peer}].',
    open: 'It does not say which side is set up as intended.',
    next: 'Make the credentials of the client and the port of the server agree.',
  },
  'plaintext-to-tls': {
    title: 'A plaintext client met a TLS port',
    proves: 'Plaintext octets arrived where a TLS handshake was expected[: {peer}].',
    open: 'It does not say which side is set up as intended.',
    next: 'Give the client TLS credentials, or use the plaintext port.',
  },
  'no-alpn': {
    title: 'The TLS handshake did not agree on HTTP/2 (ALPN)',
    proves: 'The handshake succeeded, and the server did not choose h2.',
    open: 'It does not say whether the server itself or a balancer in front of it ends TLS.',
    next: 'Let whoever ends TLS offer h2.',
  },
  'client-broke-rules': {
    title: 'A server or proxy objected to what the client sent',
    proves: 'The receiver refused the request of the client as a breach of HTTP/2 or HTTP[: {detail}].',
    open: 'The words name the rule, not the program or setting that breaks it.',
    next: 'A capture of the client side shows the frame and its fields.',
  },
  'server-broke-rules': {
    title: 'A client or proxy objected to what the server sent',
    proves: 'The receiver refused the response as a breach of HTTP/2 or HTTP[: {detail}].',
    open: 'The words name the rule, not the cause: often the server speaks HTTP/1 or adds a forbidden header.',
    next: 'A capture between the two shows the frame and its fields.',
  },
  deadline: {
    title: 'A call reached its deadline',
    proves: 'The client gave the call up[ after {waitedMs}].',
    open: 'It does not say where the time went: in the handler, in the network, in a queue of the client, or on a dead connection.',
    next: 'Look whether other calls on the same connection were answered in that time.',
  },
  'deadline-connecting': {
    title: 'A call reached its deadline while it waited for a connection',
    proves: 'The deadline passed[ after {waitedMs}], and no connection was ready until then.',
    open: 'It does not say why connecting failed.',
    next: 'Look for lines of failed attempts to connect before it.',
  },
  cancelled: {
    title: 'Calls were cancelled by the caller',
    proves: 'The application itself gave the calls up.',
    open: 'The connection is fine.',
    next: 'It matters only if nobody meant to cancel.',
  },
} as const satisfies ReadingTexts;
