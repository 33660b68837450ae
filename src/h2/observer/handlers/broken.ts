/** Frames of which only the header is known: what that still says, and what it leaves in doubt. */
import { Flag, FrameType } from '../../frames/codes.ts';
import type { BrokenFrame } from '../../frames/frame.ts';
import { StreamInput } from '../../stream/state.ts';
import type { Party } from '../party.ts';
import type { Session } from '../session.ts';
import { endHalf } from './end.ts';
import { reachStream } from './reach.ts';
import { onRstStream } from './stream-frames.ts';

type Handler = (session: Session, from: Party, frame: BrokenFrame) => void;

/** By type number; header blocks are the business of their assembler. */
const handlers: readonly (Handler | undefined)[] = (() => {
  const table: (Handler | undefined)[] = [];
  table[FrameType.DATA] = onData;
  table[FrameType.RST_STREAM] = (session, from, frame) => onRstStream(session, from, frame, undefined);
  table[FrameType.SETTINGS] = onSettings;
  table[FrameType.PUSH_PROMISE] = onPushPromise;
  table[FrameType.WINDOW_UPDATE] = onWindowUpdate;
  return table;
})();

export function onBroken(session: Session, from: Party, frame: BrokenFrame): void {
  handlers[frame.type]?.(session, from, frame);
}

/** Its length counts, whatever is in it (RFC 9113 §6.9.1). What it means to the message is not known. */
function onData(session: Session, from: Party, frame: BrokenFrame): void {
  const stream = reachStream(session, from, frame.stream, StreamInput.DATA, frame.type);
  from.credit.spend(stream?.half(from.side), frame.length);
  if (stream === undefined) return;
  stream.wholeSeen = false;
  if (frame.flags & Flag.END_STREAM) endHalf(session, from, stream, StreamInput.DATA_END);
}

/** The values are lost, and with them everything that hangs on settings in either direction. */
function onSettings(session: Session, from: Party, frame: BrokenFrame): void {
  const owner = frame.flags & Flag.ACK ? session.peer(from) : from;
  const bound = session.peer(owner);
  owner.settings.lose();
  bound.credit.initialKnown = false;
  bound.decoder.setTableLimit(Number.POSITIVE_INFINITY);
  session.claims.drop();
}

/** The promised stream is not known. */
function onPushPromise(_session: Session, from: Party): void {
  from.openingsUnsure = true;
}

/** The increment is lost. */
function onWindowUpdate(session: Session, from: Party, frame: BrokenFrame): void {
  const { credit } = session.peer(from);
  if (frame.stream === 0) {
    credit.connectionKnown = false;
  } else {
    const stream = reachStream(session, from, frame.stream, StreamInput.WINDOW_UPDATE, frame.type);
    if (stream !== undefined) stream.wholeSeen = false;
  }
  session.claims.drop();
}
