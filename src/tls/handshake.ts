/** Handshake messages out of records of one direction (RFC 8446 §4, §5.1): cut over records, or several in one. */
import { readU24 } from '#base';

export const Message = {
  CLIENT_HELLO: 1,
  SERVER_HELLO: 2,
  NEW_SESSION_TICKET: 4,
  END_OF_EARLY_DATA: 5,
  ENCRYPTED_EXTENSIONS: 8,
  CERTIFICATE: 11,
  CERTIFICATE_REQUEST: 13,
  FINISHED: 20,
  KEY_UPDATE: 24,
} as const;

const HEADER_BYTES = 4;
/** Messages that are read whole. A ClientHello with post-quantum keys has 2 KB; no real one comes near this. */
const WHOLE: ReadonlySet<number> = new Set<number>([
  Message.CLIENT_HELLO,
  Message.SERVER_HELLO,
  Message.ENCRYPTED_EXTENSIONS,
]);
const WHOLE_MAX = 65_536;
/** Of the others the beginning tells enough: whether a certificate list is empty. */
const BEGINNING_MAX = 8;

/** The message's type and the kept beginning of its body; `length` is that of the whole body. */
export type MessageTold = (type: number, bytes: Uint8Array, start: number, end: number, length: number) => void;

const NOTHING = new Uint8Array(0);

export class HandshakeReader {
  readonly #told: MessageTold;
  #held: Uint8Array = NOTHING;
  #kept = 0;
  /** Octets of the message at hand, header included, that have come; and that there are. */
  #seen = 0;
  #total = HEADER_BYTES;

  constructor(told: MessageTold) {
    this.#told = told;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const next = Math.min(end, at + this.#total - this.#seen);
      this.#keep(bytes, at, next);
      at = next;
      if (this.#seen === HEADER_BYTES && this.#total === HEADER_BYTES) this.#total += readU24(this.#held, 1);
      if (this.#seen === this.#total) this.#finish();
    }
  }

  /** Octets are missing: the message at hand is given up. */
  restart(): void {
    this.#seen = 0;
    this.#kept = 0;
    this.#total = HEADER_BYTES;
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    const limit = HEADER_BYTES + (WHOLE.has(this.#held[0] ?? 0) ? WHOLE_MAX : BEGINNING_MAX);
    const wanted = this.#seen < HEADER_BYTES ? end - start : Math.min(end - start, Math.max(0, limit - this.#kept));
    if (this.#kept + wanted > this.#held.length) {
      const grown = new Uint8Array(Math.max(this.#kept + wanted, 2 * this.#held.length, 64));
      grown.set(this.#held.subarray(0, this.#kept));
      this.#held = grown;
    }
    this.#held.set(bytes.subarray(start, start + wanted), this.#kept);
    this.#kept += wanted;
    this.#seen += end - start;
  }

  #finish(): void {
    const held = this.#held;
    const kept = this.#kept;
    const length = this.#total - HEADER_BYTES;
    this.restart();
    this.#told(held[0] ?? 0, held, HEADER_BYTES, kept, length);
  }
}
