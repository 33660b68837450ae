/** The end of one direction of a stream by END_STREAM. */
import type { StreamInput } from '../../stream/state.ts';
import { LENGTH_OPEN } from '../../stream/stream.ts';
import type { Party } from '../party.ts';
import type { SeenStream } from '../seen-stream.ts';
import type { Session } from '../session.ts';
import { outcomeOf } from './reach.ts';

/** Applies `input`, which carries END_STREAM, where the state allows it; whoever saw the frame has judged it already. */
export function endHalf(session: Session, from: Party, stream: SeenStream, input: StreamInput): void {
  const { next, rule, crossing } = outcomeOf(stream.state, from, input);
  if (rule !== undefined || crossing || next === stream.state) return;
  judgeLength(session, from, stream);
  session.streams.move(stream, next);
  session.sink.streamEnded(from.side, stream.id, 'end-stream');
}

/** RFC 9113 §8.1.1: Content-Length must equal the sum of the DATA payloads. */
function judgeLength(session: Session, from: Party, stream: SeenStream): void {
  const { lengthDeclared, lengthSent } = stream.half(from.side);
  if (lengthDeclared === LENGTH_OPEN || lengthDeclared === lengthSent || !stream.wholeSeen) return;
  const detail = `content-length ${lengthDeclared} on stream ${stream.id}, and DATA of ${lengthSent} octets`;
  session.violate('headers/content-length-mismatch', from.side, stream.id, detail);
}
