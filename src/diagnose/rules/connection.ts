/** Connections that end without a word: abrupt closes, the race of a close with a request, restarts, dead paths. */
import { formatEndpoint } from '#base';
import { type Draft, draft, endKey, evidence, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts, EndFact } from '../facts/connection.ts';
import type { Evidence } from '../finding.ts';
import { timersNear } from '../remedies/timers.ts';
import { endEvidence, implementations, isForeign, openEvidence, requestEvidence } from './common.ts';

/** Below this a pause between requests is ordinary use, not idleness that a timer could have ended. */
const IDLE_MIN_MS = 500;
/** On a loopback the measured round trip is nearly nothing; the kernel needs this long to cross a FIN with a request. */
const CROSSING_MIN_MS = 1;
/** Connections of one server that end within this time ended together: a process exit closes its sockets in a row. */
const TOGETHER_MS = 100;

/** The server ended a connection that it had not announced to end; undefined otherwise. */
function unannouncedEnd(connection: ConnectionFacts): EndFact | undefined {
  const end = connection.firstEnd;
  if (end === undefined || end.from !== 'server' || !connection.isHttp2) return undefined;
  return connection.goawaysOf('server').length > 0 ? undefined : end;
}

/**
 * Calls that the server's close killed, the ones sent into it included. Where the capture lost octets of the server, older
 * calls may have had their answer in the hole: they count only if the connection was busy to the end, so that it was not
 * an idle one that the server closed.
 */
function killedBy(connection: ConnectionFacts, end: EndFact): Call[] {
  // Some clients take back by RST_STREAM what they sent into the close.
  const takenBack = ['client-reset', 'deadline'] as const;
  const sent = [
    ...connection.calls.open.values(),
    ...takenBack.flatMap((trait) => connection.calls.tally(trait).examples),
  ];
  const after = sent.filter((call) => call.opened.packet >= end.packet && !call.answered);
  const busy = end.silenceMs < IDLE_MIN_MS;
  const all = [...new Set([...end.waiting, ...after])];
  return all.filter((call) => busy || !connection.lostBetween('server', call.opened, end));
}

interface Race {
  readonly end: EndFact;
  readonly killed: readonly Call[];
  readonly first: Call;
  readonly gapMs: number;
}

/** A request that met the close: sent after the FIN, or so shortly before it that the server cannot have seen it. */
function raceOf(connection: ConnectionFacts): Race | undefined {
  const end = unannouncedEnd(connection);
  if (end === undefined) return undefined;
  const killed = killedBy(connection, end);
  const first = killed[0];
  if (first === undefined || first.idleBeforeMs < IDLE_MIN_MS) return undefined;
  const crossingMs = Math.max(CROSSING_MIN_MS, connection.roundTripMs ?? 0);
  const met = killed.every(
    (call) => call.server.headers === undefined && end.timeMs - call.opened.timeMs <= crossingMs,
  );
  return met ? { end, killed, first, gapMs: gapBefore(end, first) } : undefined;
}

export function idleCloseRace(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const race = raceOf(connection);
  if (race === undefined) return [];
  const { end, killed, first, gapMs } = race;
  const same = sameGap(connection, capture, gapMs);
  const foreign = connection.ends.some(isForeign);
  const reset = connection.ends.find((other) => other.how === 'rst');
  return [
    draft({
      id: 'connection/idle-close-race',
      certainty: end.packet < first.opened.packet || reset !== undefined ? 'certain' : 'likely',
      culprit: foreign ? 'middlebox' : 'server',
      connections: [connection],
      streams: killed.map((call) => call.stream),
      params: {
        gapMs,
        sinceFinMs: first.opened.timeMs - end.timeMs,
        openStreams: killed.length,
        roundTripMs: connection.roundTripMs,
        sameGapConnections: same.length > 1 ? same.length : undefined,
        timer: timersNear(gapMs),
        foreignTimeToLive: foreign ? true : undefined,
      },
      evidence: [
        ...inOrder([requestEvidence(connection, first, first.idleBeforeMs), endEvidence(connection, end)]),
        ...(reset === undefined || reset === end ? [] : [endEvidence(connection, reset)]),
        ...(same.length > 1
          ? [evidence(connection, end, 'none', 'same-gap', { connections: same.length, gapMs })]
          : []),
      ],
      victims: victims(connection, killed, () => 'safe'),
      about: [endKey(connection)],
      explains: [endKey(connection), ...killed.map((call) => streamKey(connection, call.stream))],
    }),
  ];
}

/** The silence that the close ended: a request in flight when the FIN came does not count as activity. */
function gapBefore(end: EndFact, first: Call | undefined): number {
  return first !== undefined && first.opened.packet <= end.packet ? first.idleBeforeMs : end.silenceMs;
}

