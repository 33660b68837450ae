/** A server's RST_STREAM with an error code: the code and what the client had done on the stream decide what it means. */
import { ErrorCode, errorCodeName, type RuleId, rules } from '#h2';
import type { ViolationEvent } from '#trace';
import { type Draft, draft, evidence, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import type { Evidence } from '../finding.ts';
import { implementations, requestEvidence, resetEvidence } from './common.ts';

/** One finding for each code that the server's resets carry, REFUSED_STREAM and NO_ERROR excepted. */
export function serverReset(connection: ConnectionFacts): Draft[] {
  const tally = connection.calls.tally('server-reset');
  const byCode = new Map<number, Call[]>();
  for (const call of tally.examples) {
    const code = call.reset?.code ?? 0;
    byCode.set(code, [...(byCode.get(code) ?? []), call]);
  }
  return [...byCode].map(([code, calls]) => byMeaning(connection, code, calls));
}

function byMeaning(connection: ConnectionFacts, code: number, calls: readonly Call[]): Draft {
  const first = calls[0]!;
  const fault = faultOn(connection, first);
  const sinceRequestMs = first.reset === undefined ? undefined : first.reset.timeMs - first.opened.timeMs;
  const shared = {
    connections: [connection],
    streams: calls.map((call) => call.stream),
    victims: victims(connection, calls, () => 'unknown'),
    about: calls.map((call) => streamKey(connection, call.stream)),
    evidence: [
      ...(fault === undefined ? [] : [faultEvidence(connection, fault)]),
      ...calls.slice(0, 3).flatMap((call) => [requestEvidence(connection, call), ...resetEvidence(connection, call)]),
    ],
  };
  if (fault?.rule.startsWith('headers/')) {
    const { section } = rules[fault.rule];
    const params = {
      by: 'client',
      stream: first.stream,
      reason: fault.detail,
      reaction: 'rst',
      rule: section,
    } as const;
    return draft({ ...shared, id: 'headers/malformed', certainty: 'certain', culprit: 'client', params });
  }
  const { serverImplementation } = implementations(connection);
  if (code === ErrorCode.INTERNAL_ERROR) {
    const headersSeen = first.server.headers === undefined ? undefined : true;
    const params = { streams: calls.length, sinceRequestMs, headersSeen, serverImplementation };
    const culprit = connection.stacks.middlebox === undefined ? 'server' : 'middlebox';
    return draft({ ...shared, id: 'stream/internal-error', certainty: 'certain', culprit, params });
  }
  if (code === ErrorCode.CANCEL) {
    const params = { streams: calls.length, sinceRequestMs, by: 'server' } as const;
    return draft({
      ...shared,
      id: 'stream/cancelled',
      severity: 'warning',
      certainty: 'certain',
      culprit: 'server',
      params,
    });
  }
  return draft({
    ...shared,
    id: 'stream/reset',
    certainty: fault === undefined ? 'likely' : 'certain',
    culprit: fault === undefined ? 'unknown' : 'client',
    params: {
      streams: calls.length,
      errorCode: errorCodeName(code),
      sinceRequestMs,
      rule: fault === undefined ? undefined : rules[fault.rule].section,
      detail: fault?.detail,
      serverImplementation,
    },
  });
}

/** The rule that the client was seen to break on this stream before the reset. */
function faultOn(connection: ConnectionFacts, call: Call): ViolationEvent | undefined {
  const before = call.reset?.packet ?? 0;
  return connection.violations
    .toArray()
    .findLast(({ by, stream, packet }) => by === 'client' && stream === call.stream && packet <= before);
}

export function faultEvidence(connection: ConnectionFacts, fault: ViolationEvent): Evidence {
  return evidence(connection, fault, fault.by, 'violation', { rule: sectionOf(fault.rule), detail: fault.detail });
}

function sectionOf(rule: RuleId): string {
  return rules[rule].section;
}
