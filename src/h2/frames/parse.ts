/**
 * From a whole payload to a frame, one parser a frame type (RFC 9113 §6). A payload that cannot hold what its type and
 * flags promise becomes a `BrokenFrame`; whether a sound frame is also allowed is the question of `validate.ts`.
 */
import { readU16, readU31, readU32, toHex, toLatin1 } from '#base';
import { Flag, FrameType } from './codes.ts';
import { lengthFits, PRIORITY_BYTES } from './form.ts';
import type { BrokenFrame, DataFrame, Frame, Priority, SettingEntry } from './frame.ts';

/** Debug data is kept for people to read: what servers send is one line, mostly under 100 octets. */
const DEBUG_BYTES_MAX = 1_024;

/** Every frame but DATA, whose octets are passed on as they come. */
export type WholeFrame = Exclude<Frame, DataFrame>;

type Parser = (flags: number, stream: number, length: number, bytes: Uint8Array, at: number) => WholeFrame;

/** By type number. The length has been checked against the type's form before a parser is called. */
const parsers: readonly (Parser | undefined)[] = (() => {
  const table: (Parser | undefined)[] = [];
  table[FrameType.HEADERS] = parseHeaders;
  table[FrameType.PRIORITY] = parsePriority;
  table[FrameType.RST_STREAM] = parseRstStream;
  table[FrameType.SETTINGS] = parseSettings;
  table[FrameType.PUSH_PROMISE] = parsePushPromise;
  table[FrameType.PING] = parsePing;
  table[FrameType.GOAWAY] = parseGoAway;
  table[FrameType.WINDOW_UPDATE] = parseWindowUpdate;
  table[FrameType.CONTINUATION] = parseContinuation;
  return table;
})();

/** Parses the payload `bytes[at .. at + length)` of a frame that is not DATA. */
export function parseFrame(
  type: number,
  flags: number,
  stream: number,
  length: number,
  bytes: Uint8Array,
  at: number,
): WholeFrame {
  const parser = parsers[type];
  if (parser === undefined)
    return { kind: 'extension', type, flags, stream, length, bodyOffset: 0, bodyLength: length };
  if (!lengthFits(type, flags, length)) return brokenFrame(type, flags, stream, length, 'malformed');
  return parser(flags, stream, length, bytes, at);
}

/** A DATA frame without padding, by its header: nothing about its length can be wrong. */
export function bareDataFrame(flags: number, stream: number, length: number): DataFrame {
  return { kind: 'data', type: FrameType.DATA, flags, stream, length, bodyOffset: 0, bodyLength: length };
}

/** A DATA frame by its header and the value of its pad length octet (0 without PADDED). */
export function dataFrame(flags: number, stream: number, length: number, padLength: number): DataFrame | BrokenFrame {
  const bodyOffset = flags & Flag.PADDED ? 1 : 0;
  const bodyLength = length - bodyOffset - padLength;
  if (bodyLength < 0) return brokenFrame(FrameType.DATA, flags, stream, length, 'malformed');
  return { kind: 'data', type: FrameType.DATA, flags, stream, length, bodyOffset, bodyLength };
}

/** A frame of which only the header can be told. */
export function brokenFrame(
  type: number,
  flags: number,
  stream: number,
  length: number,
  reason: BrokenFrame['reason'],
): BrokenFrame {
  return { kind: 'broken', type, flags, stream, length, reason };
}

/**
 * A GOAWAY of which the capture kept the first `kept` octets, 8 or more: the last stream and the error code, which
 * captures with a short snapshot length often leave when they cut the debug data.
 */
export function cutGoAway(flags: number, stream: number, length: number, bytes: Uint8Array, kept: number): WholeFrame {
  return goAway(flags, stream, length, bytes, 0, kept);
}

