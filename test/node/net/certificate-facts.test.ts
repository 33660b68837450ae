import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateFacts, clean, day, subjectOf } from '../../../src/node/net/certificate-facts.ts';
import { makeAuthority } from '../../support/certificates.ts';

const authority = makeAuthority({ commonName: 'The Authority' });

describe('the facts of a certificate', () => {
  it('are its names, dates and issuer', () => {
    const notBefore = new Date('2026-01-02T03:04:05Z');
    const notAfter = new Date('2027-01-02T03:04:05Z');
    const { certificate } = authority.issue({
      names: ['a.example', 'b.example'],
      ips: ['10.0.0.1'],
      notBefore,
      notAfter,
    });
    expect(certificateFacts(new X509Certificate(certificate))).toEqual({
      subject: 'CN=a.example',
      issuer: 'CN=The Authority',
      notBefore,
      notAfter,
      names: 'a.example, b.example, 10.0.0.1',
    });
  });

  it('name a few of many names', () => {
    const names = Array.from({ length: 30 }, (_, at) => `host-${at}.example`);
    const { certificate } = authority.issue({ names });
    const facts = certificateFacts(new X509Certificate(certificate));
    expect(facts.names).toBe(
      'host-0.example, host-1.example, host-2.example, host-3.example, host-4.example and 25 more',
    );
  });

  it('name the alternative names when there is no subject, and nothing when there is neither', () => {
    const nameless = new X509Certificate(
      authority.issue({ commonName: '', uris: ['spiffe://prod/orders'] }).certificate,
    );
    expect(subjectOf(nameless)).toBe('spiffe://prod/orders');
    expect(subjectOf(new X509Certificate(authority.issue({ commonName: '' }).certificate))).toBe('');
  });

  it('cannot forge lines of a log or run on', () => {
    const evil = `x\n2026-01-01 all is well\u001b[31m${'y'.repeat(500)}`;
    const { certificate } = authority.issue({ commonName: evil });
    const { subject } = certificateFacts(new X509Certificate(certificate));
    expect(subject).not.toContain('\n');
    expect(subject).not.toContain('\u001b');
    expect(subject.length).toBeLessThan(100);
    expect(clean('plain - Ümlaut')).toBe('plain - Ümlaut');
  });

  it('say dates without a doubt', () => {
    expect(day(new Date('2026-03-01T12:00:59Z'))).toBe('2026-03-01 12:00 UTC');
    expect(day(new Date('nonsense'))).toBe('an unknown date');
  });
});
