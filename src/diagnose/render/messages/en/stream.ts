import type { FamilyTexts } from '../messages.ts';

export const stream: FamilyTexts<'stream'> = {
  'stream/request-trailers': {
    title: 'The client sent request trailers, which gRPC does not allow',
    explanation: [
      'On stream {stream} the client sent a second HEADERS frame after its message: trailers[?fields: ({fields})].',
      'HTTP/2 allows them, gRPC does not. That all frames of a call share one stream id is right and not the fault.',
      '[reaction=close:The server closed the connection at once, without GOAWAY][reaction=rst:The server reset the stream][reaction=goaway:The server ended the connection with GOAWAY PROTOCOL_ERROR[: {debugData:quoted}]][reaction=accepted:This server accepted them][?openStreams:; {openStreams:other call|other calls} died with it][?serverVersion:. {serverVersion} does so].',
      '[?grpcStatus:grpc-status in a request shows that a response body type is used in the client.]',
    ],
    proof:
      'A second HEADERS frame of the client, not CONTINUATION, on a stream that it had opened on this connection. grpc-go resets the stream up to 1.41, closes without GOAWAY from 1.45 to 1.62, and sends GOAWAY from 1.63 on; it has no option to accept trailers.',
    variants: {},
  },
  'stream/id-not-increasing': {
    title: 'The client opened a stream with an id that is too low',
    explanation: [
      'Stream {stream} was opened after stream {highestStream}, but ids must increase (RFC 9113 §5.1.1).',
      '[?even:The id is even, and only a server may use even ids.]',
      'Usually several threads write to the connection and their frames change places.',
      '[?openStreams:{openStreams:other call|other calls} died of the reaction.]',
    ],
    proof: 'HEADERS of the client with an id below the highest one, for a stream that was never opened.',
    variants: {},
  },
  'stream/late-half-close': {
    title: 'The client ends its requests only after the answer',
    explanation: [
      'In {streams} of {calls:call|calls} ({percent}) the server had answered in full before the client sent END_STREAM, and so reset the stream with NO_ERROR.',
      '[The END_STREAM came {lagMs} after the last octet of the request.]',
      'On this hop that is legal and does no harm (RFC 9113 §8.1).',
      'Behind Envoy the same reset can cut off the end of a response[; {proxy} is on this path].[ In this capture {cut:answer was|answers were} cut that way, on the hop in front of the proxy.]',
    ],
    proof:
      'RST_STREAM(NO_ERROR) of the server on a stream that it had ended and the client had not. A reset that merely crosses the END_STREAM of the client does not count.',
    variants: {},
  },
  'stream/response-truncated': {
    title: 'A proxy dropped the end of the response and its trailers',
    explanation: [
      '{streams:gRPC response was|gRPC responses were} ended by RST_STREAM[ {errorCode}], before END_STREAM and grpc-status.',
      '[A message announced {promised}, and {received} arrived.]',
      'A server behind a proxy resets a stream, after a complete answer, when the client has not ended its request yet; [?proxy:{proxy}][!proxy:the proxy] then discards what it has not passed on.',
      'The client reports "RST_STREAM with code 0" (or 2) or missing trailers. Window and buffer sizes only change how often it happens.',
    ],
    proof:
      'Response HEADERS with a gRPC content-type, then RST_STREAM(NO_ERROR) without END_STREAM and without grpc-status. Envoy says INTERNAL_ERROR instead since 1.37, as a failing server would: then the headers of a proxy make it likely. The cause lies on the other side of the proxy: a capture there shows `stream/late-half-close`.',
    variants: {},
  },
  'stream/refused': {
    title: 'The {by} refused calls (REFUSED_STREAM)',
    explanation: [
      'The {by} refused {streams:stream|streams} before any processing, so a retry is safe.',
      '[It allows {limit} streams at once[, and {openStreams} were open].]',
      '[?beforeSettings:They were opened before the client had received that limit.]',
    ],
    proof: 'RST_STREAM with REFUSED_STREAM (RFC 9113 §8.7).',
    variants: {},
  },
  'stream/concurrency-starved': {
    title: 'All {limit:stream|streams} that the server allows are in use',
    explanation: [
      'For {heldMs} the client had {openStreams:stream|streams} open, exactly as many as the server allows (MAX_CONCURRENT_STREAMS {limit}).',
      '[{refills:new call|new calls} began in that time, each right after another had ended: the client has more of them in a queue.][!refills:No new call began: whether any waits does not show on the wire, but the next one will.]',
      'How long calls waited there the capture cannot show; their deadlines run meanwhile.',
    ],
    proof:
      'The open streams stand at MAX_CONCURRENT_STREAMS of the server for more than a second, and each time one ends a new one begins at once. Without new ones, 5 seconds at the limit are only worth a note.',
    variants: {},
  },
  'stream/cancel-storm': {
    title: 'A storm of cancelled calls',
    explanation: [
      'The client cancelled {resets:call|calls} in {windowMs}; {percent} of all calls of the connection ended so.',
      '[They share a deadline of {sameTimeoutMs}: it is too short, or the server too slow.]',
      'Handlers often run on after a cancel, and guards against rapid reset may take the storm for an attack.',
      '[The guard of {guard} allows {guardLimit}: {guardPercent} of that was used.]',
    ],
    proof:
      'RST_STREAM frames of the client, counted as guards count them: Netty 200 in 30 s, nghttp2 and Node 1000 that come back by 33 a second. Told at half of the guard that the server is known to have, or from 120 in 30 s on when they are half of all calls. Equal times since the request point to a deadline.',
    variants: {},
  },
  'stream/internal-error': {
    title: 'The server failed calls with INTERNAL_ERROR',
    explanation: [
      'The server reset {streams:stream|streams} with INTERNAL_ERROR[, {sinceRequestMs} after the request], [?headersSeen:with response headers already sent][!headersSeen:before any response headers].',
      'The code says that the server itself failed: the reason is in its log.',
      'Header fields that are larger than the client accepts are a common one.',
    ],
    proof: 'RST_STREAM with INTERNAL_ERROR from the server.',
    variants: {},
  },
  'stream/reset': {
    title: 'The server reset calls: RST_STREAM {errorCode}',
    explanation: [
      'The server reset {streams:stream|streams} with {errorCode}[, {sinceRequestMs} after the request], without a complete answer.',
      '[What the client had done: {detail}[ ({rule})].]',
      '[!detail:The capture does not show what the server objected to: its log may.]',
    ],
    proof:
      'RST_STREAM of the server with an error code that no other finding explains, on a stream without a complete answer.',
    variants: {},
  },
  'stream/frame-after-close': {
    title: 'The {by} sent a frame on a stream that had ended',
    explanation: [
      '{frameType} on stream {stream} came {sinceCloseMs} after its end[, and a round trip takes {roundTripMs}].',
      'For about a round trip such frames are normal, as they cross the end; of this end the sender knew, or must have known.',
      '[{frames:such frame|such frames} in all.]',
      '[reaction=goaway:The other side ended the connection with GOAWAY.][reaction=rst:The other side reset the stream.][reaction=close:The other side closed the connection.]',
    ],
    proof:
      'A frame on a stream that its sender had ended itself, or that the other side had reset, when the sender has shown that it received the RST_STREAM.',
    variants: {},
  },
  'stream/proxy-timeout': {
    title: 'A timer on the way ended the call',
    explanation: [
      '{streams:call was|calls were} ended[signal=reset: by RST_STREAM][signal=status: with a status] {sinceRequestMs} after the request.',
      '[A timer of that length: {timer}.][!timer:No documented default is that long: look for one that was configured.]',
    ],
    proof:
      'A call that the server side reset after a silence (`silent`) or a length (`total`) which is that of a documented timer, or which came again on another call at another time; or a status whose text is that of a proxy\'s timer ("stream timeout", "upstream request timeout"), which proves it.',
    variants: {
      silent: {
        title: 'A timer ended a stream that was silent',
        explanation: [
          '{streams:stream was|streams were} ended[signal=reset: by RST_STREAM][signal=status: with the status {grpcMessage:quoted}] after {gapMs} without a frame, {sinceRequestMs} after the request.',
          '[?pinged:PINGs went on in that time and did not count: a proxy or balancer measures the stream, not the connection.][!pinged:A proxy or balancer on the way measures how long a stream is silent.]',
          '[A timer of that length: {timer}.][!timer:No documented default is that long: look for one that was configured.]',
        ],
      },
      total: {
        title: "A proxy's time limit for calls ended the call",
        explanation: [
          '{streams:call was|calls were} ended[signal=reset: by RST_STREAM][signal=status: with the status {grpcMessage:quoted}] {sinceRequestMs} after the request, whatever went over the stream.',
          'That is the limit of a proxy[ ({proxy})] for a whole call, not the deadline of the client.',
          '[A timer of that length: {timer}.][!timer:No documented default is that long: look for one that was configured.]',
        ],
      },
    },
  },
  'stream/missing-trailers': {
    title: 'The response ended without grpc-status',
    explanation: [
      '{streams:gRPC response|gRPC responses} ended with END_STREAM on [?emptyData:an empty DATA][!emptyData:a DATA] frame, without trailers and grpc-status.',
      '[?proxy:{proxy} is in the path: a proxy that loses its backend ends the response like this.][!proxy:Either the server does not send trailers, or a proxy in between lost its backend or dropped them.]',
      '[It ended {sinceRequestMs} after the request.][ A timer of that length: {timer}.]',
    ],
    proof: 'A response with a gRPC content-type that ends with END_STREAM on DATA.',
    variants: {},
  },
  'stream/cancelled': {
    title: 'The client cancelled calls',
    explanation: [
      '{streams:call was|calls were} cancelled with RST_STREAM[, typically {sinceRequestMs} after the request].',
      'Nothing else was wrong: the application gave them up.',
    ],
    proof: 'RST_STREAM(CANCEL) of the client on a healthy connection, and not at a grpc-timeout.',
    variants: {},
  },
};
