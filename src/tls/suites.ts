/** Cipher suites by their numbers (IANA TLS Cipher Suites), as far as their records can be opened here. */
import type { AeadName, CbcName, HashName } from './crypto.ts';

export type Suite = {
  readonly name: string;
  /** Of the key schedule (RFC 8446 §7.1) or the PRF (RFC 5246 §5). */
  readonly hash: 'sha256' | 'sha384';
} & (
  | { readonly kind: 'aead'; readonly aead: AeadName; readonly version: 'TLS 1.2' | 'TLS 1.3' }
  | { readonly kind: 'cbc'; readonly cbc: CbcName; readonly mac: HashName; readonly version: 'TLS 1.2' }
);

export const keyBytes: Readonly<Record<AeadName | CbcName, number>> = {
  'aes-128-gcm': 16,
  'aes-256-gcm': 32,
  'chacha20-poly1305': 32,
  'aes-128-cbc': 16,
  'aes-256-cbc': 32,
};

export const hashBytes: Readonly<Record<HashName, number>> = { sha1: 20, sha256: 32, sha384: 48 };

const AEAD: Readonly<Record<string, AeadName>> = {
  AES_128_GCM: 'aes-128-gcm',
  AES_256_GCM: 'aes-256-gcm',
  CHACHA20_POLY1305: 'chacha20-poly1305',
};
const MAC: Readonly<Record<string, HashName>> = { SHA: 'sha1', SHA256: 'sha256', SHA384: 'sha384' };

const NAMES: readonly (readonly [number, string])[] = [
  [0x1301, 'TLS_AES_128_GCM_SHA256'],
  [0x1302, 'TLS_AES_256_GCM_SHA384'],
  [0x1303, 'TLS_CHACHA20_POLY1305_SHA256'],
  [0x009c, 'TLS_RSA_WITH_AES_128_GCM_SHA256'],
  [0x009d, 'TLS_RSA_WITH_AES_256_GCM_SHA384'],
  [0x009e, 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'],
  [0x009f, 'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384'],
  [0xc02b, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
  [0xc02c, 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
  [0xc02f, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
  [0xc030, 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
  [0xcca8, 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
  [0xcca9, 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
  [0xccaa, 'TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
  [0x002f, 'TLS_RSA_WITH_AES_128_CBC_SHA'],
  [0x0035, 'TLS_RSA_WITH_AES_256_CBC_SHA'],
  [0x003c, 'TLS_RSA_WITH_AES_128_CBC_SHA256'],
  [0x003d, 'TLS_RSA_WITH_AES_256_CBC_SHA256'],
  [0x0033, 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA'],
  [0x0039, 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA'],
  [0x0067, 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA256'],
  [0x006b, 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA256'],
  [0xc009, 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA'],
  [0xc00a, 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA'],
  [0xc013, 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'],
  [0xc014, 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA'],
  [0xc023, 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256'],
  [0xc024, 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384'],
  [0xc027, 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'],
  [0xc028, 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384'],
];

const suites: ReadonlyMap<number, Suite> = new Map(
  NAMES.flatMap(([number, name]) => {
    const suite = suiteOf(name);
    return suite === undefined ? [] : [[number, suite] as const];
  }),
);

/** The parts of a suite stand in its name. */
function suiteOf(name: string): Suite | undefined {
  const match = /^TLS_(?:\w+_WITH_)?(AES_\d+_GCM|CHACHA20_POLY1305|AES_\d+_CBC)_(SHA\d*)$/.exec(name);
  const cipher = match?.[1] ?? '';
  const digest = match?.[2] ?? '';
  // CBC suites without a newer hash in their name use the PRF's default (RFC 5246 §5).
  const hash = digest === 'SHA384' ? 'sha384' : 'sha256';
  const aead = AEAD[cipher];
  if (aead !== undefined) {
    return { name, hash, kind: 'aead', aead, version: name.includes('_WITH_') ? 'TLS 1.2' : 'TLS 1.3' };
  }
  const mac = MAC[digest];
  if (mac === undefined) return undefined;
  const cbc = cipher === 'AES_128_CBC' ? 'aes-128-cbc' : 'aes-256-cbc';
  return { name, hash, kind: 'cbc', cbc, mac, version: 'TLS 1.2' };
}

export function findSuite(number: number): Suite | undefined {
  return suites.get(number);
}

/** As IANA names it; the number of one that is not known here. */
export function suiteName(number: number): string {
  return suites.get(number)?.name ?? `0x${number.toString(16).padStart(4, '0')}`;
}
