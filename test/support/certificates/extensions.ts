/** The X.509 extensions that TLS looks at (RFC 5280 §4.2). */
import { createHash, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { bitString, boolean, element, explicit, implicit, objectIdentifier, octetString, sequence } from './der.ts';

const OID = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

function extension(oid: string, critical: boolean, value: Uint8Array): Uint8Array {
  const mark = critical ? [boolean(true)] : [];
  return sequence(objectIdentifier(oid), ...mark, octetString(value));
}

export interface Naming {
  readonly names: readonly string[];
  readonly ips: readonly string[];
  readonly uris: readonly string[];
}

/** For an authority: may sign certificates, and nothing else. */
export function authorityExtensions(own: KeyObject, issuer: KeyObject): Uint8Array {
  // keyCertSign and cRLSign are bits 5 and 6 (RFC 5280 §4.2.1.3).
  return extensions([
    extension(OID.basicConstraints, true, sequence(boolean(true))),
    extension(OID.keyUsage, true, bitString(Uint8Array.of(0b0000_0110), 1)),
    ...keyIdentifiers(own, issuer),
  ]);
}

/** For a program: may prove who it is as `usage` says. */
export function leafExtensions(
  own: KeyObject,
  issuer: KeyObject,
  usage: 'server' | 'client' | 'both',
  naming: Naming,
): Uint8Array {
  const purposes = [...(usage === 'client' ? [] : [OID.serverAuth]), ...(usage === 'server' ? [] : [OID.clientAuth])];
  return extensions([
    extension(OID.basicConstraints, true, sequence()),
    // digitalSignature and keyEncipherment (RSA key exchange) are bits 0 and 2.
    extension(OID.keyUsage, true, bitString(Uint8Array.of(0b1010_0000), 5)),
    extension(OID.extendedKeyUsage, false, sequence(...purposes.map(objectIdentifier))),
    ...keyIdentifiers(own, issuer),
    ...alternativeNames(naming),
  ]);
}

function extensions(list: readonly Uint8Array[]): Uint8Array {
  return explicit(3, sequence(...list));
}

function keyIdentifiers(own: KeyObject, issuer: KeyObject): Uint8Array[] {
  return [
    extension(OID.subjectKeyIdentifier, false, octetString(keyIdentifier(own))),
    extension(OID.authorityKeyIdentifier, false, sequence(implicit(0, keyIdentifier(issuer)))),
  ];
}

/** Any digest of the key will do (RFC 5280 §4.2.1.2); 20 octets of SHA-256 of the whole SubjectPublicKeyInfo. */
function keyIdentifier(key: KeyObject): Uint8Array {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}

/** dNSName is [2], uniformResourceIdentifier [6], iPAddress [7] (RFC 5280 §4.2.1.6). */
function alternativeNames(naming: Naming): Uint8Array[] {
  const names = [
    ...naming.names.map((name) => element(0x82, Buffer.from(name, 'latin1'))),
    ...naming.uris.map((uri) => element(0x86, Buffer.from(uri, 'latin1'))),
    ...naming.ips.map((ip) => element(0x87, ipOctets(ip))),
  ];
  return names.length === 0 ? [] : [extension(OID.subjectAltName, false, sequence(...names))];
}

/** 4 or 16 octets. */
export function ipOctets(ip: string): Uint8Array {
  if (isIPv4(ip)) return Uint8Array.from(ip.split('.').map(Number));
  const [head = '', tail] = ip.split('::');
  const groups = (text: string | undefined): number[] =>
    text === undefined || text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const before = groups(head);
  const after = groups(tail);
  const zeros = new Array<number>(8 - before.length - after.length).fill(0);
  return Uint8Array.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]));
}
