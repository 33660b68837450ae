/**
 * Writes a capture once more as pcapng, with comments on packets and on the section, for Wireshark to show. The file is
 * pushed in pieces of any size; at most one block or record is held.
 */
import { isPcap } from '../pcap.ts';
import { isPcapng } from '../pcapng.ts';
import type { Copier, Notes, OctetSink } from './notes.ts';
import { PcapCopier } from './pcap-copier.ts';
import { PcapngCopier } from './pcapng-copier.ts';

/** Octets that tell the formats apart. */
const MAGIC_BYTES = 4;

export class CaptureAnnotator {
  readonly #notes: Notes;
  readonly #sink: OctetSink;
  #copier: Copier | undefined;
  #held = new Uint8Array(0);
  #heldLength = 0;
  /** It is no capture: nothing is kept of it. */
  #refused = false;

  constructor(notes: Notes, sink: OctetSink) {
    this.#notes = notes;
    this.#sink = sink;
  }

  /** Packets that got a comment. */
  get noted(): number {
    return this.#copier?.noted ?? 0;
  }

  /** The next piece of the file, decompressed. Its octets may be reused after the call. */
  push(bytes: Uint8Array): void {
    if (this.#copier?.stopped || this.#refused) return;
    if (this.#heldLength === 0) {
      this.#hold(bytes, this.#copy(bytes, bytes.length));
      return;
    }
    this.#hold(bytes, 0);
    const done = this.#copy(this.#held, this.#heldLength);
    this.#held.copyWithin(0, done, this.#heldLength);
    this.#heldLength -= done;
  }

  #copy(bytes: Uint8Array, end: number): number {
    if (this.#copier === undefined && end >= MAGIC_BYTES) {
      this.#copier = this.#copierFor(bytes);
      this.#refused = this.#copier === undefined;
    }
    return this.#copier?.copy(bytes, 0, end) ?? 0;
  }

  /** Undefined for what is no capture, which whoever read it before has told. */
  #copierFor(bytes: Uint8Array): Copier | undefined {
    if (isPcapng(bytes)) return new PcapngCopier(this.#notes, this.#sink);
    return isPcap(bytes) ? new PcapCopier(this.#notes, this.#sink) : undefined;
  }

  #hold(bytes: Uint8Array, from: number): void {
    const length = this.#heldLength + bytes.length - from;
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#held.length));
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(bytes.subarray(from), this.#heldLength);
    this.#heldLength = length;
  }
}
