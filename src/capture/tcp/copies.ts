/**
 * Tells the second capture of a packet from a retransmission. Captures on all interfaces, on bridges and on both sides of
 * a tunnel show each packet several times; a retransmission has a new IPv4 identification, or a newer time stamp option,
 * or comes later.
 */
import type { Packet } from '../packet.ts';
import { readI32, type Segment } from './segment.ts';

/** Copies follow each other by a few packets: a table this large holds a millisecond or more at line rate. */
const SLOTS = 4096;
/**
 * Half of Linux's shortest retransmission timeout (TCP_RTO_MIN, 200 ms). Faster retransmissions answer newer
 * acknowledgments, and differ by that.
 */
const COPY_WITHIN_MS = 100;

export class CopyFilter {
  readonly #fingerprints = new Int32Array(SLOTS);
  readonly #timesMs = new Float64Array(SLOTS).fill(Number.NEGATIVE_INFINITY);

  /** Whether the same segment in the same IP packet was seen just before. Remembers it in any case. */
  seen(segment: Segment, packet: Packet): boolean {
    const fingerprint = fingerprintOf(segment, packet);
    const slot = fingerprint & (SLOTS - 1);
    const same = this.#fingerprints[slot] === fingerprint && packet.timeMs - this.#timesMs[slot]! < COPY_WITHIN_MS;
    this.#fingerprints[slot] = fingerprint;
    this.#timesMs[slot] = packet.timeMs;
    return same;
  }
}

/** Whatever the sender chose, and nothing that changes on the way (addresses of the link, time to live, checksums). */
function fingerprintOf(segment: Segment, packet: Packet): number {
  const { bytes, sourceAt, destinationAt, addressBytes } = packet;
  let hash = mix(segment.sequence, segment.acknowledgment);
  hash = mix(hash, (segment.sourcePort << 16) | segment.destinationPort);
  hash = mix(hash, (segment.window << 16) | packet.identification);
  hash = mix(hash, (segment.flags << 24) ^ segment.length);
  // The last words of the addresses, which differ most; and the value of a time stamp option in its usual place.
  hash = mix(hash, readI32(bytes, sourceAt + addressBytes - 4));
  hash = mix(hash, readI32(bytes, destinationAt + addressBytes - 4));
  return segment.dataAt - segment.optionsAt >= 12 ? mix(hash, readI32(bytes, segment.optionsAt + 4)) : hash;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
