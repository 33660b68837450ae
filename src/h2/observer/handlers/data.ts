/** DATA (RFC 9113 §6.1) and the windows that it spends (§6.9.1). */
import { Flag } from '../../frames/codes.ts';
import type { DataFrame } from '../../frames/frame.ts';
import { StreamInput } from '../../stream/state.ts';
import type { StreamHalf } from '../../stream/stream.ts';
import type { Party } from '../party.ts';
import type { SeenStream } from '../seen-stream.ts';
import type { Session } from '../session.ts';
import { endHalf } from './end.ts';
import { judgeState, outcomeOf, reachStream } from './reach.ts';

/** The frame's header was read: it spends its whole length at once, as it does at the receiver. */
export function onDataBegin(session: Session, from: Party, frame: DataFrame): void {
  const { credit, side } = from;
  const stream = session.streams.find(frame.stream);
  const half = stream?.half(side);
  credit.spend(half, frame.length);
  const window = stream?.wholeSeen && half && credit.initialKnown ? credit.window(half) : undefined;
  session.sink.frame(side, frame, window, credit.connectionKnown ? credit.connection : undefined);
  if (stream === undefined || half === undefined) {
    reachStream(session, from, frame.stream, StreamInput.DATA, frame.type);
  } else if (judgeState(session, from, stream, frame, outcomeOf(stream.state, from, StreamInput.DATA))) {
    judgeMessage(session, from, stream, half, frame);
  }
  if (frame.length > 0) judgeWindows(session, from, window === undefined ? undefined : half, frame);
}

/** The frame's last octet has passed. */
export function onDataEnd(session: Session, from: Party, frame: DataFrame): void {
  if ((frame.flags & Flag.END_STREAM) === 0) return;
  const stream = session.streams.find(frame.stream);
  if (stream !== undefined) endHalf(session, from, stream, StreamInput.DATA_END);
}

function judgeMessage(session: Session, from: Party, stream: SeenStream, half: StreamHalf, frame: DataFrame): void {
  half.lengthSent += frame.bodyLength;
  if (half.part === 'content' || !stream.wholeSeen) return;
  if (half.part === 'trailers') return;
  half.part = 'content';
  session.violate('headers/data-first', from.side, stream.id, `DATA on stream ${stream.id} before any header section`);
}

/** An overrun shows at the sender; what the receiver has granted may come to light later. */
function judgeWindows(session: Session, from: Party, half: StreamHalf | undefined, frame: DataFrame): void {
  const { credit, side } = from;
  if (credit.connectionKnown && credit.isConnectionOverrun && !session.claims.covers('window/overrun', side, 0)) {
    const detail = `DATA of ${frame.length} octets is ${-credit.connection} more than the connection's window allows`;
    session.claim('window/overrun', side, 0, detail, () => credit.isConnectionOverrun);
  }
  const id = frame.stream;
  if (half === undefined || !credit.isOverrun(half) || session.claims.covers('window/overrun', side, id)) return;
  const excess = -(credit.initialMost + half.credit);
  const detail = `DATA of ${frame.length} octets on stream ${id} is ${excess} more than its window allows`;
  session.claim('window/overrun', side, id, detail, () => {
    const stream = session.streams.find(id);
    return stream !== undefined && credit.isOverrun(stream.half(side));
  });
}
