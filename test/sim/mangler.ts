/** Breaks the octets of a connection frame by frame: what the checkers must notice. */

import { concatBytes, readU24, readU31 } from '#base';
import { FRAME_HEADER_BYTES } from '#h2';
import type { Mangle } from '#sim';

/** A frame as octets, header included. */
export interface RawFrame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly bytes: Uint8Array;
}

const PREFACE_BYTES = 24;

/** Hands each whole frame to `change`, and sends on what that answers. The client's preface passes. */
export function mangleFrames(from: 'client' | 'server', change: (frame: RawFrame) => readonly Uint8Array[]): Mangle {
  let left: Uint8Array = new Uint8Array(0);
  let preface = from === 'client' ? PREFACE_BYTES : 0;
  return (octets) => {
    left = concatBytes(left, octets);
    let out: Uint8Array = new Uint8Array(0);
    for (;;) {
      if (preface > 0) {
        if (left.length < preface) return out;
        out = left.slice(0, preface);
        left = left.slice(preface);
        preface = 0;
      }
      if (left.length < FRAME_HEADER_BYTES) return out;
      const length = FRAME_HEADER_BYTES + readU24(left, 0);
      if (left.length < length) return out;
      const bytes = left.slice(0, length);
      left = left.slice(length);
      const frame = { type: bytes[3]!, flags: bytes[4]!, stream: readU31(bytes, 5), bytes };
      for (const part of change(frame)) out = concatBytes(out, part);
    }
  };
}
