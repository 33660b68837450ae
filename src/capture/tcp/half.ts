/**
 * One direction of a connection: the octets that one end sends, put in order. Octets that arrive in order go to the
 * handler where they lie. What arrives early waits; a hole is declared lost when the receiver has acknowledged it and it
 * does not fill soon after, when what waits behind it becomes too much, or when the connection ends.
 */
import type { End, FlowHandler } from '#trace';
import type { TcpLimits } from './limits.ts';
import { Pending, type PendingBudget } from './pending.ts';
import { distance, MAX_WINDOW_BYTES, offsetOf } from './sequence.ts';

/** When the handler was last called, by either direction: what is told late is told with no earlier moment. */
export interface Latest {
  timeMs: number;
  packet: number;
}

/** Moves to a moment, or stays where it is if that came before. */
export function notBefore(latest: Latest, timeMs: number, packet: number): void {
  if (packet <= latest.packet) return;
  latest.timeMs = timeMs;
  latest.packet = packet;
}

/** `repeated`: sent before; `outside`: before the first octet that the capture saw, or after the FIN. */
export type Taken = 'new' | 'repeated' | 'outside';

/** What an end sends before the answer to its SYN is captured: the initial window of ten segments (RFC 6928 §2), and some. */
const FIRST_FLIGHT_BYTES = 65_536;

export class Half {
  readonly end: End;
  readonly #handler: FlowHandler;
  readonly #limits: TcpLimits;
  readonly #latest: Latest;
  readonly #pending: Pending;
  readonly #fromStart: boolean;

  /** The initial sequence number, if the SYN was seen. */
  initial: number | undefined;
  /** Whether `next` is known. */
  synced = false;
  /** Some segment of this end was captured. */
  seen = false;
  /** Where the other end's acknowledgments stood at first: octets after it went by, even if none is ever captured. */
  #floor: number | undefined;
  /** Where the stream was found to begin, without its SYN. */
  #start: number | undefined;
  /** Sequence number of the first octet that was neither delivered nor declared lost. */
  #next = 0;
  /** The same, counted from the start of the stream. */
  #position = 0;
  /** Sequence number after everything this end has sent, SYN and FIN included. */
  highest = 0;
  /** What the other end acknowledged most, if it did. */
  acknowledged: number | undefined;
  #finPosition: number | undefined;
  #finTimeMs = 0;
  #finPacket = 0;
  #finUnacknowledged: number | undefined;
  /** The FIN was reported. */
  finished = false;

  /** Segments since the other end was seen to have acknowledged octets that were not delivered: those up to `#awaited`. */
  #waited = 0;
  #awaited: number | undefined;
  #waitsSinceMs = 0;
  #waitsSincePacket = 0;

  /** `fromStart`: the connection's first acknowledgments are those of its handshake. */
  constructor(
    end: End,
    handler: FlowHandler,
    limits: TcpLimits,
    budget: PendingBudget,
    latest: Latest,
    fromStart: boolean,
  ) {
    this.end = end;
    this.#fromStart = fromStart;
    this.#handler = handler;
    this.#limits = limits;
    this.#latest = latest;
    this.#pending = new Pending(limits, budget);
  }

  /** The stream begins at `sequence`. */
  sync(sequence: number): void {
    this.synced = true;
    this.#next = sequence;
    this.highest = sequence;
  }

  /** A FIN was seen, reported or not. */
  get closing(): boolean {
    return this.#finPosition !== undefined;
  }

  /** True while the other end has acknowledged octets that were not delivered. */
  get behind(): boolean {
    if (this.acknowledged === undefined || this.finished) return false;
    if (this.synced) return this.lacks(this.acknowledged);
    // An end of which nothing is captured: its SYN or FIN takes one number, and is no octet.
    return this.#floor !== undefined && distance(this.#floor, this.acknowledged) > 1;
  }

  /** Sequence number of the octet that is to be delivered next, if that is known. */
  get next(): number {
    return this.#next;
  }

