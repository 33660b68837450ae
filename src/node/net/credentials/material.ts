/** Certificates and keys as people have them: PEM texts (RFC 7468) or files; and what is wrong with them, in plain words. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '#base';
import { errnoOf, messageOf } from '../../fault.ts';
import { day, subjectOf } from '../certificate-facts.ts';

/** PEM as text or octets, or the path of a file that holds it. Files are read again on each reload. */
export type Pem = string | Uint8Array | { readonly file: string };

/** A bundle of every public root of the web has a quarter of this. */
const FILE_BYTES_MAX = 1_048_576;

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** A PEM that was read. `what` names it in sentences: `privateKey (/etc/tls/key.pem)`. */
export interface PemText {
  readonly what: string;
  readonly text: string;
}

/** Throws a `UsageError` in plain words if it cannot be read. */
export function readPem(pem: Pem, option: string): PemText {
  if (typeof pem === 'string') {
    if (pem.includes('-----BEGIN ')) return { what: option, text: pem };
    const hint = /^[^\n]{1,200}$/.test(pem) ? ' To read a file, write { file: path }.' : '';
    throw new UsageError(`${option} is no PEM: it has no line "-----BEGIN ...-----".${hint}`);
  }
  if (pem instanceof Uint8Array) return { what: option, text: decode(pem, option) };
  const what = `${option} (${pem.file})`;
  return { what, text: decode(readFile(pem.file, what), what) };
}

function readFile(path: string, what: string): Uint8Array {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new UsageError(`${what} is not a file.`);
    if (stat.size > FILE_BYTES_MAX) throw new UsageError(`${what} has ${stat.size} octets: too many for certificates.`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = errnoOf(error);
    if (code === 'ENOENT') throw new UsageError(`${what} does not exist.`);
    if (code === 'EACCES') throw new UsageError(`${what} may not be read by this user.`);
    throw new UsageError(`${what} cannot be read: ${messageOf(error)}.`);
  }
}

function decode(bytes: Uint8Array, what: string): string {
  // ASN.1 SEQUENCE with a length of two octets: a certificate or key in binary form.
  if (bytes[0] === 0x30 && bytes[1] === 0x82) {
    throw new UsageError(`${what} is in binary form (DER): convert it to PEM, as by \`openssl x509 -inform der\`.`);
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (!text.includes('-----BEGIN ')) throw new UsageError(`${what} is no PEM: it has no line "-----BEGIN ...-----".`);
  return text;
}

/** All certificates of a PEM, in order; at least one. */
export function certificatesOf({ what, text }: PemText): X509Certificate[] {
  const blocks = [...text.matchAll(BLOCK)].filter(([, label]) => label?.endsWith('CERTIFICATE'));
  if (blocks.length === 0) {
    const found = text.includes('PRIVATE KEY') ? 'a private key' : 'no whole block of the kind "CERTIFICATE"';
    throw new UsageError(`${what} should hold a certificate but holds ${found}.`);
  }
  return blocks.map(([block], index) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw new UsageError(
        `${what} is damaged: certificate ${index + 1} in it cannot be decoded (${messageOf(error)}).`,
      );
    }
  });
}

/** The first private key of a PEM. */
export function privateKeyOf({ what, text }: PemText, passphrase: string | undefined): KeyObject {
  const block = [...text.matchAll(BLOCK)].find(([, label]) => label?.endsWith('PRIVATE KEY'));
  if (block === undefined) {
    const found = text.includes('CERTIFICATE') ? 'a certificate' : 'no whole block of the kind "PRIVATE KEY"';
    throw new UsageError(`${what} should hold a private key but holds ${found}.`);
  }
  const encrypted = block[0].includes('ENCRYPTED');
  if (encrypted && passphrase === undefined) throw new UsageError(`${what} is encrypted: set passphrase.`);
  try {
    return createPrivateKey({ key: block[0], ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    if (errnoOf(error) === 'ERR_OSSL_BAD_DECRYPT') throw new UsageError(`passphrase does not open ${what}.`);
    throw new UsageError(`${what} is damaged: the key cannot be decoded (${messageOf(error)}).`);
  }
}

/** An own certificate must fit its key and be valid now; its chain comes after it. Returns when it ends. */
export function checkIdentity(certificate: PemText, key: PemText, passphrase: string | undefined, nowMs: number): Date {
  const chain = certificatesOf(certificate);
  const privateKey = privateKeyOf(key, passphrase);
  const own = chain[0]!;
  if (!own.checkPrivateKey(privateKey)) {
    const other = chain.findIndex((each) => each.checkPrivateKey(privateKey));
    throw new UsageError(
      other > 0
        ? `${certificate.what} is in the wrong order: the own certificate must come first, but is number ${other + 1}.`
        : `${key.what} does not belong to the certificate in ${certificate.what} ("${subjectOf(own)}"): they are of different pairs.`,
    );
  }
  const [from, to] = [new Date(own.validFrom), new Date(own.validTo)];
  const name = `${certificate.what} ("${subjectOf(own)}")`;
  if (to.getTime() <= nowMs) throw new UsageError(`${name} expired on ${day(to)}: renew it.`);
  if (from.getTime() > nowMs) throw new UsageError(`${name} is valid only from ${day(from)}: check the clock.`);
  return to;
}
