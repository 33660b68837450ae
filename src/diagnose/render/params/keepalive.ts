import type { IdOf } from '../../catalog.ts';
import { always, maybe, maybeOneOf, type ParamTable } from './param.ts';

export const keepaliveParams = {
  'keepalive/too-many-pings': {
    pingCount: always('count', 4, 'PINGs without ACK that the client sent in the run that ended the connection'),
    strikes: always('count', 3, 'those of them that broke the policy (gRFC A8: the third strike is one too many)'),
    idle: always('flag', true, 'no stream was open at the strikes'),
    probes: maybe('count', 1, 'bandwidth probes among the PINGs: they count like any other'),
    lastStreamId: always('id', 1, 'last-stream-id of the GOAWAY'),
    openStreams: always('count', 0, 'streams open when the GOAWAY came'),
    intervalMs: maybe('ms', 10_001, 'usual gap between two PINGs of the run'),
    intervalMinMs: maybe('ms', 10_000, 'smallest gap between two PINGs of the run'),
    minTimeMs: maybe(
      'ms',
      300_000,
      'the shortest gap that the server allows while a stream is open, where its default is known',
    ),
    nextIntervalMs: maybe('ms', 20_002, "gap between PINGs on this client's next connection: gRPC clients double it"),
    serverImplementation: maybe('stack', 'etcd', 'the server, as the traffic shows it'),
    clientImplementation: maybe('stack', 'grpc-go/1.45.0', 'the client, as its user-agent shows it'),
    connections: maybe('count', 3, 'connections of the capture that ended the same way, this one included'),
  },
  'keepalive/will-be-cut': {
    pingCount: always('count', 2, 'PINGs without ACK in the run at the end of the capture'),
    strikes: always('count', 1, 'those of them that count against the client'),
    probes: maybe('count', 1, 'bandwidth probes among the PINGs: they count like any other'),
    cutAtPing: always('count', 4, 'the PING of the run at which such a server closes the connection'),
    intervalMs: always('ms', 10_001, 'usual gap between two PINGs of the run'),
    serverImplementation: maybe('stack', 'grpc-go', 'the server, as the traffic shows it'),
    clientImplementation: maybe('stack', 'grpc-node-js/1.14.3', 'the client, as its user-agent shows it'),
  },
  'keepalive/unanswered-ping': {
    by: maybeOneOf(['client', 'server'], 'who sent the PING'),
    waitedMs: always('ms', 20_000, 'from the PING to the close'),
    openStreams: always('count', 2, 'streams open at the close'),
    roundTripMs: maybe('ms', 1.2, 'round trip of the last PING that was answered'),
    silenceMs: maybe('ms', 35_000, 'since the last octet from the other side'),
  },
  'keepalive/watchdog-false-positive': {
    waitedMs: always('ms', 5_000, 'from the PING to the close'),
    receivedBytes: always('bytes', 1_048_576, 'octets from the peer between the PING and the close: it was alive'),
    openStreams: always('count', 1, 'streams open at the close'),
    ackMs: maybe('ms', 6_200, 'from the PING to its ACK, when that came after the close'),
  },
} as const satisfies Readonly<Record<IdOf<'keepalive'>, ParamTable>>;
