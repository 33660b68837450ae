/** One handler a frame kind. Each tells the frame and then judges it; DATA comes in parts, see `data.ts`. */
import type { Frame } from '../../frames/frame.ts';
import type { WholeFrame } from '../../frames/parse.ts';
import type { Party } from '../party.ts';
import type { Session } from '../session.ts';
import { onBroken } from './broken.ts';
import { onGoAway, onPing, onSettings } from './connection-frames.ts';
import { onPriority, onRstStream, onWindowUpdate } from './stream-frames.ts';

type FrameOf<Kind> = Extract<WholeFrame, { readonly kind: Kind }>;
type Kind = WholeFrame['kind'];
type FramesByKind = { readonly [K in Kind]: FrameOf<K> };
type Handlers = { readonly [K in Kind]: (session: Session, from: Party, frame: FrameOf<K>) => void };

const handlers: Handlers = {
  // Their blocks are told when they are complete: see `headers.ts` and `push.ts`.
  headers: tell,
  'push-promise': tell,
  continuation: tell,
  extension: tell,
  'window-update': onWindowUpdate,
  priority: told(onPriority),
  'rst-stream': told((session, from, frame) => onRstStream(session, from, frame, frame.errorCode)),
  settings: told(onSettings),
  ping: told(onPing),
  goaway: told(onGoAway),
  broken: told(onBroken),
};

export function handleFrame(session: Session, from: Party, frame: WholeFrame): void {
  // Most frames that are no DATA: spared the look into the table.
  if (frame.kind === 'headers') tell(session, from, frame);
  else dispatch(session, from, frame.kind, frame);
}

/** The key and the frame belong to each other: spelt as two parameters so that the compiler can see it. */
function dispatch<K extends Kind>(session: Session, from: Party, kind: K, frame: FramesByKind[K]): void {
  handlers[kind](session, from, frame);
}

function tell(session: Session, from: Party, frame: Frame): void {
  session.sink.frame(from.side, frame, undefined, undefined);
}

function told<F extends Frame>(handle: (session: Session, from: Party, frame: F) => void) {
  return (session: Session, from: Party, frame: F): void => {
    tell(session, from, frame);
    handle(session, from, frame);
  };
}
