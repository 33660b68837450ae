/** The certificates of the tests are real: the platform's own X.509 code reads and verifies them. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { element, integer, objectIdentifier, time } from './certificates/der.ts';
import { ipOctets } from './certificates/extensions.ts';
import { makeAuthority, selfSigned } from './certificates.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('DER', () => {
  it('writes lengths in the shortest form', () => {
    expect(hex(element(0x04, new Uint8Array(127)).subarray(0, 2))).toBe('047f');
    expect(hex(element(0x04, new Uint8Array(128)).subarray(0, 3))).toBe('048180');
    expect(hex(element(0x04, new Uint8Array(300)).subarray(0, 4))).toBe('0482012c');
  });

  it('writes integers that stay positive', () => {
    expect(hex(integer(Uint8Array.of(0x7f)))).toBe('02017f');
    expect(hex(integer(Uint8Array.of(0x80)))).toBe('02020080');
    expect(hex(integer(Uint8Array.of(0, 0, 1)))).toBe('020101');
    expect(hex(integer(Uint8Array.of(0)))).toBe('020100');
  });

  it('writes object identifiers (X.690 §8.19.5)', () => {
    expect(hex(objectIdentifier('1.2.840.113549.1.1.11'))).toBe('06092a864886f70d01010b');
    expect(hex(objectIdentifier('2.5.29.17'))).toBe('0603551d11');
  });

  it('changes the kind of time in 2050 (RFC 5280 §4.1.2.5)', () => {
    expect(Buffer.from(time(new Date('2049-12-31T23:59:59Z'))).toString('latin1')).toContain('491231235959Z');
    expect(Buffer.from(time(new Date('2050-01-01T00:00:00Z'))).toString('latin1')).toContain('20500101000000Z');
  });

  it('writes addresses', () => {
    expect(hex(ipOctets('127.0.0.1'))).toBe('7f000001');
    expect(hex(ipOctets('::1'))).toBe('00000000000000000000000000000001');
    expect(hex(ipOctets('fd00:1::5'))).toBe('fd000001000000000000000000000005');
  });
});

describe('an authority', () => {
  const authority = makeAuthority();
  const root = new X509Certificate(authority.certificate);

  it('signed itself', () => {
    expect(root.ca).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
    expect(root.checkIssued(root)).toBe(true);
    expect(root.subject).toBe('CN=Calmwire Test Authority');
  });

  for (const key of ['ec', 'rsa'] as const) {
    it(`issues certificates for ${key} keys that verify`, () => {
      const issued = authority.issue({ names: ['orders.example', '*.orders.example'], ips: ['127.0.0.1', '::1'], key });
      const leaf = new X509Certificate(issued.certificate);
      expect(leaf.verify(root.publicKey)).toBe(true);
      expect(leaf.checkIssued(root)).toBe(true);
      expect(leaf.ca).toBe(false);
      expect(leaf.checkPrivateKey(createPrivateKey(issued.privateKey))).toBe(true);
      expect(leaf.checkHost('orders.example')).toBe('orders.example');
      expect(leaf.checkHost('eu.orders.example')).toBe('*.orders.example');
      expect(leaf.checkHost('billing.example')).toBeUndefined();
      expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
      expect(leaf.checkIP('::1')).toBe('::1');
      expect(leaf.checkIP('127.0.0.2')).toBeUndefined();
    });
  }

  it('issues with the purposes and dates that were asked for', () => {
    const notBefore = new Date('2020-01-01T00:00:00Z');
    const notAfter = new Date('2051-02-03T04:05:06Z');
    const client = new X509Certificate(
      authority.issue({ names: ['a'], client: true, notBefore, notAfter }).certificate,
    );
    expect(client.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(Date.parse(client.validFrom)).toBe(notBefore.getTime());
    expect(Date.parse(client.validTo)).toBe(notAfter.getTime());
    const both = new X509Certificate(authority.issue({ uris: ['spiffe://test/a'], client: 'both' }).certificate);
    expect(both.keyUsage).toHaveLength(2);
    expect(both.subjectAltName).toBe('URI:spiffe://test/a');
  });

  it('makes a certificate that expired long ago begin before that', () => {
    const leaf = new X509Certificate(authority.issue({ notAfter: new Date('2021-01-01T00:00:00Z') }).certificate);
    expect(Date.parse(leaf.validFrom)).toBeLessThan(Date.parse(leaf.validTo));
  });

  it('is not mistaken for another of the same name', () => {
    const other = makeAuthority();
    const leaf = new X509Certificate(other.issue({ names: ['a'] }).certificate);
    expect(leaf.verify(root.publicKey)).toBe(false);
  });

  it('issues through intermediates, and the chain comes with the leaf', () => {
    const middle = authority.issueAuthority();
    const { certificate } = middle.issue({ names: ['a'] });
    const [leaf, intermediate] = certificate
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .map((text) => new X509Certificate(text));
    expect(leaf?.verify(intermediate!.publicKey)).toBe(true);
    expect(intermediate?.checkIssued(root)).toBe(true);
    expect(intermediate?.ca).toBe(true);
  });

  it('encrypts keys', () => {
    const { privateKey } = authority.issue({ passphrase: 'open sesame' });
    expect(privateKey).toContain('ENCRYPTED');
    expect(() => createPrivateKey({ key: privateKey, passphrase: 'wrong' })).toThrow();
    expect(createPrivateKey({ key: privateKey, passphrase: 'open sesame' }).asymmetricKeyType).toBe('ec');
  });
});

describe('a self-signed certificate', () => {
  it('verifies with its own key and is no authority', () => {
    const leaf = new X509Certificate(selfSigned({ names: ['localhost'] }).certificate);
    expect(leaf.verify(leaf.publicKey)).toBe(true);
    expect(leaf.ca).toBe(false);
  });
});
