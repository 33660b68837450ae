/**
 * Values that remedies compute from what was observed. None is invented: each is an observed number with the margin that
 * is stated here, or the documented default that applies when nothing was observed. Undefined: the finding lacks the number.
 */
import type { Params } from '../finding.ts';
import { maybe, type ParamTable } from '../render/params/param.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** grpc-go, grpc-java and C-core servers count anything below as a strike unless told otherwise (gRFC A8). */
const SERVER_MIN_TIME_DEFAULT_MS = 5 * MINUTE;
/** gRPC's default for an unanswered keepalive PING (gRFC A8). */
const PING_TIMEOUT_DEFAULT_MS = 20 * SECOND;
/** Envoy's default stream window since 1.36: what a large installation gives by default is large enough for us to propose. */
const WINDOW_PROPOSED_MAX_BYTES = 16 * 1024 * 1024;
/** The size that Envoy's documentation proposes for an edge proxy: used when no message size was observed. */
const WINDOW_PROPOSED_BYTES = 1024 * 1024;

type Derivation = (params: Params) => number | undefined;

function numberOf(params: Params, name: string): number | undefined {
  const value = params[name];
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}

function upTo(unit: number, value: number): number {
  return Math.ceil(value / unit) * unit;
}

function downTo(unit: number, value: number): number {
  return Math.floor(value / unit) * unit;
}

function powerOfTwoFrom(value: number): number {
  return 2 ** Math.ceil(Math.log2(value));
}

/** Applies `compute` when the finding has the number. */
function from(name: string, compute: (value: number) => number): Derivation {
  return (params) => {
    const value = numberOf(params, name);
    return value === undefined ? undefined : compute(value);
  };
}

/** An idle timer that fires before the other one: ten seconds earlier, or at half of a short one. */
function below(gapMs: number): number {
  const earlier = gapMs > 20 * SECOND ? gapMs - 10 * SECOND : gapMs / 2;
  return earlier >= SECOND ? downTo(SECOND, earlier) : Math.floor(earlier);
}

export const derivations = {
  /** The shortest client interval that the server tolerates; never shorter than the one in use. */
  clientIntervalMs: (params) => {
    const inUseMs = numberOf(params, 'intervalMs');
    const minimumMs = numberOf(params, 'minTimeMs') ?? SERVER_MIN_TIME_DEFAULT_MS;
    return Math.max(minimumMs, inUseMs === undefined ? 0 : downTo(SECOND, inUseMs));
  },
  /** Half of the client's interval: below it by more than any jitter. */
  serverMinTimeMs: (params) => {
    const intervalMs = numberOf(params, 'intervalMinMs') ?? numberOf(params, 'intervalMs');
    if (intervalMs === undefined) return undefined;
    return downTo(intervalMs >= 2 * SECOND ? SECOND : intervalMs >= 200 ? 100 : 1, Math.max(2, intervalMs) / 2);
  },
  /** Twice what was too short, and at least gRPC's default. */
  pingTimeoutMs: from('waitedMs', (waitedMs) => Math.max(PING_TIMEOUT_DEFAULT_MS, upTo(SECOND, 2 * waitedMs))),
  belowGapMs: from('gapMs', below),
  /** Twice the silence after which the connection was closed. */
  aboveGapMs: from('gapMs', (gapMs) => 2 * Math.max(SECOND, Math.round(gapMs / SECOND) * SECOND)),
  /** Twice the silence that a flow did not outlive. */
  aboveIdleMs: from('idleGapMs', (idleGapMs) => upTo(SECOND, 2 * idleGapMs)),
  /** The same within what an Azure load balancer takes, 4 to 100 minutes. */
  azureIdleMs: from('idleGapMs', (idleGapMs) =>
    Math.min(100 * MINUTE, Math.max(4 * MINUTE, upTo(MINUTE, 2 * idleGapMs))),
  ),
  /** The same within what an NLB listener takes, 60 to 6000 seconds. */
  nlbIdleMs: from('idleGapMs', (idleGapMs) => Math.min(6000 * SECOND, Math.max(MINUTE, upTo(SECOND, 2 * idleGapMs)))),
  /** Keepalive that refreshes a flow table before it forgets: half of the silence that it did not survive. */
  refreshMs: from(
    'idleGapMs',
    (idleGapMs) => (idleGapMs >= 2 * SECOND ? downTo(SECOND, idleGapMs / 2) : undefined) ?? SECOND,
  ),
  /** One and a half times the age at which the oldest call was cut: its real length is not known. */
  graceAboveMs: from('longestMs', (longestMs) => upTo(10 * SECOND, 1.5 * longestMs)),
  /** One and a half times the time that the handler took. */
  deadlineAboveMs: from('handlerMs', (handlerMs) => upTo(handlerMs < SECOND ? 100 : SECOND, 1.5 * handlerMs)),
  /** Twice the time after which the proxy gave up. */
  aboveRequestMs: from('sinceRequestMs', (sinceRequestMs) => upTo(SECOND, 2 * sinceRequestMs)),
  /** Twice the resets that tripped the guard. */
  aboveResets: from('resets', (resets) => upTo(100, 2 * resets)),
  /** Twice the limit that was reached. */
  aboveLimit: from('limit', (limit) => 2 * limit),
  /** Ten times the requests after which the connection was ended. */
  aboveRequests: from('requests', (requests) => upTo(1000, 10 * requests)),
  /** The next power of two. */
  aboveSizeBytes: from('sizeBytes', powerOfTwoFrom),
  /** The message in one window, or the documented proposal when its size is not known. */
  windowProposedBytes: (params) => {
    const messageBytes = numberOf(params, 'messageBytes');
    if (messageBytes === undefined) return WINDOW_PROPOSED_BYTES;
    return Math.min(WINDOW_PROPOSED_MAX_BYTES, Math.max(WINDOW_PROPOSED_BYTES, powerOfTwoFrom(messageBytes)));
  },
} as const satisfies Readonly<Record<string, Derivation>>;

