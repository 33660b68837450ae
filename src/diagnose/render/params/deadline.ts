import type { IdOf } from '../../catalog.ts';
import { always, maybe, oneOf, type ParamTable } from './param.ts';

export const deadlineParams = {
  'deadline/exceeded-by-handler': {
    timeoutMs: always('ms', 2_000, 'grpc-timeout of the request'),
    streams: always('count', 3, 'calls that ended so'),
    signal: oneOf(['reset', 'status'], 'what ended the call: RST_STREAM of the client, or grpc-status 4 of the server'),
    elapsedMs: maybe('ms', 2_003, 'from the request to that'),
    handlerMs: maybe('ms', 5_000, 'from the request to the late answer of the server, if one came'),
    method: maybe('text', '/pkg.Svc/Get', 'the method, when it is one'),
    roundTripMs: maybe('ms', 0.4, 'round trip of the connection'),
  },
  'deadline/not-propagated': {
    method: always('text', '/pkg.Svc/Get', 'the method downstream'),
    upstreamTimeoutMs: always('ms', 1_000, 'what was left of the deadline of the caller'),
    calls: always('count', 12, 'calls of the server that were seen so'),
    upstreamMethod: maybe('text', '/pkg.Front/Get', 'the method of the caller'),
    downstreamTimeoutMs: maybe('ms', 30_000, 'what the server gave to its own call; absent when it gave none'),
    wasted: maybe('count', 3, 'of those calls: went on when the caller had its answer or had given up'),
    outlivedMs: maybe('ms', 4_000, 'how long the longest of them did so'),
  },
} as const satisfies Readonly<Record<IdOf<'deadline'>, ParamTable>>;
