/** Calls that never left the proxy, and calls that left it more than once. */

import { formatEndpoint } from '#base';
import { type ConnectionFacts, type Draft, draft, streamKey } from '#diagnose';
import { ErrorCode, errorCodeName } from '#h2';
import type { Comparison } from '../comparison.ts';
import { type HopCall, isAnswered, isFine, overMs } from '../hop.ts';
import * as lines from '../lines.ts';
import { diedWith } from '../pair.ts';
import { fateKey, methodOf, outerKey, type Rule, refusedKey, shared, statusOf, together, victimOf } from './common.ts';

/** Calls shown in full. */
const SHOWN_MAX = 2;
const NAMED_MAX = 200;

/** The client was told that it failed, and behind the proxy nothing of it is to be seen. */
export const neverForwarded: Rule = (comparison) => {
  const groups = new Map<string, HopCall[]>();
  for (const one of comparison.matching.alone.outer.filter((call) => isStopped(comparison, call))) {
    const key = `${one.connection.id} ${one.call.httpStatus} ${one.call.grpcStatus}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((calls) => stoppedDraft(comparison, calls));
};

/** It failed by the hand of the proxy, while the other input was surely recording. */
function isStopped(comparison: Comparison, { call, connection }: HopCall): boolean {
  if (isFine(call) || call.reset?.by === 'client') return false;
  if (!isAnswered(call) && call.server.ended === undefined && call.reset === undefined) return false;
  if (connection.lostBetween('server', call.opened, undefined)) return false;
  const beganBefore = comparison.right.connections.every((other) => !other.joinedMiddle);
  return beganBefore || call.opened.timeMs >= startMs(comparison);
}

function startMs({ right, clock }: Comparison): number {
  const first = right.connections.reduce((least, { opened }) => Math.min(least, opened.timeMs), right.lastMs);
  return first + clock.offsetMs + clock.errorMs;
}

function stoppedDraft(comparison: Comparison, calls: readonly HopCall[]): Draft {
  const { call, connection } = calls[0]!;
  const refusal = calls.map((one) => refusalDuring(comparison, one)).find((found) => found !== undefined);
  const method = calls.every((one) => one.call.method === call.method) ? call.method : undefined;
  return draft({
    id: 'hop/never-forwarded',
    certainty: refusal === undefined ? 'likely' : 'certain',
    culprit: refusal === undefined ? 'middlebox' : 'server',
    connections: refusal === undefined ? [connection] : [connection, refusal],
    streams: calls.slice(0, NAMED_MAX).map((one) => one.call.stream),
    params: {
      streams: calls.length,
      proxy: comparison.proxy,
      method: method === '' ? undefined : method,
      status: statusOf(call),
      grpcStatus: call.grpcStatus,
      grpcMessage: call.grpcMessage === '' ? undefined : call.grpcMessage,
      refused: refusal === undefined ? undefined : formatEndpoint(refusal.server),
    },
    evidence: calls.slice(0, SHOWN_MAX).flatMap((one) => [
      ...lines.request(comparison, one.connection, one.call),
      ...(refusal === undefined
        ? [comparison.evidence(one.connection, one.call.opened, 'none', 'not-forwarded', { method })]
        : [
            comparison.evidence(refusal, refusal.opened, 'none', 'connection-refused', {
              server: formatEndpoint(refusal.server),
            }),
          ]),
      ...lines.trailers(comparison, one.connection, one.call),
      ...lines.reset(comparison, one.connection, one.call),
    ]),
    victims: calls.slice(0, NAMED_MAX).map((one) => victimOf(one.connection, one.call, 'safe')),
    about: [
      ...calls.map((one) => fateKey({ left: one.connection, outer: one.call })),
      ...(refusal === undefined ? [] : [refusedKey(refusal)]),
    ],
    explains: calls.map((one) => streamKey(one.connection, one.call.stream)),
  });
}

/** A connection attempt of the proxy that was refused while the call was waiting. */
function refusalDuring(comparison: Comparison, { call }: HopCall): ConnectionFacts | undefined {
  const slackMs = comparison.clock.errorMs + 1;
  const untilMs = (overMs(call) ?? call.opened.timeMs) + slackMs;
  return comparison.right.connections.find((connection) => {
    if (connection.established !== undefined || connection.firstEnd?.how !== 'rst') return false;
    const atMs = comparison.timeMs(connection, connection.opened);
    return atMs >= call.opened.timeMs - slackMs && atMs <= untilMs;
  });
}

/** Ways to fail that say that no server worked on it. */
function wasUnprocessed({ call, connection }: HopCall): boolean {
  if (call.reset?.by === 'server' && call.reset.code === ErrorCode.REFUSED_STREAM) return true;
  return connection.goaways.some(({ from, lastStream }) => from === 'server' && call.stream > lastStream);
}

/** One call of a client, and several that the proxy made of it. */
export const retried: Rule = (comparison) => {
  const pairs = comparison.pairs.filter(({ match }) => match.attempts.length > 1);
  return together(pairs, ({ inner }) => String(isFine(inner))).map((told) => {
    const { first } = told;
    const attempts = first.match.attempts;
    const failed = !isFine(first.inner);
    const unsafe = told.pairs.some(({ match }) => match.attempts.slice(0, -1).some((one) => !wasUnprocessed(one)));
    const before = attempts[0]!.call;
    return draft({
      ...shared(comparison, told, (pair) => [
        ...lines.request(comparison, pair.left, pair.outer),
        ...pair.match.attempts.map((attempt, at) => attemptLine(comparison, pair.outer.opened.timeMs, attempt, at + 1)),
        ...lines.trailers(comparison, pair.left, pair.outer),
        ...lines.reset(comparison, pair.left, pair.outer),
      ]),
      id: 'hop/retried',
      severity: failed ? 'warning' : 'info',
      culprit: failed ? 'server' : 'none',
      victims: [],
      params: {
        streams: told.pairs.length,
        proxy: comparison.proxy,
        method: methodOf(told.pairs),
        attempts: Math.max(...told.pairs.map(({ match }) => match.attempts.length)),
        serverStatus: before.grpcStatus,
        serverCode: before.reset?.by === 'server' ? errorCodeName(before.reset.code) : undefined,
        failed: failed ? true : undefined,
        unsafe: unsafe ? true : undefined,
      },
      about: told.pairs.map((pair) => `retried ${fateKey(pair)}`),
      explains: failed ? told.pairs.map(outerKey) : [],
    });
  });
};

function attemptLine(
  comparison: Comparison,
  beganMs: number,
  { call, connection }: HopCall,
  number: number,
): ReturnType<Comparison['evidence']> {
  const { stream, grpcStatus, reset } = call;
  return comparison.evidence(connection, call.opened, 'client', 'attempt', {
    number,
    stream,
    grpcStatus: reset === undefined ? grpcStatus : undefined,
    errorCode: reset === undefined || diedWith(connection, call) !== undefined ? undefined : errorCodeName(reset.code),
    sinceMs: Math.max(0, comparison.timeMs(connection, call.opened) - beganMs),
  });
}
