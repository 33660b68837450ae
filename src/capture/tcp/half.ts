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

/** `repeated`: sent before; `outside`: before the first octet that the capture saw, or after the FIN. */
export type Taken = 'new' | 'repeated' | 'outside';

export class Half {
  readonly end: End;
  readonly #handler: FlowHandler;
  readonly #limits: TcpLimits;
  readonly #latest: Latest;
  readonly #pending: Pending;

  /** The initial sequence number, if the SYN was seen. */
  initial: number | undefined;
  /** Whether `next` is known. */
  synced = false;
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

  constructor(end: End, handler: FlowHandler, limits: TcpLimits, budget: PendingBudget, latest: Latest) {
    this.end = end;
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
    if (this.acknowledged === undefined || !this.synced || this.finished) return false;
    const ahead = distance(this.#next, this.acknowledged);
    return ahead > 0 && ahead <= MAX_WINDOW_BYTES;
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
    if (!this.synced) this.sync(sequence);
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
      this.#latest.timeMs = timeMs;
      this.#latest.packet = packet;
      if (captured > 0) this.#deliver(bytes, start, end);
      if (captured < length) this.#lose(length - captured);
      return true;
    }
    const some = captured > 0 && this.#pending.insert(position, captured, bytes, start, timeMs, packet);
    const cut =
      captured < length && this.#pending.insert(position + captured, length - captured, undefined, 0, timeMs, packet);
    return some || cut;
  }

  /** The end sent a FIN whose sequence number is `sequence`. Returns whether that is news. */
  takeFin(sequence: number, timeMs: number, packet: number, unacknowledged: number | undefined): boolean {
    if (!this.synced) this.sync(sequence);
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
  }

  /** Called once a segment of the connection while `behind`: gives up on acknowledged octets that do not come. */
  settle(timeMs: number, packet: number): void {
    if (this.#awaited === undefined || distance(this.#awaited, this.#next) >= 0) {
      this.#awaited = this.acknowledged;
      this.#waited = 0;
      this.#waitsSinceMs = timeMs;
      this.#waitsSincePacket = packet;
      return;
    }
    this.#waited++;
    const { holdSegments, holdMs } = this.#limits;
    if (this.#waited >= holdSegments || timeMs - this.#waitsSinceMs >= holdMs) this.#giveUp(this.#awaited);
  }

  /** Nothing more will come: everything that waits is delivered, and the holes before it are declared. */
  flush(): void {
    for (let first = this.#pending.first; first !== undefined; first = this.#pending.first) {
      this.#skipTo(first.position);
    }
    if (this.behind) this.#giveUp(this.acknowledged!);
    if (this.#finPosition !== undefined && !this.finished) this.#skipTo(this.#finPosition);
  }

  /** Declares lost what is missing before `sequence`. */
  #giveUp(sequence: number): void {
    while (!this.finished && distance(this.#next, sequence) > 0) {
      const position = this.#position + distance(this.#next, sequence);
      this.#skipTo(Math.min(position, this.#pending.first?.position ?? position, this.#finPosition ?? position));
    }
    this.#awaited = undefined;
  }

  /** Declares the octets up to `position` lost and delivers what follows them. */
  #skipTo(position: number): void {
    const first = this.#pending.first;
    if (first?.position === position) this.#notBefore(first.timeMs, first.packet);
    else if (this.#finPosition === position) this.#notBefore(this.#finTimeMs, this.#finPacket);
    else if (this.#awaited !== undefined) this.#notBefore(this.#waitsSinceMs, this.#waitsSincePacket);
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
        this.#notBefore(first.timeMs, first.packet);
        this.#lose(first.position - this.#position);
      }
      this.#pending.shift();
      this.#notBefore(first.timeMs, first.packet);
      if (first.bytes === undefined) this.#lose(first.length);
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
    this.#notBefore(this.#finTimeMs, this.#finPacket);
    this.#handler.fin(this.end, this.#latest.timeMs, this.#latest.packet, this.#finUnacknowledged);
  }

  #deliver(bytes: Uint8Array, start: number, end: number): void {
    this.#next = (this.#next + end - start) | 0;
    this.#position += end - start;
    this.#handler.bytes(this.end, bytes, start, end, this.#latest.timeMs, this.#latest.packet);
  }

  #lose(length: number): void {
    this.#next = (this.#next + length) | 0;
    this.#position += length;
    this.#handler.gap(this.end, length, this.#latest.timeMs, this.#latest.packet);
  }

  #raise(sequence: number): void {
    if (offsetOf(this.highest, sequence) > 0) this.highest = sequence | 0;
  }

  #notBefore(timeMs: number, packet: number): void {
    if (packet <= this.#latest.packet) return;
    this.#latest.timeMs = timeMs;
    this.#latest.packet = packet;
  }
}
