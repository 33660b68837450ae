/** Could a frame start here? For finding a frame boundary in octets whose beginning was not seen. */
import { readU24, readU31 } from '#base';
import { FRAME_HEADER_BYTES } from './codes.ts';
import { frameForm, lengthFits } from './form.ts';

export interface PlausibleLimits {
  /** The longest frame to believe in; `FRAME_BYTES_DEFAULT` fits nearly all traffic. */
  readonly maxFrameBytes: number;
  /** The highest stream number to believe in. */
  readonly maxStream: number;
}

/**
 * Whether the nine octets at `at` read as a frame header that a sound sender may write: a type of RFC 9113, only flags
 * that it defines, a length that it allows, a stream where it needs one, the reserved bit clear. Of uniformly random
 * positions fewer than one in a million pass; real payloads, full of zeros, do better. Several headers in a row, each where
 * the one before says, are proof. False when fewer than nine octets are left.
 */
export function plausibleFrameHeader(bytes: Uint8Array, at: number, limits: PlausibleLimits): boolean {
  if (at + FRAME_HEADER_BYTES > bytes.length) return false;
  const form = frameForm(bytes[at + 3]!);
  if (form === undefined) return false;
  const flags = bytes[at + 4]!;
  if ((flags & ~form.flags) !== 0) return false;
  const length = readU24(bytes, at);
  if (length > limits.maxFrameBytes || !lengthFits(bytes[at + 3]!, flags, length)) return false;
  if ((bytes[at + 5]! & 0x80) !== 0) return false;
  const stream = readU31(bytes, at + 5);
  if (stream > limits.maxStream) return false;
  if (form.about === 'either') return true;
  return (stream === 0) === (form.about === 'connection');
}
