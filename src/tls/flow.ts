/**
 * One connection on its way to the tracer. Where its first octets are no ClientHello it passes on what it gets, untouched;
 * where they are, the session reads along, and if it can open the content, that is passed on in place of the records.
 */
import type { ClockLeap, End, FlowHandler, SegmentNote, TlsFlowHandler, TlsNews } from '#trace';
import { type Decryption, type SessionSink, TlsSession } from './session.ts';

/** Type, version, length of a record, and the type of the message in it. */
const HELLO_BYTES = 6;
/** First octets of each end that are shown if nothing could be opened after all: enough to see that it is TLS. */
const SHOWN_BYTES = 64;

type Mode =
  /** Nothing was sent yet, or too little to tell. */
  | 'new'
  /** Not TLS from its beginning. */
  | 'other'
  /** TLS whose records are passed on as they are. */
  | 'sealed'
  /** TLS whose content is passed on. */
  | 'open';

/** One end's first octets. */
class Beginning {
  readonly bytes = new Uint8Array(SHOWN_BYTES);
  length = 0;
  contentSeen = false;

  add(bytes: Uint8Array, start: number, end: number): void {
    const taken = Math.min(end - start, SHOWN_BYTES - this.length);
    if (taken <= 0) return;
    this.bytes.set(bytes.subarray(start, start + taken), this.length);
    this.length += taken;
  }
}

export class TlsFlow implements FlowHandler, SessionSink {
  readonly #handler: TlsFlowHandler;
  readonly #decryption: Decryption | undefined;
  #mode: Mode = 'new';
  #session: TlsSession | undefined = undefined;
  #beginnings: { readonly a: Beginning; readonly b: Beginning } | undefined = undefined;
  /** Where the first octets of one end wait for the rest of their header. */
  #first: { readonly end: End; readonly beginning: Beginning } | undefined = undefined;
  #timeMs = 0;
  #packet = 0;

  constructor(handler: TlsFlowHandler, decryption: Decryption | undefined) {
    this.#handler = handler;
    this.#decryption = decryption;
  }

  established(timeMs: number, packet: number): void {
    this.#handler.established(timeMs, packet);
  }

