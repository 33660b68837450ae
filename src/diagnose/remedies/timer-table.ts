/**
 * The documented timers that end silent connections and long calls: one row each, with what the wire shows when it fires. Where a
 * vendor's number changed over versions the current one stands here.
 */
import type { StackId } from './stacks.ts';

/**
 * What a timer does when its time is over. `close`: FIN or RST. `goaway`: GOAWAY, then FIN. `forget`: nothing on the wire; whatever
 * comes later on that connection is dropped or met with RST. `stream`: ends one stream that was silent. `call`: ends one call, silent
 * or not. `age`: ends the connection, silent or not.
 */
export type TimerEffect = 'close' | 'goaway' | 'forget' | 'stream' | 'call' | 'age';

export interface KnownTimer {
  /** The product and its option, language-neutral: "AWS ALB idle_timeout". */
  readonly name: string;
  readonly defaultMs: number;
  readonly effects: readonly TimerEffect[];
  /** Whose remedies apply. */
  readonly stack?: StackId;
  /** PINGs do not count as traffic for it: it fires although they go on. */
  readonly ignoresPings?: true;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const CLOSES = ['close', 'goaway'] as const;

/** By length. Defaults as their vendors document them. */
export const knownTimers: readonly KnownTimer[] = [
  { name: 'Node.js http keepAliveTimeout', defaultMs: 5 * SECOND, effects: CLOSES, stack: 'node' },
  { name: 'Armeria client idleTimeout', defaultMs: 10 * SECOND, effects: CLOSES },
  { name: 'Armeria server idleTimeout', defaultMs: 15 * SECOND, effects: CLOSES },
  { name: 'Envoy route timeout', defaultMs: 15 * SECOND, effects: ['call'], stack: 'envoy' },
  { name: 'Google Cloud backend service timeout', defaultMs: 30 * SECOND, effects: ['call', 'stream'], stack: 'gcp' },
  {
    name: "HAProxy timeout client, server (Debian's file)",
    defaultMs: 50 * SECOND,
    effects: ['close', 'goaway', 'stream'],
    stack: 'haproxy',
  },
  {
    name: 'AWS ALB idle_timeout',
    defaultMs: MINUTE,
    effects: ['close', 'goaway', 'stream'],
    stack: 'aws',
    ignoresPings: true,
  },
  { name: 'nginx grpc_read_timeout', defaultMs: MINUTE, effects: ['stream'], stack: 'nginx', ignoresPings: true },
  { name: 'nginx client_body_timeout', defaultMs: MINUTE, effects: ['stream'], stack: 'nginx', ignoresPings: true },
  { name: 'Vert.x HTTP/2 pool', defaultMs: MINUTE, effects: CLOSES, stack: 'vertx' },
  { name: 'ServiceComb 2.8.4 server idleTimeoutInSeconds', defaultMs: MINUTE, effects: CLOSES, stack: 'servicecomb' },
  { name: 'nginx keepalive_timeout', defaultMs: 75 * SECOND, effects: CLOSES, stack: 'nginx' },
  { name: 'ServiceComb client idleTimeoutInSeconds', defaultMs: 150 * SECOND, effects: CLOSES, stack: 'servicecomb' },
  { name: 'ServiceComb server idleTimeoutInSeconds', defaultMs: 180 * SECOND, effects: CLOSES, stack: 'servicecomb' },
  { name: 'Azure load balancer, NAT gateway', defaultMs: 4 * MINUTE, effects: ['forget'], stack: 'azure' },
  { name: 'Envoy stream_idle_timeout', defaultMs: 5 * MINUTE, effects: ['stream'], stack: 'envoy', ignoresPings: true },
  { name: 'AWS NLB TCP idle timeout', defaultMs: 350 * SECOND, effects: ['forget'], stack: 'aws' },
  { name: 'AWS NAT gateway', defaultMs: 350 * SECOND, effects: ['forget'], stack: 'aws' },
  { name: 'GCP firewall connection tracking', defaultMs: 10 * MINUTE, effects: ['forget'], stack: 'gcp' },
  { name: 'Google Cloud load balancer client keepalive', defaultMs: 610 * SECOND, effects: CLOSES, stack: 'gcp' },
  { name: 'kube-proxy IPVS TCP timeout', defaultMs: 15 * MINUTE, effects: ['forget'], stack: 'kube-proxy' },
  { name: 'connect-node idleConnectionTimeoutMs', defaultMs: 15 * MINUTE, effects: CLOSES, stack: 'connect' },
  { name: 'gRPC client channel idle timeout', defaultMs: 30 * MINUTE, effects: CLOSES },
  { name: 'Envoy idle_timeout', defaultMs: HOUR, effects: CLOSES, stack: 'envoy' },
  { name: 'AWS ALB client_keep_alive', defaultMs: HOUR, effects: ['age'], stack: 'aws' },
  { name: 'nginx keepalive_time', defaultMs: HOUR, effects: ['age'], stack: 'nginx' },
  { name: 'gRPC server keepalive', defaultMs: 2 * HOUR, effects: CLOSES },
  { name: 'Linux connection tracking', defaultMs: 120 * HOUR, effects: ['forget'] },
];
