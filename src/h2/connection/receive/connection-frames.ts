/** SETTINGS (RFC 9113 §6.5), PING (§6.7) and GOAWAY (§6.8). */
import { WINDOW_MAX } from '../../flow/credit.ts';
import { Flag, Setting } from '../../frames/codes.ts';
import type { GoAwayFrame, PingFrame, SettingEntry, SettingsFrame } from '../../frames/frame.ts';
import { streamStates } from '../../stream/state.ts';
import type { Core } from '../core.ts';
import { acknowledgeSettings } from '../settings.ts';
import type { ActiveStream } from '../stream.ts';
import type { Receiver } from './receiver.ts';

/** An acknowledgement is work like ten frames. Each entry is work like one more: it may be applied to every stream. */
const SETTINGS_COST = 10;

export function onSettings(receiver: Receiver, frame: SettingsFrame): void {
  const { core } = receiver;
  if (frame.flags & Flag.ACK) {
    const rttMs = core.local.acknowledged();
    if (rttMs === undefined) {
      core.spendOverhead();
      return;
    }
    receiver.pings.measure(rttMs);
    receiver.decoder.setTableLimit(core.local.headerTableBytes);
    return;
  }
  const cost = SETTINGS_COST + frame.settings.length;
  for (let spent = 0; spent < cost && !core.isOver; spent++) core.spendOverhead();
  for (const entry of frame.settings) {
    if (core.isOver) return;
    applySetting(core, entry);
  }
  if (core.isOver) return;
  acknowledgeSettings(core);
  const first = !core.ready;
  core.ready = true;
  core.handler.settings(first);
  core.roomMayHaveGrown();
}

function applySetting(core: Core, { id, value }: SettingEntry): void {
  switch (id) {
    case Setting.HEADER_TABLE_SIZE:
      core.peer.headerTableBytes = value;
      core.sender.encoder.setTableLimit(value);
      return;
    case Setting.ENABLE_PUSH:
      if (value === 1 && core.peerSide === 'server') {
        core.violate('push/enabled-by-server', 0, 'SETTINGS_ENABLE_PUSH=1 from the server');
      }
      return;
    case Setting.MAX_CONCURRENT_STREAMS:
      core.peer.maxConcurrentStreams = value;
      return;
    case Setting.INITIAL_WINDOW_SIZE:
      changeInitialWindow(core, value);
      return;
    case Setting.MAX_FRAME_SIZE:
      core.peer.maxFrameBytes = value;
      return;
    case Setting.MAX_HEADER_LIST_SIZE:
      core.peer.maxHeaderListBytes = value;
  }
}

/** Streams keep their credit beside the initial window, so that a change concerns them all at once (§6.9.2). */
function changeInitialWindow(core: Core, value: number): void {
  const { sendCredit, side } = core;
  const grew = value > sendCredit.initial;
  core.peer.initialWindow = value;
  sendCredit.initial = value;
  sendCredit.initialMost = value;
  sendCredit.initialLeast = value;
  if (value + sendCredit.highest > WINDOW_MAX) {
    let over: ActiveStream | undefined;
    core.streams.forEach((stream) => {
      if (stream.state.live && sendCredit.isOverflow(stream.half(side))) over = stream;
    });
    if (over !== undefined) {
      const window = sendCredit.window(over.half(side));
      const detail = `SETTINGS_INITIAL_WINDOW_SIZE=${value} raises the window of stream ${over.id} to ${window}`;
      core.violate('window/initial-overflow', 0, detail);
      return;
    }
  }
  if (grew) core.sender.unblockAll();
}

export function onPing(receiver: Receiver, frame: PingFrame): void {
  const { core, pings, drain } = receiver;
  if (frame.flags & Flag.ACK) {
    const rttMs = pings.acknowledged(frame.payload);
    if (rttMs === undefined) {
      core.spendOverhead();
      return;
    }
    drain.pong(frame.payload);
    if (!core.isOver) core.handler.pong(frame.payload, rttMs);
    return;
  }
  core.spendOverhead();
  if (core.isOver) return;
  pings.answer(frame.payload);
  core.handler.ping(frame.payload);
}

/** GOAWAY is the beginning of draining, not an end: streams up to its last go on, those above were never processed. */
export function onGoAway(receiver: Receiver, frame: GoAwayFrame): void {
  const { core } = receiver;
  const before = core.receivedFarewell;
  if (before !== undefined && frame.lastStream > before.lastStream) {
    core.violate(
      'goaway/last-stream-increased',
      0,
      `GOAWAY names stream ${frame.lastStream} after ${before.lastStream}`,
    );
    return;
  }
  core.spendOverhead();
  if (core.isOver) return;
  const { lastStream, errorCode, debugData } = frame;
  const farewell = { lastStream, errorCode, debugData };
  core.receivedFarewell = farewell;
  if (core.side === 'server') {
    core.handler.goAway(farewell);
    return;
  }
  if (core.state === 'open') core.state = 'draining';
  core.drainReason ??= { kind: 'goaway', farewell };
  const unprocessed: ActiveStream[] = [];
  core.streams.forEach((stream) => {
    if (stream.id > lastStream && stream.state.live) unprocessed.push(stream);
  });
  unprocessed.sort((first, second) => first.id - second.id);
  core.handler.goAway(farewell);
  for (const stream of unprocessed) {
    if (core.isOver) return;
    // As if we had reset it: a server that answers all the same must not cost the calls that go on.
    core.streams.move(stream, streamStates['reset-by-client']);
    core.closeStream(stream, { kind: 'unprocessed', farewell });
  }
  if (!core.isOver) core.finishIfDrained();
}
