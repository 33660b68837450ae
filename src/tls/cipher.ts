/** One direction's record protection under one set of keys: RFC 8446 §5.2, RFC 5246 §6.2.3, RFC 7366, RFC 7905. */
import { type AeadKey, BLOCK_BYTES, type CbcKey, type HashName, TAG_BYTES, type TlsCrypto } from './crypto.ts';
import { ContentType, RECORD_HEADER_BYTES } from './record.ts';
import type { DirectionKeys } from './schedule.ts';
import { hashBytes, type Suite } from './suites.ts';

export interface RecordCipher {
  /**
   * The content of the record body `bytes[start .. end)`, of type `type` on the outside, as record `sequence` of its
   * direction; undefined if it does not open. The content's own type is then in `contentType`.
   */
  open(type: number, bytes: Uint8Array, start: number, end: number, sequence: number): Uint8Array | undefined;
  contentType: number;
  /** Octets of a record, its header included, beyond its content; where padding varies, the least. */
  readonly overhead: number;
}

/** Explicit part of a GCM nonce in TLS 1.2 (RFC 5288 §3). */
const EXPLICIT_BYTES = 8;

export function recordCipher(
  crypto: TlsCrypto,
  suite: Suite,
  keys: DirectionKeys,
  encryptThenMac: boolean,
): RecordCipher {
  if (suite.kind === 'cbc') return new CbcCipher(crypto, suite, keys, encryptThenMac);
  const key = crypto.aead(suite.aead, keys.key);
  if (suite.version === 'TLS 1.3') return new Cipher13(key, keys.iv);
  return new AeadCipher12(key, keys.iv);
}

class Cipher13 implements RecordCipher {
  contentType = 0;
  readonly overhead = RECORD_HEADER_BYTES + TAG_BYTES + 1;
  readonly #key: AeadKey;
  readonly #iv: Uint8Array;
  readonly #nonce = new Uint8Array(12);
  /** The record header as it was sent (RFC 8446 §5.2). */
  readonly #header = Uint8Array.of(ContentType.APPLICATION_DATA, 3, 3, 0, 0);

  constructor(key: AeadKey, iv: Uint8Array) {
    this.#key = key;
    this.#iv = iv;
  }

  open(_type: number, bytes: Uint8Array, start: number, end: number, sequence: number): Uint8Array | undefined {
    const length = end - start;
    if (length <= TAG_BYTES) return undefined;
    maskNonce(this.#nonce, this.#iv, sequence);
    this.#header[3] = length >>> 8;
    this.#header[4] = length & 0xff;
    const plain = this.#key.open(this.#nonce, this.#header, bytes, start, end);
    if (plain === undefined) return undefined;
    // Zeros may follow the content's type (RFC 8446 §5.4).
    let last = plain.length - 1;
    while (last >= 0 && plain[last] === 0) last--;
    this.contentType = plain[last] ?? 0;
    return plain.subarray(0, Math.max(0, last));
  }
}

/** GCM with its nonce in part in the record, ChaCha20-Poly1305 with all of it from the sequence number. */
class AeadCipher12 implements RecordCipher {
  contentType = 0;
  readonly overhead: number;
  readonly #key: AeadKey;
  readonly #iv: Uint8Array;
  readonly #explicit: number;
  readonly #nonce = new Uint8Array(12);
  readonly #additional = new Uint8Array(13);

  constructor(key: AeadKey, iv: Uint8Array) {
    this.#key = key;
    this.#iv = iv;
    this.#explicit = iv.length === 12 ? 0 : EXPLICIT_BYTES;
    this.overhead = RECORD_HEADER_BYTES + this.#explicit + TAG_BYTES;
  }

