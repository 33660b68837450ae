/** Which handler takes which kind of frame. Header blocks and DATA have their own ways, see `receiver.ts`. */
import type { WholeFrame } from '../../frames/parse.ts';
import { onGoAway, onPing, onSettings } from './connection-frames.ts';
import type { Receiver } from './receiver.ts';
import { onPriority, onRstStream, onWindowUpdate } from './stream-frames.ts';

type Handler<Kind extends WholeFrame['kind']> = (
  receiver: Receiver,
  frame: Extract<WholeFrame, { kind: Kind }>,
) => void;

const handlers: { readonly [Kind in WholeFrame['kind']]?: Handler<Kind> } = {
  'rst-stream': onRstStream,
  'window-update': onWindowUpdate,
  priority: onPriority,
  settings: onSettings,
  ping: onPing,
  goaway: onGoAway,
  // Types that we do not know are ignored (RFC 9113 §5.5), and counted: they are work.
  extension: (receiver) => receiver.core.spendOverhead(),
};

export function handleFrame(receiver: Receiver, frame: WholeFrame): void {
  const handler = handlers[frame.kind] as ((receiver: Receiver, frame: WholeFrame) => void) | undefined;
  handler?.(receiver, frame);
}