  bytes(from: End, bytes: Uint8Array, start: number, end: number, timeMs: number, packet: number): void {
    if (this.#mode === 'other') {
      this.#handler.bytes(from, bytes, start, end, timeMs, packet);
      return;
    }
    this.#timeMs = timeMs;
    this.#packet = packet;
    if (this.#mode === 'new') this.#begin(from, bytes, start, end);
    else this.#read(from, bytes, start, end);
  }

  gap(from: End, length: number, timeMs: number, packet: number, why?: 'capture' | 'cut'): void {
    this.#timeMs = timeMs;
    this.#packet = packet;
    if (this.#mode === 'new') this.#turnOther();
    this.#session?.gap(from, length, timeMs);
    if (this.#mode !== 'open') this.#handler.gap(from, length, timeMs, packet, why);
  }

  note(from: End, note: SegmentNote, timeMs: number, packet: number): void {
    this.#handler.note(from, note, timeMs, packet);
  }

  leap(leap: ClockLeap, timeMs: number, packet: number): void {
    this.#handler.leap(leap, timeMs, packet);
  }

  fin(from: End, timeMs: number, packet: number, unacknowledged?: number): void {
    this.#end(from, timeMs, packet);
    this.#handler.fin(from, timeMs, packet, unacknowledged);
  }

  rst(
    from: End,
    timeToLive: number | undefined,
    usualTimeToLive: number | undefined,
    timeMs: number,
    packet: number,
    unacknowledged?: number,
  ): void {
    this.#end(undefined, timeMs, packet);
    this.#handler.rst(from, timeToLive, usualTimeToLive, timeMs, packet, unacknowledged);
  }

  done(how: 'closed' | 'capture-ended' | 'evicted', timeMs: number, unseen?: End): void {
    this.#end(undefined, timeMs, this.#packet);
    this.#handler.done(how, timeMs, unseen);
  }

  content(from: End, bytes: Uint8Array): void {
    const beginning = this.#beginnings?.[from];
    if (beginning !== undefined) beginning.contentSeen = true;
    this.#handler.bytes(from, bytes, 0, bytes.length, this.#timeMs, this.#packet);
  }

  missing(from: End, length: number): void {
    if (this.#mode === 'open') this.#handler.gap(from, length, this.#timeMs, this.#packet, 'encrypted');
  }

  news(from: End, news: TlsNews): void {
    this.#handler.tls(from, news, this.#timeMs, this.#packet);
  }

  hopeless(): void {
    if (this.#mode === 'open' && this.#showBeginnings()) this.#mode = 'sealed';
  }

  /** The first octets decide: a ClientHello, or something else. */
  #begin(from: End, bytes: Uint8Array, start: number, end: number): void {
    const first = this.#first ?? { end: from, beginning: new Beginning() };
    this.#first = first;
    if (first.end !== from) {
      this.#turnOther();
      this.#handler.bytes(from, bytes, start, end, this.#timeMs, this.#packet);
      return;
    }
    const held = first.beginning.length;
    first.beginning.add(bytes, start, end);
    const { length } = first.beginning;
    if (!isHello(first.beginning.bytes, length)) {
      first.beginning.length = held;
      this.#turnOther();
      this.#handler.bytes(from, bytes, start, end, this.#timeMs, this.#packet);
    } else if (length >= HELLO_BYTES) {
      first.beginning.length = held;
      this.#turnTls(first.end, first.beginning);
      this.#read(from, bytes, start, end);
    }
  }

  #turnOther(): void {
    this.#mode = 'other';
    const first = this.#first;
    this.#first = undefined;
    if (first === undefined || first.beginning.length === 0) return;
    this.#handler.bytes(first.end, first.beginning.bytes, 0, first.beginning.length, this.#timeMs, this.#packet);
  }

  #turnTls(client: End, { bytes, length }: Beginning): void {
    this.#mode = this.#decryption === undefined ? 'sealed' : 'open';
    this.#first = undefined;
    this.#beginnings = { a: new Beginning(), b: new Beginning() };
    this.#session = new TlsSession(client, this.#decryption, this);
    if (length > 0) this.#read(client, bytes, 0, length);
  }

  #read(from: End, bytes: Uint8Array, start: number, end: number): void {
    if (this.#mode === 'open') this.#beginnings?.[from].add(bytes, start, end);
    else this.#handler.bytes(from, bytes, start, end, this.#timeMs, this.#packet);
    this.#session?.bytes(from, bytes, start, end, this.#timeMs);
  }

  #end(from: End | undefined, timeMs: number, packet: number): void {
    this.#timeMs = timeMs;
    this.#packet = packet;
    if (this.#mode === 'new') this.#turnOther();
    this.#session?.end(from, timeMs);
    if (this.#mode === 'open' && from === undefined) this.#showBeginnings();
  }

  /** No content was shown: that the ends speak TLS is all there is to tell. False where some was. */
  #showBeginnings(): boolean {
    const beginnings = this.#beginnings;
    if (beginnings === undefined || beginnings.a.contentSeen || beginnings.b.contentSeen) return false;
    for (const end of ['a', 'b'] as const) {
      const { bytes, length } = beginnings[end];
      beginnings[end].length = 0;
      if (length > 0) this.#handler.bytes(end, bytes, 0, length, this.#timeMs, this.#packet);
    }
    return true;
  }
}

/** What there is of it fits the beginning of a ClientHello (RFC 8446 §5.1, §4). */
function isHello(bytes: Uint8Array, length: number): boolean {
  const fits = [(octet: number) => octet === 22, (octet: number) => octet === 3, (octet: number) => octet <= 4];
  if (fits.some((holds, at) => at < length && !holds(bytes[at] ?? 0))) return false;
  return length < HELLO_BYTES || bytes[5] === 1;
}
