/**
 * Appends frames to a byte buffer, one function a type (RFC 9113 §6). They write what they are told, rule or no rule: tests
 * and fault injection need wrong frames as well. The one thing they refuse is a length that a frame header cannot state.
 */
import { fromLatin1, UsageError } from '#base';
import type { ByteBuffer } from './byte-buffer.ts';
import { Flag, FRAME_HEADER_BYTES, FrameType } from './codes.ts';
import { FRAME_BYTES_DEFAULT, FRAME_BYTES_MAX, PRIORITY_BYTES } from './form.ts';
import type { Priority, SettingEntry } from './frame.ts';

/** Nine octets; the caller appends the payload. */
export function writeFrameHeader(to: ByteBuffer, length: number, type: number, flags: number, stream: number): void {
  if (length > FRAME_BYTES_MAX) throw new UsageError(`a frame of ${length} octets cannot be written`);
  const at = to.reserve(FRAME_HEADER_BYTES);
  const bytes = to.bytes;
  bytes[at] = length >>> 16;
  bytes[at + 1] = length >>> 8;
  bytes[at + 2] = length;
  bytes[at + 3] = type;
  bytes[at + 4] = flags;
  bytes[at + 5] = stream >>> 24;
  bytes[at + 6] = stream >>> 16;
  bytes[at + 7] = stream >>> 8;
  bytes[at + 8] = stream;
}

/** Any frame, by numbers. */
export function writeFrame(to: ByteBuffer, type: number, flags: number, stream: number, payload: Uint8Array): void {
  writeFrameHeader(to, payload.length, type, flags, stream);
  to.append(payload);
}

export interface DataOptions {
  readonly endStream?: boolean;
  /** Octets of padding, 0 to 255; without it the frame has no pad length field. */
  readonly padding?: number;
}

export function writeData(to: ByteBuffer, stream: number, body: Uint8Array, options: DataOptions = {}): void {
  const flags = options.endStream ? Flag.END_STREAM : 0;
  writePadded(to, FrameType.DATA, flags, stream, NO_BYTES, body, options.padding);
}

export interface HeadersOptions extends DataOptions {
  /** False when CONTINUATION frames follow. */
  readonly endHeaders?: boolean;
  readonly priority?: Priority;
}

/** One HEADERS frame with (the first part of) an encoded header block. */
export function writeHeaders(to: ByteBuffer, stream: number, block: Uint8Array, options: HeadersOptions = {}): void {
  const fields = options.priority === undefined ? NO_BYTES : priorityFields(options.priority);
  const flags =
    (options.endStream ? Flag.END_STREAM : 0) |
    (options.endHeaders === false ? 0 : Flag.END_HEADERS) |
    (options.priority === undefined ? 0 : Flag.PRIORITY);
  writePadded(to, FrameType.HEADERS, flags, stream, fields, block, options.padding);
}

export function writeContinuation(to: ByteBuffer, stream: number, block: Uint8Array, endHeaders = true): void {
  writeFrame(to, FrameType.CONTINUATION, endHeaders ? Flag.END_HEADERS : 0, stream, block);
}

/** A whole header block: HEADERS, and CONTINUATION frames for what is beyond `maxFrameBytes` (RFC 9113 §4.3). */
export function writeHeaderBlock(
  to: ByteBuffer,
  stream: number,
  block: Uint8Array,
  endStream: boolean,
  maxFrameBytes = FRAME_BYTES_DEFAULT,
): void {
  const whole = block.length <= maxFrameBytes;
  writeHeaders(to, stream, whole ? block : block.subarray(0, maxFrameBytes), { endStream, endHeaders: whole });
  for (let at = maxFrameBytes; at < block.length; at += maxFrameBytes) {
    const end = Math.min(at + maxFrameBytes, block.length);
    writeContinuation(to, stream, block.subarray(at, end), end === block.length);
  }
}

export interface PushPromiseOptions {
  readonly endHeaders?: boolean;
  readonly padding?: number;
}

export function writePushPromise(
  to: ByteBuffer,
  stream: number,
  promisedStream: number,
  block: Uint8Array,
  options: PushPromiseOptions = {},
): void {
  const flags = options.endHeaders === false ? 0 : Flag.END_HEADERS;
  writePadded(to, FrameType.PUSH_PROMISE, flags, stream, u32(promisedStream), block, options.padding);
}

export function writePriority(to: ByteBuffer, stream: number, priority: Priority): void {
  writeFrame(to, FrameType.PRIORITY, 0, stream, priorityFields(priority));
}

export function writeRstStream(to: ByteBuffer, stream: number, errorCode: number): void {
  writeFrameHeader(to, 4, FrameType.RST_STREAM, 0, stream);
  to.u32(errorCode);
}

export function writeSettings(to: ByteBuffer, settings: readonly SettingEntry[]): void {
  writeFrameHeader(to, 6 * settings.length, FrameType.SETTINGS, 0, 0);
  for (const { id, value } of settings) {
    to.u16(id);
    to.u32(value);
  }
}

export function writeSettingsAck(to: ByteBuffer): void {
  writeFrameHeader(to, 0, FrameType.SETTINGS, Flag.ACK, 0);
}

/** `payload` is 16 hexadecimal digits, as in `PingFrame`. */
export function writePing(to: ByteBuffer, payload: string, ack = false): void {
  if (!/^[0-9a-f]{16}$/.test(payload))
    throw new UsageError(`a PING payload is 16 hexadecimal digits, not '${payload}'`);
  writeFrameHeader(to, 8, FrameType.PING, ack ? Flag.ACK : 0, 0);
  for (let digit = 0; digit < 16; digit += 2) to.u8(Number.parseInt(payload.slice(digit, digit + 2), 16));
}

/** `debugData` has one character an octet. */
export function writeGoAway(to: ByteBuffer, lastStream: number, errorCode: number, debugData = ''): void {
  writeFrameHeader(to, 8 + debugData.length, FrameType.GOAWAY, 0, 0);
  to.u32(lastStream);
  to.u32(errorCode);
  to.append(fromLatin1(debugData));
}

export function writeWindowUpdate(to: ByteBuffer, stream: number, increment: number): void {
  writeFrameHeader(to, 4, FrameType.WINDOW_UPDATE, 0, stream);
  to.u32(increment);
}

const NO_BYTES = new Uint8Array(0);

function writePadded(
  to: ByteBuffer,
  type: number,
  flags: number,
  stream: number,
  fields: Uint8Array,
  body: Uint8Array,
  padding: number | undefined,
): void {
  const padded = padding === undefined ? 0 : 1 + padding;
  const allFlags = padding === undefined ? flags : flags | Flag.PADDED;
  writeFrameHeader(to, fields.length + body.length + padded, type, allFlags, stream);
  if (padding !== undefined) to.u8(padding);
  to.append(fields);
  to.append(body);
  if (padding !== undefined) to.zeros(padding);
}

function priorityFields(priority: Priority): Uint8Array {
  const bytes = new Uint8Array(PRIORITY_BYTES);
  bytes.set(u32(priority.dependsOn));
  if (priority.exclusive) bytes[0] = bytes[0]! | 0x80;
  bytes[4] = priority.weight - 1;
  return bytes;
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
