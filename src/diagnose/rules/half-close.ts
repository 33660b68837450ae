/** Requests that end only after their answer: the late half-close, on this hop and through a proxy. */
import { type Draft, draft, type EventKey, evidence, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import type { Evidence } from '../finding.ts';
import { implementations, proxyOf, requestEvidence, resetEvidence } from './common.ts';
import { calls, fates, ids, shown, trailersEvidence } from './tally.ts';

/** The client's END_STREAM comes after the answer: harmless here, fatal behind proxies that drop what the reset overtakes. */
export function lateHalfClose(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const tally = calls(connection, 'late-half-close');
  if (tally === undefined) return [];
  const total = connection.calls.opened;
  const lags = tally.examples.map(halfCloseLagMs).filter((lag) => lag !== undefined);
  const before = capture.downstreamOf(connection)[0];
  const proxy = proxyOf(connection) ?? (before === undefined ? undefined : proxyOf(before));
  const hurt = hurtAcrossHops(connection, capture);
  return [
    draft({
      id: 'stream/late-half-close',
      severity: hurt.length > 0 ? 'error' : proxy === undefined ? 'info' : 'warning',
      certainty: 'certain',
      culprit: 'client',
      connections: [connection],
      streams: ids(tally.examples),
      params: {
        streams: tally.count,
        calls: total,
        percent: (100 * tally.count) / total,
        lagMs: lags.sort((a, b) => a - b)[Math.floor(lags.length / 2)],
        clientImplementation: implementations(connection).clientImplementation,
        cut: hurt.length > 0 ? hurt.length : undefined,
        proxy,
      },
      evidence: shown(connection, tally, (call) => [
        requestEvidence(connection, call),
        ...trailersEvidence(connection, call),
        ...resetEvidence(connection, call),
        ...halfCloseEvidence(connection, call),
      ]),
      victims: hurt.flatMap(({ hop, call }) => victims(hop, [call], () => 'unknown')),
      about: fates(connection, tally.examples),
      explains: [...hurt.map(({ hop, call }) => streamKey(hop, call.stream)), ...sameOnNextHop(connection, capture)],
    }),
  ];
}

interface Hurt {
  readonly hop: ConnectionFacts;
  readonly call: Call;
}

/** Answers that a proxy cut, seen on the hop before it (or on this one), when this hop shows late half-closes. */
function hurtAcrossHops(connection: ConnectionFacts, capture: CaptureFacts): Hurt[] {
  const beforeProxy = capture.upstreamOf(connection).length > 0 ? [connection] : [];
  const late = connection.calls.tally('late-half-close').examples;
  return [...beforeProxy, ...capture.downstreamOf(connection)].flatMap((hop) =>
    [...hop.calls.tally('response-truncated').examples, ...hop.calls.tally('cut-with-error').examples]
      .filter((call) => call.client.messages === 1)
      .filter((call) => hop === connection || late.some((inner) => liesWithin(inner, call)))
      .map((call) => ({ hop, call })),
  );
}

/** The call that the proxy made for `outer` begins after it and ends before it, with the same method. */
function liesWithin(inner: Call, outer: Call): boolean {
  if (inner.method !== outer.method || inner.opened.timeMs < outer.opened.timeMs) return false;
  return (inner.reset?.timeMs ?? 0) <= (outer.reset?.timeMs ?? Number.POSITIVE_INFINITY);
}

/** The proxy passes the late end on: the same sign behind it is a consequence. */
function sameOnNextHop(connection: ConnectionFacts, capture: CaptureFacts): EventKey[] {
  return capture.upstreamOf(connection).flatMap((hop) => fates(hop, hop.calls.tally('late-half-close').examples));
}

function halfCloseLagMs(call: Call): number | undefined {
  const { ended, lastData } = call.client;
  return ended === undefined || lastData === undefined ? undefined : ended.timeMs - lastData.timeMs;
}

function halfCloseEvidence(connection: ConnectionFacts, call: Call): Evidence[] {
  const { ended } = call.client;
  if (ended === undefined) return [];
  return [evidence(connection, ended, 'client', 'half-close', { stream: call.stream, sinceMs: halfCloseLagMs(call) })];
}
