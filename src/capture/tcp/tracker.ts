/** The connections of a capture: opened by their first segment, ended by their last, forgotten in time. */
import type { Endpoint } from '#base';
import type { FlowInfo, FlowSink } from '#trace';
import { formatAddress } from '../address.ts';
import type { HostTime } from '../leaps/host-time.ts';
import { LeapWatch } from '../leaps/leap-watch.ts';
import type { Packet } from '../packet.ts';
import { Connection } from './connection.ts';
import { CopyFilter } from './copies.ts';
import type { Entry } from './entry.ts';
import { defaultLimits, type TcpLimits } from './limits.ts';
import { FlowList } from './list.ts';
import type { PendingBudget } from './pending.ts';
import { ACK, RST, Segment, SYN } from './segment.ts';
import { distance } from './sequence.ts';
import { FlowTable } from './table.ts';

/**
 * Stragglers of a finished connection lie within a window of where its ends stood. A segment farther off belongs to a new
 * connection between the same ports, whose SYN was not captured.
 */
const STRAGGLER_BYTES = 2 ** 20;

/** Texts of endpoints are shared; beyond this many they are made anew. */
const MAX_ENDPOINTS = 65_536;

export class TcpTracker {
  readonly #sink: FlowSink;
  readonly #limits: TcpLimits;
  readonly #segment = new Segment();
  readonly #copies = new CopyFilter();
  readonly #table = new FlowTable();
  readonly #live = new FlowList();
  /** Over, and remembered for their stragglers; the oldest first. */
  readonly #finished = new FlowList();
  /** Torn down, and waiting for what crossed the RST. */
  readonly #reset = new FlowList();
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #budget: PendingBudget = { used: 0 };
  readonly #watch = new LeapWatch();
  /** The latest time of a packet that was taken. */
  lastMs = 0;

  constructor(sink: FlowSink, limits: TcpLimits = defaultLimits) {
    this.#sink = sink;
    this.#limits = limits;
  }

  /** Takes a packet that stands at its TCP header. False if the header cannot be read. */
  take(packet: Packet): boolean {
    const segment = this.#segment;
    if (!segment.read(packet)) return false;
    if (this.#watch.isQuiet(packet)) {
      this.#place(packet);
      return true;
    }
    let look = this.#watch.look(packet, segment, this.#hostOf(packet));
    if (look === 'again') {
      this.#release();
      segment.read(packet);
      look = this.#watch.look(packet, segment, this.#hostOf(packet));
    }
    if (look === 'pass') this.#place(packet);
    else if (look === 'release') this.#release();
    return true;
  }

  /** What the clock of this interface is known to be ahead. */
  shiftMs(source: number): number {
    return this.#watch.shiftMs(source);
  }

