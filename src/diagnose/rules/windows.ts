/** Windows by their arithmetic: too small for the path, overrun, or leaking away. RFC 9113 §5.2, §6.9. */
import { otherSide, type Side } from '#base';
import { ErrorCode, type RuleId } from '#h2';
import type { ViolationEvent } from '#trace';
import { type Draft, draft, evidence, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { ConnectionFacts, GoAwayFact } from '../facts/connection.ts';
import type { Leak } from '../facts/flow/credit-ledger.ts';
import type { Overrun } from '../facts/flow/direction.ts';
import type { Throttle } from '../facts/flow/throttle.ts';
import { lengthMs, type Waits } from '../facts/flow/waits.ts';
import type { Certainty, Evidence } from '../finding.ts';
import { causedBy, diedWith, goawayEvidence, resetEvidence, retryAfterGoAway } from './common.ts';

/** One or two stops belong to the first message of a sender that learns the path; they do not make a window too small. */
const WAITS_MIN = 3;
/**
 * Messages that wait for the window alone pass at a window a round trip, or at half of that where credit comes in lots. A
 * reader that is busy makes them slower still, and a larger window would not help it.
 */
const CEILING_SHARE_MIN = 0.4;
/** Where no messages can be told apart: a stop for the window alone takes about a round trip. */
const WAIT_LEAST = 0.4;
const WAIT_MOST = 2;
/** Less than this nobody would notice. */
const LOST_MS_MIN = 50;
const LOST_PERCENT_MIN = 20;
/** From here on the window is what decides how long messages take, and not only at the start of the connection. */
const LOST_PERCENT_MUCH = 50;
const MESSAGES_MUCH = 3;

/** The sender stops at an empty window once a round trip, in messages larger than the window. */
export function windowTooSmall(connection: ConnectionFacts): Draft[] {
  return connection.flow.seen().flatMap(({ sender, throttle }) => {
    const roundTripMs = connection.roundTrip.ms;
    if (throttle === undefined || roundTripMs === undefined) return [];
    return isForTheWindow(throttle, roundTripMs) ? tooSmall(connection, sender, throttle, roundTripMs) : [];
  });
}

/** Where both windows are of one size either may be the first to be used up: the one that cost more is told. */
function scarcer({ stream, connection }: Throttle): Waits {
  return stream.totalMs >= connection.totalMs ? stream : connection;
}

function isForTheWindow(throttle: Throttle, roundTripMs: number): boolean {
  const { windowBytes, meanMs } = scarcer(throttle);
  const { count, bytes, tookMs } = throttle.slowed;
  if (count === 0) return meanMs >= WAIT_LEAST * roundTripMs && meanMs <= WAIT_MOST * roundTripMs;
  return bytes / tookMs >= (CEILING_SHARE_MIN * windowBytes) / roundTripMs;
}

function tooSmall(connection: ConnectionFacts, sender: Side, throttle: Throttle, roundTripMs: number): Draft[] {
  const { stream, connection: whole, slowed } = throttle;
  const waits = scarcer(throttle);
  const count = stream.count + whole.count;
  const lostMs = stream.totalMs + whole.totalMs;
  if (count < WAITS_MIN || lostMs < LOST_MS_MIN) return [];
  const percent = slowed.count === 0 ? undefined : Math.min(100, Math.round((100 * slowed.waitedMs) / slowed.tookMs));
  if (percent !== undefined && percent < LOST_PERCENT_MIN) return [];
  const much = percent !== undefined && percent >= LOST_PERCENT_MUCH && slowed.count >= MESSAGES_MUCH;
  const scope = waits === stream ? 'stream' : 'connection';
  return [
    draft({
      id: 'flow/window-too-small',
      severity: much ? 'warning' : 'info',
      certainty: slowed.count > 0 ? 'certain' : 'likely',
      culprit: otherSide(sender),
      connections: [connection],
      streams: [...new Set(waits.examples.map((wait) => wait.stream))].filter((id) => id !== 0),
      params: {
        sender,
        scope,
        windowBytes: waits.windowBytes,
        messageBytes: slowed.count > 0 ? slowed.largestBytes : waits.bodyBytes,
        roundTripMs,
        bytesPerSecond: Math.round((1_000 * waits.windowBytes) / roundTripMs),
        waits: count,
        lostMs,
        percent,
        messages: slowed.count || undefined,
      },
      evidence: waitEvidence(connection, sender, waits),
      about: [`window ${connection.id} ${sender}`],
    }),
  ];
}

function waitEvidence(connection: ConnectionFacts, sender: Side, waits: Waits): Evidence[] {
  const lines = waits.examples.flatMap((wait) => [
    evidence(connection, wait.since, sender, 'window-empty', { stream: wait.stream, bytes: 0 }),
    evidence(connection, wait.resumed, sender, 'goes-on', { stream: wait.stream, waitedMs: lengthMs(wait) }),
  ]);
  const more = waits.count - waits.examples.length;
  const last = waits.examples.at(-1);
  if (more === 0 || last === undefined) return lines;
  return [...lines, evidence(connection, last.resumed, 'none', 'repeated', { count: more })];
}

/** DATA beyond a window, or a window beyond 2^31-1: by the arithmetic of the capture. One a side and connection. */
export function windowOverrun(connection: ConnectionFacts): Draft[] {
  return (['client', 'server'] as const).flatMap((by) => {
    const fault = connection.violations.toArray().find((one) => one.by === by && RULES.has(one.rule));
    const known = fault === undefined ? undefined : overrunOf(connection, by, fault);
    if (known !== undefined) return [overran(connection, by, known, 'certain')];
    const punished = connection.flow.towards(by).overruns.find((one) => isPunished(connection, by, one));
    return punished === undefined ? [] : [overran(connection, by, punished, 'likely')];
  });
}

const RULES: ReadonlySet<RuleId> = new Set(['window/overrun', 'window/overflow']);

function overrunOf(connection: ConnectionFacts, by: Side, fault: ViolationEvent): Overrun | undefined {
  if (fault.rule === 'window/overflow') {
    return connection.flow
      .towards(by)
      .overruns.find(({ scope, stream }) => scope === 'increment' && stream === fault.stream);
  }
  const scope = fault.stream === 0 ? 'connection' : 'stream';
  return connection.flow
    .of(by)
    .overruns.find((one) => one.scope === scope && (one.index === fault.index || one.stream === fault.stream));
}

/** nghttp2 answers such a WINDOW_UPDATE with INTERNAL_ERROR; soon after it, that is what it means. */
const PUNISHED_MS = 1_000;

function isPunished(connection: ConnectionFacts, by: Side, { scope, timeMs }: Overrun): boolean {
  const answers = connection
    .goawaysOf(otherSide(by))
    .filter((goaway) => goaway.errorCode !== ErrorCode.NO_ERROR && goaway.timeMs >= timeMs);
  return scope === 'increment' && answers.some((goaway) => goaway.timeMs - timeMs <= PUNISHED_MS);
}

function overran(connection: ConnectionFacts, by: Side, known: Overrun, certainty: Certainty): Draft {
  const goaway = connection
    .goawaysOf(otherSide(by))
    .find(({ errorCode, timeMs }) => errorCode !== ErrorCode.NO_ERROR && timeMs >= known.timeMs);
  const call = connection.calls.ended(known.stream);
  const reset = isRefused(call, by) ? call : undefined;
  const died = goaway !== undefined ? diedWith(goaway) : reset === undefined ? [] : [reset];
  const { scope, overBytes, stream, windowBytes } = known;
  return draft({
    id: 'flow/window-overrun',
    severity: goaway === undefined && reset === undefined ? 'warning' : 'error',
    certainty,
    culprit: by,
    connections: [connection],
    streams: died.map((one) => one.stream),
    params: {
      by,
      scope,
      overBytes,
      stream: stream === 0 ? undefined : stream,
      windowBytes,
      frameBytes: scope === 'increment' || windowBytes === undefined ? undefined : windowBytes + overBytes,
      reaction: goaway !== undefined ? 'goaway' : reset === undefined ? undefined : 'rst',
      openStreams: goaway === undefined ? undefined : died.length,
    },
    evidence: [
      evidence(connection, known, by, 'window-overrun', {
        stream: scope === 'connection' ? 0 : stream,
        overBytes,
        scope,
      }),
      ...(reset === undefined ? [] : resetEvidence(connection, reset)),
      ...(goaway === undefined ? [] : [goawayEvidence(connection, goaway)]),
    ],
    victims: victims(connection, died, goaway === undefined ? () => 'unknown' : retryAfterGoAway(goaway)),
    about: [`overrun ${connection.id} ${by}`],
    explains: [...effects(connection, goaway), ...(reset === undefined ? [] : [streamKey(connection, reset.stream)])],
  });
}

function isRefused(call: Call | undefined, by: Side): call is Call {
  return call?.reset?.by === otherSide(by) && call.reset.code === ErrorCode.FLOW_CONTROL_ERROR;
}

function effects(connection: ConnectionFacts, goaway: GoAwayFact | undefined): string[] {
  return goaway === undefined ? [] : causedBy(connection, goaway);
}

/** The connection's window sinks with every stream that is reset unread, and does not come back. */
export function creditLeak(connection: ConnectionFacts): Draft[] {
  return connection.flow.seen().flatMap((direction) => {
    const leak = direction.ledger.leak();
    const receiver = otherSide(direction.sender);
    if (leak === undefined || connection.lostBytes[receiver] > 0) return [];
    const eachBytes = leak.missingBytes / leak.resetStreams;
    const stalled = direction.connection !== undefined;
    return [
      draft({
        id: 'flow/credit-leak',
        severity: stalled ? 'error' : 'warning',
        certainty: 'likely',
        culprit: receiver,
        connections: [connection],
        params: {
          receiver,
          missingBytes: leak.missingBytes,
          resetStreams: leak.resetStreams,
          resetBytes: leak.resetBytes,
          leftBytes: leak.leftBytes,
          leftStreams: stalled ? undefined : Math.max(1, Math.ceil(leak.leftBytes / eachBytes)),
        },
        evidence: leakEvidence(connection, leak),
        about: [`leak ${connection.id} ${receiver}`],
        explains: [`stall ${connection.id} ${direction.sender} 0`],
      }),
    ];
  });
}

/** Resets shown as evidence, from the first on. */
const RESETS_SHOWN_MAX = 6;

/** Reset by reset, what the window came back to. */
function leakEvidence(connection: ConnectionFacts, { steps }: Leak): Evidence[] {
  const lines = steps.slice(0, RESETS_SHOWN_MAX).map((step) =>
    evidence(connection, step, 'none', 'reset-unread', {
      stream: step.stream,
      bytes: step.bytes,
      windowBytes: step.window,
    }),
  );
  const last = steps.at(-1);
  const more = steps.length - lines.length;
  if (more === 0 || last === undefined) return lines;
  return [...lines, evidence(connection, last, 'none', 'repeated', { count: more })];
}
