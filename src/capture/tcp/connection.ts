/** One TCP connection: what each segment of it means, told to the handler in the order in which it happened. */
import type { ClockLeap, End, FlowHandler, FlowInfo, SegmentNote } from '#trace';
import type { Packet } from '../packet.ts';
import { Half, type Latest, notBefore } from './half.ts';
import { type HeldSegment, HeldSegments } from './held.ts';
import type { TcpLimits } from './limits.ts';
import { Peer } from './peer.ts';
import type { PendingBudget } from './pending.ts';
import { ACK, FIN, RST, type Segment, SYN } from './segment.ts';
import { distance } from './sequence.ts';

/**
 * `open`; `reset`: torn down, yet data that crossed the RST may still arrive; `closed`: both ends have sent everything
 * and their FIN.
 */
export type ConnectionState = 'open' | 'reset' | 'closed';

export class Connection {
  readonly a: Peer;
  readonly b: Peer;
  readonly #handler: FlowHandler;
  readonly #handshakeSeen: boolean;
  readonly #latest: Latest;
  readonly #held: HeldSegments;
  readonly #limits: TcpLimits;
  readonly #openedMs: number;
  #established = false;
  state: ConnectionState = 'open';
  /** Time of its latest segment. */
  lastMs = 0;

  /** `opened`: the packet by which it was found. */
  constructor(info: FlowInfo, handler: FlowHandler, limits: TcpLimits, budget: PendingBudget, opened: Packet) {
    const { timeMs, number } = opened;
    this.#limits = limits;
    this.#openedMs = timeMs;
    this.#latest = { timeMs, packet: number };
    this.#held = new HeldSegments(limits, budget);
    this.#handler = handler;
    this.#handshakeSeen = info.handshake !== 'unseen';
    this.a = new Peer(new Half('a', handler, limits, budget, this.#latest, this.#handshakeSeen), info.a.address);
    this.b = new Peer(new Half('b', handler, limits, budget, this.#latest, this.#handshakeSeen), info.b.address);
    this.a.host.peer = this.b.host;
    this.b.host.peer = this.a.host;
  }

  /** Takes the connection's next segment. `copied`: the packet was captured before. */
  take(segment: Segment, packet: Packet, fromA: boolean, copied: boolean): void {
    const from = fromA ? this.a : this.b;
    const to = fromA ? this.b : this.a;
    const { timeMs, number } = packet;
    this.lastMs = timeMs;
    if (!this.#held.isEmpty) this.#expire(timeMs);
    const missed = unacknowledged(to, segment);
    if (isAhead(from, to, segment) && this.#held.add(segment, packet, fromA, copied, missed)) {
      to.half.acknowledge(segment.acknowledgment);
    } else {
      this.#obey(segment, packet, fromA, copied, missed);
    }
    this.#settle(from.half, timeMs, number);
    this.#settle(to.half, timeMs, number);
    if (!this.#held.isEmpty) this.#release();
  }

  #settle(half: Half, timeMs: number, packet: number): void {
    if (half.behind) half.settle(timeMs, packet, this.#missing(half));
  }

  /** Octets that the half lacks before others of it that were captured and wait themselves. */
  #missing(half: Half): number {
    return this.#held.isEmpty ? Number.POSITIVE_INFINITY : this.#held.missing(half.end, half.next);
  }

  /** Gives up on what held segments have waited for long enough. */
  #expire(timeMs: number): void {
    for (const { half } of [this.a, this.b]) half.expire(timeMs, this.#missing(half));
    this.#release();
  }

  /** The capture's clock leapt since the segment before. */
  leap(leap: ClockLeap, timeMs: number, packet: number): void {
    notBefore(this.#latest, timeMs, packet);
    this.#handler.leap(leap, this.#latest.timeMs, this.#latest.packet);
  }

  /** What a segment means, once all that its sender had seen was told. */
  #obey(segment: Segment, packet: Packet, fromA: boolean, copied: boolean, missed: number | undefined): void {
    const from = fromA ? this.a : this.b;
    const to = fromA ? this.b : this.a;
    const { flags } = segment;
    if ((flags & RST) !== 0) {
      this.#takeReset(from, to, segment, packet, missed);
      return;
    }
    from.half.seen = true;
    from.see(packet.timeToLive);
    if ((flags & SYN) !== 0 && !this.#takeSyn(from, segment, packet, copied)) return;
    if (!this.#established && this.#isAnswered(fromA, segment)) this.#establish(packet.timeMs, packet.number);
    this.#takeData(from, to, segment, packet, copied, missed);
    if ((flags & ACK) !== 0) this.#takeAcknowledgment(from, to, segment, packet);
    if (from.half.finished && to.half.finished) this.state = 'closed';
  }

  /** Tells the held segments whose time has come. Ends because each step takes one out. */
  #release(): void {
    const isDue = ({ segment, fromA }: HeldSegment): boolean =>
      !(fromA ? this.b : this.a).half.lacks(segment.acknowledgment);
    for (let due = this.#held.take(isDue); due !== undefined; due = this.#held.take(isDue)) this.#obeyHeld(due);
  }

  /** Nothing more can be waited for. Begins with the segments whose wait has no other held one as its reason. */
  #releaseAll(): void {
    const isFirst = ({ fromA }: HeldSegment): boolean => this.#missing((fromA ? this.b : this.a).half) > 0;
    while (!this.#held.isEmpty) {
      const held = this.#held.take(isFirst) ?? this.#held.take(() => true)!;
      const { half } = held.fromA ? this.b : this.a;
      half.abandon(held.segment.acknowledgment, this.#missing(half));
      this.#obeyHeld(held);
      this.#release();
    }
  }

  #obeyHeld({ segment, packet, fromA, copied, unacknowledged: missed }: HeldSegment): void {
    this.#obey(segment, packet, fromA, copied, missed);
  }

  /** Nothing more will come. Everything that waits is delivered first. */
  end(how: 'closed' | 'capture-ended' | 'evicted', timeMs: number): void {
    this.#releaseAll();
    this.a.half.flush();
    this.b.half.flush();
    this.#handler.done(how, timeMs, this.#unseen());
  }

  /** An end that was acknowledged and of which nothing was captured. */
  #unseen(): End | undefined {
    const { a, b } = this;
    if (!b.half.seen && b.half.acknowledged !== undefined) return 'b';
    return !a.half.seen && a.half.acknowledged !== undefined ? 'a' : undefined;
  }

  /** Whether a SYN begins another connection between the same two ports. */
  isSucceededBy(segment: Segment, fromA: boolean): boolean {
    const from = (fromA ? this.a : this.b).half;
    const to = (fromA ? this.b : this.a).half;
    const answers = (segment.flags & ACK) !== 0;
    // A second SYN-ACK with another number answers the same SYN (from another server behind a balancer, say).
    if (from.initial !== undefined) return !answers && from.initial !== segment.sequence;
    if (from.synced) return !this.#isYoung(from, segment);
    if (answers) return to.initial === undefined && to.synced;
    // The SYN-ACK, or the other SYN of a simultaneous open (RFC 9293 §3.5), was captured first.
    const expected = from.acknowledged === undefined || from.acknowledged === ((segment.sequence + 1) | 0);
    return to.initial === undefined || !expected;
  }

  /** The SYN was captured after what followed it. */
  #isYoung(from: Half, segment: Segment): boolean {
    return this.lastMs - this.#openedMs <= this.#limits.holdMs && from.beganWith(segment.sequence);
  }

  /** Returns false for one whose numbers are not those of the connection. */
  #takeSyn(from: Peer, segment: Segment, packet: Packet, copied: boolean): boolean {
    const { half } = from;
    if (half.initial === undefined) {
      half.initial = segment.sequence;
      if (!half.synced) half.sync((segment.sequence + 1) | 0);
      from.windowScale = segment.windowScale(packet);
      return true;
    }
    if (half.initial !== segment.sequence) return false;
    if (!copied) this.#note(from, 'syn-retransmission', packet);
    return true;
  }

  /** The SYN-ACK; or else something that `b` sends for this connection, or `a` only after an answer. */
  #isAnswered(fromA: boolean, segment: Segment): boolean {
    if ((segment.flags & ACK) === 0) return false;
    if (fromA) return this.#handshakeSeen && (segment.flags & SYN) === 0;
    const { initial, highest } = this.a.half;
    if (initial === undefined) return true;
    // RFC 5961 §4: the end of an older connection answers a SYN with an acknowledgment of its own numbers.
    return distance(initial, segment.acknowledgment) > 0 && distance(segment.acknowledgment, highest) >= 0;
  }

  #establish(timeMs: number, packet: number): void {
    this.#established = true;
    notBefore(this.#latest, timeMs, packet);
    this.#handler.established(this.#latest.timeMs, this.#latest.packet);
  }

  #takeData(from: Peer, to: Peer, segment: Segment, packet: Packet, copied: boolean, missed: number | undefined): void {
    const { half } = from;
    const { flags, length } = segment;
    const { timeMs, number } = packet;
    const sequence = (flags & SYN) === 0 ? segment.sequence : (segment.sequence + 1) | 0;
    if (length <= 1 && isKeepalive(from, to, segment)) {
      if (!copied) this.#note(from, 'keepalive', packet);
      return;
    }
    let repeated = false;
    if (length > 0) {
      repeated = half.take(sequence, length, packet.bytes, segment.dataAt, packet.end, timeMs, number) === 'repeated';
    }
    if ((flags & FIN) !== 0) {
      const news = half.takeFin((sequence + length) | 0, timeMs, number, missed);
      repeated = !news && (repeated || length === 0);
    }
    if (repeated && !copied) this.#note(from, 'retransmission', packet);
  }

  #takeAcknowledgment(from: Peer, to: Peer, segment: Segment, packet: Packet): void {
    to.half.acknowledge(segment.acknowledgment);
    from.window = segment.window;
    const closed = segment.window === 0 && (segment.flags & SYN) === 0 && !from.half.closing;
    if (closed && !from.windowClosed) this.#note(from, 'zero-window', packet);
    from.windowClosed = closed;
  }

