/** AWS load balancers: ALB (HTTP) and NLB (TCP). */
import type { RemedyTable } from './entry.ts';

export const aws: RemedyTable = [
  {
    for: ['connection/idle-close-race', 'connection/abrupt-close'],
    needs: ['gapMs'],
    role: 'middlebox',
    rank: 2,
    setting: 'ALB idle_timeout.timeout_seconds',
    value: '<<aboveGapMs:s>>',
    why: 'pings-do-not-count',
    snippet: `aws elbv2 modify-load-balancer-attributes --load-balancer-arn "$ARN" \\
  --attributes Key=idle_timeout.timeout_seconds,Value=<<aboveGapMs:s>>`,
  },
  {
    for: ['stream/proxy-timeout'],
    role: 'middlebox',
    rank: 1,
    setting: 'ALB idle_timeout.timeout_seconds',
    value: '<<aboveGapMs:s>>',
    why: 'pings-do-not-count',
    snippet: `aws elbv2 modify-load-balancer-attributes --load-balancer-arn "$ARN" \\
  --attributes Key=idle_timeout.timeout_seconds,Value=<<aboveGapMs:s>>`,
  },
  {
    for: ['connection/half-open'],
    needs: ['idleGapMs'],
    role: 'middlebox',
    rank: 1,
    setting: 'NLB tcp.idle_timeout.seconds',
    value: '<<nlbIdleMs:s>>',
    why: 'keep-flow-longer',
    snippet: `aws elbv2 modify-listener-attributes --listener-arn "$ARN" \\
  --attributes Key=tcp.idle_timeout.seconds,Value=<<nlbIdleMs:s>>`,
  },
  {
    for: ['peer/not-grpc', 'peer/http1:server'],
    unless: { status: 504 },
    role: 'middlebox',
    rank: 1,
    setting: 'ALB target group protocol version',
    value: 'GRPC',
    why: 'forward-grpc',
    snippet: `aws elbv2 create-target-group --name grpc --protocol HTTP --protocol-version GRPC --port 50051 --vpc-id "$VPC"`,
  },
];
