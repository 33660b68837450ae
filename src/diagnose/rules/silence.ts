/** Servers that are not heard: no preface at all, or a path that died under an open connection. */
import { type Draft, draft, endKey, evidence, victims } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { timersNear } from '../remedies/timers.ts';
import { IDLE_MIN_MS } from './close.ts';
import { endEvidence, openEvidence } from './common.ts';

/** A connect timeout is seldom shorter; a younger connection may still get its SETTINGS. */
const PREFACE_WAIT_MS = 900;

/** The client's preface met silence: no SETTINGS, no other protocol, then the end. */
export function noServerPreface(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const { client, server } = connection.protocol;
  if (client?.protocol !== 'h2' || server !== undefined || connection.lostBytes.server > 0) return [];
  if (connection.lastFrame.server !== undefined || connection.clientAcknowledgedSettings) return [];
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
