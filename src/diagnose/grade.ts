/**
 * Grades findings down to what the capture shows. A rule reads what it sees; here stands what it would have to see besides.
 * Where the beginning of a connection, packets of it or a whole direction are missing, a cause may stand in what is missing.
 * A finding that nothing here is said of is taken to need everything.
 */
import type { Side } from '#base';
import type { FindingId } from './catalog.ts';
import type { Draft } from './draft.ts';
import type { Call } from './facts/call.ts';
import type { ConnectionFacts } from './facts/connection.ts';

/**
 * `said`: a text or code that one frame carries says it, whatever else happened. `shown`: the frames of the named sides show
 * it; what is missing makes it less sure. `symptom`: the frames of that side show what happened, and the reason for it may
 * stand in what is missing, so nobody is blamed then.
 */
interface Rests {
  readonly on: 'said' | 'shown' | 'symptom';
  readonly sides: readonly Side[];
  /** The rule makes sure itself that nothing which came before the capture saw everything can matter. */
  readonly since?: 'blind';
}

const said = (...sides: Side[]): Rests => ({ on: 'said', sides });
const shown = (...sides: Side[]): Rests => ({ on: 'shown', sides });
const symptom = (...sides: Side[]): Rests => ({ on: 'symptom', sides });

const rests: Readonly<Partial<Record<FindingId, Rests>>> = {
  'keepalive/too-many-pings': said('server'),
  'goaway/late-write': said('server'),
  'goaway/flood-guard': said('server'),
  // The rule itself looks at what the server may have announced unseen.
  'connection/abrupt-close': { on: 'shown', sides: ['client', 'server'], since: 'blind' },
  'goaway/protocol-error': symptom(),
  'headers/too-large': said('server'),
  'headers/compression-error': shown('server'),
  'message/too-large': said('server'),
  'peer/http1': shown('client', 'server'),
  'peer/tls-mismatch': shown('client', 'server'),
  'peer/not-grpc': shown('server'),
  'stream/refused': said('server'),
  'stream/reset': symptom('server'),
  'stream/internal-error': symptom('server'),
  'stream/cancelled': symptom('server'),
  'stream/missing-trailers': shown('server'),
};

/**
 * Readings that a clock which leapt makes up. `long`: something took long; `rapid`: something came too often; `sudden`: there was no
 * silence before, which would have another reason.
 */
const timed: Readonly<Partial<Record<FindingId, 'long' | 'rapid' | 'sudden'>>> = {
  'keepalive/will-be-cut': 'rapid',
  'keepalive/unanswered-ping': 'long',
  'keepalive/watchdog-false-positive': 'long',
  'connection/idle-close-race': 'long',
  'connection/half-open': 'long',
  'connection/no-server-preface': 'long',
  'connection/settings-not-acked': 'long',
  'connection/abrupt-close': 'sudden',
  'connection/server-restart': 'sudden',
  'goaway/grace-expired': 'long',
  'stream/proxy-timeout': 'long',
  'stream/cancel-storm': 'rapid',
  'stream/concurrency-starved': 'long',
  'stream/frame-after-close': 'long',
  'deadline/exceeded-by-handler': 'long',
  'deadline/not-propagated': 'long',
  'flow/stream-stalled': 'long',
  'flow/connection-stalled': 'long',
  'hop/added-delay': 'long',
};

const EVERYTHING = shown('client', 'server');

/** Connections of one finding that are looked at: with more, the first ones tell. */
const LOOKED_AT_MAX = 20;

/** The drafts that stand, each as sure as the capture allows. */
export function graded(drafts: readonly Draft[]): Draft[] {
  return drafts.flatMap((draft) => (draft.severity === 'info' ? [draft] : grade(draft).flatMap(doubted)));
}

/**
 * Mended times are as good as any. A leap of unknown length counts as no time at all: what came before and after it may seem too
 * close together, and a silence may go unseen. What took long without the leap took long.
 */
function doubted(draft: Draft): Draft[] {
  const reading = timed[draft.id];
  if (reading === undefined) return [draft];
  const lastPacket = Math.max(0, ...draft.evidence.map(({ packet }) => packet));
  const proofs = draft.connections
    .slice(0, LOOKED_AT_MAX)
    .flatMap(({ leaps }) => leaps.filter(({ leapPacket }) => leapPacket <= lastPacket).map(({ proof }) => proof));
  if (!proofs.includes('order') && !proofs.includes('one-host')) return [draft];
  if (reading === 'rapid' && proofs.includes('order')) return [];
  return [{ ...draft, certainty: 'possible', culprit: reading === 'sudden' ? 'unknown' : draft.culprit }];
}

function grade(draft: Draft): Draft[] {
  const { on, sides, since } = rests[draft.id] ?? EVERYTHING;
  const looked = draft.connections.slice(0, LOOKED_AT_MAX);
  if (looked.some(({ unseen }) => unseen !== undefined && sides.includes(unseen))) return [];
  if (on === 'said' || since === 'blind' || !looked.some((connection) => lacks(connection, draft.streams, draft.id)))
    return [draft];
  const certainty = draft.certainty === 'certain' ? 'likely' : draft.certainty;
  return [{ ...draft, certainty, culprit: on === 'symptom' ? 'unknown' : draft.culprit }];
}

/** Whether frames are missing in which the finding may have its reason: those of its streams, or any of the connection. */
function lacks(connection: ConnectionFacts, streams: readonly number[], id: FindingId): boolean {
  const { joinedMiddle, unseen, blindBytes, unreadableBlocks, textsCut } = connection;
  if (unseen !== undefined) return true;
  if (!joinedMiddle && blindBytes.client + blindBytes.server + unreadableBlocks + textsCut === 0) return false;
  if (!/^(stream|message|deadline)\//.test(id)) return true;
  return streams.some((stream) => {
    const call = connection.calls.ended(stream);
    return call === undefined || isPartial(connection, call);
  });
}

function isPartial(connection: ConnectionFacts, call: Call): boolean {
  if (call.older || call.unreadable || call.requestUnreadable) return true;
  const over = call.reset ?? call.server.ended;
  return connection.blindBetween('client', call.opened, over) || connection.blindBetween('server', call.opened, over);
}
