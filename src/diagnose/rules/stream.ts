/** Streams that end other than by a complete answer. RFC 9113 §5.4.2, §8.1; gRPC over HTTP/2. */
import { ErrorCode, rules } from '#h2';
import { type Draft, draft, type EventKey, endKey, evidence, goawayKey, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { Tally } from '../facts/calls.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts, EndFact, GoAwayFact } from '../facts/connection.ts';
import type { Mark } from '../facts/mark.ts';
import type { Trait } from '../facts/traits.ts';
import type { Evidence } from '../finding.ts';
import { timersNear } from '../remedies/timers.ts';
import {
  diedWith,
  endEvidence,
  goawayEvidence,
  implementations,
  proxyOf,
  requestEvidence,
  resetEvidence,
} from './common.ts';

/** Calls shown in full as evidence; the others are counted. */
const SHOWN_MAX = 3;

/** The tally of a trait, or undefined when no call shows it. */
function calls(connection: ConnectionFacts, trait: Trait): (Tally & { readonly first: Call }) | undefined {
  const tally = connection.calls.tally(trait);
  const first = tally.examples[0];
  return first === undefined ? undefined : { ...tally, first };
}

/** The same for traits that rest on something missing: a call whose answer fell into a hole of the capture shows nothing. */
function callsWithout(connection: ConnectionFacts, trait: Trait): (Tally & { readonly first: Call }) | undefined {
  const tally = connection.calls.tally(trait);
  const examples = tally.examples.filter(
    (call) => !connection.lostBetween('server', call.opened, call.server.ended ?? call.reset),
  );
  const first = examples[0];
  const dropped = tally.examples.length - examples.length;
  return first === undefined ? undefined : { count: tally.count - dropped, examples, first };
}

function ids(examples: readonly Call[]): number[] {
  return examples.map((call) => call.stream);
}

function fates(connection: ConnectionFacts, examples: readonly Call[]): EventKey[] {
  return examples.map((call) => streamKey(connection, call.stream));
}

function responseEvidence(connection: ConnectionFacts, call: Call): Evidence[] {
  const { headers } = call.server;
  if (headers === undefined) return [];
  const sinceMs = headers.timeMs - call.opened.timeMs;
  return [
    evidence(connection, headers, 'server', 'headers-response', {
      stream: call.stream,
      status: call.httpStatus,
      sinceMs,
    }),
  ];
}

/** The first calls of a tally as evidence, by `lines`, then how many more there are. */
function shown(connection: ConnectionFacts, tally: Tally, lines: (call: Call) => Evidence[]): Evidence[] {
  const examples = tally.examples.slice(0, SHOWN_MAX);
  const more = tally.count - examples.length;
  const last = examples.at(-1);
  const tail =
    more > 0 && last !== undefined ? [evidence(connection, last.opened, 'none', 'repeated', { count: more })] : [];
  return [...examples.flatMap(lines), ...tail];
}

/** A server that is offended by request trailers acts within a round trip; scheduling on a busy host adds to it. */
const REACTION_MS = 1_000;

interface Reaction {
  readonly kind: 'close' | 'rst' | 'goaway' | 'accepted';
  readonly end: EndFact | undefined;
  readonly goaway: GoAwayFact | undefined;
  /** Calls that had done nothing wrong and died with it. */
  readonly innocent: readonly Call[];
}

/** What the server did right after the client's frame at `mark` on `call`. */
function reactionTo(connection: ConnectionFacts, call: Call, mark: Mark): Reaction {
  const soon = (other: Mark): boolean => other.packet >= mark.packet && other.timeMs - mark.timeMs <= REACTION_MS;
  const goaway = connection.goawaysOf('server').find((fact) => fact.errorCode !== ErrorCode.NO_ERROR && soon(fact));
  const others = (died: readonly Call[]): Call[] => died.filter((other) => other.stream !== call.stream);
  if (goaway !== undefined) return { kind: 'goaway', end: undefined, goaway, innocent: others(diedWith(goaway)) };
  const { reset } = call;
  const refused = reset?.by === 'server' && reset.code !== ErrorCode.NO_ERROR && soon(reset);
  if (refused) return { kind: 'rst', end: undefined, goaway: undefined, innocent: [] };
  const end = connection.firstEnd;
  const closed = end?.from === 'server' && soon(end) && !call.answered && connection.goawaysOf('server').length === 0;
  if (closed) return { kind: 'close', end, goaway: undefined, innocent: others(end.waiting) };
  return { kind: 'accepted', end: undefined, goaway: undefined, innocent: [] };
}

/** gRPC requests end with END_STREAM on the last message; a client that sends trailers meets servers that refuse them. */
export function requestTrailers(connection: ConnectionFacts): Draft[] {
  const offenders = [...connection.calls.tally('request-trailers').examples, ...openWithTrailers(connection)];
  const call =
    offenders.find((one) => reactionTo(connection, one, one.client.trailers ?? one.opened).kind !== 'accepted') ??
    offenders[0];
  const trailers = call?.client.trailers;
  if (call === undefined || trailers === undefined) return [];
  const reaction = reactionTo(connection, call, trailers);
  const accepted = reaction.kind === 'accepted';
  const hurt = accepted ? [] : [call, ...reaction.innocent];
  const fields = call.requestTrailerFields.join(', ');
  return [
    draft({
      id: 'stream/request-trailers',
      severity: accepted ? 'info' : 'error',
      certainty: 'certain',
      culprit: 'client',
      connections: [connection],
      streams: ids(offenders),
      params: {
        stream: call.stream,
        reaction: reaction.kind,
        fields,
        streams: offenders.length,
        openStreams: accepted ? undefined : reaction.innocent.length,
        serverVersion: grpcGoVersions(connection, reaction.kind),
        grpcStatus: call.requestTrailerFields.includes('grpc-status') ? true : undefined,
        debugData: reaction.goaway?.debugData || undefined,
        ...implementations(connection),
      },
      evidence: [
        requestEvidence(connection, call),
        evidence(connection, trailers, 'client', 'request-trailers', {
          stream: call.stream,
          fields: fields === '' ? undefined : fields,
          endStream: call.client.ended === undefined ? undefined : true,
        }),
        ...reactionEvidence(connection, call, reaction),
      ],
      victims: victims(connection, hurt, () => 'unknown'),
      about: reaction.kind === 'rst' ? fates(connection, offenders) : [],
      explains: accepted ? [] : [...fates(connection, hurt), ...reactionKeys(connection, reaction)],
    }),
  ];
}

function openWithTrailers(connection: ConnectionFacts): Call[] {
  return [...connection.calls.open.values()].filter((call) => call.client.trailers !== undefined && call.isGrpc);
}

function reactionKeys(connection: ConnectionFacts, reaction: Reaction): EventKey[] {
  if (reaction.goaway !== undefined) return [goawayKey(connection, reaction.goaway), endKey(connection)];
  return reaction.kind === 'close' ? [endKey(connection)] : [];
}

function reactionEvidence(connection: ConnectionFacts, call: Call, reaction: Reaction): Evidence[] {
  if (reaction.goaway !== undefined) return [goawayEvidence(connection, reaction.goaway)];
  if (reaction.end !== undefined) {
    return [endEvidence(connection, reaction.end), evidence(connection, reaction.end, 'none', 'no-goaway', {})];
  }
  return reaction.kind === 'rst' ? resetEvidence(connection, call) : [];
}

/** grpc-go reacts in three ways by version; only its traces make the version list meaningful. */
function grpcGoVersions(connection: ConnectionFacts, reaction: Reaction['kind']): string | undefined {
  const stack = connection.stacks.server?.stack;
  if (stack !== 'grpc-go' && stack !== 'etcd' && stack !== 'kitex') return undefined;
  return { rst: 'grpc-go <= 1.41', close: 'grpc-go 1.42 - 1.62', goaway: 'grpc-go >= 1.63', accepted: undefined }[
    reaction
  ];
}

/** Any other client stream id out of order or even, if the server acted on it. */
export function idNotIncreasing(connection: ConnectionFacts): Draft[] {
  const fault = connection.violations
    .toArray()
    .find(
      ({ by, rule }) =>
        by === 'client' && (rule === 'stream/id-not-increasing' || rule === 'stream/even-id-from-client'),
    );
  if (fault === undefined) return [];
  const goaway = connection.goawaysOf('server').find((fact) => fact.errorCode !== 0 && fact.packet >= fault.packet);
  const end = connection.firstEnd?.from === 'server' ? connection.firstEnd : undefined;
  const reaction = goaway ?? (end !== undefined && end.timeMs - fault.timeMs <= REACTION_MS ? end : undefined);
  if (reaction === undefined) return [];
  const hurt = goaway === undefined ? reaction.waiting : diedWith(goaway);
  return [
    draft({
      id: 'stream/id-not-increasing',
      certainty: 'certain',
      culprit: 'client',
      connections: [connection],
      streams: [fault.stream],
      params: {
        stream: fault.stream,
        highestStream: connection.calls.highestStream,
        even: fault.stream % 2 === 0 ? true : undefined,
        openStreams: hurt.length,
      },
      evidence: [
        evidence(connection, fault, 'client', 'violation', { rule: rules[fault.rule].section, detail: fault.detail }),
        goaway === undefined ? endEvidence(connection, reaction as EndFact) : goawayEvidence(connection, goaway),
      ],
      victims: victims(connection, hurt, () => 'unknown'),
      explains: goaway === undefined ? [endKey(connection)] : [goawayKey(connection, goaway), endKey(connection)],
    }),
  ];
}

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
        percent: Math.round((100 * tally.count) / total),
        lagMs: lags.sort((a, b) => a - b)[Math.floor(lags.length / 2)],
        clientImplementation: implementations(connection).clientImplementation,
        proxy,
      },
      evidence: shown(connection, tally, (call) => [
        requestEvidence(connection, call),
        ...trailersEvidence(connection, call),
        ...resetEvidence(connection, call),
        ...halfCloseEvidence(connection, call),
      ]),
      about: fates(connection, tally.examples),
      explains: [...hurt, ...sameOnNextHop(connection, capture)],
    }),
  ];
}