  #takeReset(from: Peer, to: Peer, segment: Segment, packet: Packet, missed: number | undefined): void {
    if (from.hasReset || !from.mayReset(to, segment)) return;
    from.hasReset = true;
    this.#releaseAll();
    // Its number tells what was sent before it, captured or not.
    from.half.abandon(segment.sequence, this.#missing(from.half));
    from.half.flush();
    notBefore(this.#latest, packet.timeMs, packet.number);
    const usual = from.usualTimeToLive(packet.timeToLive);
    const { timeMs, packet: number } = this.#latest;
    this.#handler.rst(from.half.end, packet.timeToLive, usual, timeMs, number, missed);
    this.state = 'reset';
  }

  #note(from: Peer, note: SegmentNote, packet: Packet): void {
    notBefore(this.#latest, packet.timeMs, packet.number);
    this.#handler.note(from.half.end, note, this.#latest.timeMs, this.#latest.packet);
  }
}

/** It carries something, and acknowledges octets of the other end that were not told yet. */
function isAhead(from: Peer, to: Peer, segment: Segment): boolean {
  const { flags, length, acknowledgment } = segment;
  if ((flags & ACK) === 0 || (length === 0 && (flags & (FIN | RST)) === 0)) return false;
  if (!to.half.seen || !to.half.lacks(acknowledgment)) return false;
  return (flags & RST) === 0 || from.mayReset(to, segment);
}

/** Octets (a FIN counts as one) that the other end had sent before the segment and that its sender had not got. */
function unacknowledged({ half }: Peer, segment: Segment): number | undefined {
  if ((segment.flags & ACK) === 0 || !half.synced) return undefined;
  return Math.max(0, distance(segment.acknowledgment, half.highest));
}

/**
 * RFC 9293 §3.8.4: no data, or one octet of it, just below the next number. While the other end's window is closed the
 * same segment is a window probe (§3.8.6.1).
 */
function isKeepalive(from: Peer, to: Peer, segment: Segment): boolean {
  const { half } = from;
  if ((segment.flags & (SYN | FIN)) !== 0 || half.closing || to.windowClosed) return false;
  const { acknowledged } = half;
  if (half.synced && distance(segment.sequence, half.highest) === 1) return true;
  // The acknowledgment also knows of octets that the capture missed.
  if (acknowledged === undefined || distance(segment.sequence, acknowledged) !== 1) return false;
  return !half.synced || (segment.length === 0 && distance(half.highest, acknowledged) > 0);
}
