/** Bursts of cancelled calls, before a guard against rapid reset takes them for an attack. */
import { ErrorCode } from '#h2';
import { type Draft, draft, evidence } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { BUCKET, type ResetRate, WINDOW_RESETS_MAX } from '../facts/reset-rate.ts';
import { fates } from './tally.ts';

/** Six tenths of the tightest guard that servers have by default (Netty: 200 in 30 s). */
const STORM_MIN = 120;
/** With fewer, the calls that are cancelled are not what the connection is for. */
const STORM_PERCENT = 50;
/** So much of a guard is used up that a busier moment would trip it. */
const NEAR = 0.5;

interface Guard {
  readonly name: string;
  readonly limit: number;
  readonly used: number;
}

/** The guards that count resets of a client and are on by default; h2 (tonic, Volo) counts only those not yet accepted. */
const GUARDED: Readonly<Record<string, 'nghttp2' | 'netty'>> = {
  'grpc-js': 'nghttp2',
  connect: 'nghttp2',
  node: 'nghttp2',
  nghttp2: 'nghttp2',
  netty: 'netty',
  vertx: 'netty',
  servicecomb: 'netty',
};

/** The client cancels call after call. */
export function cancelStorm(connection: ConnectionFacts): Draft[] {
  const rate = connection.calls.resetRate;
  const burst = rate?.most;
  if (rate === undefined || burst === undefined || isPunished(connection)) return [];
  const guard = guardOf(connection, rate);
  const percent = Math.min(100, Math.round((100 * rate.total) / connection.calls.opened));
  const near = guard?.known && guard.used >= NEAR * guard.limit;
  if (!near && (burst.count < STORM_MIN || percent < STORM_PERCENT)) return [];
  const windowMs = burst.until.timeMs - burst.since.timeMs;
  const given = [
    ...connection.calls.tally('client-reset').examples,
    ...connection.calls.tally('deadline').examples.filter((call) => call.reset?.by === 'client'),
  ];
  return [
    draft({
      id: 'stream/cancel-storm',
      certainty: 'certain',
      culprit: 'client',
      connections: [connection],
      streams: given.map(({ stream }) => stream),
      params: {
        resets: burst.count,
        windowMs,
        percent,
        sameTimeoutMs: commonTimeout(given),
        guard: guard?.name,
        guardLimit: guard?.limit,
        guardPercent: guard === undefined ? undefined : Math.round((100 * guard.used) / guard.limit),
      },
      evidence: [
        evidence(connection, burst.until, 'client', 'resets', {
          count: burst.count,
          spanMs: windowMs,
          errorCode: 'CANCEL',
        }),
      ],
      about: [`storm ${connection.id}`],
      explains: fates(connection, connection.calls.tally('client-reset').examples),
    }),
  ];
}

/** What is left of one deadline differs from call to call by a few milliseconds. */
const SAME_TIMEOUT_SHARE = 0.8;

/** The deadline that all of them share, as far as they are kept; undefined when some have none, or another. */
function commonTimeout(calls: readonly Call[]): number | undefined {
  const timeouts = calls.map(({ timeoutMs }) => timeoutMs ?? 0);
  const longest = Math.max(...timeouts);
  return calls.length > 0 && Math.min(...timeouts) > SAME_TIMEOUT_SHARE * longest ? longest : undefined;
}

/** A guard has closed the connection: then that is the finding. */
function isPunished(connection: ConnectionFacts): boolean {
  return connection.goawaysOf('server').some(({ errorCode }) => errorCode !== ErrorCode.NO_ERROR);
}

/** The guard of the server, or of the common ones the nearest that was not yet reached: a tripped one would have shown. */
function guardOf(connection: ConnectionFacts, rate: ResetRate): (Guard & { readonly known: boolean }) | undefined {
  const netty = { name: 'Netty', limit: WINDOW_RESETS_MAX, used: rate.most?.count ?? 0 };
  const nghttp2 = { name: 'nghttp2 (Node)', limit: BUCKET, used: Math.round(rate.bucketUsed) };
  const { server } = connection.stacks;
  if (server === undefined) {
    const next = [netty, nghttp2].find(({ used, limit }) => used < limit);
    return next === undefined ? undefined : { ...next, known: false };
  }
  const kind = GUARDED[server.stack];
  if (kind === undefined) return undefined;
  return { ...(kind === 'netty' ? netty : nghttp2), known: true };
}
