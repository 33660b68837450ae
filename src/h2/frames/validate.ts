/**
 * What makes a frame wrong whatever the state of its stream and connection: its length, its stream number, its padding,
 * its values (RFC 9113 §4.2, §6). Rules that need state or roles are judged above.
 */

import type { RuleId } from '../rules.ts';
import { Flag, FrameType, frameTypeName, Setting, settingName } from './codes.ts';
import type { Fault } from './fault.ts';
import { FRAME_BYTES_DEFAULT, FRAME_BYTES_MAX, frameForm, lengthFits } from './form.ts';
import type { BrokenFrame, Frame, FrameHead, SettingEntry, SettingsFrame, WindowUpdateFrame } from './frame.ts';

/** The first rule that the frame breaks, in the order in which a receiver meets them; `undefined` when it breaks none. */
export function frameFault(frame: Frame, maxFrameBytes: number): Fault | undefined {
  if (frame.length > maxFrameBytes) return tooLarge(frame, maxFrameBytes);
  const form = frameForm(frame.type);
  if (form === undefined) return undefined;
  if (frame.kind === 'broken' && frame.reason === 'malformed') return malformed(frame);
  if (form.about === 'stream' ? frame.stream === 0 : form.about === 'connection' && frame.stream !== 0) {
    return wrongStream(frame);
  }
  if (frame.kind === 'settings') return settingsFault(frame);
  if (frame.kind === 'window-update' && frame.increment === 0) return zeroIncrement(frame);
  return undefined;
}

function tooLarge(frame: FrameHead, maxFrameBytes: number): Fault {
  const detail = `${frameTypeName(frame.type)} of ${frame.length} octets where at most ${maxFrameBytes} are allowed`;
  return { rule: 'frame/too-large', stream: frame.stream, detail };
}

function malformed(frame: BrokenFrame): Fault {
  const name = frameTypeName(frame.type);
  if (lengthFits(frame.type, frame.flags, frame.length)) {
    return {
      rule: 'frame/bad-padding',
      stream: frame.stream,
      detail: `${name} of ${frame.length} octets whose padding is longer than the payload leaves room for`,
    };
  }
  const rule: RuleId = frame.type === FrameType.PRIORITY ? 'priority/bad-length' : 'frame/bad-length';
  return { rule, stream: frame.stream, detail: `${name} of ${frame.length} octets, which its type does not allow` };
}

function wrongStream(frame: FrameHead): Fault {
  const name = frameTypeName(frame.type);
  const detail = frame.stream === 0 ? `${name} on stream 0` : `${name} on stream ${frame.stream} instead of 0`;
  return { rule: 'frame/bad-stream', stream: frame.stream, detail };
}

function zeroIncrement(frame: WindowUpdateFrame): Fault {
  const where = frame.stream === 0 ? 'the connection' : `stream ${frame.stream}`;
  return { rule: 'window/zero-increment', stream: frame.stream, detail: `WINDOW_UPDATE of ${where} by 0` };
}

function settingsFault(frame: SettingsFrame): Fault | undefined {
  if (frame.flags & Flag.ACK && frame.length > 0) {
    const detail = `SETTINGS acknowledgement with ${frame.length} octets of payload`;
    return { rule: 'settings/ack-with-payload', stream: 0, detail };
  }
  for (const entry of frame.settings) {
    const range = settingRanges.get(entry.id);
    if (range !== undefined && (entry.value < range.least || entry.value > range.most)) {
      return settingFault(entry, range);
    }
  }
  return undefined;
}

function settingFault(entry: SettingEntry, range: SettingRange): Fault {
  const allowed = `${range.least} to ${range.most}`;
  return { rule: range.rule, stream: 0, detail: `${settingName(entry.id)}=${entry.value}, allowed are ${allowed}` };
}

interface SettingRange {
  readonly least: number;
  readonly most: number;
  readonly rule: RuleId;
}

/** RFC 9113 §6.5.2, RFC 8441 §3, RFC 9218 §2.1. A setting without a row may have any value. */
const settingRanges: ReadonlyMap<number, SettingRange> = new Map<number, SettingRange>([
  [Setting.ENABLE_PUSH, { least: 0, most: 1, rule: 'settings/bad-value' }],
  [Setting.INITIAL_WINDOW_SIZE, { least: 0, most: 0x7fffffff, rule: 'settings/bad-window' }],
  [Setting.MAX_FRAME_SIZE, { least: FRAME_BYTES_DEFAULT, most: FRAME_BYTES_MAX, rule: 'settings/bad-value' }],
  [Setting.ENABLE_CONNECT_PROTOCOL, { least: 0, most: 1, rule: 'settings/bad-value' }],
  [Setting.NO_RFC7540_PRIORITIES, { least: 0, most: 1, rule: 'settings/bad-value' }],
]);