/** Timers tick coarsely: what lies within it is the same silence. */
function gapTolerance(gapMs: number): number {
  return Math.max(50, gapMs * 0.02);
}

/** Connections to the same server that were closed after the same silence: a timer did it. */
function sameGap(connection: ConnectionFacts, capture: CaptureFacts, gapMs: number): ConnectionFacts[] {
  return capture.siblings(connection).filter((other) => {
    const end = other.firstEnd;
    if (end === undefined || end.from !== 'server') return false;
    return Math.abs(gapBefore(end, killedBy(other, end)[0]) - gapMs) <= gapTolerance(gapMs);
  });
}

export function abruptClose(connection: ConnectionFacts): Draft[] {
  const end = unannouncedEnd(connection);
  if (end === undefined) return [];
  const killed = killedBy(connection, end);
  if (killed.length === 0) return [];
  const newest = killed.at(-1);
  return [
    draft({
      id: 'connection/abrupt-close',
      variant: end.how,
      certainty: killed.some((call) => !connection.lostBetween('server', call.opened, end)) ? 'certain' : 'likely',
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

/** Several connections of one server end at once, unannounced: its process went away. Run over the whole capture. */
export function serverRestart(capture: CaptureFacts): Draft[] {
  return [...capture.byServer().values()].flatMap((connections) => clusters(connections).map(restartDraft));
}

/** Groups of unannounced ends that follow each other closely and leave no older connection of that server open. */
function clusters(connections: readonly ConnectionFacts[]): ConnectionFacts[][] {
  const ended = connections
    .filter((connection) => unannouncedEnd(connection) !== undefined)
    .sort((a, b) => endMs(a) - endMs(b));
  const groups: ConnectionFacts[][] = [];
  for (const connection of ended) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group !== undefined && last !== undefined && endMs(connection) - endMs(last) <= TOGETHER_MS)
      group.push(connection);
    else groups.push([connection]);
  }
  return groups.filter(
    (group) => group.length > 1 && !connections.some((other) => survives(other, group)) && !isTimer(group, connections),
  );
}

/**
 * All were idle for the same time, what was hit was hit by a race, and the server takes the next connection: an idle timer,
 * not a restart. (Idle connections that nobody was using look the same in both cases; then the restart is only told.)
 */
function isTimer(group: readonly ConnectionFacts[], connections: readonly ConnectionFacts[]): boolean {
  const gaps = group.map((connection) =>
    gapBefore(connection.firstEnd!, killedBy(connection, connection.firstEnd!)[0]),
  );
  const [shortest, longest] = [Math.min(...gaps), Math.max(...gaps)];
  if (shortest < IDLE_MIN_MS || longest - shortest > gapTolerance(longest)) return false;
  const hit = group.filter((connection) => killedBy(connection, connection.firstEnd!).length > 0);
  if (hit.length === 0 || hit.some((connection) => raceOf(connection) === undefined)) return false;
  const fromMs = endMs(group[0]!);
  const next = connections.find(({ opened }) => opened.timeMs > fromMs);
  return next === undefined || next.established !== undefined;
}

function endMs(connection: ConnectionFacts): number {
  return connection.firstEnd?.timeMs ?? Number.POSITIVE_INFINITY;
}

/** Open before the group ended and still in use after it: then it was not the whole server that went away. */
function survives(other: ConnectionFacts, group: readonly ConnectionFacts[]): boolean {
  const first = group[0];
  const last = group.at(-1);
  if (first === undefined || last === undefined || group.includes(other)) return false;
  const lastServerMs = other.lastFrame.server?.timeMs ?? Number.NEGATIVE_INFINITY;
  return other.opened.timeMs < endMs(first) && lastServerMs > endMs(last) + TOGETHER_MS;
}

function restartDraft(group: readonly ConnectionFacts[]): Draft {
  const first = group[0]!;
  const last = group.at(-1)!;
  const killed = group.map((connection) => ({ connection, calls: killedBy(connection, connection.firstEnd!) }));
  const openStreams = killed.reduce((sum, { calls }) => sum + calls.length, 0);
  const spreadMs = endMs(last) - endMs(first);
  return draft({
    id: 'connection/server-restart',
    severity: openStreams > 0 ? 'error' : 'info',
    certainty: 'likely',
    culprit: 'server',
    connections: group,
    params: { connections: group.length, spreadMs, server: formatEndpoint(first.server), openStreams },
    evidence: [
      ...group.slice(0, 6).map((connection) => endEvidence(connection, connection.firstEnd!)),
      evidence(last, last.firstEnd!, 'none', 'closed-together', { connections: group.length, spreadMs }),
      evidence(last, last.firstEnd!, 'none', 'no-goaway', {}),
    ],
    victims: killed.flatMap(({ connection, calls }) => victims(connection, calls, () => 'unknown')),
    explains: openStreams > 0 ? group.map(endKey) : [],
  });
}

/** Connections of one call each, closed by their client: no error, N handshakes. Fewer than this are no habit. */
const SHORT_LIVED_MIN = 5;

export function shortLived(capture: CaptureFacts): Draft[] {
  const groups = new Map<string, ConnectionFacts[]>();
  for (const connection of capture.connections.values()) {
    if (!isShort(connection)) continue;
    const key = `${connection.client.address} ${formatEndpoint(connection.server)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [connection]);
    else group.push(connection);
  }
  return [...groups.values()].filter((group) => group.length >= SHORT_LIVED_MIN).map(shortDraft);
}

function isShort(connection: ConnectionFacts): boolean {
  const end = connection.firstEnd;
  return (
    connection.handshake === 'seen' &&
    connection.calls.opened === 1 &&
    connection.calls.tally('ok').count + connection.calls.tally('status').count === 1 &&
    end !== undefined &&
    end.from === 'client' &&
    connection.goawaysOf('server').length === 0
  );
}

function shortDraft(group: readonly ConnectionFacts[]): Draft {
  const first = group[0]!;
  const handshakes = group.map((connection) => (connection.calls.first?.opened.timeMs ?? 0) - connection.opened.timeMs);
  return draft({
    id: 'connection/short-lived',
    certainty: 'certain',
    culprit: 'none',
    connections: group.slice(0, 200),
    params: {
      connections: group.length,
      calls: group.length,
      clientImplementation: implementations(first).clientImplementation,
      handshakeMs: handshakes.sort((a, b) => a - b)[Math.floor(handshakes.length / 2)],
    },
    evidence: [endEvidence(first, first.firstEnd!)],
  });
}

/** A connect timeout is seldom shorter; a younger connection may still get its SETTINGS. */
const PREFACE_WAIT_MS = 900;

/** The client's preface met silence: no SETTINGS, no other protocol, then the end. */
export function noServerPreface(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const { client, server } = connection.protocol;
  if (client?.protocol !== 'h2' || server !== undefined || connection.lostBytes.server > 0) return [];
  if (connection.lastFrame.server !== undefined) return [];
  const end = connection.firstEnd;
  const untilMs = end?.timeMs ?? capture.lastMs;
  const waitedMs = untilMs - client.timeMs;
  if (end?.from !== 'server' && waitedMs < PREFACE_WAIT_MS) return [];
  const open = end?.waiting ?? connection.calls.waiting();
  return [
    draft({
      id: 'connection/no-server-preface',
      certainty: 'likely',
      culprit: end?.from === 'server' ? 'server' : 'unknown',
      connections: [connection],
      streams: open.map((call) => call.stream),
      params: {
        waitedMs,
        closedBy: end?.from,
        receivedBytes: 0,
        established: connection.established === undefined ? undefined : true,
      },
      evidence: [
        evidence(connection, client, 'client', 'preface', {}),
        evidence(connection, end ?? client, 'none', 'no-answer', { waitedMs }),
        ...(end === undefined ? [] : [endEvidence(connection, end)]),
      ],
      victims: victims(connection, open, () => 'safe'),
      about: [endKey(connection)],
      explains: [endKey(connection)],
    }),
  ];
}

/** Exponential backoff makes four repeats take seconds; ordinary loss is mended after one or two. */
const BLACK_HOLE_RETRANSMISSIONS = 4;

/** The client repeats itself and nobody answers, not even with a RST: the path is dead. */
export function halfOpen(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const retransmissions = connection.retransmissions.client;
  if (retransmissions < BLACK_HOLE_RETRANSMISSIONS || connection.firstEndOf('server') !== undefined) return [];
  const waiting = connection.firstEnd?.waiting ?? connection.calls.waiting();
  if (waiting.length === 0) return [];
  const newest = waiting.at(-1);
  const mark = connection.firstEnd ?? { packet: 0, timeMs: capture.lastMs };
  const silenceMs = mark.timeMs - (connection.lastFrame.server?.timeMs ?? connection.opened.timeMs);
  return [
    draft({
      id: 'connection/half-open',
      certainty: 'likely',
      culprit: 'network',
      connections: [connection],
      streams: waiting.map((call) => call.stream),
      params: {
        silenceMs,
        retransmissions,
        openStreams: waiting.length,
        idleGapMs: newest !== undefined && newest.idleBeforeMs >= IDLE_MIN_MS ? newest.idleBeforeMs : undefined,
        timer: newest === undefined ? undefined : timersNear(newest.idleBeforeMs),
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

function inOrder(lines: readonly Evidence[]): Evidence[] {
  return [...lines].sort((a, b) => a.packet - b.packet);
}
