/** The cryptography port of `#tls`, with `node:crypto`. */
import { type CipherGCMTypes, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { type AeadKey, type AeadName, type CbcKey, type CbcName, TAG_BYTES, type TlsCrypto } from '#tls';

const TAG = { authTagLength: TAG_BYTES };

class NodeAeadKey implements AeadKey {
  readonly #name: AeadName;
  readonly #key: KeyObject;

  constructor(name: AeadName, key: KeyObject) {
    this.#name = name;
    this.#key = key;
  }

  open(nonce: Uint8Array, additional: Uint8Array, bytes: Uint8Array, start: number, end: number) {
    const tagAt = end - TAG_BYTES;
    const decipher =
      this.#name === 'chacha20-poly1305'
        ? createDecipheriv(this.#name, this.#key, nonce, TAG)
        : createDecipheriv(this.#name satisfies CipherGCMTypes, this.#key, nonce, TAG);
    decipher.setAAD(additional, { plaintextLength: tagAt - start });
    decipher.setAuthTag(bytes.subarray(tagAt, end));
    const plain = decipher.update(bytes.subarray(start, tagAt));
    try {
      decipher.final();
      return plain;
    } catch {
      return undefined;
    }
  }
}

class NodeCbcKey implements CbcKey {
  readonly #name: CbcName;
  readonly #key: KeyObject;

  constructor(name: CbcName, key: KeyObject) {
    this.#name = name;
    this.#key = key;
  }

  decrypt(iv: Uint8Array, bytes: Uint8Array, start: number, end: number) {
    const decipher = createDecipheriv(this.#name, this.#key, iv).setAutoPadding(false);
    try {
      const plain = decipher.update(bytes.subarray(start, end));
      decipher.final();
      return plain;
    } catch {
      return undefined;
    }
  }
}

export const nodeTlsCrypto: TlsCrypto = {
  hmac: (hash, key, data) => createHmac(hash, key).update(data).digest(),
  aead: (name, key) => new NodeAeadKey(name, createSecretKey(key)),
  cbc: (name, key) => new NodeCbcKey(name, createSecretKey(key)),
};
