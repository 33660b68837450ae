/** Packets of the classic format as a pcapng file: one section, one interface, time stamps and lengths as they were. */
import { readOrdered32 } from '../order.ts';
import { pcapVariant } from '../pcap.ts';
import { MAX_PACKET_BYTES } from '../record.ts';
import { BlockWriter } from './block.ts';
import type { Copier, Notes, OctetSink } from './notes.ts';

const FILE_HEADER_BYTES = 24;

export class PcapCopier implements Copier {
  readonly #notes: Notes;
  readonly #sink: OctetSink;
  readonly #writer = new BlockWriter(true);
  #little = false;
  #recordHeaderBytes = 0;
  #unitsPerSecond = 1_000_000n;
  #packets = 0;
  noted = 0;
  stopped = false;

  constructor(notes: Notes, sink: OctetSink) {
    this.#notes = notes;
    this.#sink = sink;
  }

  copy(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (this.#recordHeaderBytes === 0) {
      if (end - at < FILE_HEADER_BYTES) return at;
      this.#begin(bytes, at);
      at += FILE_HEADER_BYTES;
    }
    while (end - at >= this.#recordHeaderBytes) {
      const captured = readOrdered32(bytes, at + 8, this.#little);
      if (captured > MAX_PACKET_BYTES) {
        this.stopped = true;
        return end;
      }
      const next = at + this.#recordHeaderBytes + captured;
      if (next > end) return at;
      this.#packet(bytes, at, next);
      at = next;
    }
    return at;
  }

  #begin(bytes: Uint8Array, at: number): void {
    const { little, recordHeaderBytes, nanosPerUnit } = pcapVariant(bytes, at);
    this.#little = little;
    this.#recordHeaderBytes = recordHeaderBytes;
    const nano = nanosPerUnit === 1;
    this.#unitsPerSecond = nano ? 1_000_000_000n : 1_000_000n;
    const link = readOrdered32(bytes, at + 20, little);
    // LT_FCSLEN of the link type field: bit 26 says that the upper four bits count 16-bit units of check sequence.
    const checkBytes = link & 0x04000000 ? (link >>> 28) * 2 : undefined;
    this.#sink(this.#writer.sectionHeader(this.#notes.section));
    const snapLength = readOrdered32(bytes, at + 16, little);
    this.#sink(this.#writer.interfaceDescription(link & 0xffff, snapLength, nano ? 9 : 6, checkBytes));
  }

  #packet(bytes: Uint8Array, at: number, next: number): void {
    const little = this.#little;
    const comments = this.#notes.packets.get(++this.#packets) ?? [];
    if (comments.length > 0) this.noted++;
    const stamp =
      BigInt(readOrdered32(bytes, at, little)) * this.#unitsPerSecond + BigInt(readOrdered32(bytes, at + 4, little));
    const packet = bytes.subarray(at + this.#recordHeaderBytes, next);
    this.#sink(this.#writer.packet(packet, stamp, readOrdered32(bytes, at + 12, little), comments));
  }
}
