import type { IdOf } from '../../catalog.ts';
import { always, maybe, maybeOneOf, oneOf, type ParamTable } from './param.ts';

export const connectionParams = {
  'connection/abrupt-close': {
    how: oneOf(['fin', 'rst'], 'how the server ended the connection'),
    openStreams: always('count', 3, 'streams open at that moment'),
    ageMs: maybe('ms', 92_400, 'age of the connection'),
    idleGapMs: maybe('ms', 30_000, 'silence on the connection before the newest of those requests'),
    serverImplementation: maybe('stack', 'kitex', 'the server, as the traffic shows it'),
    answered: maybe('count', 1, 'of the open streams: those that had got response headers'),
    foreignTimeToLive: maybe(
      'flag',
      true,
      "the RST has another TTL than the server's packets: a device in between sent it",
    ),
  },
  'connection/idle-close-race': {
    gapMs: always('ms', 60_000, 'silence on the connection before the close'),
    sinceFinMs: always('ms', 0.4, 'from the close to the new request; negative when the request was sent first'),
    openStreams: always('count', 1, 'requests that met the close'),
    roundTripMs: maybe('ms', 1.2, 'round trip of the connection'),
    sameGapConnections: maybe('count', 3, 'connections that were closed after the same silence, this one included'),
    timer: maybe('text', 'AWS ALB idle_timeout (60 s)', 'documented timers of that length, see `timersNear`'),
    foreignTimeToLive: maybe('flag', true, "the RST has another TTL than the server's packets"),
  },
  'connection/half-open': {
    silenceMs: always('ms', 15_400, 'since the last octet from the server, to the end of the connection or capture'),
    retransmissions: always('count', 6, 'segments that the client sent again'),
    openStreams: always('count', 2, 'streams open'),
    idleGapMs: maybe('ms', 400_000, 'silence before the request that met the black hole'),
    timer: maybe('text', 'AWS NLB TCP idle timeout (350 s)', 'documented timers of that length, see `timersNear`'),
  },
  'connection/short-lived': {
    connections: always('count', 40, 'connections that carried one call each'),
    calls: always('count', 40, 'calls on them'),
    clientImplementation: maybe('stack', 'kitex', 'the client, as its user-agent shows it'),
    handshakeMs: maybe('ms', 1.1, 'from SYN to the first request, typically'),
  },
  'connection/server-restart': {
    connections: always('count', 5, 'connections that ended together'),
    spreadMs: always('ms', 12, 'from the first end to the last'),
    server: always('text', '10.0.0.9:8888', 'address of the server'),
    openStreams: always('count', 3, 'streams open on them'),
    refusedAfter: maybe('flag', true, 'later attempts to connect were refused'),
  },
  'connection/no-server-preface': {
    waitedMs: always('ms', 20_000, 'from the preface of the client to the end'),
    closedBy: maybeOneOf(['client', 'server'], 'who ended the connection; absent when it was still open'),
    receivedBytes: always('bytes', 0, 'octets that the server sent'),
    established: maybe('flag', true, 'the TCP handshake was completed'),
  },
  'connection/refused': {
    server: always('text', '10.0.0.9:50051', 'address that was tried'),
    connections: always('count', 3, 'attempts that were refused'),
    servedLater: maybe('flag', true, 'a later or parallel attempt of the client was served'),
  },
  'connection/unreachable': {
    server: always('text', '10.0.0.9:50051', 'address that was tried'),
    connections: always('count', 1, 'attempts that nobody answered'),
    repeats: always('count', 3, 'SYN segments that were sent again'),
    waitedMs: always('ms', 7_000, 'from the first SYN to the last sign of the attempt'),
    servedLater: maybe('flag', true, 'a later or parallel attempt of the client was served'),
  },
  'connection/settings-not-acked': {
    by: oneOf(['client', 'server'], 'who never acknowledged'),
    waitedMs: always('ms', 10_000, 'since the SETTINGS frame'),
    closed: maybe('flag', true, 'the sender of the SETTINGS then closed the connection'),
  },
  'connection/pinned': {
    percent: always('percent', 100, 'share of the calls that went to one server'),
    calls: always('count', 900, 'calls in all'),
    servers: always('count', 3, 'servers that the clients connected to'),
    server: always('text', '10.0.0.9:8888', 'the server that got them'),
  },
  'connection/stream-ids-exhausted': {
    lastStreamId: always('id', 2_147_483_645, 'the highest stream id seen'),
  },
} as const satisfies Readonly<Record<IdOf<'connection'>, ParamTable>>;
