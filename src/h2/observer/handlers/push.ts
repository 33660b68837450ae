/** PUSH_PROMISE (RFC 9113 §6.6, §8.4). */
import { FrameType } from '../../frames/codes.ts';
import type { PushPromiseFrame } from '../../frames/frame.ts';
import { readBlock } from '../../headers/block-facts.ts';
import type { HeaderBlock } from '../../hpack/decoder.ts';
import { StreamInput, streamStates } from '../../stream/state.ts';
import { initiator } from '../../stream/stream.ts';
import type { Party } from '../party.ts';
import type { Session } from '../session.ts';
import { judgeState, outcomeOf, reachStream } from './reach.ts';

const FRAME = { type: FrameType.PUSH_PROMISE } as const;

/** The promise's block is complete, or lost. The fields are those of the promised request, so they are told on its stream. */
export function onPromise(
  session: Session,
  from: Party,
  frame: PushPromiseFrame,
  block: HeaderBlock | undefined,
): void {
  const { sink } = session;
  const promised = frame.promisedStream;
  const carrier = reachStream(session, from, frame.stream, StreamInput.PUSH_PROMISE, FRAME.type);
  const legal =
    carrier !== undefined &&
    judgeState(session, from, carrier, FRAME, outcomeOf(carrier.state, from, StreamInput.PUSH_PROMISE));
  if (legal) {
    judgeAllowed(session, from, frame);
    reserve(session, from, promised);
  }
  if (block === undefined) return;
  sink.headers(from.side, promised, 'promise', block.fields, false, block.complete);
  for (const { rule, detail } of readBlock(block).faults('promise', promised)) {
    session.violate(rule, from.side, promised, detail);
  }
}

/** The client has switched push off and the server has said that it knows: that stands in the server's direction alone. */
function judgeAllowed(session: Session, from: Party, frame: PushPromiseFrame): void {
  const { settings } = session.peer(from);
  if (settings.most.enablePush !== 0 || !settings.known) return;
  const detail = `PUSH_PROMISE on stream ${frame.stream} after SETTINGS_ENABLE_PUSH=0 was acknowledged`;
  session.violate('push/disabled', from.side, frame.stream, detail);
}

function reserve(session: Session, from: Party, promised: number): void {
  const { streams } = session;
  const state = streams.stateOf(promised);
  const { next, rule } = outcomeOf(state, from, StreamInput.PROMISED);
  if (rule !== undefined || initiator(promised) !== 'server' || promised === 0) {
    const detail = `PUSH_PROMISE promises stream ${promised}, which is ${state.name}`;
    session.violate('push/bad-promised-stream', from.side, promised, detail);
    return;
  }
  const held = streams.find(promised);
  if (held !== undefined) streams.move(held, next);
  else streams.hold(promised, streamStates.reserved);
}
