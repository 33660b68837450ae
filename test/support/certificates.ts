/**
 * Real keys and certificates, made when a test asks for them: node:crypto makes and checks keys but cannot issue X.509, so
 * the certificate is written here (RFC 5280) and signed with it. For tests and examples only.
 *
 *     const authority = makeAuthority();
 *     const { certificate, privateKey } = authority.issue({ names: ['localhost'], ips: ['127.0.0.1', '::1'] });
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bitString,
  element,
  explicit,
  integer,
  objectIdentifier,
  pem,
  sequence,
  set,
  time,
  utf8String,
} from './certificates/der.ts';
import { authorityExtensions, leafExtensions, type Naming } from './certificates/extensions.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Validity {
  /** Default: an hour ago. */
  readonly notBefore?: Date;
  /** Default: in 30 days. */
  readonly notAfter?: Date;
}

export interface AuthorityOptions extends Validity {
  /** Default `Calmwire Test Authority`. */
  readonly commonName?: string;
}

export interface LeafOptions extends Validity {
  /** DNS names, also with a wildcard: `*.orders.example`. */
  readonly names?: readonly string[];
  readonly ips?: readonly string[];
  /** `spiffe://trust.domain/workload`. */
  readonly uris?: readonly string[];
  /** Default: the first name, address or URI. An empty one makes an empty subject. */
  readonly commonName?: string;
  /** For a client rather than a server (extendedKeyUsage). `both` serves either way. Default false. */
  readonly client?: boolean | 'both';
  /** Default `ec`: P-256, a hundred times as fast to make as `rsa` (2048 bits). */
  readonly key?: 'ec' | 'rsa';
  /** Encrypts the private key (AES-256). */
  readonly passphrase?: string;
}

export interface Issued {
  /** PEM: the certificate and after it those of intermediate authorities, as a server sends them. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
}

export interface Authority {
  /** PEM of this authority's own certificate: what `rootCertificates` takes if it is a root. */
  readonly certificate: string;
  issue(options: LeafOptions): Issued;
  /** An authority below this one. */
  issueAuthority(options?: AuthorityOptions): Authority;
}

/** A root that signed itself. */
export function makeAuthority(options: AuthorityOptions = {}): Authority {
  const keys = makeKeys('ec');
  const name = distinguishedName(options.commonName ?? 'Calmwire Test Authority');
  const certificate = signed({
    ...validity(options),
    subject: name,
    publicKey: keys.publicKey,
    extensions: authorityExtensions(keys.publicKey, keys.publicKey),
    issuer: { name, privateKey: keys.privateKey },
  });
  return authority({ name, ...keys }, certificate, '');
}

/** A certificate that nobody else signed, as `openssl req -x509` makes one for a server. */
export function selfSigned(options: LeafOptions): Issued {
  const keys = makeKeys(options.key ?? 'ec');
  const name = distinguishedName(commonName(options));
  const certificate = signed({
    ...validity(options),
    subject: name,
    publicKey: keys.publicKey,
    extensions: leafExtensions(keys.publicKey, keys.publicKey, usage(options), naming(options)),
    issuer: { name, privateKey: keys.privateKey },
  });
  return { certificate, privateKey: privateKeyPem(keys.privateKey, options.passphrase) };
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface Signer extends KeyPair {
  readonly name: Uint8Array;
}

/** `above`: PEM of the intermediate authorities above `signer`'s own, the root left out. */
function authority(signer: Signer, certificate: string, chain: string): Authority {
  const below = (der: { subject: Uint8Array; publicKey: KeyObject; extensions: Uint8Array }, dates: Validity): string =>
    signed({ ...validity(dates), ...der, issuer: signer });
  return {
    certificate,
    issue(options) {
      const keys = makeKeys(options.key ?? 'ec');
      const subject = distinguishedName(commonName(options));
      const extensions = leafExtensions(keys.publicKey, signer.publicKey, usage(options), naming(options));
      return {
        certificate: below({ subject, publicKey: keys.publicKey, extensions }, options) + chain,
        privateKey: privateKeyPem(keys.privateKey, options.passphrase),
      };
    },
    issueAuthority(options = {}) {
      const keys = makeKeys('ec');
      const name = distinguishedName(options.commonName ?? 'Calmwire Test Intermediate');
      const extensions = authorityExtensions(keys.publicKey, signer.publicKey);
      const own = below({ subject: name, publicKey: keys.publicKey, extensions }, options);
      return authority({ name, ...keys }, own, own + chain);
    },
  };
}

function makeKeys(kind: 'ec' | 'rsa'): KeyPair {
  return kind === 'ec'
    ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
}

function privateKeyPem(key: KeyObject, passphrase: string | undefined): string {
  const text = key.export({
    type: 'pkcs8',
    format: 'pem',
    ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }),
  });
  return text.toString();
}

function commonName(options: LeafOptions): string {
  return options.commonName ?? options.names?.[0] ?? options.ips?.[0] ?? options.uris?.[0] ?? 'nobody';
}

function usage(options: LeafOptions): 'server' | 'client' | 'both' {
  if (options.client === 'both') return 'both';
  return options.client === true ? 'client' : 'server';
}

function naming(options: LeafOptions): Naming {
  return { names: options.names ?? [], ips: options.ips ?? [], uris: options.uris ?? [] };
}

function validity(options: Validity): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return {
    notBefore: options.notBefore ?? new Date(Math.min(now, options.notAfter?.getTime() ?? now) - HOUR_MS),
    notAfter: options.notAfter ?? new Date(now + 30 * DAY_MS),
  };
}

/** A name of one part: `CN=...` (2.5.4.3), or of none. */
function distinguishedName(name: string): Uint8Array {
  if (name === '') return sequence();
  return sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(name))));
}

interface ToSign {
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly subject: Uint8Array;
  readonly publicKey: KeyObject;
  readonly extensions: Uint8Array;
  readonly issuer: { readonly name: Uint8Array; readonly privateKey: KeyObject };
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue } (RFC 5280 §4.1). */
function signed(content: ToSign): string {
  const algorithm = signatureAlgorithm(content.issuer.privateKey);
  const toBeSigned = sequence(
    explicit(0, integer(Uint8Array.of(2))),
    integer(randomBytes(16)),
    algorithm,
    content.issuer.name,
    sequence(time(content.notBefore), time(content.notAfter)),
    content.subject,
    content.publicKey.export({ type: 'spki', format: 'der' }),
    content.extensions,
  );
  const signature = sign('sha256', toBeSigned, content.issuer.privateKey);
  return pem('CERTIFICATE', sequence(toBeSigned, algorithm, bitString(signature)));
}

/** ecdsa-with-SHA256, or sha256WithRSAEncryption, whose parameters are NULL (RFC 5758 §3.2, RFC 4055 §5). */
function signatureAlgorithm(key: KeyObject): Uint8Array {
  if (key.asymmetricKeyType === 'ec') return sequence(objectIdentifier('1.2.840.10045.4.3.2'));
  return sequence(objectIdentifier('1.2.840.113549.1.1.11'), element(0x05));
}
