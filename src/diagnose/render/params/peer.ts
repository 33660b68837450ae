import type { IdOf } from '../../catalog.ts';
import { always, maybe, type ParamTable } from './param.ts';

export const peerParams = {
  'peer/http1': {
    text: always('text', 'HTTP/1.1 400 Bad Request', 'the first line of the side that speaks HTTP/1'),
    connections: maybe('count', 2, 'connections that show it'),
    server: maybe('text', '10.0.0.9:8080', 'address of the server'),
  },
  'peer/tls-mismatch': {
    text: maybe('text', 'alert 40', 'the TLS record that shows it'),
    connections: maybe('count', 2, 'connections that show it'),
    server: maybe('text', '10.0.0.9:443', 'address of the server'),
  },
  'peer/no-alpn': {
    alpn: maybe('text', 'http/1.1', 'what the server chose instead of h2; absent when it chose nothing'),
    offered: maybe('text', 'h2', 'what the client offers'),
    refused: maybe('flag', true, 'the server ended the handshake with the alert no_application_protocol'),
    server: maybe('text', '10.0.0.9:443', 'address of the server'),
  },
  'peer/not-grpc': {
    streams: always('count', 6, 'calls that got such an answer'),
    status: always('id', 502, ':status of the answer'),
    contentType: maybe('text', 'text/html', 'content-type of the answer'),
    proxy: maybe('stack', 'nginx', 'server field of the answer'),
    grpcCode: maybe('text', 'UNAVAILABLE', 'the status that gRPC clients make of it'),
  },
} as const satisfies Readonly<Record<IdOf<'peer'>, ParamTable>>;
