/** Connections that the server closes without a word: abrupt closes, and the race of a close with a request. */
import { type Draft, draft, endKey, evidence, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts, EndFact, GoAwayFact } from '../facts/connection.ts';
import type { Evidence } from '../finding.ts';
import { timersNear } from '../remedies/timers.ts';
import { endEvidence, implementations, isForeign, openEvidence, requestEvidence } from './common.ts';
import { Lengths } from './lengths.ts';

/** Below this a pause between requests is ordinary use, not idleness that a timer could have ended. */
export const IDLE_MIN_MS = 500;

/** On a loopback the measured round trip is nearly nothing; the kernel needs this long to cross a FIN with a request. */
const CROSSING_MIN_MS = 1;

/**
 * The server ended a connection that neither side had announced to end; undefined otherwise. Where the capture lost the client's
 * last octets, the client may have left first.
 */
export function unannouncedEnd(connection: ConnectionFacts): EndFact | undefined {
  const end = connection.firstEnd;
  if (end === undefined || end.from !== 'server' || !connection.isHttp2) return undefined;
  // A capture of the server's direction alone does not show who left first.
  if (connection.lastFrame.client === undefined) return undefined;
  if (connection.blindBetween('client', connection.lastFrame.client, undefined)) return undefined;
  if (announced(connection, end) === 'perhaps') return undefined;
  const farewell = ({ from, packet }: GoAwayFact): boolean => from === 'server' || packet <= end.packet;
  return connection.goaways.some(farewell) ? undefined : end;
}

/** No way on earth takes longer there and back: what the server said before has reached the client by then. */
const ROUND_TRIP_MAX_MS = 300;
/** The same where the round trip was seen: a client may be as slow as that to obey. */
const OBEYS_AFTER_MS = 10;

/**
 * A GOAWAY may have gone by before the capture saw everything. A client that opens calls long after has not got one; a server
 * that goes on answering long after has hardly sent one.
 */
function announced(connection: ConnectionFacts, end: EndFact): 'not' | 'hardly' | 'perhaps' {
  const { blindUntil } = connection;
  if (blindUntil === undefined) return 'not';
  const newest = [...end.waiting, ...connection.calls.open.values()].filter(
    ({ older, opened }) => !older && opened.packet <= end.packet,
  );
  const { roundTripMs } = connection;
  const obeysMs = roundTripMs === undefined ? ROUND_TRIP_MAX_MS : OBEYS_AFTER_MS + 3 * roundTripMs;
  if (newest.some(({ opened }) => opened.timeMs - blindUntil.timeMs >= obeysMs)) return 'not';
  const answersMs = (connection.lastFrame.server?.timeMs ?? 0) - blindUntil.timeMs;
  return answersMs >= ROUND_TRIP_MAX_MS ? 'hardly' : 'perhaps';
}

/**
 * Calls that the server's close killed, the ones sent into it included. Where the capture lost octets of the server, an older
 * call may have had its answer in the hole: it counts only if no call is surely open, and the connection was busy to the end, so
 * that it was not an idle one that the server closed.
 */
export function killedBy(connection: ConnectionFacts, end: EndFact): Call[] {
  // Some clients take back by RST_STREAM what they sent into the close.
  const takenBack = ['client-reset', 'deadline'] as const;
  const sent = [
    ...connection.calls.open.values(),
    ...takenBack.flatMap((trait) => connection.calls.tally(trait).examples),
  ];
  const after = sent.filter((call) => call.opened.packet >= end.packet && !call.answered);
  const busy = end.silenceMs < IDLE_MIN_MS;
  const all = [...new Set([...end.waiting, ...after])].filter((call) => !connection.toldLate('client', call.opened));
  const sure = all.filter((call) => !connection.blindBetween('server', call.opened, undefined));
  return sure.length === 0 && busy ? all : sure;
}

export interface Race {
  readonly end: EndFact;
  readonly killed: readonly Call[];
  readonly first: Call;
  readonly gapMs: number;
  /** The close does not acknowledge the request: the server's host had not got it. */
  readonly unseen: boolean;
}

/** A request that met the close: sent after the FIN, or so shortly before it that the server cannot have seen it. */
export function raceOf(connection: ConnectionFacts): Race | undefined {
  const end = unannouncedEnd(connection);
  if (end === undefined) return undefined;
  const killed = killedBy(connection, end);
  const first = killed[0];
  if (first === undefined || first.idleBeforeMs < IDLE_MIN_MS) return undefined;
  const crossingMs = Math.max(CROSSING_MIN_MS, connection.roundTripMs ?? 0);
  const atOnce = (killed.at(-1)?.opened.timeMs ?? 0) - first.opened.timeMs <= crossingMs;
  const unseen = atOnce && end.unacknowledged > 0;
  const met = killed.every(
    (call) => call.server.headers === undefined && (unseen || end.timeMs - call.opened.timeMs <= crossingMs),
  );
  return met ? { end, killed, first, gapMs: gapBefore(end, first), unseen } : undefined;
}

