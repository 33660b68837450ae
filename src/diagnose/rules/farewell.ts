/** GOAWAY without error: graceful when nothing was lost, otherwise what was lost and why. RFC 9113 §6.8. */
import { formatEndpoint } from '#base';
import { Status } from '#grpc';
import { ErrorCode } from '#h2';
import { type Draft, draft, endKey, goawayKey, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts, EndFact, GoAwayFact } from '../facts/connection.ts';
import { timersNear } from '../remedies/timers.ts';
import { gapTolerance } from './close.ts';
import { endEvidence, goawayEvidence, openEvidence } from './common.ts';
import { givenUp } from './goaway.ts';
import { Lengths } from './lengths.ts';

/** What the first of two GOAWAYs of a graceful shutdown announces. */
const ALL_STREAMS = 0x7fffffff;

/** The server's farewell without error: graceful when nothing was lost, otherwise what was lost and why. */
export function farewell(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
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
  if (isOneShot(farewells, connection))
    drafts.push(oneShot(connection, last, lost, triggerOf(connection, capture, last)));
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
/** `gracefulShutdownCode` of Kitex since 0.12: an error code that no standard has, for calls that outlast its exit. */
const KITEX_EXIT = 1_000;

/** The server closed with calls open that it had promised to finish, or ended them by force just before. */
function cutAtGrace(connection: ConnectionFacts, first: GoAwayFact, last: GoAwayFact): EndFact | undefined {
  const end = connection.firstEnd;
  if (end === undefined) return undefined;
  if (end.from !== 'server') return cutByKitex(first, end);
  if (connection.lostBetween('client', connection.lastFrame.client ?? connection.opened, undefined)) return undefined;
  // What the capture did not show may have ended a call: before its beginning, or in a hole of either side.
  const open = end.waiting.filter(
    (call) =>
      call.stream <= last.lastStream &&
      !call.older &&
      !connection.lostBetween('server', call.opened, undefined) &&
      !connection.blindBetween('client', call.opened, undefined),
  );
  const waiting = [...open, ...first.waiting.filter((call) => wasGivenUp(call, end))];
  return waiting.length > 0 ? { ...end, waiting } : undefined;
}

/** Kitex names its exit in the reset; a client that has nothing left to wait for then closes first. */
function cutByKitex(first: GoAwayFact, end: EndFact): EndFact | undefined {
  const waiting = first.waiting.filter((call) => call.reset?.code === KITEX_EXIT && wasGivenUp(call, end));
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

/** GOAWAYs of one server that come within this time have one cause. */
const TOGETHER_MS = 200;
/** nginx's keepalive_requests since 1.19.10. */
const REQUESTS_DEFAULT = 1_000;

type Trigger = 'requests' | 'age' | 'reload';

const lastGoAways = new Lengths((connection) => connection.goawaysOf('server').at(-1)?.timeMs);
const lastStreams = new Lengths((connection) => connection.goawaysOf('server').at(-1)?.lastStream);
const agesAtGoAway = new Lengths((connection) => {
  const last = connection.goawaysOf('server').at(-1);
  return last === undefined || connection.handshake !== 'seen' ? undefined : last.timeMs - connection.opened.timeMs;
});

/** What made the server end it: the same moment on other connections, or the same number of requests or age, or a documented one. */
function triggerOf(connection: ConnectionFacts, capture: CaptureFacts, goaway: GoAwayFact): Trigger | undefined {
  const group = capture.byServer().get(formatEndpoint(connection.server)) ?? [];
  if (lastGoAways.near(group, goaway.timeMs, TOGETHER_MS) > 1) return 'reload';
  if (connection.handshake !== 'seen') return undefined;
  const requests = (goaway.lastStream + 1) / 2;
  const sameRequests = requests > 1 && lastStreams.near(group, goaway.lastStream, 0) > 1;
  if (requests === REQUESTS_DEFAULT || sameRequests) return 'requests';
  const ageMs = goaway.timeMs - connection.opened.timeMs;
  const sameAge = agesAtGoAway.near(group, ageMs, gapTolerance(ageMs)) > 1;
  return sameAge || timersNear(ageMs, { effects: ['age'] }) !== undefined ? 'age' : undefined;
}

function oneShot(
  connection: ConnectionFacts,
  last: GoAwayFact,
  lost: readonly Call[],
  trigger: Trigger | undefined,
): Draft {
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
      trigger,
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