function parseHeaders(flags: number, stream: number, length: number, bytes: Uint8Array, at: number): WholeFrame {
  const fieldsOffset = flags & Flag.PADDED ? 1 : 0;
  const padLength = fieldsOffset === 1 ? bytes[at]! : 0;
  const prioritized = (flags & Flag.PRIORITY) !== 0;
  const bodyOffset = fieldsOffset + (prioritized ? PRIORITY_BYTES : 0);
  const bodyLength = length - bodyOffset - padLength;
  if (bodyLength < 0) return brokenFrame(FrameType.HEADERS, flags, stream, length, 'malformed');
  const priority = prioritized ? priorityFields(bytes, at + fieldsOffset) : undefined;
  return { kind: 'headers', type: FrameType.HEADERS, flags, stream, length, bodyOffset, bodyLength, priority };
}

function parsePriority(flags: number, stream: number, length: number, bytes: Uint8Array, at: number): WholeFrame {
  const priority = priorityFields(bytes, at);
  return { kind: 'priority', type: FrameType.PRIORITY, flags, stream, length, priority };
}

function priorityFields(bytes: Uint8Array, at: number): Priority {
  return {
    exclusive: (bytes[at]! & 0x80) !== 0,
    dependsOn: readU31(bytes, at),
    weight: bytes[at + 4]! + 1,
  };
}

function parseRstStream(flags: number, stream: number, length: number, bytes: Uint8Array, at: number): WholeFrame {
  return { kind: 'rst-stream', type: FrameType.RST_STREAM, flags, stream, length, errorCode: readU32(bytes, at) };
}

function parseSettings(flags: number, stream: number, length: number, bytes: Uint8Array, at: number): WholeFrame {
  const settings: SettingEntry[] = [];
  for (let entry = at; entry < at + length; entry += 6) {
    settings.push({ id: readU16(bytes, entry), value: readU32(bytes, entry + 2) });
  }
  return { kind: 'settings', type: FrameType.SETTINGS, flags, stream, length, settings };
}

function parsePushPromise(flags: number, stream: number, length: number, bytes: Uint8Array, at: number): WholeFrame {
  const idOffset = flags & Flag.PADDED ? 1 : 0;
  const padLength = idOffset === 1 ? bytes[at]! : 0;
  const bodyOffset = idOffset + 4;
  const bodyLength = length - bodyOffset - padLength;
  if (bodyLength < 0) return brokenFrame(FrameType.PUSH_PROMISE, flags, stream, length, 'malformed');
  const promisedStream = readU31(bytes, at + idOffset);
  const type = FrameType.PUSH_PROMISE;
  return { kind: 'push-promise', type, flags, stream, length, bodyOffset, bodyLength, promisedStream };
}

function parsePing(flags: number, stream: number, length: number, bytes: Uint8Array, at: number): WholeFrame {
  return { kind: 'ping', type: FrameType.PING, flags, stream, length, payload: toHex(bytes, at, at + length) };
}

function parseGoAway(flags: number, stream: number, length: number, bytes: Uint8Array, at: number): WholeFrame {
  return goAway(flags, stream, length, bytes, at, length);
}

function goAway(
  flags: number,
  stream: number,
  length: number,
  bytes: Uint8Array,
  at: number,
  kept: number,
): WholeFrame {
  return {
    kind: 'goaway',
    type: FrameType.GOAWAY,
    flags,
    stream,
    length,
    lastStream: readU31(bytes, at),
    errorCode: readU32(bytes, at + 4),
    debugData: toLatin1(bytes, at + 8, at + Math.min(kept, 8 + DEBUG_BYTES_MAX)),
  };
}

function parseWindowUpdate(flags: number, stream: number, length: number, bytes: Uint8Array, at: number): WholeFrame {
  return { kind: 'window-update', type: FrameType.WINDOW_UPDATE, flags, stream, length, increment: readU31(bytes, at) };
}

function parseContinuation(flags: number, stream: number, length: number): WholeFrame {
  const type = FrameType.CONTINUATION;
  return { kind: 'continuation', type, flags, stream, length, bodyOffset: 0, bodyLength: length };
}