export function idleCloseRace(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const race = raceOf(connection);
  if (race === undefined) return [];
  const { end, killed, first, gapMs, unseen } = race;
  const same = sameGap(connection, capture, gapMs);
  const foreign = connection.ends.some(isForeign);
  const pinged = pingedIn(connection, end, gapMs);
  const reset = connection.ends.find((other) => other.how === 'rst');
  return [
    draft({
      id: 'connection/idle-close-race',
      certainty: unseen || end.packet < first.opened.packet || reset !== undefined ? 'certain' : 'likely',
      culprit: foreign ? 'middlebox' : 'server',
      connections: [connection],
      streams: killed.map((call) => call.stream),
      params: {
        gapMs,
        sinceFinMs: first.opened.timeMs - end.timeMs,
        openStreams: killed.length,
        roundTripMs: connection.roundTripMs,
        sameGapConnections: same > 1 ? same : undefined,
        timer: timersNear(gapMs, { effects: CLOSING, pinged }),
        pinged: pinged ? true : undefined,
        foreignTimeToLive: foreign ? true : undefined,
      },
      evidence: [
        ...inOrder([requestEvidence(connection, first, first.idleBeforeMs), endEvidence(connection, end)]),
        ...(reset === undefined || reset === end ? [] : [endEvidence(connection, reset)]),
        ...(same > 1 ? [evidence(connection, end, 'none', 'same-gap', { connections: same, gapMs })] : []),
      ],
      victims: victims(connection, killed, () => 'safe'),
      about: [endKey(connection)],
      explains: [endKey(connection), ...killed.map((call) => streamKey(connection, call.stream))],
    }),
  ];
}

/** What a timer that closes a connection shows. */
const CLOSING = ['close', 'goaway'] as const;

/** The client sent PINGs in the silence, and the timer fired all the same. */
function pingedIn(connection: ConnectionFacts, end: EndFact, gapMs: number): boolean {
  return connection.pings.pingedBetween(end.timeMs - gapMs, end.timeMs);
}

/** The silence that the close ended: a request in flight when the FIN came does not count as activity. */
export function gapBefore(end: EndFact, first: Call | undefined): number {
  return first !== undefined && first.opened.packet <= end.packet ? first.idleBeforeMs : end.silenceMs;
}

/** Timers tick coarsely: what lies within it is the same silence. */
export function gapTolerance(gapMs: number): number {
  return Math.max(50, gapMs * 0.02);
}

const silencesEnded = new Lengths((connection) => {
  const end = connection.firstEnd;
  return end?.from === 'server' ? gapBefore(end, killedBy(connection, end)[0]) : undefined;
});

/** How many connections to the same server were closed after the same silence, this one included: with two, a timer did it. */
function sameGap(connection: ConnectionFacts, capture: CaptureFacts, gapMs: number): number {
  return silencesEnded.near(capture.siblings(connection), gapMs, gapTolerance(gapMs));
}

export function abruptClose(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const end = unannouncedEnd(connection);
  if (end === undefined) return [];
  const killed = killedBy(connection, end);
  if (killed.length === 0) return [];
  const newest = killed.at(-1);
  const silence = silenceOf(connection, capture, end);
  const isWhole = killed.some((call) => !connection.lostBetween('server', call.opened, undefined));
  const isSure = isWhole && announced(connection, end) === 'not';
  return [
    draft({
      id: 'connection/abrupt-close',
      variant: end.how,
      certainty: isSure ? 'certain' : 'likely',
      culprit: isForeign(end) ? 'middlebox' : 'server',
      connections: [connection],
      streams: killed.map((call) => call.stream),
      params: {
        how: end.how,
        openStreams: killed.length,
        ageMs: connection.handshake === 'seen' ? end.timeMs - connection.opened.timeMs : undefined,
        idleGapMs: newest !== undefined && newest.idleBeforeMs >= IDLE_MIN_MS ? newest.idleBeforeMs : undefined,
        serverImplementation: implementations(connection).serverImplementation,
        answered: killed.filter((call) => call.server.headers !== undefined).length || undefined,
        foreignTimeToLive: isForeign(end) ? true : undefined,
        ...silence,
      },
      evidence: [
        ...openEvidence(connection, killed, end),
        endEvidence(connection, end),
        evidence(connection, end, 'none', 'no-goaway', {}),
      ],
      victims: victims(connection, killed, () => 'unknown'),
      about: [endKey(connection)],
      explains: [endKey(connection), ...killed.map((call) => streamKey(connection, call.stream))],
    }),
  ];
}

/** The calls themselves had been silent when the connection was cut: a relay's timer does that, under calls that wait. */
function silenceOf(connection: ConnectionFacts, capture: CaptureFacts, end: EndFact): Silence {
  const gapMs = end.silenceMs;
  if (gapMs < IDLE_MIN_MS) return {};
  const same = sameGap(connection, capture, gapMs);
  const timer = timersNear(gapMs, { effects: CLOSING, pinged: pingedIn(connection, end, gapMs) });
  if (timer === undefined && same < 2) return {};
  return { gapMs, timer, sameGapConnections: same > 1 ? same : undefined };
}

interface Silence {
  readonly gapMs?: number;
  readonly timer?: string | undefined;
  readonly sameGapConnections?: number | undefined;
}

function inOrder(lines: readonly Evidence[]): Evidence[] {
  return [...lines].sort((a, b) => a.packet - b.packet);
}
