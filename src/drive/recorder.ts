/**
 * The flight recorder of one connection: its beginning and its latest frames, as numbers in columns, so that recording costs
 * nanoseconds a frame and an idle connection a few hundred octets. Turned into trace events when somebody asks, and judged by
 * the same rules as a capture then.
 */
import { type Endpoint, otherSide, type Side } from '#base';
import type {
  ConnectionEnding,
  ConnectionLog,
  EncodableField,
  FrameDetail,
  HeaderField,
  HeadersRole,
  Violation,
} from '#h2';
import { FRAME_HEADER_BYTES } from '#h2';
import type { TraceEvent } from '#trace';
import type { Address } from '#transport';
import { type Entry, entryEvent, type HeadersNote, Kind } from './recorder-events.ts';

export interface RecorderOptions {
  /** The latest frames that are kept. Default 512: the last hundred small calls, or an hour of keepalive. */
  readonly frames?: number;
}

/** The first entries are kept for good: preface, SETTINGS and what the first calls looked like. */
const HEAD_ENTRIES = 24;
const LATEST_ENTRIES = 512;
/** Room at first; it doubles as it fills. */
const FIRST_ENTRIES = 16;
/** What an idle connection keeps beside its head: the last two or three calls. */
const RESTING_ENTRIES = 16;
/** Numbers of an entry beside its time: what it is, stream, length, value, and the two windows. */
const NUMBERS = 6;
/** Header sections whose notes are shared: those of the busiest methods, both ways. */
const SHARED_NOTES = 6;

export class Recorder implements ConnectionLog {
  readonly #capacity: number;
  #side: Side = 'client';
  #local: Address | undefined = undefined;
  #remote: Address | undefined = undefined;
  #openedMs = 0;
  #goneMs: number | undefined = undefined;
  /** Entries, in a ring behind the head: when, the numbers, and what is not a number. */
  #times = new Float64Array(FIRST_ENTRIES);
  #numbers = new Int32Array(FIRST_ENTRIES * NUMBERS);
  #objects: unknown[] = [];
  #notes: HeadersNote[] = [];
  #nextNote = 0;
  /** Entries made, those not counted that a rest took out of the middle. */
  #count = 0;
  #takenOut = 0;
  /** Entries from here on were written by us and not yet handed to the transport. */
  #unsent = 0;
  /** Octets of the frames that were pushed out, ours and the peer's. */
  #forgottenOwn = 0;
  #forgottenPeer = 0;
  #selfEnded: 'fin' | 'rst' | undefined = undefined;
  #peerEnded: 'fin' | 'rst' | undefined = undefined;

  constructor(options: RecorderOptions = {}) {
    this.#capacity = HEAD_ENTRIES + Math.max(1, options.frames ?? LATEST_ENTRIES);
  }

  /** Entries that were pushed out: the middle of a long life. */
  get forgotten(): number {
    return this.#takenOut + this.#pushedOut;
  }

  get #pushedOut(): number {
    return Math.max(0, this.#count - this.#capacity);
  }