/** Answers that a proxy cut, seen on the hop before it (or on this one), when this hop shows late half-closes. */
function hurtAcrossHops(connection: ConnectionFacts, capture: CaptureFacts): EventKey[] {
  const beforeProxy = capture.upstreamOf(connection).length > 0 ? [connection] : [];
  const late = connection.calls.tally('late-half-close').examples;
  return [...beforeProxy, ...capture.downstreamOf(connection)].flatMap((hop) =>
    [...hop.calls.tally('response-truncated').examples, ...hop.calls.tally('cut-with-error').examples]
      .filter((call) => call.client.messages === 1)
      .filter((call) => hop === connection || late.some((inner) => liesWithin(inner, call)))
      .map((call) => streamKey(hop, call.stream)),
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

function trailersEvidence(connection: ConnectionFacts, call: Call): Evidence[] {
  const { ended } = call.server;
  if (ended === undefined) return [];
  return [
    evidence(connection, ended, 'server', 'trailers', {
      stream: call.stream,
      grpcStatus: call.grpcStatus,
      grpcMessage: call.grpcMessage === '' ? undefined : call.grpcMessage,
      sinceMs: ended.timeMs - call.opened.timeMs,
    }),
  ];
}

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
        ...trailersEvidence(connection, call),
      ]),
      victims: victims(connection, tally.examples, () => 'unknown'),
      about: fates(connection, tally.examples),
    }),
  ];
}

