/** GOAWAY with an error: the debug string is read first, then the code, then what was open. RFC 9113 §6.8. */
import { ErrorCode, errorCodeName, rules } from '#h2';
import { type Draft, draft, evidence, goawayKey, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { ConnectionFacts, GoAwayFact } from '../facts/connection.ts';
import type { Culprit } from '../finding.ts';
import {
  causedBy,
  diedWith,
  goawayEvidence,
  openEvidence,
  requestEvidence,
  resetEvidence,
  retryAfterGoAway,
} from './common.ts';

/** "... for server connection", of which a snapshot length may leave the beginning. */
const LATE_WRITE = /Request stream (\d+) is not corr/;

/** A server that writes to a stream which the client had reset, and takes its own mistake for the client's (Netty, Vert.x). */
export function lateWrite(connection: ConnectionFacts): Draft[] {
  const goaway = connection
    .goawaysOf('server')
    .find(
      (fact) =>
        fact.errorCode === ErrorCode.PROTOCOL_ERROR && (fact.debugBytes === 0 || LATE_WRITE.test(fact.debugData)),
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
export function givenUp(connection: ConnectionFacts): Call[] {
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

/** Of them, those that count resets of the server: h2's of its own errors, and Netty's encoder since 4.1.124. */
const PROVOKED_TEXT = /internal_resets|RST frames frames reached within/;

/** Guards count resets over seconds (Netty 200 in 30 s): fewer than one a second trips none. */
function isStorm(calls: ConnectionFacts['calls']): boolean {
  return calls.resetsBy.client >= Math.max(STORM_MIN, calls.resetSpanMs / 1_000);
}

/** A guard against floods closed the connection: by its text, or by a burst of resets before an error without text. */
export function floodGuard(connection: ConnectionFacts): Draft[] {
  const goaway = connection.goawaysOf('server').find((fact) => {
    if (FLOOD_TEXT.test(fact.debugData)) return true;
    const guards = fact.errorCode === ErrorCode.ENHANCE_YOUR_CALM || fact.errorCode === ErrorCode.INTERNAL_ERROR;
    return guards && fact.debugBytes === 0 && isStorm(connection.calls);
  });
  if (goaway === undefined) return [];
  const { resetsBy, resetSpanMs } = connection.calls;
  // Guards against MadeYouReset count what the server itself had to reset.
  const by = PROVOKED_TEXT.test(goaway.debugData) && resetsBy.server > 0 ? 'server' : 'client';
  const resets = resetsBy[by];
  const windowMs = by === 'client' ? resetSpanMs : undefined;
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
        resetsBy: resets === 0 ? undefined : by,
        debugData: goaway.debugData === '' ? undefined : goaway.debugData,
      },
      evidence: [
        ...(resets === 0
          ? []
          : [
              evidence(connection, goaway, by, 'resets', {
                count: resets,
                spanMs: windowMs ?? goaway.timeMs - connection.opened.timeMs,
              }),
            ]),
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
