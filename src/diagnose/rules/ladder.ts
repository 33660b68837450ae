/**
 * Deadlines that are not passed on: a server calls the next one with more time than its caller has left. Seen where one capture
 * holds both hops. Nothing on the wire ties a call to the one that it serves, so calls are matched by nesting, and only a habit is
 * told: every call of one kind that runs inside the calls of another.
 */
import { type Draft, draft, type EventKey } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import type { Trait } from '../facts/traits.ts';
import { requestEvidence } from './common.ts';

/** Fewer pairs may have met by chance. */
const PAIRS_MIN = 3;
/** Of the calls to the server: those that made it call the next one. The others may have been answered without. */
const CALLING_SHARE = 0.8;
/** What a library may round up when it writes a timeout (C-core to two digits), and what the way takes. */
const SLACK_MS = 10;
const SLACK_SHARE = 0.02;
/** Calls of one connection that are kept with their times: see the examples of each trait. */
const KEPT: readonly Trait[] = ['ok', 'status', 'deadline', 'client-reset', 'server-reset'];
/** Connections looked at on each side: the question is asked of each pair. A server's own connections are few. */
const CALLERS_MAX = 1_000;
const HOPS_MAX = 100;

interface Pair {
  readonly upper: Call;
  readonly lower: Call;
  /** What the caller had left when its server made the call. */
  readonly leftMs: number;
}

export function deadlineNotPropagated(capture: CaptureFacts): Draft[] {
  const timed = [...capture.connections.values()].filter(({ calls }) => calls.first?.timeoutMs !== undefined);
  return timed.slice(0, CALLERS_MAX).flatMap((upper) => {
    const next = capture.fromHost(upper.server.address).slice(0, HOPS_MAX);
    const able = next.filter((lower) => isOtherServer(upper, lower) && overlaps(upper, lower));
    return able.length === 0 ? [] : ofCaller(upper, able);
  });
}

function ofCaller(upper: ConnectionFacts, able: readonly ConnectionFacts[]): Draft[] {
  const uppers = keptCalls(upper);
  return able.flatMap((lower) => betweenHops(upper, uppers, lower));
}

function isOtherServer({ server }: ConnectionFacts, lower: ConnectionFacts): boolean {
  return server.port !== lower.server.port || server.address !== lower.server.address;
}

function overlaps(upper: ConnectionFacts, lower: ConnectionFacts): boolean {
  return lower.opened.timeMs <= upper.lastMs && lower.lastMs >= upper.opened.timeMs;
}

function betweenHops(upper: ConnectionFacts, uppers: readonly Call[], lower: ConnectionFacts): Draft[] {
  const lowers = keptCalls(lower);
  const methods = new Set(lowers.map(({ method }) => method));
  return [...methods].flatMap((method) => {
    const pairs = habit(
      uppers,
      lowers.filter((call) => call.method === method),
    );
    const loose = pairs.filter((pair) => isLoose(pair));
    return loose.length < PAIRS_MIN || loose.length < pairs.length ? [] : [ladderDraft(upper, lower, loose)];
  });
}

/** Each call of the lower hop inside one of the upper; empty unless that holds for all of them, and for nearly all upper ones. */
function habit(uppers: readonly Call[], lowers: readonly Call[]): Pair[] {
  const pairs: Pair[] = [];
  const callers = new Set<Call>();
  for (const lower of lowers) {
    const around = uppers.filter((upper) => contains(upper, lower));
    const caller = around[0];
    // Of several callers at once any may be the right one; nothing can be said of such a call.
    if (around.length > 1) continue;
    // A proxy passes on the same call, with the same timeout: that is not for it to shorten.
    if (caller === undefined || caller.method === lower.method) return [];
    callers.add(caller);
    if (caller.timeoutMs === undefined) return [];
    pairs.push({ upper: caller, lower, leftMs: caller.timeoutMs - (lower.opened.timeMs - caller.opened.timeMs) });
  }
  const asked = uppers.filter(({ method }) => pairs[0]?.upper.method === method);
  return callers.size >= asked.length * CALLING_SHARE ? pairs : [];
}

function contains(upper: Call, lower: Call): boolean {
  const from = upper.client.lastData ?? upper.opened;
  return lower.opened.timeMs >= from.timeMs && lower.opened.timeMs <= overMs(upper);
}

function overMs(call: Call): number {
  return (call.server.ended ?? call.reset)?.timeMs ?? Number.POSITIVE_INFINITY;
}

function isLoose({ lower, leftMs }: Pair): boolean {
  if (lower.timeoutMs === undefined) return true;
  return lower.timeoutMs > leftMs + Math.max(SLACK_MS, leftMs * SLACK_SHARE);
}

function keptCalls({ calls }: ConnectionFacts): Call[] {
  const ended = KEPT.flatMap((trait) => calls.tally(trait).examples);
  return [...new Set([...ended, ...calls.open.values()])].sort((a, b) => a.opened.packet - b.opened.packet);
}

function ladderDraft(upper: ConnectionFacts, lower: ConnectionFacts, pairs: readonly Pair[]): Draft {
  // The pair that wasted most work, or else the first.
  const worst = pairs.reduce((a, b) => (outlivedMs(b) > outlivedMs(a) ? b : a));
  const wasted = pairs.filter((pair) => outlivedMs(pair) > 0).length;
  const timeoutMs = worst.lower.timeoutMs;
  return draft({
    id: 'deadline/not-propagated',
    variant: timeoutMs === undefined ? 'none' : 'longer',
    certainty: 'likely',
    culprit: 'client',
    connections: [lower],
    streams: pairs.map(({ lower: call }) => call.stream),
    params: {
      method: worst.lower.method,
      upstreamMethod: worst.upper.method,
      upstreamTimeoutMs: Math.max(0, worst.leftMs),
      downstreamTimeoutMs: timeoutMs,
      calls: pairs.length,
      wasted: wasted === 0 ? undefined : wasted,
      outlivedMs: wasted === 0 ? undefined : outlivedMs(worst),
    },
    evidence: [requestEvidence(upper, worst.upper), requestEvidence(lower, worst.lower)],
    about: pairs.map((pair): EventKey => `deadline ${lower.id} ${pair.lower.stream}`),
  });
}

/** How long the lower call went on when the upper one was over; 0 when it did not, or its end was not seen. */
function outlivedMs({ upper, lower }: Pair): number {
  const ended = overMs(lower);
  return Number.isFinite(ended) ? Math.max(0, ended - overMs(upper)) : 0;
}
