/** RST_STREAM (RFC 9113 §6.4), WINDOW_UPDATE (§6.9) and PRIORITY (§6.3). */
import { frameTypeName } from '../../frames/codes.ts';
import type { FrameHead, RstStreamFrame, WindowUpdateFrame } from '../../frames/frame.ts';
import { StreamInput } from '../../stream/state.ts';
import type { ActiveStream } from '../stream.ts';
import type { Receiver } from './receiver.ts';

/** The stream, if the state of its id allows the frame; a breach has been reported when it does not. */
export function reach(
  { core }: Receiver,
  frame: FrameHead,
  input: StreamInput,
  stream = core.streams.find(frame.stream),
): ActiveStream | undefined {
  const state = stream?.state ?? core.streams.stateOf(frame.stream);
  const { rule } = state[core.peerSide][input]!;
  if (rule !== undefined) {
    const detail = `${frameTypeName(frame.type)} on stream ${frame.stream}, which is ${state.name}`;
    core.violate(rule, frame.stream, detail);
    return undefined;
  }
  return stream;
}

/** A reset of a stream that is still worked on costs the peer a token of the budget (CVE-2023-44487). */
export function onRstStream(receiver: Receiver, frame: RstStreamFrame): void {
  const { core } = receiver;
  const stream = reach(receiver, frame, StreamInput.RST_STREAM);
  if (stream === undefined || core.isOver) return;
  if (!stream.state.live) {
    core.spendOverhead();
    return;
  }
  const { errorCode } = frame;
  stream.resetCode = errorCode;
  core.streams.move(stream, stream.state[core.peerSide][StreamInput.RST_STREAM]!.next);
  core.closeStream(stream, { kind: 'reset', by: 'peer', errorCode, violation: undefined });
  if (core.side === 'server') core.spendReset();
}

export function onWindowUpdate(receiver: Receiver, frame: WindowUpdateFrame): void {
  const { core } = receiver;
  core.spendOverhead();
  if (core.isOver) return;
  const { sendCredit, side } = core;
  if (frame.stream === 0) {
    sendCredit.grantConnection(frame.increment);
    if (sendCredit.isConnectionOverflow) {
      core.violate('window/overflow', 0, `WINDOW_UPDATE raises the connection's window to ${sendCredit.connection}`);
      return;
    }
    core.sender.unblock(undefined);
    return;
  }
  const stream = reach(receiver, frame, StreamInput.WINDOW_UPDATE);
  if (stream === undefined || !stream.state.live) return;
  const half = stream.half(side);
  sendCredit.grant(half, frame.increment);
  if (sendCredit.isOverflow(half)) {
    const detail = `WINDOW_UPDATE raises the window of stream ${stream.id} to ${sendCredit.window(half)}`;
    core.violate('window/overflow', stream.id, detail);
    return;
  }
  core.sender.unblock(stream);
}

/** Priorities of RFC 7540 are not kept (RFC 9113 §5.3.2): there is no tree that a peer could churn (CVE-2019-9513). */
export function onPriority(receiver: Receiver): void {
  receiver.core.spendOverhead();
}
