/** HEADERS that a client should not have sent: request trailers, and stream ids out of order. RFC 9113 §5.1.1; gRPC over HTTP/2. */
import { ErrorCode, rules } from '#h2';
import { type Draft, draft, type EventKey, endKey, evidence, goawayKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { ConnectionFacts, EndFact, GoAwayFact } from '../facts/connection.ts';
import type { Mark } from '../facts/mark.ts';
import type { Evidence } from '../finding.ts';
import { diedWith, endEvidence, goawayEvidence, implementations, requestEvidence, resetEvidence } from './common.ts';
import { fates, ids } from './tally.ts';

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
  const unsure =
    connection.handshake === 'unseen' ||
    connection.lostBetween('server', mark, undefined) ||
    connection.toldLate('client', mark);
  const end = unsure ? undefined : connection.firstEnd;
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
  const met = accepted ? [] : [call, ...reaction.innocent];
  // A server that answers before it reads the trailers cuts the connection all the same, and the call is none the worse for it.
  const hurt = met.filter((one) => one !== call || !call.answered);
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
      explains: accepted ? [] : [...fates(connection, met), ...reactionKeys(connection, reaction)],
    }),
  ];
}

function openWithTrailers(connection: ConnectionFacts): Call[] {
  return connection.calls.open.values().filter((call) => call.client.trailers !== undefined && call.isGrpc);
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
