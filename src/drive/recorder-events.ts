/** From an entry of the recorder to the trace event that a capture of the same moment would give. */
import type { Side } from '#base';
import {
  type EncodableField,
  type Farewell,
  type Frame,
  FrameType,
  type HeaderField,
  type HeadersRole,
  type SettingEntry,
  type Violation,
} from '#h2';
import type { TraceEvent } from '#trace';

export const Kind = { FRAME: 0, HEADERS: 1, VIOLATION: 2, END: 3, ENDING: 4 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** An entry as it was put down. */
export interface Entry {
  readonly timeMs: number;
  readonly kind: Kind;
  /** Ours; else the peer's. */
  readonly own: boolean;
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly length: number;
  readonly value: number;
  readonly window: number;
  readonly connectionWindow: number;
  readonly object: unknown;
}

/** A header section; shared by all that are the same. */
export interface HeadersNote {
  readonly role: HeadersRole;
  readonly fields: readonly EncodableField[];
  readonly more: readonly EncodableField[] | undefined;
  readonly endStream: boolean;
  readonly complete: boolean;
}

/** `index` numbers the frame, or the one before. Undefined for what a capture does not show. */
export function entryEvent(
  entry: Entry,
  from: Side,
  connection: number,
  originMs: number,
  index: number,
): TraceEvent | undefined {
  const place = { connection, timeMs: entry.timeMs - originMs, packet: 0 };
  switch (entry.kind) {
    case Kind.FRAME: {
      const { type, stream } = entry;
      const moves = type === FrameType.DATA || type === FrameType.WINDOW_UPDATE;
      const streamWindow = type === FrameType.DATA ? entry.window : undefined;
      const connectionWindow = moves && (stream === 0 || type === FrameType.DATA) ? entry.connectionWindow : undefined;
      return { ...place, kind: 'frame', index, from, frame: frameOf(entry), streamWindow, connectionWindow };
    }
    case Kind.HEADERS: {
      const { role, fields, more, endStream, complete } = entry.object as HeadersNote;
      const all = more === undefined ? fields : [...fields, ...more];
      const { stream } = entry;
      return { ...place, kind: 'headers', index, from, stream, role, fields: all.map(fieldOf), endStream, complete };
    }
    case Kind.VIOLATION: {
      const { rule, by, stream, detail } = entry.object as Violation;
      return { ...place, kind: 'violation', index, by, rule, stream, detail };
    }
    case Kind.END: {
      const how = entry.object as 'fin' | 'rst';
      return { ...place, kind: 'end', from, how, timeToLive: undefined, usualTimeToLive: undefined };
    }
    case Kind.ENDING:
      return undefined;
  }
}

function fieldOf(field: EncodableField | HeaderField): HeaderField {
  if ('unknown' in field) return field;
  const { name, value, neverIndexed } = field;
  return { name, value, neverIndexed: neverIndexed === true, unknown: 'nothing' };
}

function frameOf({ type, flags, stream, length, value, object }: Entry): Frame {
  const head = { type, flags, stream, length };
  switch (type) {
    case FrameType.DATA:
      return { ...head, kind: 'data', type, bodyOffset: 0, bodyLength: value };
    case FrameType.HEADERS:
      return { ...head, kind: 'headers', type, bodyOffset: 0, bodyLength: length, priority: undefined };
    case FrameType.CONTINUATION:
      return { ...head, kind: 'continuation', type, bodyOffset: 0, bodyLength: length };
    case FrameType.RST_STREAM:
      return { ...head, kind: 'rst-stream', type, errorCode: value };
    case FrameType.SETTINGS:
      return { ...head, kind: 'settings', type, settings: (object ?? []) as readonly SettingEntry[] };
    case FrameType.PING:
      return { ...head, kind: 'ping', type, payload: String(object ?? '') };
    case FrameType.GOAWAY: {
      const { lastStream, errorCode, debugData } = object as Farewell;
      return { ...head, kind: 'goaway', type, lastStream, errorCode, debugData };
    }
    case FrameType.WINDOW_UPDATE:
      return { ...head, kind: 'window-update', type, increment: value };
    default:
      return { ...head, kind: 'extension', bodyOffset: 0, bodyLength: length };
  }
}
