/** Reading a GOAWAY: the debug string first, then the code, then what was open. RFC 9113 §6.8. */
import { Status } from '#grpc';
import { ErrorCode, errorCodeName, rules } from '#h2';
import { type Draft, draft, endKey, evidence, goawayKey, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { ConnectionFacts, EndFact, GoAwayFact } from '../facts/connection.ts';
import type { Culprit } from '../finding.ts';
import {
  causedBy,
  diedWith,
  endEvidence,
  goawayEvidence,
  openEvidence,
  requestEvidence,
  resetEvidence,
  retryAfterGoAway,
} from './common.ts';

/** What the first of two GOAWAYs of a graceful shutdown announces. */
const ALL_STREAMS = 0x7fffffff;
const LATE_WRITE = /Request stream (\d+) is not correct for server connection/;

/** A server that writes to a stream which the client had reset, and takes its own mistake for the client's (Netty, Vert.x). */
export function lateWrite(connection: ConnectionFacts): Draft[] {
  const goaway = connection
    .goawaysOf('server')
    .find(
      (fact) =>
        fact.errorCode === ErrorCode.PROTOCOL_ERROR && (fact.debugData === '' || LATE_WRITE.test(fact.debugData)),
    );
  if (goaway === undefined) return [];
  const named = LATE_WRITE.exec(goaway.debugData);
  const call = named === null ? silentReset(connection, goaway) : connection.calls.ended(Number(named[1]));
  if (named === null && (call === undefined || connection.violations.total > 0)) return [];
  const wasReset = call?.reset?.by === 'client' && call.reset.packet <= goaway.packet;
  const resetStream = named === null ? (call?.stream ?? 0) : Number(named[1]);
  return [
    draft({
      id: 'goaway/late-write',
      certainty: named !== null && wasReset ? 'certain' : 'likely',
      culprit: 'server',
      connections: [connection],
      streams: diedWith(goaway).map((waiting) => waiting.stream),
      params: {
        resetStream,
        resetCode: call?.reset === undefined ? 'CANCEL' : errorCodeName(call.reset.code),
        lastStreamId: goaway.lastStream,
        openStreams: diedWith(goaway).length,
        clientTimeoutMs: wasReset && call?.reset !== undefined ? call.reset.timeMs - call.opened.timeMs : undefined,
        handlerMs: call === undefined ? undefined : goaway.timeMs - call.opened.timeMs,
        debugData: goaway.debugData === '' ? undefined : goaway.debugData,
      },
      evidence: [
        ...(call === undefined ? [] : [requestEvidence(connection, call), ...resetEvidence(connection, call)]),
        goawayEvidence(connection, goaway),
        ...openEvidence(connection, diedWith(goaway), goaway),
      ],
      victims: victims(connection, diedWith(goaway), retryAfterGoAway(goaway)),
      about: [goawayKey(connection, goaway)],
      explains: [...causedBy(connection, goaway), streamKey(connection, resetStream)],
    }),
  ];
}

/** Calls that the client reset, at their deadline or before. */
function givenUp(connection: ConnectionFacts): Call[] {
  const { calls } = connection;
  return [...calls.tally('client-reset').examples, ...calls.tally('deadline').examples].filter(
    (call) => call.reset?.by === 'client',
  );
}

/** Without debug data: the oldest call that the client reset and the server had not answered. */
function silentReset(connection: ConnectionFacts, goaway: GoAwayFact): Call | undefined {
  return givenUp(connection).find(
    (call) => call.server.headers === undefined && call.reset !== undefined && call.reset.packet < goaway.packet,
  );
}

/** Resets in the connection's life from which a guard against resets is believable. */
const STORM_MIN = 20;
const FLOOD_TEXT =
  /^too_many_(rststreams|resets|internal_resets|data_frames|continuations)$|Maximum number .*(RST|control|frames)|flood/i;

/** Guards count resets over seconds (Netty 200 in 30 s): fewer than one a second trips none. */
function isStorm(calls: ConnectionFacts['calls']): boolean {
  return calls.resetsBy.client >= Math.max(STORM_MIN, calls.resetSpanMs / 1_000);
}

/** A guard against floods closed the connection: by its text, or by a burst of resets before an error without text. */
export function floodGuard(connection: ConnectionFacts): Draft[] {
  const goaway = connection.goawaysOf('server').find((fact) => {
    if (FLOOD_TEXT.test(fact.debugData)) return true;
    const guards = fact.errorCode === ErrorCode.ENHANCE_YOUR_CALM || fact.errorCode === ErrorCode.INTERNAL_ERROR;
    return guards && fact.debugData === '' && isStorm(connection.calls);
  });
  if (goaway === undefined) return [];
  const resets = connection.calls.resetsBy.client;
  const windowMs = connection.calls.resetSpanMs;
  const said = FLOOD_TEXT.test(goaway.debugData);
  return [
    draft({
      id: 'goaway/flood-guard',
      certainty: said ? 'certain' : 'likely',
      culprit: 'client',
      connections: [connection],
      streams: diedWith(goaway).map((call) => call.stream),
      params: {
        errorCode: errorCodeName(goaway.errorCode),
        openStreams: diedWith(goaway).length,
        resets: resets || undefined,
        windowMs: resets === 0 ? undefined : windowMs,
        resetsBy: resets === 0 ? undefined : 'client',
        debugData: goaway.debugData === '' ? undefined : goaway.debugData,
      },
      evidence: [
        ...(resets === 0
          ? []
          : [evidence(connection, goaway, 'client', 'resets', { count: resets, spanMs: windowMs })]),
        goawayEvidence(connection, goaway),
      ],
      victims: victims(connection, diedWith(goaway), retryAfterGoAway(goaway)),
      about: [goawayKey(connection, goaway)],
      explains: causedBy(connection, goaway),
    }),
  ];
}

/** Any other GOAWAY with an error code: one side accuses the other. */
export function protocolError(connection: ConnectionFacts): Draft[] {
  return connection.goaways
    .filter((goaway) => isAccusation(connection, goaway))
    .map((goaway) => accusation(connection, goaway));
}

/** A client that leaves may state any code (Node says CANCEL, others INTERNAL_ERROR): without open calls it kills nothing. */
function isAccusation(connection: ConnectionFacts, goaway: GoAwayFact): boolean {
  if (goaway.errorCode === ErrorCode.NO_ERROR) return false;
  if (goaway.from === 'server') return true;
  const leaves = goaway.errorCode === ErrorCode.CANCEL || goaway.errorCode === ErrorCode.INTERNAL_ERROR;
  return !leaves && (diedWith(goaway).length > 0 || connection.violations.toArray().some(({ by }) => by === 'server'));
}

function accusation(connection: ConnectionFacts, goaway: GoAwayFact): Draft {
  const accused = goaway.from === 'server' ? 'client' : 'server';
  const fault = connection.violations.toArray().findLast(({ by, packet }) => by === accused && packet <= goaway.packet);
  const own = goaway.errorCode === ErrorCode.INTERNAL_ERROR;
  const culprit: Culprit = own ? goaway.from : accused;
  return draft({
    id: 'goaway/protocol-error',
    certainty: fault !== undefined || goaway.debugData !== '' ? 'certain' : 'likely',
    culprit,
    connections: [connection],
    streams: diedWith(goaway).map((call) => call.stream),
    params: {
      errorCode: errorCodeName(goaway.errorCode),
      by: goaway.from,
      lastStreamId: goaway.lastStream,
      openStreams: diedWith(goaway).length,
      debugData: goaway.debugData === '' ? undefined : goaway.debugData,
      rule: fault === undefined ? undefined : rules[fault.rule].section,
      detail: fault?.detail,
    },
    evidence: [
      ...(fault === undefined
        ? []
        : [
            evidence(connection, fault, accused, 'violation', {
              rule: rules[fault.rule].section,
              detail: fault.detail,
            }),
          ]),
      goawayEvidence(connection, goaway),
      ...openEvidence(connection, diedWith(goaway), goaway),
    ],
    victims: victims(connection, diedWith(goaway), retryAfterGoAway(goaway)),
    about: [goawayKey(connection, goaway)],
    explains: causedBy(connection, goaway),
  });
}

/** The server's farewell without error: graceful when nothing was lost, otherwise what was lost and why. */
export function farewell(connection: ConnectionFacts): Draft[] {
  const left = connection.firstEnd?.from === 'client' ? connection.firstEnd.packet : Number.POSITIVE_INFINITY;
  const farewells = connection
    .goawaysOf('server')
    .filter(({ errorCode, packet }) => errorCode === ErrorCode.NO_ERROR && packet <= left);
  const first = farewells[0];
  const last = farewells.at(-1);
  if (
    first === undefined ||
    last === undefined ||
    connection.goawaysOf('server').some(({ errorCode }) => errorCode !== 0)
  )
    return [];
  const lost = unprocessed(connection, last);
  const cut = cutAtGrace(connection, first, last);
  const drafts = [...(cut === undefined ? [] : [graceExpired(connection, first, cut)])];
  if (lost.length > 0) drafts.push(unprocessedStreams(connection, last, lost));
  if (isOneShot(farewells, connection)) drafts.push(oneShot(connection, last, lost));
  else if (drafts.length === 0) drafts.push(graceful(connection, first, last));
  return drafts;
}

/** Calls above the last stream id that got no answer: the server never looked at them. */
function unprocessed(connection: ConnectionFacts, last: GoAwayFact): Call[] {
  if (last.lastStream === ALL_STREAMS) return [];
  const { open } = connection.calls;
  const refused = givenUp(connection).filter((call) => call.server.headers === undefined);
  return [...open.values(), ...refused].filter(
    (call) =>
      call.stream > last.lastStream && !call.answered && (call.reset === undefined || call.reset.packet >= last.packet),
  );
}

/** A server that gives up at the end of its grace resets the calls, or answers them UNAVAILABLE, just before it closes. */
const GIVE_UP_MS = 250;

/** The server closed with calls open that it had promised to finish, or ended them by force just before. */
function cutAtGrace(connection: ConnectionFacts, first: GoAwayFact, last: GoAwayFact): EndFact | undefined {
  const end = connection.firstEnd;
  if (end === undefined || end.from !== 'server') return undefined;
  const open = end.waiting.filter(
    (call) => call.stream <= last.lastStream && !connection.lostBetween('server', call.opened, end),
  );
  const waiting = [...open, ...first.waiting.filter((call) => wasGivenUp(call, end))];
  return waiting.length > 0 ? { ...end, waiting } : undefined;
}

function wasGivenUp(call: Call, end: EndFact): boolean {
  const forced =
    call.reset?.by === 'server' && !call.answered && call.reset.code !== ErrorCode.NO_ERROR ? call.reset : undefined;
  const refused =
    call.grpcStatus === Status.UNAVAILABLE || call.grpcStatus === Status.CANCELLED ? call.server.ended : undefined;
  const given = forced ?? refused;
  return call.reset?.by !== 'client' && given !== undefined && end.timeMs - given.timeMs <= GIVE_UP_MS;
}

/** One step, with the real last id, while calls are open: requests in flight cross it and are dropped. nginx does so. */
function isOneShot(farewells: readonly GoAwayFact[], connection: ConnectionFacts): boolean {
  const only = farewells[0];
  if (farewells.length !== 1 || only === undefined || only.lastStream === ALL_STREAMS || only.lastStream === 0)
    return false;
  return only.waiting.length > 0 || connection.calls.highestStream > only.highestStream;
}

function graceExpired(connection: ConnectionFacts, first: GoAwayFact, end: EndFact): Draft {
  const ages = end.waiting.map((call) => end.timeMs - call.opened.timeMs);
  return draft({
    id: 'goaway/grace-expired',
    certainty: 'certain',
    culprit: 'server',
    connections: [connection],
    streams: end.waiting.map((call) => call.stream),
    params: {
      graceMs: end.timeMs - first.timeMs,
      openStreams: end.waiting.length,
      debugData: first.debugData === '' ? undefined : first.debugData,
      longestMs: Math.max(...ages),
    },
    evidence: [
      goawayEvidence(connection, first),
      ...openEvidence(connection, end.waiting, end),
      endEvidence(connection, end),
    ],
    victims: victims(connection, end.waiting, () => 'unknown'),
    about: [endKey(connection), ...end.waiting.map((call) => streamKey(connection, call.stream))],
    explains: [endKey(connection)],
  });
}

function unprocessedStreams(connection: ConnectionFacts, last: GoAwayFact, lost: readonly Call[]): Draft {
  return draft({
    id: 'goaway/unprocessed-streams',
    certainty: 'certain',
    culprit: 'none',
    connections: [connection],
    streams: lost.map((call) => call.stream),
    params: {
      lastStreamId: last.lastStream,
      streams: lost.length,
      debugData: last.debugData === '' ? undefined : last.debugData,
    },
    evidence: [goawayEvidence(connection, last), ...openEvidence(connection, lost, last)],
    victims: victims(connection, lost, () => 'safe'),
    about: [`unprocessed ${connection.id}`],
    explains: lost.map((call) => streamKey(connection, call.stream)),
  });
}

function oneShot(connection: ConnectionFacts, last: GoAwayFact, lost: readonly Call[]): Draft {
  return draft({
    id: 'goaway/one-shot',
    severity: lost.length > 0 ? 'warning' : 'info',
    certainty: 'likely',
    culprit: lost.length === 0 ? 'none' : connection.stacks.middlebox === undefined ? 'server' : 'middlebox',
    connections: [connection],
    streams: lost.map((call) => call.stream),
    params: {
      lastStreamId: last.lastStream,
      requests: connection.calls.opened - lost.length,
      lostStreams: lost.length,
      ageMs: connection.handshake === 'seen' ? last.timeMs - connection.opened.timeMs : undefined,
    },
    evidence: [goawayEvidence(connection, last)],
    victims: victims(connection, lost, () => 'safe'),
    about: [goawayKey(connection, last)],
    explains: [`unprocessed ${connection.id}`],
  });
}

function graceful(connection: ConnectionFacts, first: GoAwayFact, last: GoAwayFact): Draft {
  const end = connection.firstEnd;
  return draft({
    id: 'goaway/graceful',
    certainty: 'certain',
    culprit: 'none',
    connections: [connection],
    params: {
      lastStreamId: last.lastStream,
      twoStep: first.lastStream === ALL_STREAMS,
      debugData: first.debugData === '' ? undefined : first.debugData,
      closedAfterMs: end === undefined ? undefined : end.timeMs - first.timeMs,
      by: 'server',
    },
    evidence: [goawayEvidence(connection, first), ...(last === first ? [] : [goawayEvidence(connection, last)])],
    about: [goawayKey(connection, first)],
  });
}
