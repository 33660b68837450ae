/**
 * The flight recorder of one connection: its beginning and its latest frames, as numbers in rows, so that recording costs
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
import { Entries, type PackedEntries, whatOf } from './recorder-entries.ts';
import { type Entry, entryEvent, type HeadersNote, Kind } from './recorder-events.ts';

export interface RecorderOptions {
  /** The latest frames that are kept. Default 512: the last hundred small calls, or an hour of keepalive. */
  readonly frames?: number;
}

/** The first entries are kept for good: preface, SETTINGS and what the first calls looked like. */
const HEAD_ENTRIES = 24;
const LATEST_ENTRIES = 512;
/** What an idle connection keeps beside its head: the last two or three calls. */
const RESTING_ENTRIES = 16;
/** Header sections whose notes are shared: those of the busiest methods, both ways. */
const SHARED_NOTES = 6;

/** Shared and never changed: connections at rest are many. */
const NO_NOTES: HeadersNote[] = [];

export class Recorder implements ConnectionLog {
  readonly #capacity: number;
  #side: Side = 'client';
  #local: Address | undefined = undefined;
  #remote: Address | undefined = undefined;
  #openedMs = 0;
  #goneMs: number | undefined = undefined;
  /** Entries, in a ring behind the head; at rest they are packed, in their order. */
  #rows: Entries | undefined = undefined;
  #packed: PackedEntries | undefined = undefined;
  #notes: HeadersNote[] = NO_NOTES;
  #nextNote = 0;
  /** Entries made, those not counted that a rest took out of the middle. */
  #count = 0;
  #takenOut = 0;
  /** Where the next entry goes. */
  #nextPlace = 0;
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
    if (this.#rows === undefined || this.#unsent < this.#count) return;
    const places = this.#restingPlaces();
    this.#packed = this.#rows.pack(places);
    this.#rows = undefined;
    this.#takenOut += this.#count - places.length;
    this.#count = places.length;
    this.#nextPlace = this.#place(places.length);
    this.#unsent = places.length;
    this.#notes = NO_NOTES;
    this.#nextNote = 0;
  }

  /** Where the entries stand that are kept at rest; the others are counted. */
  #restingPlaces(): number[] {
    const behindHead = HEAD_ENTRIES + this.#pushedOut;
    const latest = Math.max(behindHead, this.#count - RESTING_ENTRIES);
    for (let entry = behindHead; entry < latest; entry++) this.#forget(this.#entries.octetsAt(this.#place(entry)));
    const places: number[] = [];
    for (let entry = 0; entry < Math.min(HEAD_ENTRIES, this.#count); entry++) places.push(entry);
    for (let entry = latest; entry < this.#count; entry++) places.push(this.#place(entry));
    return places;
  }

  /** The entries, to be read or written; unpacked after a rest. */
  get #entries(): Entries {
    this.#rows ??= this.#unpacked();
    return this.#rows;
  }

  #unpacked(): Entries {
    const packed = this.#packed;
    this.#packed = undefined;
    return packed === undefined ? new Entries() : Entries.unpack(packed);
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
    const own = from === this.#side;
    const octets = own ? -FRAME_HEADER_BYTES - length : FRAME_HEADER_BYTES + length;
    this.#put(Kind.FRAME, own, type, flags, stream, nowMs, octets, value, window, connectionWindow, detail);
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
    const note = this.#headersNote(role, fields, more, endStream, complete);
    this.#note(Kind.HEADERS, from === this.#side, stream, this.#lastMs, note);
  }

  violation(violation: Violation): void {
    this.#note(Kind.VIOLATION, violation.by === this.#side, 0, this.#lastMs, violation);
  }

  /** Frames that we wrote are dated when they leave. */
  flushed(nowMs: number): void {
    const first = Math.max(this.#unsent, this.#count - (this.#capacity - HEAD_ENTRIES));
    if (first === this.#count) return;
    const entries = this.#entries;
    let place = this.#place(first);
    for (let entry = first; entry < this.#count; entry++) {
      entries.delay(place, nowMs);
      place = this.#placeAfter(place);
    }
    this.#unsent = this.#count;
  }

  closed(ending: ConnectionEnding, nowMs: number): void {
    this.#note(Kind.ENDING, false, 0, nowMs, ending);
  }

  /** A direction ended: `self` is ours. */
  ended(by: 'self' | 'peer', how: 'fin' | 'rst', nowMs: number): void {
    if (by === 'self') this.#selfEnded ??= how;
    else if (this.#peerEnded === undefined) this.#peerEnded = how;
    else return;
    this.#note(Kind.END, by === 'self', 0, nowMs, how);
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
    return this.#count === 0 ? this.#openedMs : this.#entries.timeAt(this.#place(this.#count - 1));
  }

  #read(entry: number): Entry {
    return this.#entries.read(this.#place(entry));
  }

  #placeAfter(place: number): number {
    return place + 1 === this.#capacity ? HEAD_ENTRIES : place + 1;
  }

  /** Where an entry stands: the head in its order, all others in the ring behind it. */
  #place(entry: number): number {
    return entry < this.#capacity ? entry : HEAD_ENTRIES + ((entry - HEAD_ENTRIES) % (this.#capacity - HEAD_ENTRIES));
  }

  /** A busy connection repeats a few header sections: equal ones share a note. */
  #headersNote(
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
    if (this.#notes === NO_NOTES) this.#notes = [];
    this.#notes[this.#nextNote] = note;
    this.#nextNote = (this.#nextNote + 1) % SHARED_NOTES;
    return note;
  }

  /** Puts down an entry that is no frame. */
  #note(kind: Kind, own: boolean, stream: number, nowMs: number, object: unknown): void {
    this.#put(kind, own, 0, 0, stream, nowMs, 0, 0, 0, 0, object);
  }

  /** Puts down an entry. */
  #put(
    kind: Kind,
    own: boolean,
    type: number,
    flags: number,
    stream: number,
    nowMs: number,
    octets: number,
    value: number,
    window: number,
    connectionWindow: number,
    object: unknown,
  ): void {
    const place = this.#nextPlace;
    this.#nextPlace = this.#placeAfter(place);
    this.#count++;
    const what = whatOf(kind, own, type, flags, stream);
    const before = this.#entries.put(place, nowMs, what, octets, value, window, connectionWindow, object);
    if (this.#count > this.#capacity) this.#forget(before);
  }

  /** Counts the octets of a frame that is not kept; they are negative if it is ours. */
  #forget(octets: number): void {
    if (octets < 0) this.#forgottenOwn -= octets;
    else this.#forgottenPeer += octets;
  }
}

/** Trace events name TCP endpoints; a unix socket shows its path. */
function endpointOf(address: Address | undefined): Endpoint {
  if (address === undefined) return { address: '', port: 0 };
  return address.kind === 'unix' ? { address: address.path, port: 0 } : { address: address.host, port: address.port };
}
