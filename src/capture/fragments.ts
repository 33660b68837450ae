/**
 * Reassembly of IP fragments (RFC 791 §3.2, RFC 8200 §4.5), in bounded memory: a fixed number of slots, each as large
 * as the largest IP packet. Where fragments overlap, the first copy holds.
 */
import type { Packet } from './packet.ts';

/**
 * Packets under reassembly at once. Fragments of one packet travel together, so few are open unless they are lost;
 * 64 packets of at most 64 KiB keep this at 4 MiB, which is also Linux's default bound (ipfrag_high_thresh).
 */
const SLOTS = 64;
/** Linux's ipfrag_time: after it an identification may be that of another packet. */
const LIFETIME_MS = 30_000;
const MAX_PACKET_BYTES = 65_535;
/** Fragments begin and, but for the last, end at multiples of eight octets. */
const UNIT_BYTES = 8;
/** Two IPv6 addresses before the payload, so that a reassembled packet has its addresses in its own octets. */
const ADDRESS_ROOM = 32;

class Slot {
  readonly buffer = new Uint8Array(ADDRESS_ROOM + MAX_PACKET_BYTES + UNIT_BYTES);
  readonly #present = new Uint8Array(Math.ceil(MAX_PACKET_BYTES / UNIT_BYTES));
  #units = 0;
  /** Octets of the whole, known when the last fragment has come. */
  length: number | undefined;
  identification = 0;
  protocol = 0;
  addressBytes = 0;
  startedMs = 0;
  free = true;

  begin(packet: Packet, identification: number, protocol: number): void {
    const { addressBytes, sourceAt, destinationAt } = packet;
    this.buffer.set(packet.bytes.subarray(sourceAt, sourceAt + addressBytes), 0);
    this.buffer.set(packet.bytes.subarray(destinationAt, destinationAt + addressBytes), addressBytes);
    this.#present.fill(0);
    this.#units = 0;
    this.length = undefined;
    this.identification = identification;
    this.protocol = protocol;
    this.addressBytes = addressBytes;
    this.startedMs = packet.timeMs;
    this.free = false;
  }

  isFor(packet: Packet, identification: number, protocol: number): boolean {
    if (this.free || this.identification !== identification || this.protocol !== protocol) return false;
    const { bytes, addressBytes, sourceAt, destinationAt } = packet;
    if (this.addressBytes !== addressBytes || Math.abs(packet.timeMs - this.startedMs) > LIFETIME_MS) return false;
    for (let index = 0; index < addressBytes; index++) {
      if (this.buffer[index] !== bytes[sourceAt + index]) return false;
      if (this.buffer[addressBytes + index] !== bytes[destinationAt + index]) return false;
    }
    return true;
  }

  /** Copies the units that were not there yet. A cut-off tail leaves its last, incomplete unit out. */
  add(packet: Packet, offset: number, last: boolean): void {
    const length = packet.end - packet.at;
    const whole = packet.missing === 0 && last;
    if (whole) this.length ??= offset + length;
    const end = whole ? length : length - (length % UNIT_BYTES);
    for (let from = 0; from < end; from += UNIT_BYTES) {
      const unit = (offset + from) / UNIT_BYTES;
      if (this.#present[unit] === 1) continue;
      this.#present[unit] = 1;
      this.#units++;
      const start = packet.at + from;
      const at = ADDRESS_ROOM + offset + from;
      this.buffer.set(packet.bytes.subarray(start, Math.min(start + UNIT_BYTES, packet.end)), at);
    }
  }

  get complete(): boolean {
    return this.length !== undefined && this.#units >= Math.ceil(this.length / UNIT_BYTES);
  }
}

/** The packets whose fragments have not all come. */
export class FragmentTable {
  readonly #slots: Slot[] = [];
  /** Fragments seen so far, those of packets that became whole included. */
  seen = 0;

  /**
   * Keeps the fragment that stands from `packet.at` to `packet.end`. True when its packet is whole with it: `packet` is
   * then moved to the joined payload, which stays valid until the next call.
   */
  take(packet: Packet, identification: number, protocol: number, offset: number, more: boolean): boolean {
    this.seen++;
    if (offset + packet.end - packet.at > MAX_PACKET_BYTES) return false;
    const slot = this.#slotFor(packet, identification, protocol);
    slot.add(packet, offset, !more);
    if (!slot.complete) return false;
    slot.free = true;
    packet.bytes = slot.buffer;
    packet.sourceAt = 0;
    packet.destinationAt = packet.addressBytes;
    packet.at = ADDRESS_ROOM;
    packet.end = ADDRESS_ROOM + slot.length!;
    packet.missing = 0;
    return true;
  }

  #slotFor(packet: Packet, identification: number, protocol: number): Slot {
    let oldest: Slot | undefined;
    for (const slot of this.#slots) {
      if (slot.isFor(packet, identification, protocol)) return slot;
      if (oldest === undefined || (!oldest.free && (slot.free || slot.startedMs < oldest.startedMs))) oldest = slot;
    }
    const chosen = oldest?.free || this.#slots.length >= SLOTS ? oldest! : this.#newSlot();
    chosen.begin(packet, identification, protocol);
    return chosen;
  }

  #newSlot(): Slot {
    const slot = new Slot();
    this.#slots.push(slot);
    return slot;
  }
}
