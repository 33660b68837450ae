/** Responses that lack their end. RFC 9113 §8.1; gRPC over HTTP/2, "Responses". */
import { errorCodeName } from '#h2';
import { type Draft, draft, evidence, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { Tally } from '../facts/calls.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import type { Evidence } from '../finding.ts';
import { timersNear } from '../remedies/timers.ts';
import { implementations, proxyOf, requestEvidence, resetEvidence } from './common.ts';
import { callsWithout, fates, ids, responseEvidence, shown } from './tally.ts';

/**
 * RST_STREAM where the rest of a response should be. With NO_ERROR something in between dropped the tail; Envoy since 1.37
 * says INTERNAL_ERROR for it, as a failing server would, so there the headers of a proxy are needed and it is only likely.
 */
export function responseTruncated(connection: ConnectionFacts): Draft[] {
  const silent = callsWithout(connection, 'response-truncated');
  const loud = proxyOf(connection) === undefined ? undefined : callsWithout(connection, 'cut-with-error');
  return [
    ...(silent === undefined ? [] : [truncatedDraft(connection, silent, isCertainlyCut(silent))]),
    ...(loud === undefined ? [] : [truncatedDraft(connection, loud, false)]),
  ];
}

function isCertainlyCut(tally: Tally): boolean {
  return tally.examples.some((call) => call.isGrpcResponse);
}

function truncatedDraft(connection: ConnectionFacts, tally: Tally, certain: boolean): Draft {
  const cut = tally.examples.find((call) => call.server.cutPromised > 0);
  return draft({
    id: 'stream/response-truncated',
    certainty: certain ? 'certain' : 'likely',
    culprit: 'middlebox',
    connections: [connection],
    streams: ids(tally.examples),
    params: {
      errorCode: errorCodeName(tally.examples[0]?.reset?.code ?? 0),
      streams: tally.count,
      promised: cut?.server.cutPromised,
      received: cut?.server.cutReceived,
      proxy: proxyOf(connection),
      clientImplementation: implementations(connection).clientImplementation,
    },
    evidence: shown(connection, tally, (call) => [
      requestEvidence(connection, call),
      ...responseEvidence(connection, call),
      ...cutEvidence(connection, call),
      ...resetEvidence(connection, call),
    ]),
    victims: victims(connection, tally.examples, () => 'unknown'),
    about: fates(connection, tally.examples),
  });
}

function cutEvidence(connection: ConnectionFacts, call: Call): Evidence[] {
  const { cutPromised, cutReceived, lastData } = call.server;
  if (cutPromised === 0 || lastData === undefined) return [];
  const params = { stream: call.stream, promised: cutPromised, received: cutReceived };
  return [evidence(connection, lastData, 'server', 'message', params)];
}

/** A gRPC answer must carry grpc-status; this one ended without. */
export function missingTrailers(connection: ConnectionFacts): Draft[] {
  const tally = callsWithout(connection, 'missing-trailers');
  if (tally === undefined) return [];
  const { ended, endedEmpty } = tally.first.server;
  const proxy = proxyOf(connection);
  // A gRPC library that forgets its trailers ends on a message; an empty DATA frame is how a proxy ends what it cannot finish.
  const culprit = proxy === undefined && !endedEmpty ? 'server' : 'middlebox';
  return [
    draft({
      id: 'stream/missing-trailers',
      certainty: 'certain',
      culprit,
      connections: [connection],
      streams: ids(tally.examples),
      params: {
        streams: tally.count,
        proxy,
        emptyData: endedEmpty ? true : undefined,
        timer: ended === undefined ? undefined : timersNear(ended.timeMs - tally.first.opened.timeMs),
        sinceRequestMs: ended === undefined ? undefined : ended.timeMs - tally.first.opened.timeMs,
      },
      evidence: shown(connection, tally, (call) => [
        requestEvidence(connection, call),
        ...responseEvidence(connection, call),
        ...lastDataEvidence(connection, call),
      ]),
      victims: victims(connection, tally.examples, () => 'unknown'),
      about: fates(connection, tally.examples),
    }),
  ];
}

/** The frame that ended the answer without a word on how the call went. */
function lastDataEvidence(connection: ConnectionFacts, call: Call): Evidence[] {
  const { ended, endedEmpty, headers } = call.server;
  if (ended === undefined || ended === headers) return [];
  const bytes = endedEmpty ? 0 : call.server.dataBytes;
  return [evidence(connection, ended, 'server', 'data', { stream: call.stream, bytes, endStream: true })];
}
