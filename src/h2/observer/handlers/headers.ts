/** Header blocks on streams: what opens a stream, what the block is, and whether it may stand where it does. */
import { Flag, FrameType } from '../../frames/codes.ts';
import { type BlockFacts, NO_FACTS, readBlock } from '../../headers/block-facts.ts';
import type { HeadersRole } from '../../headers/field.ts';
import type { HeaderBlock } from '../../hpack/decoder.ts';
import { StreamInput, streamStates } from '../../stream/state.ts';
import { initiator, LENGTH_OPEN } from '../../stream/stream.ts';
import type { Party } from '../party.ts';
import type { SeenStream } from '../seen-stream.ts';
import type { Session } from '../session.ts';
import { endHalf } from './end.ts';
import { holdUnknown, judgeState, outcomeOf, reachStream } from './reach.ts';

const FRAME = { type: FrameType.HEADERS } as const;

/** A block that HEADERS opened is complete, or lost (`block` is undefined): the stream moves either way. */
export function onHeaderBlock(
  session: Session,
  from: Party,
  id: number,
  flags: number,
  block: HeaderBlock | undefined,
): void {
  const ends = (flags & Flag.END_STREAM) !== 0;
  const input = ends ? StreamInput.HEADERS_END : StreamInput.HEADERS;
  const read = block === undefined ? undefined : readBlock(block);
  const facts = read?.facts ?? NO_FACTS;
  const stream = streamOf(session, from, id, input, facts);
  if (from.side === 'server' && stream !== undefined) session.saw(from, stream.openedAt);
  const outcome = stream && outcomeOf(stream.state, from, input);
  const legal = stream !== undefined && outcome !== undefined && judgeState(session, from, stream, FRAME, outcome);
  const role = stream === undefined ? 'unknown' : roleOf(stream, from, facts);
  if (block !== undefined && read !== undefined) {
    session.sink.headers(from.side, id, role, block.fields, ends, block.complete);
    for (const { rule, detail } of read.faults(role, id)) session.violate(rule, from.side, id, detail);
  }
  // What crossed a RST_STREAM changes no state, and yet the next block is another part of the message.
  if (stream !== undefined && outcome?.rule === undefined) note(stream, from, role, facts);
  if (!legal) return;
  judgePlace(session, from, stream, role, ends);
  if (ends) endHalf(session, from, stream, input);
  else session.streams.move(stream, outcome.next);
}

/** The stream that the block is on, opened by it if need be. */
function streamOf(
  session: Session,
  from: Party,
  id: number,
  input: StreamInput,
  facts: BlockFacts,
): SeenStream | undefined {
  const { streams } = session;
  const held = streams.find(id);
  const mayOpen = from.side === 'client' && id > streams.highestOfClient && id !== 0;
  if (held !== undefined && !(mayOpen && isEarly(held))) return held;
  // After a loss, a block on a new id may be the trailers of a stream whose beginning is missing.
  const opens = mayOpen && (!from.openingsUnsure || facts.kind === 'request');
  if (!opens) return held ?? reachStream(session, from, id, input, FRAME.type);
  if (initiator(id) !== 'client') {
    const detail = `HEADERS on stream ${id} opens a stream with an even identifier`;
    session.violate('stream/even-id-from-client', 'client', id, detail);
    return held ?? holdUnknown(session, id);
  }
  return open(session, from, id, held);
}

/** Frames of the server on it came first: a capture does not promise the order of the two directions. */
function isEarly(stream: SeenStream): boolean {
  return initiator(stream.id) === 'client' && stream.openedAt === 0;
}

function open(session: Session, from: Party, id: number, early: SeenStream | undefined): SeenStream {
  const { streams, causality, claims } = session;
  const server = session.peer(from);
  if (server.goAway !== undefined && causality.seenBy('client') >= server.goAway.at) {
    const detail = `HEADERS opens stream ${id} after a GOAWAY had been received`;
    session.violate('goaway/stream-opened-after', 'client', id, detail);
  }
  const stream = early ?? streams.hold(id, streamStates.open);
  if (early?.state.live) {
    early.wholeSeen = !from.openingsUnsure;
    streams.move(early, early.state.serverSends ? streamStates.open : streamStates['half-closed-server']);
  }
  streams.use(id);
  stream.openedAt = causality.last('client');
  if (claims.waiting) claims.passedOver('server', id);
  if (from.openingsUnsure) streams.blurBelow(id);
  from.openingsUnsure = false;
  judgeConcurrency(session, server, id);
  return stream;
}

function judgeConcurrency(session: Session, server: Party, id: number): void {
  const { streams, claims } = session;
  const { settings } = server;
  const open = streams.open('client');
  if (open <= settings.most.concurrentStreams || !settings.known) return;
  if (claims.covers('stream/over-limit', 'client', id)) return;
  const detail = `stream ${id} is number ${open} of the open ones, ${settings.most.concurrentStreams} are allowed`;
  const holds = (): boolean => streams.openUpTo(id) > settings.most.concurrentStreams;
  session.claim('stream/over-limit', 'client', id, detail, holds);
}

function roleOf(stream: SeenStream, from: Party, facts: BlockFacts): HeadersRole {
  const { part } = stream.half(from.side);
  if (stream.wholeSeen) {
    if (part === 'content' || part === 'trailers') return 'trailers';
    if (from.side === 'client') return 'request';
    return facts.kind === 'unknown' ? 'unknown' : responseRole(facts);
  }
  if (facts.kind === 'request') return from.side === 'client' ? 'request' : 'unknown';
  if (facts.kind === 'response') return from.side === 'server' ? responseRole(facts) : 'unknown';
  return facts.kind;
}

function responseRole(facts: BlockFacts): HeadersRole {
  return facts.status >= 100 && facts.status < 200 ? 'informational' : 'response';
}

/** RFC 9113 §8.1: trailers end the stream, informational responses do not. */
function judgePlace(session: Session, from: Party, stream: SeenStream, role: HeadersRole, ends: boolean): void {
  const { id } = stream;
  if (role === 'trailers' && !ends && stream.wholeSeen) {
    const detail = `HEADERS without END_STREAM on stream ${id} after the header section`;
    session.violate('headers/trailers-not-last', from.side, id, detail);
  } else if (role === 'informational' && ends) {
    session.violate('headers/informational-ended', from.side, id, `1xx response with END_STREAM on stream ${id}`);
  }
}

/** Remembers how far the message has come. */
function note(stream: SeenStream, from: Party, role: HeadersRole, facts: BlockFacts): void {
  const half = stream.half(from.side);
  if (role === 'informational') {
    half.part = 'informational';
  } else if (role === 'trailers') {
    half.part = 'trailers';
  } else {
    half.part = 'content';
    if (role === 'unknown') stream.wholeSeen = false;
    if (role === 'request') stream.bodiless = facts.bodiless;
    const binds = role === 'request' || !(stream.bodiless || facts.status === 204 || facts.status === 304);
    half.lengthDeclared = binds ? facts.length : LENGTH_OPEN;
  }
}