export type DerivedName = keyof typeof derivations;

/** Their kinds, for texts and documentation; the examples are those of the finding parameters they come from. */
export const derivedParams = {
  clientIntervalMs: maybe('ms', 300_000, 'shortest keepalive interval that the server tolerates'),
  serverMinTimeMs: maybe('ms', 5_000, "half of the client's interval"),
  pingTimeoutMs: maybe('ms', 20_000, 'twice the timeout that was too short'),
  belowGapMs: maybe('ms', 50_000, 'a timer that fires before the other side does'),
  aboveGapMs: maybe('ms', 120_000, 'twice the silence after which the connection was closed'),
  aboveIdleMs: maybe('ms', 800_000, 'twice the silence that a flow did not outlive'),
  azureIdleMs: maybe('ms', 840_000, 'the same in whole minutes, 4 to 100'),
  nlbIdleMs: maybe('ms', 800_000, 'the same, 60 s to 6000 s'),
  refreshMs: maybe('ms', 200_000, 'half of the silence that the path did not survive'),
  graceAboveMs: maybe('ms', 150_000, 'one and a half times the age of the oldest call that was cut'),
  deadlineAboveMs: maybe('ms', 8_000, 'one and a half times what the handler took'),
  aboveRequestMs: maybe('ms', 100_000, 'twice the time after which the proxy gave up'),
  aboveResets: maybe('count', 400, 'twice the resets that tripped the guard'),
  aboveLimit: maybe('count', 200, 'twice the limit that was reached'),
  aboveRequests: maybe('count', 10_000, 'ten times the requests after which the connection was ended'),
  aboveSizeBytes: maybe('bytes', 8_388_608, 'the next power of two'),
  windowProposedBytes: maybe('bytes', 4_194_304, 'the message in one window'),
} as const satisfies Readonly<Record<DerivedName, ParamTable[string]>>;

/** The finding's parameters and all values that follow from them. */
export function withDerived(params: Params): Params {
  const all: Record<string, string | number | boolean> = { ...params };
  for (const [name, derive] of Object.entries<Derivation>(derivations)) {
    const value = derive(params);
    if (value !== undefined) all[name] = value;
  }
  return all;
}
