/** From secrets to keys: HKDF-Expand-Label of TLS 1.3 (RFC 8446 §7.1, §7.3) and the PRF of TLS 1.2 (RFC 5246 §5, §6.3). */
import { concatBytes, fromLatin1 } from '#base';
import type { HashName, TlsCrypto } from './crypto.ts';
import { hashBytes, keyBytes, type Suite } from './suites.ts';

/** Octets of a nonce in TLS 1.3 and of ChaCha20-Poly1305 in TLS 1.2 (RFC 7905 §2). */
const IV_BYTES = 12;
/** The part of a GCM nonce that is not in the record (RFC 5288 §3). */
const SALT_BYTES = 4;

const NOTHING = new Uint8Array(0);

export interface DirectionKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly macKey: Uint8Array;
}

function expandLabel(crypto: TlsCrypto, hash: HashName, secret: Uint8Array, label: string, length: number): Uint8Array {
  const full = fromLatin1(`tls13 ${label}`);
  const info = new Uint8Array(2 + 1 + full.length + 1);
  info[0] = length >>> 8;
  info[1] = length & 0xff;
  info[2] = full.length;
  info.set(full, 3);
  return hkdfExpand(crypto, hash, secret, info, length);
}

/** RFC 5869 §2.3. */
function hkdfExpand(
  crypto: TlsCrypto,
  hash: HashName,
  secret: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  let made: Uint8Array = NOTHING;
  let block: Uint8Array = NOTHING;
  for (let count = 1; made.length < length; count++) {
    block = crypto.hmac(hash, secret, concatBytes(concatBytes(block, info), Uint8Array.of(count)));
    made = concatBytes(made, block);
  }
  return made.subarray(0, length);
}

export function trafficKeys(crypto: TlsCrypto, suite: Suite, secret: Uint8Array): DirectionKeys {
  const length = suite.kind === 'aead' ? keyBytes[suite.aead] : 0;
  const key = expandLabel(crypto, suite.hash, secret, 'key', length);
  return { key, iv: expandLabel(crypto, suite.hash, secret, 'iv', IV_BYTES), macKey: NOTHING };
}

/** The secret after a KeyUpdate (RFC 8446 §7.2). */
export function nextTrafficSecret(crypto: TlsCrypto, suite: Suite, secret: Uint8Array): Uint8Array {
  return expandLabel(crypto, suite.hash, secret, 'traffic upd', hashBytes[suite.hash]);
}

function prf(crypto: TlsCrypto, hash: HashName, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  let made: Uint8Array = NOTHING;
  let a = seed;
  while (made.length < length) {
    a = crypto.hmac(hash, secret, a);
    made = concatBytes(made, crypto.hmac(hash, secret, concatBytes(a, seed)));
  }
  return made.subarray(0, length);
}

/** The keys of both directions out of the master secret (RFC 5246 §6.3). */
export function keyBlock(
  crypto: TlsCrypto,
  suite: Suite,
  master: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): { readonly client: DirectionKeys; readonly server: DirectionKeys } {
  const macLength = suite.kind === 'cbc' ? hashBytes[suite.mac] : 0;
  const keyLength = keyBytes[suite.kind === 'cbc' ? suite.cbc : suite.aead];
  const ivLength = suite.kind === 'cbc' ? 0 : suite.aead === 'chacha20-poly1305' ? IV_BYTES : SALT_BYTES;
  const seed = concatBytes(fromLatin1('key expansion'), concatBytes(serverRandom, clientRandom));
  const block = prf(crypto, suite.hash, master, seed, 2 * (macLength + keyLength + ivLength));
  const part = (start: number, length: number, index: number) =>
    block.slice(start + index * length, start + (index + 1) * length);
  const keysOf = (index: number): DirectionKeys => ({
    macKey: part(0, macLength, index),
    key: part(2 * macLength, keyLength, index),
    iv: part(2 * (macLength + keyLength), ivLength, index),
  });
  return { client: keysOf(0), server: keysOf(1) };
}
