/** RST_STREAM (RFC 9113 §6.4), WINDOW_UPDATE (§6.9) and PRIORITY (§6.3). */
import type { Frame, WindowUpdateFrame } from '../../frames/frame.ts';
import { StreamInput } from '../../stream/state.ts';
import type { StreamHalf } from '../../stream/stream.ts';
import type { Party } from '../party.ts';
import type { SeenStream } from '../seen-stream.ts';
import type { Session } from '../session.ts';
import { judgeState, outcomeOf, reachStream } from './reach.ts';

/** `errorCode` is undefined when the capture lost it. */
export function onRstStream(session: Session, from: Party, frame: Frame, errorCode: number | undefined): void {
  const stream = reachStream(session, from, frame.stream, StreamInput.RST_STREAM, frame.type);
  if (stream === undefined) return;
  const before = stream.state;
  const outcome = outcomeOf(before, from, StreamInput.RST_STREAM);
  if (!judgeState(session, from, stream, frame, outcome) || outcome.next === before) return;
  stream.resetAt = session.causality.last(from.side);
  stream.resetCode = errorCode ?? 0;
  session.streams.move(stream, outcome.next);
  if (before.clientSends) session.sink.streamEnded('client', stream.id, 'reset');
  if (before.serverSends) session.sink.streamEnded('server', stream.id, 'reset');
  if (errorCode !== undefined && session.claims.waiting) session.claims.confirm(from.side, errorCode, stream.id);
}

/** Adds to what the other side may send; tells the frame with the window that results. */
export function onWindowUpdate(session: Session, from: Party, frame: WindowUpdateFrame): void {
  const { credit } = session.peer(from);
  const { side } = from;
  if (frame.stream === 0) {
    credit.grantConnection(frame.increment);
    session.sink.frame(side, frame, undefined, credit.connectionKnown ? credit.connection : undefined);
    judgeConnectionOverflow(session, from);
    return;
  }
  const stream = session.streams.find(frame.stream);
  const half = stream?.half(from.other);
  if (half !== undefined) credit.grant(half, frame.increment);
  const known = stream?.wholeSeen && half && credit.initialKnown;
  session.sink.frame(side, frame, known ? credit.window(half) : undefined, undefined);
  if (stream === undefined) {
    const held = reachStream(session, from, frame.stream, StreamInput.WINDOW_UPDATE, frame.type);
    if (held !== undefined) credit.grant(held.half(from.other), frame.increment);
    return;
  }
  judgeState(session, from, stream, frame, outcomeOf(stream.state, from, StreamInput.WINDOW_UPDATE));
  if (known) judgeStreamOverflow(session, from, stream, half);
}

export function onPriority(session: Session, from: Party, frame: Frame): void {
  reachStream(session, from, frame.stream, StreamInput.PRIORITY, frame.type);
}

function judgeConnectionOverflow(session: Session, from: Party): void {
  const { credit } = session.peer(from);
  if (!credit.connectionKnown || !credit.isConnectionOverflow) return;
  const detail = `WINDOW_UPDATE raises the connection's window to ${credit.connection}`;
  session.claim('window/overflow', from.side, 0, detail, () => credit.isConnectionOverflow);
}

function judgeStreamOverflow(session: Session, from: Party, stream: SeenStream, half: StreamHalf): void {
  const { credit } = session.peer(from);
  if (!credit.isOverflow(half)) return;
  const { id } = stream;
  const detail = `WINDOW_UPDATE raises the window of stream ${id} to ${credit.window(half)}`;
  session.claim('window/overflow', from.side, id, detail, () => {
    const held = session.streams.find(id);
    return held !== undefined && credit.isOverflow(held.half(from.other));
  });
}