  open(type: number, bytes: Uint8Array, start: number, end: number, sequence: number): Uint8Array | undefined {
    const length = end - start - this.#explicit - TAG_BYTES;
    if (length < 0) return undefined;
    const from = start + this.#explicit;
    if (this.#explicit === 0) maskNonce(this.#nonce, this.#iv, sequence);
    else {
      this.#nonce.set(this.#iv);
      this.#nonce.set(bytes.subarray(start, from), this.#iv.length);
    }
    writeAdditional(this.#additional, sequence, type, length);
    this.contentType = type;
    return this.#key.open(this.#nonce, this.#additional, bytes, from, end);
  }
}

class CbcCipher implements RecordCipher {
  contentType = 0;
  readonly overhead: number;
  readonly #crypto: TlsCrypto;
  readonly #key: CbcKey;
  readonly #mac: HashName;
  readonly #macKey: Uint8Array;
  readonly #encryptThenMac: boolean;

  constructor(
    crypto: TlsCrypto,
    suite: Extract<Suite, { kind: 'cbc' }>,
    { key, macKey }: DirectionKeys,
    encryptThenMac: boolean,
  ) {
    this.#crypto = crypto;
    this.#key = crypto.cbc(suite.cbc, key);
    this.#mac = suite.mac;
    this.#macKey = macKey;
    this.#encryptThenMac = encryptThenMac;
    this.overhead = RECORD_HEADER_BYTES + BLOCK_BYTES + hashBytes[suite.mac] + 1;
  }

  open(type: number, bytes: Uint8Array, start: number, end: number, sequence: number): Uint8Array | undefined {
    this.contentType = type;
    return this.#encryptThenMac
      ? this.#openEncryptThenMac(type, bytes, start, end, sequence)
      : this.#openMacThenEncrypt(type, bytes, start, end, sequence);
  }

  #openEncryptThenMac(type: number, bytes: Uint8Array, start: number, end: number, sequence: number) {
    const macAt = end - hashBytes[this.#mac];
    if (macAt - start < 2 * BLOCK_BYTES) return undefined;
    if (!this.#macFits(bytes.subarray(start, macAt), bytes.subarray(macAt, end), type, sequence)) return undefined;
    const plain = this.#decrypt(bytes, start, macAt);
    return plain?.subarray(0, contentLength(plain));
  }

  #openMacThenEncrypt(type: number, bytes: Uint8Array, start: number, end: number, sequence: number) {
    if (end - start < 2 * BLOCK_BYTES) return undefined;
    const plain = this.#decrypt(bytes, start, end);
    if (plain === undefined) return undefined;
    const macEnd = contentLength(plain);
    const length = macEnd - hashBytes[this.#mac];
    if (length < 0) return undefined;
    const content = plain.subarray(0, length);
    return this.#macFits(content, plain.subarray(length, macEnd), type, sequence) ? content : undefined;
  }

  /** The first block is the IV (RFC 5246 §6.2.3.2). */
  #decrypt(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
    const from = start + BLOCK_BYTES;
    return this.#key.decrypt(bytes.subarray(start, from), bytes, from, end);
  }

  #macFits(covered: Uint8Array, mac: Uint8Array, type: number, sequence: number): boolean {
    const data = new Uint8Array(13 + covered.length);
    writeAdditional(data, sequence, type, covered.length);
    data.set(covered, 13);
    const own = this.#crypto.hmac(this.#mac, this.#macKey, data);
    return own.length === mac.length && own.every((octet, at) => octet === mac[at]);
  }
}

/** Without the padding, whose last octet is its length without itself; -1 if there is more of it than there is content. */
function contentLength(plain: Uint8Array): number {
  const padding = plain.at(-1) ?? plain.length;
  return Math.max(-1, plain.length - 1 - padding);
}

/** RFC 8446 §5.3: the sequence number, in the last octets, over the IV. */
function maskNonce(nonce: Uint8Array, iv: Uint8Array, sequence: number): void {
  nonce.set(iv);
  let rest = sequence;
  for (let at = nonce.length - 1; rest > 0; at--) {
    nonce[at] = (nonce[at] ?? 0) ^ (rest & 0xff);
    rest = Math.floor(rest / 256);
  }
}

/** Sequence number, type, version, length (RFC 5246 §6.2.3.3). */
function writeAdditional(into: Uint8Array, sequence: number, type: number, length: number): void {
  let rest = sequence;
  for (let at = 7; at >= 0; at--) {
    into[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  into[8] = type;
  into[9] = 3;
  into[10] = 3;
  into[11] = length >>> 8;
  into[12] = length & 0xff;
}
