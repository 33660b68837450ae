/** What several rules say in the same way. */
import { errorCodeName } from '#h2';
import { type EventKey, endKey, evidence, goawayKey, streamKey } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { ConnectionFacts, EndFact, GoAwayFact } from '../facts/connection.ts';
import type { Mark } from '../facts/mark.ts';
import type { Evidence, Victim } from '../finding.ts';

/** Both ends' programs as parameters, where the traffic names them. */
export function implementations(connection: ConnectionFacts): {
  serverImplementation: string | undefined;
  clientImplementation: string | undefined;
} {
  const { client, server } = connection.stacks;
  return { serverImplementation: server?.name, clientImplementation: client?.name };
}

/** RFC 9113 §6.8: streams above the last stream id were not and will not be processed. */
export function retryAfterGoAway(goaway: GoAwayFact): (call: Call) => Victim['retry'] {
  return (call) => (call.stream > goaway.lastStream ? 'safe' : 'unknown');
}

/** Calls open at the GOAWAY that never got their answer. */
export function diedWith(goaway: GoAwayFact): Call[] {
  return goaway.waiting.filter((call) => !call.answered);
}

export function goawayEvidence(connection: ConnectionFacts, goaway: GoAwayFact): Evidence {
  return evidence(connection, goaway, goaway.from, 'goaway', {
    errorCode: errorCodeName(goaway.errorCode),
    lastStreamId: goaway.lastStream,
    debugData: goaway.debugData === '' ? undefined : goaway.debugData,
  });
}

export function endEvidence(connection: ConnectionFacts, end: EndFact): Evidence {
  const openStreams = end.waiting.length;
  if (end.how === 'fin') return evidence(connection, end, end.from, 'fin', { openStreams });
  const foreign = isForeign(end);
  return evidence(connection, end, end.from, 'rst', {
    openStreams,
    timeToLive: foreign ? end.timeToLive : undefined,
    usualTimeToLive: foreign ? end.usualTimeToLive : undefined,
  });
}

/** The RST carries another hop count than this end's other packets: somebody in between sent it. */
export function isForeign(end: EndFact): boolean {
  return end.timeToLive !== undefined && end.usualTimeToLive !== undefined && end.timeToLive !== end.usualTimeToLive;
}

export function requestEvidence(connection: ConnectionFacts, call: Call, gapMs?: number): Evidence {
  return evidence(connection, call.opened, 'client', 'headers-request', {
    stream: call.stream,
    method: call.method === '' ? undefined : call.method,
    timeoutMs: call.timeoutMs,
    gapMs,
  });
}

/** The newest request that is still known, or the connection's last sign, for a finding about a stream id. */
export function lastRequestEvidence(connection: ConnectionFacts, stream: number): Evidence[] {
  const call = connection.calls.ended(stream);
  if (call !== undefined) return [requestEvidence(connection, call)];
  return [
    evidence(connection, connection.lastFrame.client ?? connection.opened, 'client', 'second-headers', { stream }),
  ];
}

export function resetEvidence(connection: ConnectionFacts, call: Call): Evidence[] {
  const { reset } = call;
  if (reset === undefined) return [];
  return [
    evidence(connection, reset, reset.by, 'rst-stream', {
      stream: call.stream,
      errorCode: errorCodeName(reset.code),
      sinceMs: reset.timeMs - call.opened.timeMs,
    }),
  ];
}

/** Open calls as evidence: the first few, then how many more. */
const OPEN_SHOWN_MAX = 4;

export function openEvidence(connection: ConnectionFacts, calls: readonly Call[], mark: Mark): Evidence[] {
  const lines = calls.slice(0, OPEN_SHOWN_MAX).map((call) =>
    evidence(connection, call.opened, 'client', 'open-stream', {
      stream: call.stream,
      method: call.method === '' ? undefined : call.method,
      ageMs: mark.timeMs - call.opened.timeMs,
      state: call.server.headers !== undefined ? 'answering' : call.client.ended === undefined ? 'sending' : 'waiting',
    }),
  );
  const more = calls.length - lines.length;
  return more === 0 ? lines : [...lines, evidence(connection, mark, 'client', 'repeated', { count: more })];
}

/** A proxy that headers reveal, by name; undefined when nothing shows one. */
export function proxyOf(connection: ConnectionFacts): string | undefined {
  return connection.stacks.middlebox?.name;
}

/** What a GOAWAY with an error brings: the end of the connection and of all calls on it. */
export function causedBy(connection: ConnectionFacts, goaway: GoAwayFact): EventKey[] {
  return [
    goawayKey(connection, goaway),
    endKey(connection),
    ...diedWith(goaway).map((call) => streamKey(connection, call.stream)),
  ];
}
