/** A connection's place in the table of connections. It outlives the connection for a while, for the sake of stragglers. */
import type { Packet } from '../packet.ts';
import type { Connection } from './connection.ts';
import type { FlowList } from './list.ts';
import type { Segment } from './segment.ts';

export class Entry {
  readonly hash: number;
  readonly addressBytes: 4 | 16;
  /** The address of `a`, then that of `b`. */
  readonly addresses: Uint8Array;
  readonly portA: number;
  readonly portB: number;
  /** Undefined once it is over. */
  connection: Connection | undefined;
  /** Leaps of the capture's clock that it was told of, or that came before it. */
  leaps = 0;
  /** When it was over, and the sequence numbers at which its ends stood, where they were seen. */
  finishedMs = 0;
  finishedA: number | undefined;
  finishedB: number | undefined;
  nextInBucket: Entry | undefined;
  /** The list that it is on, and its neighbours there. */
  list: FlowList | undefined;
  previous: Entry | undefined;
  next: Entry | undefined;

  constructor(hash: number, packet: Packet, segment: Segment, sourceIsA: boolean) {
    const { bytes, addressBytes } = packet;
    const a = sourceIsA ? packet.sourceAt : packet.destinationAt;
    const b = sourceIsA ? packet.destinationAt : packet.sourceAt;
    this.hash = hash;
    this.addressBytes = addressBytes;
    this.addresses = new Uint8Array(2 * addressBytes);
    this.addresses.set(bytes.subarray(a, a + addressBytes), 0);
    this.addresses.set(bytes.subarray(b, b + addressBytes), addressBytes);
    this.portA = sourceIsA ? segment.sourcePort : segment.destinationPort;
    this.portB = sourceIsA ? segment.destinationPort : segment.sourcePort;
  }
}
