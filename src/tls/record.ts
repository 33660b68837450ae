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
  /** The octets are no records: nothing more comes. */
  notRecords(): void;
}

const NOTHING = new Uint8Array(0);

export class RecordReader {
  readonly #sink: RecordSink;
  #held: Uint8Array = NOTHING;
  #length = 0;
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
      at = this.#length > 0 ? this.#topUp(bytes, at, end) : this.#readInPlace(bytes, at, end);
    }
  }

  /** Octets are missing: forgets an incomplete record. What is pushed next begins one. */
  restart(): void {
    this.#length = 0;
  }

  #readInPlace(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (end - at >= RECORD_HEADER_BYTES) {
      if (!plausibleRecord(bytes, at)) return this.#refuse(end);
      const next = at + RECORD_HEADER_BYTES + readU16(bytes, at + 3);
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
      return plausibleRecord(this.#held, 0) ? at + taken : this.#refuse(end);
    }
    this.#length = 0;
    this.#sink.record(this.#held[0] ?? 0, this.#held, RECORD_HEADER_BYTES, wanted);
    return at + taken;
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
      // A header tells how long the record gets.
      const grown = new Uint8Array(Math.max(needed, 2 * this.#held.length, 64));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(bytes.subarray(start, end), this.#length);
    this.#length = needed;
  }
}