  #release(): void {
    for (const packet of this.#watch.release()) {
      this.#segment.read(packet);
      this.#place(packet);
    }
  }

  /** The end of a connection that sent the segment, if the connection is known. */
  #hostOf(packet: Packet): HostTime | undefined {
    const connection = this.#table.find(packet, this.#segment)?.connection;
    return connection === undefined ? undefined : (this.#table.fromA ? connection.a : connection.b).host;
  }

  /** Takes a packet whose true time is known. */
  #place(packet: Packet): void {
    const segment = this.#segment;
    packet.timeMs -= this.#watch.shiftMs(packet.source);
    if (packet.timeMs > this.lastMs) this.lastMs = packet.timeMs;
    const copied = this.#copies.seen(segment, packet);
    if (this.#reset.first !== undefined) this.#endReset(packet.timeMs);
    const entry = this.#entryOf(packet);
    const connection = entry?.connection;
    if (entry === undefined || connection === undefined) return;
    if (entry.leaps < this.#watch.leaps.length) this.#tellLeaps(entry, connection, packet.timeMs, packet.number);
    this.#watch.note((this.#table.fromA ? connection.a : connection.b).host, packet, segment);
    connection.take(segment, packet, this.#table.fromA, copied);
    if (connection.state === 'open') this.#live.touch(entry);
    else if (connection.state === 'closed') this.#finish(entry, connection, 'closed', packet.timeMs);
    else {
      entry.list?.remove(entry);
      this.#reset.append(entry);
    }
  }

  /** Tells a connection of the leaps of the clock that stamps its packets, since it was last heard of. */
  #tellLeaps(entry: Entry, connection: Connection, timeMs: number, packet: number): void {
    const { leaps } = this.#watch;
    const { source } = connection.a.host.source === -1 ? connection.b.host : connection.a.host;
    for (; entry.leaps < leaps.length; entry.leaps++) {
      const leap = leaps[entry.leaps]!;
      if (leap.source === source) connection.leap(leap, timeMs, packet);
    }
  }

  /** No packet follows: those that wait go. */
  flush(): void {
    this.#release();
  }

  /** The capture is over. */
  end(timeMs: number): void {
    for (const list of [this.#reset, this.#live]) {
      for (let entry = list.first; entry !== undefined; entry = list.first) this.#finishAsSeen(entry, timeMs);
    }
  }

  /** The entry that the segment belongs to: a known one, or a new one; undefined for a RST that belongs to none. */
  #entryOf(packet: Packet): Entry | undefined {
    const segment = this.#segment;
    const known = this.#table.find(packet, segment);
    if (known !== undefined) {
      const { connection } = known;
      if (connection === undefined) {
        if (this.#isStraggler(known, packet.timeMs)) return known;
        this.#forget(known);
      } else {
        if ((segment.flags & SYN) === 0 || !connection.isSucceededBy(segment, this.#table.fromA)) return known;
        this.#finishAsSeen(known, packet.timeMs);
        this.#forget(known);
      }
    }
    return (segment.flags & RST) === 0 ? this.#open(packet) : undefined;
  }

  #isStraggler(entry: Entry, nowMs: number): boolean {
    const { flags, sequence } = this.#segment;
    if ((flags & (SYN | ACK)) === SYN || nowMs - entry.finishedMs > this.#limits.finishedLingerMs) return false;
    const stood = this.#table.fromA ? entry.finishedA : entry.finishedB;
    return stood === undefined || Math.abs(distance(stood, sequence)) <= STRAGGLER_BYTES;
  }

  #open(packet: Packet): Entry {
    const segment = this.#segment;
    const begins = (segment.flags & SYN) !== 0;
    // A SYN-ACK is the answer of `b`, also where the SYN was not captured.
    const sourceIsA = !(begins && (segment.flags & ACK) !== 0);
    const source = this.#endpoint(packet, packet.sourceAt, segment.sourcePort);
    const destination = this.#endpoint(packet, packet.destinationAt, segment.destinationPort);
    const info: FlowInfo = {
      a: sourceIsA ? source : destination,
      b: sourceIsA ? destination : source,
      handshake: begins ? (sourceIsA ? 'seen' : 'partial') : 'unseen',
      // A SYN-ACK acknowledges the SYN, which takes one number.
      initial: begins ? (sourceIsA ? segment.sequence : segment.acknowledgment - 1) >>> 0 : undefined,
    };
    if (this.#live.size + this.#reset.size >= this.#limits.liveFlows) this.#evict(packet.timeMs);
    const entry = this.#table.add(packet, segment, sourceIsA);
    const handler = this.#sink.opened(info, packet.timeMs, packet.number);
    entry.connection = new Connection(info, handler, this.#limits, this.#budget, packet);
    entry.leaps = this.#watch.leaps.length;
    this.#live.append(entry);
    return entry;
  }

  #endpoint(packet: Packet, at: number, port: number): Endpoint {
    const address = formatAddress(packet.bytes, at, packet.addressBytes);
    const key = `${address} ${port}`;
    const known = this.#endpoints.get(key);
    if (known !== undefined) return known;
    if (this.#endpoints.size >= MAX_ENDPOINTS) this.#endpoints.clear();
    const endpoint: Endpoint = { address, port };
    this.#endpoints.set(key, endpoint);
    return endpoint;
  }

  /** Drops the connection that has been quiet for longest. */
  #evict(nowMs: number): void {
    const entry = this.#reset.first ?? this.#live.first;
    if (entry?.connection === undefined) return;
    this.#finish(entry, entry.connection, 'evicted', nowMs);
    this.#forget(entry);
  }

  /** Ends the connections that have been quiet since their RST. */
  #endReset(nowMs: number): void {
    for (let entry = this.#reset.first; entry !== undefined; entry = this.#reset.first) {
      const { connection } = entry;
      if (connection === undefined || nowMs - connection.lastMs <= this.#limits.resetLingerMs) return;
      this.#finish(entry, connection, 'closed', connection.lastMs);
    }
  }

  /** Ends a connection whose end the capture may not have shown. */
  #finishAsSeen(entry: Entry, timeMs: number): void {
    const { connection } = entry;
    if (connection?.state === 'reset') this.#finish(entry, connection, 'closed', connection.lastMs);
    else if (connection !== undefined) this.#finish(entry, connection, 'capture-ended', timeMs);
  }

  #finish(entry: Entry, connection: Connection, how: 'closed' | 'capture-ended' | 'evicted', timeMs: number): void {
    if (how === 'capture-ended') this.#tellLeaps(entry, connection, timeMs, 0);
    connection.end(how, timeMs);
    entry.connection = undefined;
    entry.finishedMs = timeMs;
    entry.finishedA = connection.a.half.synced ? connection.a.half.highest : undefined;
    entry.finishedB = connection.b.half.synced ? connection.b.half.highest : undefined;
    entry.list?.remove(entry);
    this.#finished.append(entry);
    const oldest = this.#finished.first;
    if (this.#finished.size > this.#limits.finishedFlows && oldest !== undefined) this.#forget(oldest);
  }

  /** Removes a finished entry from the table. */
  #forget(entry: Entry): void {
    this.#finished.remove(entry);
    this.#table.remove(entry);
  }
}
