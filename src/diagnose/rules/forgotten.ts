/**
 * Flows that the path has forgotten. After a silence the next request meets RST at once, from a balancer or a host that knows no such
 * connection (`reset`), or nothing at all (`silent`). RFC 9293 §3.5.2; gRFC A18.
 */
import { type Draft, draft, endKey, evidence, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts, EndFact } from '../facts/connection.ts';
import { timersNear } from '../remedies/timers.ts';
import { gapTolerance, IDLE_MIN_MS, killedBy, unannouncedEnd } from './close.ts';
import { endEvidence, isForeign, openEvidence, requestEvidence } from './common.ts';
import { Lengths } from './lengths.ts';

const FORGETTING = ['forget'] as const;
/** A RST that answers comes a round trip after the request; one that is much older than that answers something else. */
const ANSWER_MS = 250;

interface Meeting {
  readonly end: EndFact;
  readonly killed: readonly Call[];
  readonly first: Call;
}

/** The request met a RST of someone who knew of no connection, and nothing had announced an end. */
export function forgotten(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const meeting = meetingOf(connection);
  if (meeting === undefined) return [];
  const { end, killed, first } = meeting;
  const same = silencesMet.near(capture.siblings(connection), first.idleBeforeMs, gapTolerance(first.idleBeforeMs));
  const foreign = isForeign(end);
  const resetAfterMs = end.timeMs - first.opened.timeMs;
  return [
    draft({
      id: 'connection/half-open',
      variant: 'reset',
      certainty: foreign || same > 1 ? 'certain' : 'likely',
      culprit: foreign ? 'middlebox' : 'unknown',
      connections: [connection],
      streams: killed.map((call) => call.stream),
      params: {
        silenceMs: end.timeMs - (connection.lastFrame.server?.timeMs ?? connection.opened.timeMs),
        retransmissions: connection.retransmissions.client,
        openStreams: killed.length,
        resetAfterMs,
        sameGapConnections: same > 1 ? same : undefined,
        foreignTimeToLive: foreign ? true : undefined,
        ...oblivion(connection, first),
      },
      evidence: [
        requestEvidence(connection, first, first.idleBeforeMs),
        endEvidence(connection, end),
        evidence(connection, end, 'none', 'no-goaway', {}),
      ],
      victims: victims(connection, killed, () => 'safe'),
      about: [endKey(connection)],
      explains: [endKey(connection), ...killed.map((call) => streamKey(connection, call.stream))],
    }),
  ];
}

function meetingOf(connection: ConnectionFacts): Meeting | undefined {
  const end = unannouncedEnd(connection);
  if (end === undefined || !end.stateless) return undefined;
  const killed = killedBy(connection, end);
  const first = killed[0];
  if (first === undefined || first.idleBeforeMs < IDLE_MIN_MS || end.packet <= first.opened.packet) return undefined;
  if ((connection.lastFrame.server?.packet ?? 0) > first.opened.packet) return undefined;
  const afterMs = end.timeMs - first.opened.timeMs;
  return afterMs <= (connection.roundTripMs ?? 0) + ANSWER_MS ? { end, killed, first } : undefined;
}

/** The silences after which requests met RST. */
const silencesMet = new Lengths((connection) => meetingOf(connection)?.first.idleBeforeMs);

interface Oblivion {
  readonly idleGapMs?: number;
  readonly survivedMs?: number | undefined;
  readonly timer?: string | undefined;
}

/** The silence after which the flow was gone, the longest one that it outlived before, and the timers between the two. */
function oblivion(connection: ConnectionFacts, call: Call | undefined): Oblivion {
  if (call === undefined || call.idleBeforeMs < IDLE_MIN_MS) return {};
  const idleGapMs = call.idleBeforeMs;
  const { survivedMs } = connection.silence;
  const pinged = connection.pings.pingedBetween(call.opened.timeMs - idleGapMs, call.opened.timeMs);
  const timer = pinged ? undefined : timersNear(idleGapMs, { effects: FORGETTING, survivedMs });
  return { idleGapMs, survivedMs: survivedMs < IDLE_MIN_MS ? undefined : survivedMs, timer };
}

/** Exponential backoff makes four repeats take seconds; ordinary loss is mended after one or two. */
const BLACK_HOLE_RETRANSMISSIONS = 4;

/** The client repeats itself and nobody answers, not even with a RST: the path is dead. */
export function halfOpen(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const retransmissions = connection.retransmissions.client;
  if (retransmissions < BLACK_HOLE_RETRANSMISSIONS || connection.firstEndOf('server') !== undefined) return [];
  const waiting = connection.firstEnd?.waiting ?? connection.calls.waiting();
  if (waiting.length === 0) return [];
  const mark = connection.firstEnd ?? { packet: 0, timeMs: capture.lastMs };
  const deadSinceMs = connection.lastFrame.server?.timeMs ?? connection.opened.timeMs;
  const silenceMs = mark.timeMs - deadSinceMs;
  const pathWorks = answeredSince(connection, capture, deadSinceMs);
  return [
    draft({
      id: 'connection/half-open',
      variant: 'silent',
      certainty: 'likely',
      culprit: pathWorks ? 'middlebox' : 'network',
      connections: [connection],
      streams: waiting.map((call) => call.stream),
      params: {
        silenceMs,
        retransmissions,
        openStreams: waiting.length,
        pathWorks: pathWorks ? true : undefined,
        ...oblivion(connection, waiting.at(-1)),
      },
      evidence: [
        ...openEvidence(connection, waiting, mark),
        evidence(connection, mark, 'client', 'retransmissions', { count: retransmissions }),
        evidence(connection, mark, 'none', 'no-answer', { waitedMs: silenceMs }),
      ],
      victims: victims(connection, waiting, () => 'unknown'),
      about: [endKey(connection)],
      explains: [endKey(connection)],
    }),
  ];
}

/** A connection that the same client opened to the same server in the silence was answered: the path is there, the flow is not. */
function answeredSince(connection: ConnectionFacts, capture: CaptureFacts, sinceMs: number): boolean {
  return capture
    .siblings(connection)
    .some((other) => other.opened.timeMs > sinceMs && (other.lastFrame.server?.timeMs ?? 0) > other.opened.timeMs);
}
