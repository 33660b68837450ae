/** The decoded part of a frame as text: what its payload says, and the flow-control windows that it leaves. */
import {
  errorCodeName,
  type Frame,
  type GoAwayFrame,
  type Priority,
  type RstStreamFrame,
  type SettingsFrame,
  settingName,
} from '#h2';
import { printable } from './printable.ts';

/** `CANCEL(0x8)`: the name for people, the number for other tools' output. */
export function errorText(code: number): string {
  const name = errorCodeName(code);
  return name.startsWith('UNKNOWN') ? name : `${name}(0x${code.toString(16)})`;
}

/** Empty when the frame's type, flags and length say it all. The windows are those of `FrameEvent`. */
export function frameDetail(
  frame: Frame,
  streamWindow: number | undefined,
  connectionWindow: number | undefined,
): string {
  switch (frame.kind) {
    case 'data':
      return windowsText(streamWindow, connectionWindow);
    case 'window-update':
      return `+${frame.increment}${spaced(windowsText(streamWindow, connectionWindow))}`;
    case 'headers':
      return frame.priority === undefined ? '' : priorityText(frame.priority);
    case 'priority':
      return priorityText(frame.priority);
    case 'rst-stream':
      return resetText(frame);
    case 'settings':
      return settingsText(frame);
    case 'push-promise':
      return `promised=${frame.promisedStream}`;
    case 'ping':
      // A trace file may hold any text here.
      return printable(frame.payload);
    case 'goaway':
      return goAwayText(frame);
    case 'broken':
      return frame.reason;
    case 'continuation':
    case 'extension':
      return '';
  }
}

function windowsText(streamWindow: number | undefined, connectionWindow: number | undefined): string {
  if (streamWindow === undefined) return connectionWindow === undefined ? '' : `connection window ${connectionWindow}`;
  if (connectionWindow === undefined) return `stream window ${streamWindow}`;
  return `stream window ${streamWindow}, connection window ${connectionWindow}`;
}

function priorityText(priority: Priority): string {
  return `depends on ${priority.dependsOn}${priority.exclusive ? ' exclusively' : ''}, weight ${priority.weight}`;
}

function resetText(frame: RstStreamFrame): string {
  return errorText(frame.errorCode);
}

function settingsText(frame: SettingsFrame): string {
  let text = '';
  for (const { id, value } of frame.settings) text += `${text === '' ? '' : ' '}${settingName(id)}=${value}`;
  return text;
}

function goAwayText(frame: GoAwayFrame): string {
  const debug = frame.debugData === '' ? '' : ` "${printable(frame.debugData)}"`;
  return `last=${frame.lastStream} ${errorText(frame.errorCode)}${debug}`;
}

function spaced(text: string): string {
  return text === '' ? '' : ` ${text}`;
}
