import type { IdOf } from '../../catalog.ts';
import { always, maybe, maybeOneOf, oneOf, type ParamTable } from './param.ts';

export const tlsParams = {
  'tls/alert': {
    alert: always('text', 'unknown_ca', 'description of the alert'),
    from: oneOf(['client', 'server'], 'who sent it'),
    server: maybe('text', '10.0.0.9:443', 'address of the server'),
    serverName: maybe('text', 'orders.example', 'host name that the client asked for'),
    clientVersion: maybe('text', 'TLS 1.3', 'highest version that the client offered'),
    version: maybe('text', 'TLS 1.2', 'version that the server chose'),
    expired: maybe('flag', true, 'the alert says that the certificate has expired'),
    asked: maybe('flag', true, 'the server asked for a client certificate'),
    none: maybe('flag', true, 'the client answered that it has none'),
  },
  'tls/handshake-unfinished': {
    waitedMs: always('ms', 20_000, 'from the last hello to the end'),
    closedBy: maybeOneOf(['client', 'server'], 'who ended the connection'),
    server: maybe('text', '10.0.0.9:443', 'address of the server'),
  },
  'tls/ping-rhythm': {
    pings: always('count', 4, 'records of the size of a PING'),
    intervalMs: always('ms', 10_001, 'their usual distance'),
  },
  'tls/idle-end': {
    gapMs: always('ms', 60_000, 'silence before the end'),
    closedBy: oneOf(['client', 'server'], 'who ended the connection'),
    how: oneOf(['fin', 'rst'], 'how it ended'),
    timers: maybe('text', 'AWS ALB idle_timeout (60 s)', 'documented timers of that length'),
  },
} as const satisfies Readonly<Record<IdOf<'tls'>, ParamTable>>;
