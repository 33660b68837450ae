/** What a sentence says of a certificate. The contents come from whoever showed it, so nothing here trusts their length or form. */
import type { X509Certificate } from 'node:crypto';

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DNS names and IP addresses it was issued for. */
  readonly names: string;
}

/** Characters of a name in a sentence: longer than any name of a host that people read. */
const TEXT_MAX = 80;
/** Names in a sentence: certificates of large sites hold hundreds. */
const NAMES_MAX = 5;

export function certificateFacts(certificate: X509Certificate): CertificateFacts {
  return {
    subject: subjectOf(certificate),
    issuer: distinguishedName(certificate.issuer),
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    names: alternativeNames(certificate),
  };
}

/** Whom the certificate is about: its subject, or its alternative names if the subject is empty (RFC 5280 §4.1.2.6). */
export function subjectOf(certificate: X509Certificate): string {
  return distinguishedName(certificate.subject) || alternativeNames(certificate);
}

/** One attribute a line in Node; `CN=orders, O=Example` for people. Undefined, against its declaration, when it is empty. */
function distinguishedName(lines: string | undefined): string {
  return clean((lines ?? '').replaceAll('\n', ', '));
}

function alternativeNames(certificate: X509Certificate): string {
  const all = (certificate.subjectAltName ?? '').split(', ').filter((name) => name !== '');
  const names = all.slice(0, NAMES_MAX).map((name) => clean(name.replace(/^(DNS|IP Address|URI):/, '')));
  const more = all.length > NAMES_MAX ? ` and ${all.length - NAMES_MAX} more` : '';
  return names.join(', ') + more;
}

/** Without what could forge lines of a log or run on for pages. */
export function clean(text: string): string {
  const visible = text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
  return visible.length > TEXT_MAX ? `${visible.slice(0, TEXT_MAX)}...` : visible;
}

/** `2026-03-01 12:00 UTC`. */
export function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an unknown date' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
