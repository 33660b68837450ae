/** The record layer (RFC 8446 §5.1): octets of one direction, cut anywhere, to records. */
import { readU16 } from '#base';

export const RECORD_HEADER_BYTES = 5;
/** 2^14 and what protection may add (RFC 5246 §6.2.3; TLS 1.3 adds less). */
export const RECORD_BYTES_MAX = 16_384 + 2_048;

export const ContentType = { CHANGE_CIPHER_SPEC: 20, ALERT: 21, HANDSHAKE: 22, APPLICATION_DATA: 23 } as const;

/** Whether a record may begin at `at`, where at least a header's octets are. */
export function plausibleRecord(bytes: Uint8Array, at: number): boolean {
  const type = bytes[at] ?? 0;
  if (type < ContentType.CHANGE_CIPHER_SPEC || type > ContentType.APPLICATION_DATA) return false;
  if (bytes[at + 1] !== 3 || (bytes[at + 2] ?? 0xff) > 4) return false;
  const length = readU16(bytes, at + 3);
  return length > 0 && length <= RECORD_BYTES_MAX;
}

export interface RecordSink {
  /** A whole record; its body is valid during the call only. */
  record(type: number, bytes: Uint8Array, start: number, end: number): void;
  /** Whether the body of such a record is of interest; if not, `passed` is told in place of `record`, and nothing is kept. */
  wantsBody(type: number): boolean;
  passed(type: number, length: number): void;
  /** The octets are no records: nothing more comes. */
  notRecords(): void;
}

const NOTHING = new Uint8Array(0);
/** A buffer is kept between records up to this size: thousands of connections have one each. */
const KEPT_MAX = 4_096;

export class RecordReader {
  readonly #sink: RecordSink;
  #held: Uint8Array = NOTHING;
  #length = 0;
  /** Octets of a record without interest that have not come yet. */
  #passing = 0;
  #stopped = false;

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  /** Octets of an incomplete record that wait for the rest. */
  get waiting(): number {
    return this.#length;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && !this.#stopped) {
      if (this.#passing > 0) at = this.#pass(at, end);
      else at = this.#length > 0 ? this.#topUp(bytes, at, end) : this.#readInPlace(bytes, at, end);
    }
  }

  /** Octets are missing: forgets an incomplete record. What is pushed next begins one. */
  restart(): void {
    this.#length = 0;
    this.#passing = 0;
  }

  #readInPlace(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (end - at >= RECORD_HEADER_BYTES) {
      if (!plausibleRecord(bytes, at)) return this.#refuse(end);
      const next = at + RECORD_HEADER_BYTES + readU16(bytes, at + 3);
      if (!this.#sink.wantsBody(bytes[at] ?? 0)) {
        this.#begin(bytes, at);
        at = this.#pass(at + RECORD_HEADER_BYTES, end);
        continue;
      }
      if (next > end) break;
      this.#sink.record(bytes[at] ?? 0, bytes, at + RECORD_HEADER_BYTES, next);
      at = next;
    }
    this.#hold(bytes, at, end);
    return end;
  }

  /** Completes the held record with octets of this piece, and not one more. */
  #topUp(bytes: Uint8Array, at: number, end: number): number {
    const wanted =
      this.#length < RECORD_HEADER_BYTES
        ? RECORD_HEADER_BYTES
        : RECORD_HEADER_BYTES + readU16(this.#held, RECORD_HEADER_BYTES - 2);
    const taken = Math.min(wanted - this.#length, end - at);
    this.#hold(bytes, at, at + taken);
    if (this.#length < wanted) return at + taken;
    if (wanted === RECORD_HEADER_BYTES) {
      if (!plausibleRecord(this.#held, 0)) return this.#refuse(end);
      if (!this.#sink.wantsBody(this.#held[0] ?? 0)) this.#begin(this.#held, 0);
      return at + taken;
    }
    const held = this.#held;
    this.#length = 0;
    if (held.length > KEPT_MAX) this.#held = NOTHING;
    this.#sink.record(held[0] ?? 0, held, RECORD_HEADER_BYTES, wanted);
    return at + taken;
  }

  /** Told by its header; the body goes by. */
  #begin(bytes: Uint8Array, at: number): void {
    this.#length = 0;
    this.#passing = readU16(bytes, at + 3);
    this.#sink.passed(bytes[at] ?? 0, this.#passing);
  }

  #pass(at: number, end: number): number {
    const passed = Math.min(this.#passing, end - at);
    this.#passing -= passed;
    return at + passed;
  }

  #refuse(end: number): number {
    this.#stopped = true;
    this.#length = 0;
    this.#sink.notRecords();
    return end;
  }

  #hold(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.#length + end - start;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.max(needed, this.#sizeOf(bytes, start, end)));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(bytes.subarray(start, end), this.#length);
    this.#length = needed;
  }

  /** Of the whole record, where its header is there; else room for a short one. */
  #sizeOf(bytes: Uint8Array, start: number, end: number): number {
    if (this.#length >= RECORD_HEADER_BYTES) return RECORD_HEADER_BYTES + readU16(this.#held, 3);
    return this.#length === 0 && end - start >= RECORD_HEADER_BYTES
      ? RECORD_HEADER_BYTES + readU16(bytes, start + 3)
      : 64;
  }
}
