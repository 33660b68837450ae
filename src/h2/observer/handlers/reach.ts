/** From a frame's stream number to a held stream: what may come of frames on streams that nobody has opened. */

import { frameTypeName } from '../../frames/codes.ts';
import type { Frame } from '../../frames/frame.ts';
import { type Outcome, type StreamInput, type StreamState, streamStates } from '../../stream/state.ts';
import { initiator } from '../../stream/stream.ts';
import type { Party } from '../party.ts';
import type { SeenStream } from '../seen-stream.ts';
import type { Session } from '../session.ts';

/** What the table says about an input from this side. */
export function outcomeOf(state: StreamState, from: Party, input: StreamInput): Outcome {
  return (from.side === 'client' ? state.client : state.server)[input]!;
}

/**
 * The stream of a frame that does not open it. A breach is reported; the stream is then held as unknown, so that one
 * mistake is told once. `undefined` where the frame is legal and there is nothing to hold.
 */
export function reachStream(
  session: Session,
  from: Party,
  id: number,
  input: StreamInput,
  type: number,
): SeenStream | undefined {
  const held = session.streams.find(id);
  if (held !== undefined || id === 0) return held;
  const state = session.streams.stateOf(id);
  const { rule } = outcomeOf(state, from, input);
  if (state === streamStates.unknown) return holdUnknown(session, id);
  if (rule === undefined) return undefined;
  const opener = session.party(initiator(id));
  if (state === streamStates.idle && opener.openingsUnsure) return holdUnknown(session, id);
  const detail = `${frameTypeName(type)} on stream ${id}, which is ${state.name}`;
  if (state === streamStates.idle && opener !== from) {
    session.claim(rule, from.side, id, detail, () => !wasOpened(session, id));
  } else {
    session.violate(rule, from.side, id, detail);
  }
  return holdUnknown(session, id);
}

/** Judges a frame on a held stream by the state alone. True if it is legal and changes what it should. */
export function judgeState(
  session: Session,
  from: Party,
  stream: SeenStream,
  frame: Pick<Frame, 'type'>,
  outcome: Outcome,
): boolean {
  if (outcome.rule !== undefined) {
    const detail = `${frameTypeName(frame.type)} on stream ${stream.id}, which is ${stream.state.name}`;
    session.violate(outcome.rule, from.side, stream.id, detail);
    return false;
  }
  if (!outcome.crossing) return true;
  if (stream.resetAt > 0 && session.causality.seenBy(from.side) >= stream.resetAt) {
    const detail = `${frameTypeName(frame.type)} on stream ${stream.id} after its RST_STREAM had been received`;
    session.violate('stream/frame-after-reset', from.side, stream.id, detail);
  }
  return false;
}

/** A stream of which only the middle is seen. */
export function holdUnknown(session: Session, id: number): SeenStream {
  const stream = session.streams.hold(id, streamStates.unknown);
  stream.wholeSeen = false;
  return stream;
}

function wasOpened(session: Session, id: number): boolean {
  const stream = session.streams.find(id);
  return stream === undefined || stream.openedAt > 0;
}
