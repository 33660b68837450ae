/** One direction of a TLS connection: its records, in clear text first, then under one set of keys after the other. */
import { HandshakeReader, type MessageTold } from './handshake.ts';
import type { Protection } from './protection.ts';
import { ContentType, RECORD_HEADER_BYTES, RecordReader, type RecordSink } from './record.ts';
import { Seeker } from './seek.ts';

/** What a direction tells of itself. */
export interface HalfSink {
  message: MessageTold;
  /** An alert in clear text, opened, or, without `bytes`, one that cannot be read. */
  alert(bytes: Uint8Array | undefined, start: number): void;
  /** ChangeCipherSpec in clear text. False: it must wait until the other direction has said more. */
  changeCipherSpec(): boolean;
  /** A protected record and nothing is known of keys yet. False: it must wait. */
  protectedRecord(): boolean;
  content(bytes: Uint8Array): void;
  /** Content that is there, or was, and cannot be read. */
  missing(length: number): void;
  /** A protected record that nobody tries to open. */
  sealed(type: number, length: number): void;
  /** Records do not open, or their place is lost. */
  failed(why: 'wrong-keys' | 'lost-place'): void;
  /** The octets are no TLS. */
  notTls(): void;
  /** Part of the handshake in clear text is missing. */
  handshakeLost(): void;
}

/**
 * `clear`: no keys are in use; `waiting`: what was sent can be understood only with what the other direction says;
 * `open`: records are opened; `sealed`: they are protected and there are no keys; `seeking`: after a hole; `dead`: given up.
 */
type State = 'clear' | 'waiting' | 'open' | 'sealed' | 'seeking' | 'dead';

/** Octets that may wait: servers take 16 KB of early data by default (OpenSSL, BoringSSL), and a flight comes on top. */
const WAITING_MAX = 65_536;
/** Records that do not open in a row, before a direction that was read is given up. */
const FAILURES_MAX = 32;

interface WaitingRecord {
  readonly type: number;
  readonly body: Uint8Array;
}

export class Half implements RecordSink {
  readonly #sink: HalfSink;
  readonly #reader = new RecordReader(this);
  readonly #handshake: HandshakeReader;
  #state: State = 'clear';
  #keys: Protection | undefined = undefined;
  /** Under TLS 1.3 a protected record says that it is application data, and others are in clear text. */
  #hidesTypes = false;
  #waiting: WaitingRecord[] = [];
  #waitingBytes = 0;
  #seeker: Seeker | undefined = undefined;
  #failures = 0;
  #everOpened = false;
  /** Failures that are let pass before the first success: records under keys that the log lacks. */
  #tolerated = 0;
  /** Early data that the server refused opens, and was never delivered. */
  refusesEarlyData = false;
  /** Early data before a second ClientHello is not under any key that will be known. */
  dropsProtected = false;

  constructor(sink: HalfSink) {
    this.#sink = sink;
    this.#handshake = new HandshakeReader(sink.message);
  }