/** RST_STREAM(REFUSED_STREAM): never processed (RFC 9113 §8.7), usually one stream too many. */
export function refused(connection: ConnectionFacts): Draft[] {
  const tally = calls(connection, 'refused');
  if (tally === undefined) return [];
  const limit = connection.maxConcurrentStreams;
  const { first } = tally;
  const settingsMs = connection.settings.server?.timeMs ?? Number.POSITIVE_INFINITY;
  const over = limit !== undefined && first.concurrency > limit;
  return [
    draft({
      id: 'stream/refused',
      certainty: 'certain',
      culprit: over ? 'client' : 'server',
      connections: [connection],
      streams: ids(tally.examples),
      params: {
        by: 'server',
        streams: tally.count,
        limit,
        openStreams: first.concurrency,
        beforeSettings: first.opened.timeMs < settingsMs ? true : undefined,
      },
      evidence: shown(connection, tally, (call) => [
        requestEvidence(connection, call),
        ...resetEvidence(connection, call),
      ]),
      victims: victims(connection, tally.examples, () => 'safe'),
      about: fates(connection, tally.examples),
    }),
  ];
}

/** Calls that the client gave up on its own account: healthy, but worth knowing. */
export function cancelled(connection: ConnectionFacts): Draft[] {
  const tally = calls(connection, 'client-reset');
  if (tally === undefined) return [];
  const times = tally.examples.map((call) => (call.reset?.timeMs ?? 0) - call.opened.timeMs).sort((a, b) => a - b);
  return [
    draft({
      id: 'stream/cancelled',
      certainty: 'certain',
      culprit: 'none',
      connections: [connection],
      streams: ids(tally.examples),
      params: { streams: tally.count, sinceRequestMs: times[Math.floor(times.length / 2)], by: 'client' },
      evidence: shown(connection, tally, (call) => [
        requestEvidence(connection, call),
        ...resetEvidence(connection, call),
      ]),
      about: fates(connection, tally.examples),
    }),
  ];
}
