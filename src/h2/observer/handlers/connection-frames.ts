/** SETTINGS (RFC 9113 §6.5), PING (§6.7) and GOAWAY (§6.8). */
import { WINDOW_MAX } from '../../flow/credit.ts';
import { Flag, Setting } from '../../frames/codes.ts';
import { FRAME_BYTES_MAX } from '../../frames/form.ts';
import type { GoAwayFrame, PingFrame, SettingsFrame } from '../../frames/frame.ts';
import type { Party } from '../party.ts';
import type { Session } from '../session.ts';

export function onSettings(session: Session, from: Party, frame: SettingsFrame): void {
  if (frame.flags & Flag.ACK) {
    const owner = session.peer(from);
    const at = owner.settings.acknowledge();
    applySettings(session, owner);
    session.saw(from, at);
    judgeInitialWindow(session, owner);
    return;
  }
  judgeSettings(session, from, frame);
  from.settings.announce(frame.settings, session.causality.last(from.side));
  applySettings(session, from);
}

/** Lets the other side be judged by what `owner` announced, as far as that is known. */
export function applySettings(session: Session, owner: Party): void {
  const bound = session.peer(owner);
  const { settings } = owner;
  if (!settings.known) return;
  bound.maxFrameBytes = settings.announced ? settings.most.frameBytes : FRAME_BYTES_MAX;
  limitTable(bound, settings.most.headerTableBytes);
  bound.credit.initial = settings.inForce.initialWindow;
  bound.credit.initialMost = settings.most.initialWindow;
  bound.credit.initialLeast = settings.least.initialWindow;
}

/**
 * RFC 9113 §4.3.1 asks for a size update once a change is acknowledged "that reduces the maximum below the current size of
 * the dynamic table". An encoder whose table holds less owes none, and C-core sends none.
 */
function limitTable(bound: Party, limitBytes: number): void {
  if (limitBytes <= bound.tableLimit && limitBytes >= bound.decoder.tableBytes) return;
  bound.tableLimit = limitBytes;
  bound.decoder.setTableLimit(limitBytes);
}

/**
 * RFC 9113 §6.9.2: a larger initial window may push the window of a stream over the limit. Asked at the acknowledgement,
 * when all DATA that was sent before has been seen.
 */
function judgeInitialWindow(session: Session, owner: Party): void {
  const { credit, side } = session.peer(owner);
  if (!credit.initialKnown || credit.initialLeast + credit.highest <= WINDOW_MAX) return;
  let told = false;
  session.streams.forEach((stream) => {
    if (told || !stream.state.live || !stream.wholeSeen || !credit.isOverflow(stream.half(side))) return;
    told = true;
    const detail = `SETTINGS_INITIAL_WINDOW_SIZE=${credit.initial} raises the window of stream ${stream.id} to ${credit.window(stream.half(side))}`;
    session.violate('window/initial-overflow', owner.side, stream.id, detail);
  });
}

function judgeSettings(session: Session, from: Party, frame: SettingsFrame): void {
  for (const { id, value } of frame.settings) {
    if (id === Setting.ENABLE_PUSH && value === 1 && from.side === 'server') {
      session.violate('push/enabled-by-server', 'server', 0, 'SETTINGS_ENABLE_PUSH=1 from the server');
    } else if (id === Setting.ENABLE_CONNECT_PROTOCOL) {
      judgeConnectProtocol(session, from, value);
    } else if (id === Setting.NO_RFC7540_PRIORITIES && value !== (from.prioritiesOff ?? value)) {
      const detail = `SETTINGS_NO_RFC7540_PRIORITIES=${value} after ${from.prioritiesOff}`;
      session.violate('settings/priorities-changed', from.side, 0, detail);
    }
  }
  from.prioritiesOff ??= firstPriorities(from, frame);
}

function judgeConnectProtocol(session: Session, from: Party, value: number): void {
  if (value === 0 && from.connectProtocol) {
    const detail = 'SETTINGS_ENABLE_CONNECT_PROTOCOL=0 after 1';
    session.violate('settings/connect-protocol-withdrawn', from.side, 0, detail);
  }
  from.connectProtocol = value === 1;
}

/** What the first SETTINGS frame says, which may be by silence; undefined when it may have gone unseen. */
function firstPriorities(from: Party, frame: SettingsFrame): number | undefined {
  if (!from.settings.known) return undefined;
  return frame.settings.find(({ id }) => id === Setting.NO_RFC7540_PRIORITIES)?.value ?? 0;
}

export function onPing(session: Session, from: Party, frame: PingFrame): void {
  if (frame.flags & Flag.ACK) session.saw(from, session.causality.pingAcknowledged(from.side, frame.payload));
  else session.causality.ping(from.side, frame.payload);
}

/** A GOAWAY is the beginning of draining, not an end: streams up to its last go on. */
export function onGoAway(session: Session, from: Party, frame: GoAwayFrame): void {
  const before = from.goAway;
  if (before !== undefined && frame.lastStream > before.lastStream) {
    const detail = `GOAWAY names stream ${frame.lastStream} after ${before.lastStream}`;
    session.violate('goaway/last-stream-increased', from.side, 0, detail);
  }
  from.goAway = { lastStream: frame.lastStream, at: before?.at ?? session.causality.last(from.side) };
  if (session.claims.waiting) session.claims.confirm(from.side, frame.errorCode, 0);
}