  get state(): State {
    return this.#state;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    if (this.#state === 'dead') this.#lose(end - start);
    else if (this.#seeker !== undefined) this.#seek(this.#seeker, bytes, start, end);
    else this.#reader.push(bytes, start, end);
  }

  gap(length: number): void {
    const lost = this.#reader.waiting + length;
    if (this.#seeker !== undefined) this.#seeker.gap(length);
    else if (this.#state === 'dead') this.#lose(lost);
    else if (this.#keys === undefined && this.#state !== 'sealed') this.#sink.handshakeLost();
    else if (this.#state === 'sealed') this.#state = 'dead';
    else {
      this.#state = 'seeking';
      this.#seeker = new Seeker(lost);
      this.#handshake.restart();
    }
    this.#reader.restart();
  }

  /** Nothing more comes. */
  end(): void {
    const seeker = this.#seeker;
    if (seeker === undefined) return;
    this.#seeker = undefined;
    this.#state = 'dead';
    this.#lose(seeker.lost + seeker.length);
  }

  /** Octets of a direction that was read until here. */
  #lose(length: number): void {
    if (this.#everOpened) this.#sink.missing(length);
  }

  /** What comes from now on is protected; without keys it stays sealed. `tolerated`: see above. */
  protect(keys: Protection | undefined, hidesTypes: boolean, tolerated: number): void {
    this.#keys = keys;
    this.#hidesTypes = hidesTypes;
    this.#tolerated = tolerated;
    if (this.#state !== 'dead' && this.#state !== 'seeking') this.#state = keys === undefined ? 'sealed' : 'open';
  }

  /** Keys that ChangeCipherSpec will put to use: a hole before it needs them. */
  prepare(keys: Protection | undefined): void {
    this.#keys = keys;
  }

  /** The next keys of the direction: after Finished, EndOfEarlyData, KeyUpdate. */
  advance(): void {
    const next = this.#keys?.next;
    if (next !== undefined) this.#keys = next;
    else if (this.#state === 'open') this.#state = 'sealed';
  }

  /** Keys will not come, or are of no use. */
  seal(): void {
    this.#keys = undefined;
    this.#seeker = undefined;
    if (this.#state === 'seeking') this.#state = 'dead';
    else if (this.#state === 'open') this.#state = this.#everOpened ? 'dead' : 'sealed';
  }

  /** What waited can be understood now. */
  release(state: 'clear' | 'protected'): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (this.#state === 'waiting') {
      this.#state = state === 'clear' ? 'clear' : this.#keys === undefined ? 'sealed' : 'open';
    }
    for (const { type, body } of waiting) this.record(type, body, 0, body.length);
  }

  record(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#state === 'clear') this.#clearRecord(type, bytes, start, end);
    else if (this.#state === 'waiting') this.#wait(type, bytes, start, end);
    else if (this.#state === 'open' || this.#state === 'sealed') this.#protectedRecord(type, bytes, start, end);
  }

  /** Of a sealed direction only types and lengths are of use; what TLS 1.3 leaves in clear text is short. */
  wantsBody(type: number): boolean {
    return this.#state !== 'sealed' || type !== ContentType.APPLICATION_DATA;
  }

  passed(type: number, length: number): void {
    this.#sink.sealed(type, length);
  }

  notRecords(): void {
    if (this.#everOpened) this.#fail('lost-place');
    else this.#sink.notTls();
  }

  #clearRecord(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === ContentType.HANDSHAKE) this.#handshake.push(bytes, start, end);
    else if (type === ContentType.ALERT) this.#sink.alert(end - start === 2 ? bytes : undefined, start);
    else if (this.dropsProtected) return;
    else if (type === ContentType.CHANGE_CIPHER_SPEC ? !this.#sink.changeCipherSpec() : !this.#sink.protectedRecord()) {
      this.#state = 'waiting';
      this.#wait(type, bytes, start, end);
    }
  }

  #wait(type: number, bytes: Uint8Array, start: number, end: number): void {
    this.#waitingBytes += end - start;
    if (this.#waitingBytes > WAITING_MAX) this.#sink.handshakeLost();
    else this.#waiting.push({ type, body: bytes.slice(start, end) });
  }

  #protectedRecord(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#hidesTypes && type !== ContentType.APPLICATION_DATA) {
      // In TLS 1.3 only the outside of a record is seen: these are in clear text (RFC 8446 §5).
      if (type !== ContentType.CHANGE_CIPHER_SPEC) this.#dispatch(type, bytes, start, end);
    } else if (this.#state === 'sealed' || this.#keys === undefined) {
      this.#sink.sealed(type, end - start);
    } else {
      this.#open(this.#keys, type, bytes, start, end);
    }
  }

  #open(keys: Protection, type: number, bytes: Uint8Array, start: number, end: number): void {
    const plain = keys.cipher.open(type, bytes, start, end, keys.sequence);
    if (plain !== undefined) this.#took(keys, plain);
    else if (!this.#openWithNext(keys, type, bytes, start, end)) this.#refused(keys, type, end - start);
  }

  /** The message that announced new keys was missed, or its keys are not in the log. */
  #openWithNext({ next }: Protection, type: number, bytes: Uint8Array, start: number, end: number): boolean {
    const plain = next?.cipher.open(type, bytes, start, end, next.sequence);
    if (next === undefined || plain === undefined) return false;
    this.#keys = next;
    this.#took(next, plain);
    return true;
  }

  #took(keys: Protection, plain: Uint8Array): void {
    keys.sequence++;
    this.#failures = 0;
    this.#everOpened = true;
    if (keys.epoch === 'early' && this.refusesEarlyData) return;
    this.#dispatch(keys.cipher.contentType, plain, 0, plain.length);
  }

  #dispatch(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === ContentType.APPLICATION_DATA) {
      if (end > start) this.#sink.content(bytes);
    } else if (type === ContentType.HANDSHAKE) this.#handshake.push(bytes, start, end);
    else if (type === ContentType.ALERT) this.#sink.alert(end - start === 2 ? bytes : undefined, start);
  }

  #refused(keys: Protection, type: number, length: number): void {
    this.#failures++;
    if (!this.#everOpened) {
      if (this.#failures > this.#tolerated) this.#fail('wrong-keys');
      else this.#sink.sealed(type, length);
      return;
    }
    keys.sequence++;
    if (keys.epoch === 'content') {
      this.#sink.missing(Math.max(1, length + RECORD_HEADER_BYTES - keys.cipher.overhead));
    }
    if (this.#failures > FAILURES_MAX) this.#fail('lost-place');
  }

  #fail(why: 'wrong-keys' | 'lost-place'): void {
    this.#keys = undefined;
    this.#state = this.#everOpened || why === 'lost-place' ? 'dead' : 'sealed';
    this.#sink.failed(why);
  }

  #seek(seeker: Seeker, bytes: Uint8Array, start: number, end: number): void {
    seeker.add(bytes, start, end);
    const keys = this.#keys;
    const found = keys === undefined ? undefined : seeker.find(keys);
    if (found !== undefined && keys !== undefined) {
      this.#seeker = undefined;
      this.#state = 'open';
      this.#tellLost(
        seeker,
        found.sequence - (found.protection === keys ? keys.sequence : 0),
        found.at,
        found.protection,
      );
      this.#keys = found.protection;
      found.protection.sequence = found.sequence;
      this.#reader.push(seeker.bytes, found.at, seeker.length);
    } else if (seeker.isHopeless) {
      this.#seeker = undefined;
      this.#lose(seeker.lost + seeker.length);
      this.#fail('lost-place');
    }
  }

  /** The content that the hole swallowed: exact where it was content only, and the padding is none. */
  #tellLost(seeker: Seeker, records: number, searched: number, { epoch, cipher }: Protection): void {
    if (epoch === 'content' && records > 0) {
      this.#sink.missing(Math.max(1, seeker.lost + searched - records * cipher.overhead));
    }
  }
}
