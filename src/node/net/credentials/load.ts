/** From material to what TLS works with: read, checked, and made into a context. */
import { createHash } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions, type SecureVersion } from 'node:tls';
import { UsageError } from '#base';
import { messageOf } from '../../fault.ts';
import { certificatesOf, checkIdentity, type Pem, type PemText, readPem } from './material.ts';

/** Certificates and keys. */
export interface Material {
  /**
   * The authorities that are trusted to vouch for peers. Default: for clients the public ones that Node brings along
   * (Mozilla's list) and those of NODE_EXTRA_CA_CERTS.
   */
  readonly rootCertificates?: Pem | readonly Pem[] | undefined;
  /** The own certificate, after it those of the intermediate authorities that its peers need. */
  readonly certificate?: Pem | undefined;
  /** The key of `certificate`. */
  readonly privateKey?: Pem | undefined;
  /** Opens `privateKey` if it is encrypted. */
  readonly passphrase?: string | undefined;
}

export interface LoadSettings {
  /** RFC 9113 §9.2: HTTP/2 needs TLS 1.2 or higher. */
  readonly minVersion: Extract<SecureVersion, 'TLSv1.2' | 'TLSv1.3'>;
}

/** Material in use. */
export interface Loaded {
  /** Counts from 1: which material this is. */
  readonly generation: number;
  readonly context: SecureContext;
  /** The same as options, as `tls.Server` takes them. */
  readonly options: SecureContextOptions;
  /** When the own certificate ends; undefined without one. */
  readonly notAfter: Date | undefined;
  /** Equal for equal material. */
  readonly fingerprint: string;
}

/**
 * TLS 1.3's ciphers, and of TLS 1.2's those that RFC 9113 appendix A does not prohibit: ephemeral keys and authenticated
 * encryption. AES-128 first, as the fastest where the processor helps.
 */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** Throws a `UsageError` in plain words for material that cannot work. */
export function load(material: Material, settings: LoadSettings, generation: number, nowMs: number): Loaded {
  const roots = rootsOf(material);
  for (const root of roots) certificatesOf(root);
  const identity = identityOf(material);
  const notAfter = identity && checkIdentity(identity.certificate, identity.privateKey, material.passphrase, nowMs);
  const options: SecureContextOptions = {
    minVersion: settings.minVersion,
    ciphers: CIPHERS,
    ...(roots.length === 0 ? {} : { ca: roots.map(({ text }) => text) }),
    ...(identity === undefined ? {} : { cert: identity.certificate.text, key: identity.privateKey.text }),
    ...(material.passphrase === undefined ? {} : { passphrase: material.passphrase }),
  };
  const fingerprint = createHash('sha256').update(JSON.stringify(options)).digest('hex');
  return { generation, context: contextOf(options), options, notAfter, fingerprint };
}

function rootsOf({ rootCertificates }: Material): PemText[] {
  if (rootCertificates === undefined) return [];
  const list = isList(rootCertificates) ? rootCertificates : [rootCertificates];
  if (list.length === 0)
    throw new UsageError('rootCertificates is an empty list: nobody would be trusted. Leave it out or fill it.');
  return list.map((pem, index) => readPem(pem, list.length === 1 ? 'rootCertificates' : `rootCertificates[${index}]`));
}

function isList(pems: Pem | readonly Pem[]): pems is readonly Pem[] {
  return Array.isArray(pems);
}

function identityOf({ certificate, privateKey }: Material): { certificate: PemText; privateKey: PemText } | undefined {
  if (certificate === undefined && privateKey === undefined) return undefined;
  if (certificate === undefined) throw new UsageError('privateKey is set without a certificate.');
  if (privateKey === undefined) throw new UsageError('certificate is set without a privateKey.');
  return { certificate: readPem(certificate, 'certificate'), privateKey: readPem(privateKey, 'privateKey') };
}

/** What OpenSSL still refuses after our checks: keys too short, hashes too old for its security level. */
function contextOf(options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    throw new UsageError(`OpenSSL does not accept the certificate or key: ${messageOf(error)}.`);
  }
}
