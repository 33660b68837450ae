/** The five octets before a message: one of flags, four of length (gRPC over HTTP/2, "Length-Prefixed-Message"). */
import { invariant, readU32 } from '#base';

/** Octets before a message: the compressed flag and the length. */
export const PREFIX_BYTES = 5;

/** The longest message that a prefix can announce. */
export const MESSAGE_BYTES_MAX = 0xffffffff;

/** Writes the prefix of a message of `length` octets to the beginning of `to`. */
export function messagePrefix(to: Uint8Array, compressed: boolean, length: number): void {
  invariant(length <= MESSAGE_BYTES_MAX && to.length >= PREFIX_BYTES, 'a message prefix has room and fits its message');
  to[0] = compressed ? 1 : 0;
  to[1] = length >>> 24;
  to[2] = length >>> 16;
  to[3] = length >>> 8;
  to[4] = length;
}

/**
 * Where the message ends that begins at `start`, if it lies whole before `end`, is not compressed and has at most
 * `maxMessageBytes` octets; else -1, and a `MessageReader` finds out what it is. Most messages come so: they need no reader.
 */
export function wholeMessageEnd(bytes: Uint8Array, start: number, end: number, maxMessageBytes: number): number {
  if (end - start < PREFIX_BYTES || bytes[start] !== 0) return -1;
  const length = readU32(bytes, start + 1);
  return length <= end - start - PREFIX_BYTES && length <= maxMessageBytes ? start + PREFIX_BYTES + length : -1;
}
