import { fastPings, idlePings, type RemedyTable } from './entry.ts';

export const cortex: RemedyTable = [
  {
    for: idlePings,
    role: 'client',
    rank: 1,
    setting: '-<prefix>.etcd.ping-without-stream-allowed',
    value: 'false',
    why: 'idle-pings-off',
    snippet: `kvstore:
  etcd:
    ping-without-stream-allowed: false`,
    since: 'Cortex 1.18.0',
  },
  {
    for: idlePings,
    role: 'server',
    rank: 2,
    setting: '-server.grpc.keepalive.ping-without-stream-allowed',
    value: 'true',
    why: 'permit-idle-pings',
    snippet: `-server.grpc.keepalive.ping-without-stream-allowed=true
-server.grpc.keepalive.min-time-between-pings=<<serverMinTimeMs:dur>>`,
  },
  {
    for: fastPings,
    role: 'server',
    rank: 2,
    setting: '-server.grpc.keepalive.min-time-between-pings',
    value: '<<serverMinTimeMs:dur>>',
    why: 'minimum-below-interval',
    snippet: `-server.grpc.keepalive.min-time-between-pings=<<serverMinTimeMs:dur>>`,
  },
];