  /** Whether octets before `sequence` were not delivered yet. */
  lacks(sequence: number): boolean {
    const ahead = distance(this.#next, sequence);
    return this.synced && ahead > 0 && ahead <= MAX_WINDOW_BYTES;
  }

  /** Whether a SYN that was captured late begins this stream: its octets follow it at once. */
  beganWith(initial: number): boolean {
    if (this.initial !== undefined || this.#start === undefined) return false;
    const ahead = distance(initial, this.#start);
    return ahead > 0 && ahead <= FIRST_FLIGHT_BYTES;
  }

  /** Takes `length` octets from `sequence` on, of which `bytes[start, end)` were captured. */
  take(
    sequence: number,
    length: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    timeMs: number,
    packet: number,
  ): Taken {
    if (!this.synced) this.#begin(sequence);
    const offset = offsetOf(this.#next, sequence);
    if (offset + length <= 0) return this.#position + offset < 0 ? 'outside' : 'repeated';
    if (this.finished) return 'outside';
    const skipped = offset < 0 ? -offset : 0;
    const from = Math.min(start + skipped, end);
    const taken = this.#place(offset + skipped, length - skipped, bytes, from, end, timeMs, packet);
    if (!taken) return 'repeated';
    this.#raise(sequence + length);
    this.#advance();
    return 'new';
  }

  /**
   * The first octet that was captured is `sequence`. Where the SYN was not, the acknowledgment of it tells of earlier ones;
   * in mid-connection there always are some, and they are of no interest.
   */
  #begin(sequence: number): void {
    const floor = this.#fromStart ? this.#floor : undefined;
    const missed = floor === undefined ? 0 : distance(floor, sequence);
    this.sync(floor !== undefined && missed > 0 && missed <= MAX_WINDOW_BYTES ? floor : sequence);
    this.#start = sequence;
  }

  /** Delivers or keeps octets that begin `offset` octets ahead. False if all of them wait already. */
  #place(
    offset: number,
    length: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    timeMs: number,
    packet: number,
  ): boolean {
    const first = this.#pending.first;
    const position = this.#position + offset;
    const captured = end - start;
    if (offset === 0 && (first === undefined || position + length <= first.position)) {
      notBefore(this.#latest, timeMs, packet);
      if (captured > 0) this.#deliver(bytes, start, end);
      if (captured < length) this.#lose(length - captured, 'cut');
      return true;
    }
    const some = captured > 0 && this.#pending.insert(position, captured, bytes, start, timeMs, packet);
    const cut =
      captured < length && this.#pending.insert(position + captured, length - captured, undefined, 0, timeMs, packet);
    return some || cut;
  }

  /** The end sent a FIN whose sequence number is `sequence`. Returns whether that is news. */
  takeFin(sequence: number, timeMs: number, packet: number, unacknowledged: number | undefined): boolean {
    if (!this.synced) this.#begin(sequence);
    if (this.#finPosition !== undefined) return false;
    const offset = offsetOf(this.#next, sequence);
    if (offset < 0) return false;
    this.#finPosition = this.#position + offset;
    this.#finTimeMs = timeMs;
    this.#finPacket = packet;
    this.#finUnacknowledged = unacknowledged;
    this.#raise(sequence + 1);
    this.#advance();
    return true;
  }

  /** The other end has everything before `sequence`. */
  acknowledge(sequence: number): void {
    if (this.synced && distance(this.highest, sequence) > MAX_WINDOW_BYTES) return;
    const known = this.acknowledged;
    // After a loss of gigabytes, what was acknowledged before compares with nothing.
    const stale = known === undefined || (this.synced && Math.abs(distance(this.#next, known)) > MAX_WINDOW_BYTES);
    if (stale || distance(known, sequence) > 0) this.acknowledged = sequence;
    this.#floor ??= sequence;
  }

  /**
   * Called once a segment of the connection while `behind`: gives up on acknowledged octets that do not come, on the first
   * `most` of them.
   */
  settle(timeMs: number, packet: number, most: number): void {
    if (this.#awaited === undefined || (this.synced && distance(this.#awaited, this.#next) >= 0)) {
      this.#awaited = this.acknowledged;
      this.#waited = 0;
      this.#waitsSinceMs = timeMs;
      this.#waitsSincePacket = packet;
      return;
    }
    this.#waited++;
    const { holdSegments, holdMs } = this.#limits;
    if (this.#waited >= holdSegments || timeMs - this.#waitsSinceMs >= holdMs) this.#giveUp(this.#awaited, most);
  }

  /** Gives up on acknowledged octets that have not come for long, before the connection goes on. */
  expire(timeMs: number, most: number): void {
    if (this.#awaited === undefined || timeMs - this.#waitsSinceMs < this.#limits.holdMs) return;
    this.#giveUp(this.#awaited, most);
  }

  /** Octets before `sequence`, the first `most` that are missing, will not come any more. */
  abandon(sequence: number, most: number): void {
    const floor = this.#floor;
    if (!this.synced && floor !== undefined && Math.abs(distance(floor, sequence)) <= MAX_WINDOW_BYTES)
      this.sync(floor);
    if (this.lacks(sequence)) this.#giveUp(sequence, most);
  }

  /** Nothing more will come: everything that waits is delivered, and the holes before it are declared. */
  flush(): void {
    for (let first = this.#pending.first; first !== undefined; first = this.#pending.first) {
      this.#skipTo(first.position);
    }
    if (this.behind) this.#giveUp(this.acknowledged!);
    if (this.#finPosition !== undefined && !this.finished) this.#skipTo(this.#finPosition);
  }

  /** Declares lost what is missing before `sequence`, at most so many octets on. */
  #giveUp(until: number, most = Number.POSITIVE_INFINITY): void {
    if (!this.synced && this.#floor !== undefined) this.sync(this.#floor);
    const sequence = distance(this.#next, until) > most ? (this.#next + most) | 0 : until;
    while (!this.finished && distance(this.#next, sequence) > 0) {
      const position = this.#position + distance(this.#next, sequence);
      this.#skipTo(Math.min(position, this.#pending.first?.position ?? position, this.#finPosition ?? position));
    }
    this.#awaited = undefined;
  }

  /** Declares the octets up to `position` lost and delivers what follows them. */
  #skipTo(position: number): void {
    const first = this.#pending.first;
    if (first?.position === position) notBefore(this.#latest, first.timeMs, first.packet);
    else if (this.#finPosition === position) notBefore(this.#latest, this.#finTimeMs, this.#finPacket);
    else if (this.#awaited !== undefined) notBefore(this.#latest, this.#waitsSinceMs, this.#waitsSincePacket);
    if (position > this.#position) this.#lose(position - this.#position);
    this.#advance();
  }

  /** Delivers what has become deliverable. */
  #advance(): void {
    if (this.#pending.first !== undefined) this.#drain();
    if (this.#finPosition !== undefined && !this.finished && this.#position >= this.#finPosition) this.#finish();
  }

  #drain(): void {
    for (let first = this.#pending.first; first !== undefined; first = this.#pending.first) {
      if (first.position > this.#position) {
        if (!this.#pending.overfull) return;
        notBefore(this.#latest, first.timeMs, first.packet);
        this.#lose(first.position - this.#position);
      }
      this.#pending.shift();
      notBefore(this.#latest, first.timeMs, first.packet);
      if (first.bytes === undefined) this.#lose(first.length, 'cut');
      else this.#deliver(first.bytes, 0, first.length);
    }
  }

  #finish(): void {
    this.finished = true;
    // A FIN takes a sequence number as an octet does.
    this.#next = (this.#next + 1) | 0;
    this.#position++;
    // What claims to lie behind it is of nobody.
    this.#pending.clear();
    notBefore(this.#latest, this.#finTimeMs, this.#finPacket);
    this.#handler.fin(this.end, this.#latest.timeMs, this.#latest.packet, this.#finUnacknowledged);
  }

  #deliver(bytes: Uint8Array, start: number, end: number): void {
    this.#next = (this.#next + end - start) | 0;
    this.#position += end - start;
    this.#handler.bytes(this.end, bytes, start, end, this.#latest.timeMs, this.#latest.packet);
  }

  #lose(length: number, why: 'capture' | 'cut' = 'capture'): void {
    this.#next = (this.#next + length) | 0;
    this.#position += length;
    this.#handler.gap(this.end, length, this.#latest.timeMs, this.#latest.packet, why);
  }

  #raise(sequence: number): void {
    if (offsetOf(this.highest, sequence) > 0) this.highest = sequence | 0;
  }
}
