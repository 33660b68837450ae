/**
 * Finds the connection of a packet by its addresses and ports, in either direction. A hash table of our own: no string
 * or object is made to ask, and the connection of the packet before is tried first.
 */
import type { Packet } from '../packet.ts';
import { Entry } from './entry.ts';
import { readI32, type Segment } from './segment.ts';

const INITIAL_BUCKETS = 1024;

export class FlowTable {
  #buckets: (Entry | undefined)[] = new Array<Entry | undefined>(INITIAL_BUCKETS).fill(undefined);
  #size = 0;
  #last: Entry | undefined;
  /** Whether the packet last asked for came from the end `a` of the entry found. */
  fromA = true;

  find(packet: Packet, segment: Segment): Entry | undefined {
    if (this.#last !== undefined && this.#matches(this.#last, packet, segment)) return this.#last;
    const hash = hashOf(packet, segment);
    let entry = this.#buckets[hash & (this.#buckets.length - 1)];
    while (entry !== undefined && !(entry.hash === hash && this.#matches(entry, packet, segment)))
      entry = entry.nextInBucket;
    if (entry !== undefined) this.#last = entry;
    return entry;
  }

  /** Adds an entry for the packet's connection. `sourceIsA`: the packet comes from the end `a`. */
  add(packet: Packet, segment: Segment, sourceIsA: boolean): Entry {
    const entry = new Entry(hashOf(packet, segment), packet, segment, sourceIsA);
    if (this.#size >= this.#buckets.length) this.#grow();
    this.#size++;
    this.#link(entry);
    this.#last = entry;
    this.fromA = sourceIsA;
    return entry;
  }

  remove(entry: Entry): void {
    if (this.#last === entry) this.#last = undefined;
    const index = entry.hash & (this.#buckets.length - 1);
    let before = this.#buckets[index];
    if (before === entry) this.#buckets[index] = entry.nextInBucket;
    while (before !== undefined && before.nextInBucket !== entry) before = before.nextInBucket;
    if (before !== undefined) before.nextInBucket = entry.nextInBucket;
    entry.nextInBucket = undefined;
    this.#size--;
  }

  #matches(entry: Entry, packet: Packet, segment: Segment): boolean {
    if (entry.addressBytes !== packet.addressBytes) return false;
    const { sourcePort, destinationPort } = segment;
    const { bytes, sourceAt, destinationAt } = packet;
    if (entry.portA === sourcePort && entry.portB === destinationPort && same(entry, bytes, sourceAt, destinationAt)) {
      this.fromA = true;
      return true;
    }
    if (entry.portA === destinationPort && entry.portB === sourcePort && same(entry, bytes, destinationAt, sourceAt)) {
      this.fromA = false;
      return true;
    }
    return false;
  }

  #link(entry: Entry): void {
    const index = entry.hash & (this.#buckets.length - 1);
    entry.nextInBucket = this.#buckets[index];
    this.#buckets[index] = entry;
  }

  #grow(): void {
    const old = this.#buckets;
    this.#buckets = new Array<Entry | undefined>(old.length * 2).fill(undefined);
    for (const first of old) {
      for (let entry = first; entry !== undefined; ) {
        const next: Entry | undefined = entry.nextInBucket;
        this.#link(entry);
        entry = next;
      }
    }
  }
}

function same(entry: Entry, bytes: Uint8Array, a: number, b: number): boolean {
  const { addresses, addressBytes } = entry;
  for (let index = 0; index < addressBytes; index++) {
    if (addresses[index] !== bytes[a + index] || addresses[addressBytes + index] !== bytes[b + index]) return false;
  }
  return true;
}

/** The same for both directions: the sum of what each end gives. */
function hashOf(packet: Packet, segment: Segment): number {
  const { bytes, addressBytes } = packet;
  const source = hashEnd(bytes, packet.sourceAt, addressBytes, segment.sourcePort);
  return (source + hashEnd(bytes, packet.destinationAt, addressBytes, segment.destinationPort)) | 0;
}

function hashEnd(bytes: Uint8Array, at: number, addressBytes: number, port: number): number {
  let hash = Math.imul(port, 0x9e3779b1);
  for (let index = 0; index < addressBytes; index += 4) {
    hash = Math.imul(hash ^ readI32(bytes, at + index), 0x85ebca6b);
    hash ^= hash >>> 13;
  }
  return Math.imul(hash, 0xc2b2ae35) ^ (hash >>> 16);
}
