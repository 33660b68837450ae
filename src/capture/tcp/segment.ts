/** A TCP header (RFC 9293 §3.1) taken apart. One object serves all segments. */
import { readU16 } from '#base';
import type { Packet } from '../packet.ts';

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;

const MIN_HEADER_BYTES = 20;
const OPTION_WINDOW_SCALE = 3;
/** RFC 7323 §2.3. */
const MAX_WINDOW_SCALE = 14;

/** `sequence` and `acknowledgment` are the header's 32 bits as a signed number: their differences wrap by `| 0`. */
export class Segment {
  flags = 0;
  sequence = 0;
  acknowledgment = 0;
  /** As it stands in the header, without the scale. */
  window = 0;
  sourcePort = 0;
  destinationPort = 0;
  optionsAt = 0;
  /** The data that was captured stands from here in the packet's `bytes` to its `end`. */
  dataAt = 0;
  /** Octets of data that were sent: those captured and those cut off. */
  length = 0;

  /** Reads the header at `packet.at`. False if it is cut off or contradicts itself. */
  read(packet: Packet): boolean {
    const { bytes, at, end } = packet;
    if (end - at < MIN_HEADER_BYTES) return false;
    const headerBytes = (bytes[at + 12]! >> 4) * 4;
    const total = end - at + packet.missing;
    if (headerBytes < MIN_HEADER_BYTES || headerBytes > total) return false;
    this.sourcePort = readU16(bytes, at);
    this.destinationPort = readU16(bytes, at + 2);
    this.sequence = readI32(bytes, at + 4);
    this.acknowledgment = readI32(bytes, at + 8);
    this.flags = bytes[at + 13]!;
    this.window = readU16(bytes, at + 14);
    this.optionsAt = at + MIN_HEADER_BYTES;
    this.dataAt = Math.min(at + headerBytes, end);
    this.length = total - headerBytes;
    return true;
  }

  /** The same header over data that stands at the beginning of its `bytes`. */
  copy(): Segment {
    const copy = Object.assign(new Segment(), this);
    copy.dataAt = 0;
    return copy;
  }

  /** The window scale option, or 0 if the SYN has none and so forbids scaling (RFC 7323 §2.2). */
  windowScale(packet: Packet): number {
    const { bytes } = packet;
    let at = this.optionsAt;
    while (at + 2 < this.dataAt && bytes[at] !== 0) {
      if (bytes[at] === OPTION_WINDOW_SCALE) return Math.min(bytes[at + 2]!, MAX_WINDOW_SCALE);
      // No-operation is one octet; the others state their length, of which less than 2 is nonsense.
      at += bytes[at] === 1 ? 1 : Math.max(2, bytes[at + 1]!);
    }
    return 0;
  }
}

/** 32 bits as a signed number, which V8 keeps without allocation. */
export function readI32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
