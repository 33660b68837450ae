/** The keys of one direction at one time, the number of its next record, and the keys that come after them. */

import { type RecordCipher, recordCipher } from './cipher.ts';
import type { TlsCrypto } from './crypto.ts';
import { nextTrafficSecret, trafficKeys } from './schedule.ts';
import type { Suite } from './suites.ts';

/** `early`, `handshake` and `content` are those of TLS 1.3; TLS 1.2 has `content` only. */
export type Epoch = 'early' | 'handshake' | 'content';

export class Protection {
  readonly epoch: Epoch;
  readonly cipher: RecordCipher;
  sequence = 0;
  readonly #makeNext: () => Protection | undefined;
  #next: Protection | undefined = undefined;

  constructor(epoch: Epoch, cipher: RecordCipher, makeNext: () => Protection | undefined) {
    this.epoch = epoch;
    this.cipher = cipher;
    this.#makeNext = makeNext;
  }

  /** Made when first asked for. */
  get next(): Protection | undefined {
    this.#next ??= this.#makeNext();
    return this.#next;
  }
}

/** Secrets of one direction in their order in time; those that the key log lacks are undefined. */
export interface Secrets13 {
  readonly early: Uint8Array | undefined;
  readonly handshake: Uint8Array | undefined;
  readonly content: Uint8Array | undefined;
}

/** The first keys of a direction in TLS 1.3; undefined if there are none. */
export function protection13(crypto: TlsCrypto, suite: Suite, secrets: Secrets13): Protection | undefined {
  const content = () => (secrets.content === undefined ? undefined : contentKeys(crypto, suite, secrets.content));
  const handshake = () =>
    secrets.handshake === undefined ? content() : keys13(crypto, suite, 'handshake', secrets.handshake, content);
  return secrets.early === undefined ? handshake() : keys13(crypto, suite, 'early', secrets.early, handshake);
}

/** After them come those of a KeyUpdate, and so on. */
function contentKeys(crypto: TlsCrypto, suite: Suite, secret: Uint8Array): Protection {
  const updated = () => contentKeys(crypto, suite, nextTrafficSecret(crypto, suite, secret));
  return keys13(crypto, suite, 'content', secret, updated);
}

function keys13(
  crypto: TlsCrypto,
  suite: Suite,
  epoch: Epoch,
  secret: Uint8Array,
  next: () => Protection | undefined,
): Protection {
  return new Protection(epoch, recordCipher(crypto, suite, trafficKeys(crypto, suite, secret), false), next);
}
