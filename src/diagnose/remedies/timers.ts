/**
 * Documented idle timers, to put a name to an observed silence. A match is a hint, never a proof: the finding
 * that carries it says "a timer of that length".
 */

interface KnownTimer {
  /** The product and its option, language-neutral: "AWS ALB idle_timeout". */
  readonly name: string;
  readonly defaultMs: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Defaults as their vendors document them. */
const knownTimers: readonly KnownTimer[] = [
  { name: 'Node.js http keepAliveTimeout', defaultMs: 5 * SECOND },
  { name: 'Armeria client idleTimeout', defaultMs: 10 * SECOND },
  { name: 'Armeria server idleTimeout', defaultMs: 15 * SECOND },
  { name: 'Envoy route timeout', defaultMs: 15 * SECOND },
  { name: 'AWS ALB idle_timeout', defaultMs: 60 * SECOND },
  { name: 'nginx grpc_read_timeout', defaultMs: 60 * SECOND },
  { name: 'Vert.x HTTP/2 pool', defaultMs: 60 * SECOND },
  { name: 'ServiceComb 2.8.4 server idleTimeoutInSeconds', defaultMs: 60 * SECOND },
  { name: 'nginx keepalive_timeout', defaultMs: 75 * SECOND },
  { name: 'ServiceComb client idleTimeoutInSeconds', defaultMs: 150 * SECOND },
  { name: 'ServiceComb server idleTimeoutInSeconds', defaultMs: 180 * SECOND },
  { name: 'Azure load balancer', defaultMs: 4 * MINUTE },
  { name: 'Envoy stream_idle_timeout', defaultMs: 5 * MINUTE },
  { name: 'AWS NLB TCP idle timeout', defaultMs: 350 * SECOND },
  { name: 'GCP firewall connection tracking', defaultMs: 10 * MINUTE },
  { name: 'kube-proxy IPVS TCP timeout', defaultMs: 15 * MINUTE },
  { name: 'connect-node idleConnectionTimeoutMs', defaultMs: 15 * MINUTE },
  { name: 'gRPC client channel idle timeout', defaultMs: 30 * MINUTE },
  { name: 'Envoy idle_timeout', defaultMs: HOUR },
  { name: 'nginx keepalive_time', defaultMs: HOUR },
  { name: 'gRPC server keepalive', defaultMs: 2 * HOUR },
];

/** A timer fires a little after its time: half a second, or 1% of a long one, for ticks and the way. Never before. */
const LATE_MS = 500;
const LATE_SHARE = 0.01;
const EARLY_MS = 20;

/** More names than this say no more than "a common length". */
const NAMES_MAX = 3;

/** The documented timers that a silence of `gapMs` would fit, as one text; undefined when there is none. */
export function timersNear(gapMs: number): string | undefined {
  const names = knownTimers
    .filter((timer) => fits(timer, gapMs))
    .map(({ name, defaultMs }) => `${name} (${seconds(defaultMs)})`);
  return names.length === 0 ? undefined : names.slice(0, NAMES_MAX).join(', ');
}

function fits({ defaultMs }: KnownTimer, gapMs: number): boolean {
  const late = Math.max(LATE_MS, defaultMs * LATE_SHARE);
  return gapMs >= defaultMs - EARLY_MS && gapMs <= defaultMs + late;
}

/** `60 s`, `1 h`: units that every language of the report reads. */
function seconds(ms: number): string {
  if (ms % HOUR === 0) return `${ms / HOUR} h`;
  return ms % MINUTE === 0 && ms > MINUTE ? `${ms / MINUTE} min` : `${ms / SECOND} s`;
}
