/** DATA (RFC 9113 §6.1): what it spends, whether it may come, and its way to the owner of the stream. */
import { Flag } from '../../frames/codes.ts';
import type { DataFrame } from '../../frames/frame.ts';
import { StreamInput } from '../../stream/state.ts';
import { LENGTH_OPEN } from '../../stream/stream.ts';
import type { Core } from '../core.ts';
import type { ActiveStream } from '../stream.ts';
import type { Receiver } from './receiver.ts';
import { reach } from './stream-frames.ts';

/** Octets of a body that pay for a frame without one. Less is neither: small messages of a stream each have a frame. */
const SUBSTANCE_BYTES = 256;

/** The frame spends its whole length at once, padding included (§6.9.1), whatever becomes of it. */
export function onDataBegin(receiver: Receiver, frame: DataFrame): void {
  const { core } = receiver;
  const { receiveCredit, peerSide } = core;
  core.substanceMs = core.nowMs;
  const held = core.streams.find(frame.stream);
  const half = held?.half(peerSide);
  receiveCredit.spend(half, frame.length);
  if (core.log !== undefined) {
    const window = half === undefined ? 0 : receiveCredit.window(half);
    const { connection } = receiveCredit;
    const { type, flags, stream, length, bodyLength } = frame;
    core.log.frame(peerSide, core.nowMs, type, flags, stream, length, bodyLength, undefined, window, connection);
  }
  if (receiveCredit.isConnectionOverrun) {
    const detail = `DATA of ${frame.length} octets is ${-receiveCredit.connection} more than the connection's window allows`;
    core.violate('window/overrun', 0, detail);
    return;
  }
  const ends = (frame.flags & Flag.END_STREAM) !== 0;
  // Padding is no substance: a frame of nothing else is as empty as one without it.
  if (frame.bodyLength >= SUBSTANCE_BYTES || ends) core.overhead.giveBack();
  if (frame.bodyLength === 0) core.spendOverhead();
  if (core.isOver) return;
  const stream = reach(receiver, frame, StreamInput.DATA, held);
  if (stream === undefined || !stream.state.live || !isAllowed(core, stream, frame)) {
    if (!core.isOver) core.windows.discard(undefined, frame.length);
    return;
  }
  receiver.dataStream = stream;
  const padding = frame.length - frame.bodyLength;
  if (padding > 0) core.windows.discard(stream, padding);
}

/** Octets of the body. The stream may have ended meanwhile, and its object then is another stream's or nobody's. */
export function onDataBytes(
  { core }: Receiver,
  frame: DataFrame,
  stream: ActiveStream,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  if (stream.handler === undefined || stream.id !== frame.stream) {
    core.windows.discard(undefined, end - start);
    return;
  }
  core.windows.deliver(stream, end - start);
  stream.handler.data(stream, bytes, start, end);
}

/** The frame's last octet has passed. */
export function onDataEnd(receiver: Receiver, frame: DataFrame, stream: ActiveStream): void {
  if ((frame.flags & Flag.END_STREAM) === 0) return;
  if (stream.state.live && stream.id === frame.stream) endPeerHalf(receiver, stream, StreamInput.DATA_END);
}

/** The peer has sent END_STREAM: its message is whole, or not as long as it said (§8.1.1). */
export function endPeerHalf(receiver: Receiver, stream: ActiveStream, input: StreamInput): void {
  const { core } = receiver;
  const half = stream.half(core.peerSide);
  if (half.lengthDeclared !== LENGTH_OPEN && half.lengthDeclared !== half.lengthSent) {
    const detail = `content-length ${half.lengthDeclared} and ${half.lengthSent} octets of DATA on stream ${stream.id}`;
    core.violate('headers/content-length-mismatch', stream.id, detail);
    return;
  }
  const { next } = stream.state[core.peerSide][input]!;
  core.streams.move(stream, next);
  const { handler, id } = stream;
  handler?.ended(stream);
  // The owner may have ended our half meanwhile, and then the stream is over already.
  if (!next.live && stream.id === id && stream.handler !== undefined) core.closeStream(stream, { kind: 'complete' });
}

function isAllowed(core: Core, stream: ActiveStream, frame: DataFrame): boolean {
  const half = stream.half(core.peerSide);
  if (core.receiveCredit.isOverrun(half)) {
    const excess = -(core.receiveCredit.initialMost + half.credit);
    const detail = `DATA of ${frame.length} octets on stream ${stream.id} is ${excess} more than its window allows`;
    core.violate('window/overrun', stream.id, detail);
    return false;
  }
  if (half.part !== 'content') {
    core.violate('headers/data-first', stream.id, `DATA on stream ${stream.id} before its header section`);
    return false;
  }
  half.lengthSent += frame.bodyLength;
  if (half.lengthDeclared === LENGTH_OPEN || half.lengthSent <= half.lengthDeclared) return true;
  const detail = `content-length ${half.lengthDeclared} and ${half.lengthSent} octets of DATA on stream ${stream.id}`;
  core.violate('headers/content-length-mismatch', stream.id, detail);
  return false;
}
