/** What a seed means: hosts, networks, options of servers and channels, calls, and what shall go wrong. */
import type { ChannelOptions } from '#client';
import type { ServerOptions } from '#server';
import { type FaultKind, faultKinds } from './faults.ts';
import { type Path, randomPath } from './network/path.ts';
import type { Prng } from './prng.ts';
import { type CallPlan, planCall, type Taste } from './workload/plan.ts';

export interface PlannedCall {
  readonly plan: CallPlan;
  /** World time. */
  readonly atMs: number;
  readonly client: number;
}

export interface Scenario {
  readonly servers: readonly ServerOptions[];
  readonly channels: readonly { readonly target: 'name' | 'addresses'; readonly options: ChannelOptions }[];
  readonly paths: readonly Path[];
  readonly calls: readonly PlannedCall[];
  /** None: a healthy world, in which no call may fail but as planned. */
  readonly faults: readonly FaultKind[];
  /** Until then calls begin and faults happen. */
  readonly busyMs: number;
}

/** What may leave one end of a connection in the belief that all is well. */
const SILENT: readonly FaultKind[] = ['swallow', 'cut', 'close'];

/** Part of the seeds that are healthy worlds. */
const HEALTHY = 0.35;

export function scenarioOf(chance: Prng): Scenario {
  const isHealthy = chance.chance(HEALTHY);
  const faults = isHealthy ? [] : someFaults(chance.fork('faults'));
  const busyMs = chance.pick([500, 5_000, 30_000, 600_000]);
  const forgets = faults.includes('swallow') && chance.fork('forgets').chance(0.3);
  const paths = Array.from({ length: 3 }, (_, at): Path => {
    const path = randomPath(chance.fork('path').fork(at));
    // A middlebox that forgets idle connections: AWS NLB after 350 s, others sooner.
    return forgets ? { ...path, forgetMs: chance.fork('forgets').fork(at).magnitude(2_000, 350_000) } : path;
  });
  const slowestMs = Math.max(...paths.map(({ latencyMs, jitterMs }) => latencyMs + jitterMs));
  const servers = Array.from({ length: chance.pick([1, 1, 2, 3]) }, (_, at) =>
    serverOptions(chance.fork('server').fork(at), isHealthy, slowestMs),
  );
  const channels = Array.from({ length: chance.pick([1, 1, 2, 3]) }, (_, at) => {
    const own = chance.fork('channel').fork(at);
    return { target: own.pick(['name', 'addresses'] as const), options: channelOptions(own, servers, faults) };
  });
  const taste = tasteOf(chance.fork('taste'), servers);
  const planning = chance.fork('calls');
  const calls = Array.from({ length: callsOf(planning.fork('count')) }, (_, at): PlannedCall => {
    const atMs = planning.chance(0.3) ? 0 : planning.between(0, busyMs);
    return { plan: planCall(at + 1, planning, taste), atMs, client: planning.int(1, channels.length) };
  });
  return { servers, channels, paths, calls, faults, busyMs };
}

/** Small worlds find most and are quick; some are crowded, so that queues and limits are met. */
function callsOf(chance: Prng): number {
  return chance.chance(0.03) ? chance.int(200, 400) : chance.magnitude(2, 40);
}

/** A few kinds at a time: what many kinds do together hides what each one does. */
function someFaults(chance: Prng): FaultKind[] {
  const left = faultKinds.slice();
  return Array.from({ length: chance.int(1, 4) }, () => left.splice(chance.int(0, left.length - 1), 1)[0]!);
}

function tasteOf(chance: Prng, servers: readonly ServerOptions[]): Taste {
  const narrowest = Math.min(...servers.map(({ streamWindowBytes }) => streamWindowBytes ?? 262_144));
  const mostBytes = chance.pick([200, 5_000, 50_000, 300_000]);
  return {
    cancels: chance.pick([0, 0, 0.1, 0.3]),
    deadlines: chance.pick([0, 0, 0.1, 0.3]),
    refusals: chance.pick([0, 0.1, 0.3]),
    // A message that is a thousand windows long takes a thousand round trips.
    mostBytes: Math.min(mostBytes, narrowest * 200),
    huge: chance.chance(0.05) && narrowest > 10_000 ? 0.1 : 0,
    pauseMs: chance.magnitude(1, 300),
    waitForReady: chance.pick([0, 0.3, 1]),
    compress: chance.chance(0.3),
  };
}

/**
 * Mixes small windows, few streams, ages and idle times; the rest stays as users have it. A connection must live for some round
 * trips of the slowest path, or no call gets through.
 */
function serverOptions(chance: Prng, isHealthy: boolean, slowestMs: number): ServerOptions {
  const windows = chance.chance(0.3)
    ? {
        streamWindowBytes: chance.magnitude(64, 100_000),
        connectionWindowBytes: chance.magnitude(65_535, 500_000),
        maxWindowBytes: chance.pick([64, 1_048_576]),
      }
    : {};
  const age = chance.chance(0.4)
    ? {
        maxConnectionAgeMs: chance.magnitude(20 + 30 * slowestMs, 60_000),
        maxConnectionAgeGraceMs: isHealthy ? 3_600_000 : chance.pick([100, 5_000, 3_600_000]),
      }
    : {};
  return {
    ...windows,
    ...age,
    ...(chance.chance(0.3) ? { maxConnectionIdleMs: chance.magnitude(50 + 10 * slowestMs, 60_000) } : {}),
    ...(chance.chance(0.4) ? { maxConcurrentStreams: chance.magnitude(1, 20) } : {}),
    keepalive: { intervalMs: chance.pick([10_000, 60_000, 7_200_000]) },
    pingEnforcement: { minIntervalMs: chance.pick([5_000, 10_000, 300_000]), permitWithoutCalls: chance.chance(0.5) },
  };
}

/**
 * Keepalive is what all servers permit: what happens otherwise has its own tests. Where connections may die in silence there is
 * one always: without it nobody could tell.
 */
function channelOptions(chance: Prng, servers: readonly ServerOptions[], faults: readonly FaultKind[]): ChannelOptions {
  const allowedMs = Math.max(...servers.map(({ pingEnforcement }) => pingEnforcement?.minIntervalMs ?? 300_000));
  const permitted = servers.every(({ pingEnforcement }) => pingEnforcement?.permitWithoutCalls === true);
  const keepalive =
    chance.chance(0.5) || faults.some((kind) => SILENT.includes(kind))
      ? {
          intervalMs: Math.max(10_000, allowedMs * chance.between(1.01, 2)),
          timeoutMs: chance.pick([5_000, 20_000]),
          withoutCalls: permitted && chance.chance(0.5),
        }
      : undefined;
  const windows = chance.chance(0.3)
    ? { streamWindowBytes: chance.magnitude(64, 100_000), connectionWindowBytes: chance.magnitude(65_535, 500_000) }
    : {};
  return {
    ...windows,
    ...(keepalive === undefined ? {} : { keepalive }),
    ...(chance.chance(0.3) ? { idleTimeoutMs: chance.magnitude(100, 60_000) } : {}),
    ...(chance.chance(0.4) ? { connections: chance.chance(0.5) ? { pooled: chance.int(1, 4) } : 'one-call' } : {}),
    ...(chance.chance(0.3) ? { connectTimeoutMs: chance.pick([2_000, 5_000]) } : {}),
    ...(chance.chance(0.3) ? { backoff: { initialMs: chance.pick([10, 100]), maxMs: 1_000 } } : {}),
  };
}
