/** The port to cryptography: what decryption needs of a platform. `src/node` implements it with `node:crypto`. */

export type HashName = 'sha1' | 'sha256' | 'sha384';
export type AeadName = 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';
export type CbcName = 'aes-128-cbc' | 'aes-256-cbc';

/** Octets of the tag of every AEAD here (RFC 5116 §5, RFC 8439 §2.8). */
export const TAG_BYTES = 16;
/** Octets of a block of AES. */
export const BLOCK_BYTES = 16;

export interface AeadKey {
  /**
   * The plaintext of `bytes[start .. end)`, whose last 16 octets are the tag; undefined if the tag does not fit. `nonce`
   * (12 octets) and `additional` are valid during the call only.
   */
  open(
    nonce: Uint8Array,
    additional: Uint8Array,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array | undefined;
}

export interface CbcKey {
  /** Decrypts whole blocks without touching the padding; undefined if they are none. `iv` has 16 octets. */
  decrypt(iv: Uint8Array, bytes: Uint8Array, start: number, end: number): Uint8Array | undefined;
}

export interface TlsCrypto {
  hmac(hash: HashName, key: Uint8Array, data: Uint8Array): Uint8Array;
  aead(name: AeadName, key: Uint8Array): AeadKey;
  cbc(name: CbcName, key: Uint8Array): CbcKey;
}
