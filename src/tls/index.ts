/** Layer 4: TLS records to their content, and the facts of handshakes. Sits between capture and trace; keys come from logs. */
export {
  type AeadKey,
  type AeadName,
  type CbcKey,
  type CbcName,
  type HashName,
  TAG_BYTES,
  type TlsCrypto,
} from './crypto.ts';
export { KeyLog } from './key-log.ts';
export type { Decryption } from './session.ts';
export { TlsSink } from './sink.ts';
