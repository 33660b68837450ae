/** Senders that may not go on: a stream or the whole connection without window. RFC 9113 §5.2, §6.9. */
import { otherSide, type Side } from '#base';
import { Status } from '#grpc';
import { type Draft, draft, type EventKey, evidence, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import type { Blocked, FlowDirection, Stall } from '../facts/flow/direction.ts';
import type { Mark } from '../facts/mark.ts';
import type { Certainty, Evidence } from '../finding.ts';
import { openEvidence, requestEvidence, resetEvidence } from './common.ts';
import { trailersEvidence } from './tally.ts';

/** A reader may pause for its own reasons; one that gives nothing for so long holds its sender up in earnest. */
const STALL_MS = 5_000;
/** A call that died sooner died of the stall if most of its life was that, and not just its last moments. */
const FATAL_SHARE = 0.5;
const FATAL_MS = 200;
/** Who cancels what he does not read may well do so some time later; a deadline is nobody's decision. */
const CANCEL_MS = 1_000;
/** A path on which one side only repeats itself is dead: no WINDOW_UPDATE can come, and that is another finding. */
const DEAD_RETRANSMISSIONS = 4;

/** A stream that stands still, or stood still until it was reset. */
interface Standstill {
  readonly blocked: Blocked;
  readonly call: Call;
  readonly until: Mark;
  readonly underWay: boolean;
  readonly fate: 'reset' | 'answered' | 'open';
}

/** Streams whose receiver gives no window; told once a direction. */
export function streamStalled(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  return connection.flow.seen().flatMap((direction) => {
    const all = standstills(connection, capture, direction).sort((one, other) => stalledMs(other) - stalledMs(one));
    const [longest] = all;
    return longest === undefined ? paused(connection, direction) : [stalled(connection, direction, longest, all)];
  });
}

function standstills(connection: ConnectionFacts, capture: CaptureFacts, direction: FlowDirection): Standstill[] {
  const { sender } = direction;
  const until = endOf(connection, capture);
  const dead = direction.stalls.filter((stall) => isFatal(stall, sender));
  const standing = direction.stillBlocked().flatMap((blocked): Standstill[] => {
    const call = connection.calls.find(blocked.stream);
    return call === undefined ? [] : [{ blocked, call, until, underWay: isUnderWay(call, sender), fate: 'open' }];
  });
  return [
    ...dead.map((stall): Standstill => ({ ...stall, fate: stall.call.reset === undefined ? 'answered' : 'reset' })),
    ...standing.filter((one) => stalledMs(one) >= STALL_MS),
  ].filter(({ blocked, until: end, underWay }) => underWay && isProof(connection, sender, blocked, end));
}

function stalledMs({ blocked, until }: Pick<Standstill, 'blocked' | 'until'>): number {
  return until.timeMs - blocked.since.timeMs;
}

/** The end of the connection, or of the capture. */
function endOf(connection: ConnectionFacts, capture: CaptureFacts): Mark {
  return connection.firstEnd ?? { packet: Number.POSITIVE_INFINITY, timeMs: capture.lastMs };
}

/** Whether a call that ended while it stood still died of that. Who has answered well needs nothing more. */
function isFatal({ blocked, call, until }: Stall, sender: Side): boolean {
  const ms = stalledMs({ blocked, until });
  if (call.answered && (call.grpcStatus ?? Status.OK) === Status.OK) return false;
  if (ms >= STALL_MS) return true;
  const lifeMs = until.timeMs - call.opened.timeMs;
  if (ms < FATAL_SHARE * lifeMs) return false;
  const byReceiver = call.reset?.by !== sender;
  return ms >= (byReceiver && !isAtDeadline(call, lifeMs) ? CANCEL_MS : FATAL_MS);
}

/** A client's timer fires at the timeout or a little later. */
function isAtDeadline(call: Call, lifeMs: number): boolean {
  return call.timeoutMs !== undefined && lifeMs >= 0.95 * call.timeoutMs;
}

/** Nothing that the capture missed could have been the WINDOW_UPDATE, and the path was not dead. */
function isProof(connection: ConnectionFacts, sender: Side, blocked: Blocked, until: Mark): boolean {
  if (connection.lostBetween(otherSide(sender), blocked.since, until)) return false;
  return connection.retransmissions[sender] < DEAD_RETRANSMISSIONS;
}

/** The sender has more to send: a gRPC message is under way. Of other content only the missing end of the stream says so. */
function isUnderWay(call: Call, sender: Side): boolean {
  const half = call.half(sender);
  return half.ended === undefined && half.dataBytes > half.framedBytes;
}

function isFramed(call: Call, sender: Side): boolean {
  return call.isGrpc && !call.older && (sender === 'client' || call.isGrpcResponse);
}

/** The receiver said something since: it was there, and its side of the capture has no hole. */
function isAlive(connection: ConnectionFacts, receiver: Side, since: Mark): boolean {
  return (connection.lastFrame[receiver]?.index ?? 0) > (since.index ?? 0);
}

function certaintyOf(framed: boolean, alive: boolean): Certainty {
  return framed && alive ? 'certain' : 'likely';
}

/** One verdict a stream that stands still: the connection's window may be the reason for it. */
function stallKey(connection: ConnectionFacts, sender: Side, stream: number): EventKey {
  return `stall ${connection.id} ${sender} ${stream}`;
}

function stalled(
  connection: ConnectionFacts,
  { sender }: FlowDirection,
  longest: Standstill,
  all: readonly Standstill[],
): Draft {
  const { blocked, call, fate } = longest;
  const receiver = otherSide(sender);
  const half = call.half(sender);
  const alive = isAlive(connection, receiver, blocked.since);
  const calls = all.map((one) => one.call);
  return draft({
    id: 'flow/stream-stalled',
    certainty: certaintyOf(isFramed(call, sender), alive),
    culprit: receiver,
    connections: [connection],
    streams: calls.map(({ stream }) => stream),
    params: {
      stream: call.stream,
      sender,
      stalledMs: stalledMs(longest),
      windowBytes: blocked.windowBytes,
      initialWindowBytes: connection.initialWindow(receiver),
      connectionWindowBytes: blocked.connectionWindowBytes,
      sentBytes: half.dataBytes,
      alive: alive ? true : undefined,
      streams: all.length,
      fate,
    },
    evidence: [
      requestEvidence(connection, call),
      emptyEvidence(connection, sender, blocked),
      ...aliveEvidence(connection, receiver, blocked),
      ...(fate === 'reset' ? resetEvidence(connection, call) : []),
      ...(fate === 'answered' ? trailersEvidence(connection, call) : []),
      ...silenceEvidence(connection, longest),
    ],
    victims: victims(connection, calls, () => 'unknown'),
    about: calls.map(({ stream }) => stallKey(connection, sender, stream)),
    explains: calls.map(({ stream }) => streamKey(connection, stream)),
  });
}

/** A long pause that ended: the reader took its time, and then went on. */
function paused(connection: ConnectionFacts, { sender, longestPause }: FlowDirection): Draft[] {
  if (longestPause === undefined) return [];
  const { stream, since, update, resumed } = longestPause;
  const pausedMs = resumed.timeMs - since.timeMs;
  if (pausedMs < STALL_MS) return [];
  const receiver = otherSide(sender);
  return [
    draft({
      id: 'flow/stream-stalled',
      severity: 'info',
      certainty: 'certain',
      culprit: receiver,
      connections: [connection],
      streams: [stream],
      params: {
        stream,
        sender,
        stalledMs: pausedMs,
        initialWindowBytes: connection.initialWindow(receiver),
        fate: 'resumed',
      },
      evidence: [
        evidence(connection, since, sender, 'window-empty', { stream, bytes: 0 }),
        evidence(connection, update, receiver, 'window-given', { stream, sinceMs: update.timeMs - since.timeMs }),
        evidence(connection, resumed, sender, 'goes-on', { stream }),
      ],
      about: [stallKey(connection, sender, stream)],
    }),
  ];
}

/** The connection's window is used up and not given again: no stream can go on. */
export function connectionStalled(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  return connection.flow.seen().flatMap((direction) => {
    const blocked = direction.connection;
    if (blocked === undefined || blocked.update !== undefined) return [];
    const { sender } = direction;
    const until = endOf(connection, capture);
    const dead = direction.connectionStalls.filter((stall) => isFatal(stall, sender)).map(({ call }) => call);
    const open = connection.calls.open.values().filter((call) => call.half(sender).ended === undefined);
    const stopped = [...dead, ...open];
    if (stalledMs({ blocked, until }) < STALL_MS && dead.length === 0) return [];
    if (!isProof(connection, sender, blocked, until)) return [];
    const waiting =
      direction.connectionStalls.find((stall) => stall.underWay)?.call ?? open.find((call) => isUnderWay(call, sender));
    return waiting === undefined ? [] : [allStalled(connection, direction, blocked, until, stopped, waiting)];
  });
}

function allStalled(
  connection: ConnectionFacts,
  direction: FlowDirection,
  blocked: Blocked,
  until: Mark,
  stopped: readonly Call[],
  waiting: Call,
): Draft {
  const { sender } = direction;
  const receiver = otherSide(sender);
  const alive = isAlive(connection, receiver, blocked.since);
  const ms = stalledMs({ blocked, until });
  const unread = unreadOf(stopped, sender, direction);
  return draft({
    id: 'flow/connection-stalled',
    certainty: certaintyOf(isFramed(waiting, sender), alive),
    culprit: receiver,
    connections: [connection],
    streams: stopped.map(({ stream }) => stream),
    params: {
      sender,
      stalledMs: ms,
      openStreams: stopped.length,
      alive: alive ? true : undefined,
      windowBytes: blocked.windowBytes,
      grantedBytes: direction.connectionPeak,
      unreadStream: unread?.stream,
      unreadBytes: unread?.half(sender).dataBytes,
    },
    evidence: [
      ...openEvidence(connection, stopped, until),
      emptyEvidence(connection, sender, blocked),
      ...aliveEvidence(connection, receiver, blocked),
      ...silenceEvidence(connection, { blocked, until }),
    ],
    victims: victims(connection, stopped, () => 'unknown'),
    about: [stallKey(connection, sender, 0)],
    explains: stopped.flatMap(({ stream }) => [stallKey(connection, sender, stream), streamKey(connection, stream)]),
  });
}

/** One stream that holds more than half of the connection's window by itself, and whose own window is used up as well. */
function unreadOf(stopped: readonly Call[], sender: Side, direction: FlowDirection): Call | undefined {
  const blocked = new Set(direction.stillBlocked().map(({ stream }) => stream));
  return stopped.find((call) => blocked.has(call.stream) && 2 * call.half(sender).dataBytes > direction.connectionPeak);
}

function emptyEvidence(connection: ConnectionFacts, sender: Side, { since, stream, windowBytes }: Blocked): Evidence {
  return evidence(connection, since, sender, 'window-empty', { stream, bytes: windowBytes });
}

/** What the receiver sent last, if it sent anything: not a WINDOW_UPDATE for this window. */
function aliveEvidence(connection: ConnectionFacts, receiver: Side, { since }: Blocked): Evidence[] {
  const last = connection.lastFrame[receiver];
  if (last === undefined || !isAlive(connection, receiver, since)) return [];
  return [evidence(connection, last, receiver, 'still-there', { sinceMs: last.timeMs - since.timeMs })];
}

function silenceEvidence(
  connection: ConnectionFacts,
  { blocked, until }: Pick<Standstill, 'blocked' | 'until'>,
): Evidence[] {
  const mark = Number.isFinite(until.packet) ? until : { packet: 0, timeMs: until.timeMs };
  const waitedMs = stalledMs({ blocked, until });
  return [evidence(connection, mark, 'none', 'no-window', { stream: blocked.stream, waitedMs })];
}