  /** The connection is idle: keeps its beginning and its latest entries in as little room as they need. */
  rest(): void {
    const kept = HEAD_ENTRIES + RESTING_ENTRIES;
    if (this.#times.length <= kept || this.#count <= kept || this.#unsent < this.#count) return;
    const first = this.#count - RESTING_ENTRIES;
    for (let entry = HEAD_ENTRIES + this.#pushedOut; entry < first; entry++) this.#forget(this.#place(entry) * NUMBERS);
    const times = new Float64Array(kept);
    const numbers = new Int32Array(kept * NUMBERS);
    const objects: unknown[] = [];
    for (let to = 0; to < kept; to++) {
      const from = this.#place(to < HEAD_ENTRIES ? to : first + to - HEAD_ENTRIES);
      times[to] = this.#times[from]!;
      for (let number = 0; number < NUMBERS; number++)
        numbers[to * NUMBERS + number] = this.#numbers[from * NUMBERS + number]!;
      objects.push(this.#objects[from]);
    }
    this.#takenOut += this.#count - kept;
    this.#times = times;
    this.#numbers = numbers;
    this.#objects = objects;
    this.#notes = [];
    this.#nextNote = 0;
    this.#count = kept;
    this.#unsent = kept;
  }

  opened(side: Side, local: Address, remote: Address, nowMs: number): void {
    this.#side = side;
    this.#local = local;
    this.#remote = remote;
    this.#openedMs = nowMs;
  }

  frame(
    from: Side,
    nowMs: number,
    type: number,
    flags: number,
    stream: number,
    length: number,
    value: number,
    detail: FrameDetail,
    window: number,
    connectionWindow: number,
  ): void {
    const at = this.#next(Kind.FRAME, from === this.#side, type, flags, nowMs, detail);
    const numbers = this.#numbers;
    numbers[at + 1] = stream;
    numbers[at + 2] = length;
    numbers[at + 3] = value;
    numbers[at + 4] = window;
    numbers[at + 5] = connectionWindow;
  }

  headers(
    from: Side,
    stream: number,
    role: HeadersRole,
    fields: readonly HeaderField[] | readonly EncodableField[],
    more: readonly EncodableField[] | undefined,
    endStream: boolean,
    complete: boolean,
  ): void {
    const note = this.#note(role, fields, more, endStream, complete);
    const at = this.#next(Kind.HEADERS, from === this.#side, 0, 0, this.#lastMs, note);
    this.#numbers[at + 1] = stream;
  }

  violation(violation: Violation): void {
    this.#next(Kind.VIOLATION, violation.by === this.#side, 0, 0, this.#lastMs, violation);
  }

  /** Frames that we wrote are dated when they leave. */
  flushed(nowMs: number): void {
    const first = Math.max(this.#unsent, this.#count - (this.#capacity - HEAD_ENTRIES));
    for (let entry = first; entry < this.#count; entry++) {
      const place = this.#place(entry);
      if (this.#times[place]! < nowMs) this.#times[place] = nowMs;
    }
    this.#unsent = this.#count;
  }

  closed(ending: ConnectionEnding, nowMs: number): void {
    this.#next(Kind.ENDING, false, 0, 0, nowMs, ending);
  }

  /** A direction ended: `self` is ours. */
  ended(by: 'self' | 'peer', how: 'fin' | 'rst', nowMs: number): void {
    if (by === 'self') this.#selfEnded ??= how;
    else if (this.#peerEnded === undefined) this.#peerEnded = how;
    else return;
    this.#next(Kind.END, by === 'self', 0, 0, nowMs, how);
  }

  /** The link is gone. */
  gone(nowMs: number): void {
    this.#goneMs = nowMs;
  }

  /**
   * What was recorded, as trace events of the connection with this number. Times are the clock's, `originMs` subtracted.
   * Where entries were pushed out, an event says that something is missing.
   */
  events(connection = 1, originMs = this.#openedMs, firstFrame = 1): TraceEvent[] {
    const place = { connection, packet: 0 };
    const self = endpointOf(this.#local);
    const peer = endpointOf(this.#remote);
    const timeMs = this.#openedMs - originMs;
    const [client, server] = this.#side === 'client' ? [self, peer] : [peer, self];
    const events: TraceEvent[] = [
      { ...place, kind: 'opened', timeMs, client, server, handshake: 'seen', sidesBy: 'syn' },
      { ...place, kind: 'established', timeMs },
      { ...place, kind: 'protocol', timeMs, side: 'client', protocol: 'h2', text: 'PRI * HTTP/2.0' },
      { ...place, kind: 'protocol', timeMs, side: 'server', protocol: 'h2', text: 'SETTINGS' },
    ];
    let index = firstFrame - 1;
    for (let entry = 0; entry < this.#count; entry++) {
      if (entry === HEAD_ENTRIES && this.forgotten > 0) {
        entry += this.#pushedOut;
        this.#tellForgotten(events, connection, this.#read(entry).timeMs - originMs);
      }
      const read = this.#read(entry);
      if (read.kind === Kind.FRAME) index++;
      const event = entryEvent(read, this.#sideOf(read.own), connection, originMs, index);
      if (event !== undefined) events.push(event);
    }
    if (this.#goneMs !== undefined) {
      events.push({ ...place, kind: 'closed', timeMs: this.#goneMs - originMs, how: 'closed' });
    } else {
      events.push({ ...place, kind: 'closed', timeMs: this.#lastMs - originMs, how: 'capture-ended' });
    }
    return events;
  }

  #tellForgotten(events: TraceEvent[], connection: number, timeMs: number): void {
    for (const from of ['client', 'server'] as const) {
      const length = from === this.#side ? this.#forgottenOwn : this.#forgottenPeer;
      if (length === 0) continue;
      events.push({ kind: 'lost', connection, timeMs, packet: 0, from, length, why: 'capture' });
    }
  }

  #sideOf(own: boolean): Side {
    return own ? this.#side : otherSide(this.#side);
  }

  get #lastMs(): number {
    return this.#count === 0 ? this.#openedMs : this.#times[this.#place(this.#count - 1)]!;
  }

  #read(entry: number): Entry {
    const place = this.#place(entry);
    const at = place * NUMBERS;
    const numbers = this.#numbers;
    const what = numbers[at]!;
    return {
      timeMs: this.#times[place]!,
      kind: ((what >> 1) & 7) as Kind,
      own: (what & 1) === 1,
      type: (what >> 16) & 0xff,
      flags: (what >> 8) & 0xff,
      stream: numbers[at + 1]!,
      length: numbers[at + 2]!,
      // An error code is a number of 32 bits without sign.
      value: numbers[at + 3]! >>> 0,
      window: numbers[at + 4]!,
      connectionWindow: numbers[at + 5]!,
      object: this.#objects[place],
    };
  }

  /** Where an entry stands: the head in its order, all others in the ring behind it. */
  #place(entry: number): number {
    return entry < this.#capacity ? entry : HEAD_ENTRIES + ((entry - HEAD_ENTRIES) % (this.#capacity - HEAD_ENTRIES));
  }

  /** A busy connection repeats a few header sections: equal ones share a note. */
  #note(
    role: HeadersRole,
    fields: readonly HeaderField[] | readonly EncodableField[],
    more: readonly EncodableField[] | undefined,
    endStream: boolean,
    complete: boolean,
  ): HeadersNote {
    if (more === undefined) {
      for (const note of this.#notes) {
        if (note.fields === fields && note.role === role && note.endStream === endStream) return note;
      }
    }
    const note = { role, fields, more, endStream, complete };
    if (more !== undefined) return note;
    this.#notes[this.#nextNote] = note;
    this.#nextNote = (this.#nextNote + 1) % SHARED_NOTES;
    return note;
  }

  /** Begins an entry; answers where its numbers stand. */
  #next(kind: Kind, own: boolean, type: number, flags: number, nowMs: number, object: unknown): number {
    const place = this.#place(this.#count);
    this.#count++;
    const at = place * NUMBERS;
    if (place >= this.#times.length) this.#grow();
    if (this.#count > this.#capacity) this.#forget(at);
    this.#times[place] = nowMs;
    this.#numbers[at] = (type << 16) | (flags << 8) | (kind << 1) | (own ? 1 : 0);
    this.#objects[place] = object;
    return at;
  }

  #forget(at: number): void {
    const numbers = this.#numbers;
    if (((numbers[at]! >> 1) & 7) !== Kind.FRAME) return;
    const octets = FRAME_HEADER_BYTES + numbers[at + 2]!;
    if ((numbers[at]! & 1) === 1) this.#forgottenOwn += octets;
    else this.#forgottenPeer += octets;
  }

  #grow(): void {
    const entries = Math.min(this.#capacity, 2 * this.#times.length);
    const times = new Float64Array(entries);
    const numbers = new Int32Array(entries * NUMBERS);
    times.set(this.#times);
    numbers.set(this.#numbers);
    this.#times = times;
    this.#numbers = numbers;
  }
}

/** Trace events name TCP endpoints; a unix socket shows its path. */
function endpointOf(address: Address | undefined): Endpoint {
  if (address === undefined) return { address: '', port: 0 };
  return address.kind === 'unix' ? { address: address.path, port: 0 } : { address: address.host, port: address.port };
}
