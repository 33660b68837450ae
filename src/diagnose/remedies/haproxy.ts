import { crowded, type RemedyTable } from './entry.ts';

export const haproxy: RemedyTable = [
  {
    for: ['stream/missing-trailers'],
    role: 'middlebox',
    rank: 1,
    setting: 'timeout server',
    value: '<<aboveRequestMs:dur>>',
    why: 'longer-proxy-timeout',
    snippet: `backend grpc
  timeout server <<aboveRequestMs:dur>>
  server one 10.0.0.9:50051 proto h2`,
  },
  {
    for: ['peer/not-grpc'],
    when: { status: 504 },
    role: 'middlebox',
    rank: 1,
    setting: 'timeout server',
    value: '1h',
    why: 'longer-proxy-timeout',
    snippet: `backend grpc
  timeout server 1h`,
  },
  {
    for: ['connection/idle-close-race'],
    role: 'middlebox',
    rank: 1,
    setting: 'timeout client, timeout http-keep-alive',
    value: '<<aboveGapMs:dur>>',
    why: 'keep-idle-longer',
    snippet: `frontend grpc
  timeout client          <<aboveGapMs:dur>>
  timeout http-keep-alive <<aboveGapMs:dur>>`,
  },
  {
    for: crowded,
    role: 'middlebox',
    rank: 1,
    setting: 'tune.h2.max-concurrent-streams',
    value: '<<aboveLimit>>',
    why: 'raise-concurrency',
    snippet: `global
  tune.h2.max-concurrent-streams <<aboveLimit>>`,
  },
  {
    for: ['peer/not-grpc', 'peer/http1:server'],
    unless: { status: 504 },
    role: 'middlebox',
    rank: 1,
    setting: 'proto',
    value: 'h2',
    why: 'forward-grpc',
    snippet: `frontend grpc
  bind :50051 proto h2
backend grpc
  server one 10.0.0.9:50051 proto h2`,
  },
];
