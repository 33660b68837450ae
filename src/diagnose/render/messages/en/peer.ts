import type { FamilyTexts } from '../messages.ts';

export const peer: FamilyTexts<'peer'> = {
  'peer/http1': {
    title: 'One side speaks HTTP/1, the other HTTP/2',
    explanation: ['The first line of one side was {text:quoted}, while the other speaks HTTP/2.'],
    proof: 'The HTTP/2 preface of one side and an HTTP/1 line of the other on the same connection.',
    variants: {
      server: {
        title: 'The server speaks HTTP/1, the client HTTP/2',
        explanation: [
          'The client began with the HTTP/2 preface, and the server[ at {server}] answered {text:quoted}.',
          'Either the port is wrong, or HTTP/2 without TLS (h2c) is not switched on there.',
        ],
      },
      client: {
        title: 'The client speaks HTTP/1, the server HTTP/2',
        explanation: [
          'The client began with {text:quoted}, and the server[ at {server}] speaks HTTP/2 only.',
          'A health check, a browser or a proxy without HTTP/2 upstream does this.',
        ],
      },
    },
  },
  'peer/tls-mismatch': {
    title: 'One side speaks TLS, the other plain text',
    explanation: ['One side sent TLS records[ ({text})], the other plain text.'],
    proof:
      'A TLS record of one side and plain octets of the other. A server that closes without a TLS alert proves less: then only the missing SETTINGS are certain.',
    variants: {
      'plaintext-to-tls': {
        title: 'The client speaks plain text, the server wants TLS',
        explanation: [
          'The client sent the HTTP/2 preface unencrypted, and the server[ at {server}] answered with a TLS record[ ({text})].',
          'The client must use TLS here, or another port.',
        ],
      },
      'tls-to-plaintext': {
        title: 'The client wants TLS, the server speaks plain text',
        explanation: [
          'The client began with a TLS ClientHello, and the server[ at {server}] does not speak TLS on this port[: {text:quoted}].',
          'The client must use plain text here, or another port.',
        ],
      },
    },
  },
  'peer/no-alpn': {
    title: 'HTTP/2 was not agreed on in the TLS handshake (ALPN)',
    explanation: [
      '[?refused:The server[ at {server}] supports none of the protocols that the client offers[ ({offered})] and ended the handshake.][!refused:The client offers {offered}; the server[ at {server}] chose [{alpn}][!alpn:no protocol] instead of h2, and the client closed.]',
      'gRPC needs h2: the listener has no HTTP/2, or TLS ends at a device that does not know it. grpc-go insists on it since 1.67.',
    ],
    proof:
      'The server answers with the alert no_application_protocol, or without ALPN or another protocol than h2 and the client closes without having sent anything. In TLS 1.3 the answer is readable with keys only.',
    variants: {},
  },
  'peer/not-grpc': {
    title: 'The answer is not gRPC but HTTP status {status}',
    explanation: [
      '{streams:call|calls} got status {status}[ with content-type {contentType}][ from {proxy}], and no grpc-status.',
      'A proxy or web server answered in place of the gRPC handler[status=404:: it has no route for this path][status=502:: it got no usable answer from its backend][status=503:: it has no backend that is up][status=504:: its backend took longer than its timer].',
      '[gRPC clients report {grpcCode}.]',
    ],
    proof: 'A response whose content-type is not application/grpc, or whose :status is not 200, without grpc-status.',
    variants: {},
  },
};
