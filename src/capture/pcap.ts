/**
 * The classic format (draft-ietf-opsawg-pcap): a 24-octet file header, then records of a header and a packet. Either
 * byte order, microseconds or nanoseconds, and Kuznetzov's variant with longer record headers.
 */
import type { CaptureClock } from './clock.ts';
import { readOrdered32 } from './order.ts';
import type { ProblemList } from './problem.ts';
import { MAX_PACKET_BYTES, type PacketCallback, type RecordParser } from './record.ts';

const FILE_HEADER_BYTES = 24;

/** How a file writes its records. */
export interface PcapVariant {
  readonly recordHeaderBytes: number;
  /** Nanoseconds in a unit of the sub-second field. */
  readonly nanosPerUnit: number;
}

/** By the magic number as its writer saw it. */
const variants: ReadonlyMap<number, PcapVariant> = new Map([
  [0xa1b2c3d4, { recordHeaderBytes: 16, nanosPerUnit: 1000 }],
  [0xa1b23c4d, { recordHeaderBytes: 16, nanosPerUnit: 1 }],
  // Alexey Kuznetzov's libpcap: an interface index, a protocol and a packet type follow the lengths.
  [0xa1b2cd34, { recordHeaderBytes: 24, nanosPerUnit: 1000 }],
]);

/** True for octets that begin a pcap file, whatever the byte order. */
export function isPcap(bytes: Uint8Array): boolean {
  return (
    bytes.length >= 4 && (variants.has(readOrdered32(bytes, 0, true)) || variants.has(readOrdered32(bytes, 0, false)))
  );
}

/** How the file that begins at `at` is written. Its first octets must have been seen to be a magic number of the format. */
export function pcapVariant(bytes: Uint8Array, at: number): PcapVariant & { readonly little: boolean } {
  const little = variants.has(readOrdered32(bytes, at, true));
  return { little, ...variants.get(readOrdered32(bytes, at, little))! };
}

/** Reads the classic format. Created when the first four octets have been seen to be its magic number. */
export class PcapParser implements RecordParser {
  readonly #onPacket: PacketCallback;
  readonly #clock: CaptureClock;
  readonly #problems: ProblemList;
  #variant: PcapVariant | undefined;
  #little = false;
  #linkType = 0;
  wanted = FILE_HEADER_BYTES;
  stopped = false;
  packets = 0;
  recordAt = 0;
  readonly dropped = 0;
  readonly secrets = 0;

  constructor(onPacket: PacketCallback, clock: CaptureClock, problems: ProblemList) {
    this.#onPacket = onPacket;
    this.#clock = clock;
    this.#problems = problems;
  }

  get part(): 'file header' | 'packet' {
    return this.#variant === undefined ? 'file header' : 'packet';
  }

  parse(bytes: Uint8Array, start: number, end: number, fileOffset: number): number {
    let at = start;
    if (this.#variant === undefined) {
      if (end - at < FILE_HEADER_BYTES) return at;
      this.#variant = this.#readFileHeader(bytes, at);
      at += FILE_HEADER_BYTES;
    }
    return this.#records(this.#variant, bytes, at, end, fileOffset);
  }

  #readFileHeader(bytes: Uint8Array, at: number): PcapVariant {
    this.#little = variants.has(readOrdered32(bytes, at, true));
    // The upper bits say whether frames end in a check sequence, which the IP length already excludes (LT_LINKTYPE).
    this.#linkType = readOrdered32(bytes, at + 20, this.#little) & 0x03ffffff;
    return variants.get(readOrdered32(bytes, at, this.#little))!;
  }

  #records(variant: PcapVariant, bytes: Uint8Array, start: number, end: number, fileOffset: number): number {
    const little = this.#little;
    const headerBytes = variant.recordHeaderBytes;
    let at = start;
    while (end - at >= headerBytes) {
      const captured = readOrdered32(bytes, at + 8, little);
      if (captured > MAX_PACKET_BYTES) return this.#stop(captured, fileOffset + at, end);
      const next = at + headerBytes + captured;
      if (next > end) {
        this.wanted = headerBytes + captured;
        this.recordAt = fileOffset + at;
        return at;
      }
      const original = readOrdered32(bytes, at + 12, little);
      const seconds = readOrdered32(bytes, at, little);
      const timeMs = this.#clock.since(seconds, readOrdered32(bytes, at + 4, little) * variant.nanosPerUnit);
      this.packets++;
      this.recordAt = fileOffset + at;
      const length = Math.max(original, captured);
      this.#onPacket(bytes, at + headerBytes, captured, length, this.#linkType, timeMs, this.packets);
      at = next;
    }
    this.wanted = headerBytes;
    this.recordAt = fileOffset + at;
    return at;
  }

  #stop(length: number, at: number, end: number): number {
    this.#problems.add('absurd-length', at, this.packets + 1, { length, limit: MAX_PACKET_BYTES, read: this.packets });
    this.stopped = true;
    return end;
  }
}
