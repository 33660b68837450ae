/** What is hidden in a text, and what stays readable. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Redactor } from '#base';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

const hidden: readonly (readonly [about: string, text: string, secret: string])[] = [
  ['a token', `token ${JWT} expired`, JWT],
  ['a token without a signature', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.', 'eyJzdWIiOiIxIn0'],
  ['what follows an authentication scheme', 'cannot parse "Bearer abcdefgh"', 'abcdefgh'],
  ['a password that is named', 'login failed: password=hunter2!', 'hunter2'],
  ['a password in JSON', '{"password": "correct horse"}', 'correct'],
  ['a setting whose name tells', 'API_KEY: 12ab34', '12ab34'],
  ['the password of an address', 'dial postgres://app:s3cr3t@db:5432/x', 's3cr3t'],
  ['values of a query', 'GET /login?user=anna&pin=1234 HTTP/1.1', '1234'],
  ['an AWS key', 'key AKIAIOSFODNN7EXAMPLE is unknown', 'AKIAIOSFODNN7EXAMPLE'],
  ['a GitHub token', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a', '16C7e42F292c69'],
  ['a random run', 'signed wJalrXUtnFEMI7K7MDENGbPxRfiCYzEXAMPLEKEY9 by', 'wJalrXUtnFEMI7K7MDENG'],
  ['a digest', 'no session 9f86d081884c7d659a2feaa0c55ad015', '9f86d081884c7d65'],
];

const kept: readonly string[] = [
  '/shop.v1.OrderService/GetOrderV2ByCustomerId',
  'grpc-java-netty/1.75.0 grpc-c/37.0.0 (linux; chttp2)',
  'received an illegal stream id: 1. headers frame: hpack: invalid',
  'SETTINGS_MAX_CONCURRENT_STREAMS exceeded by 17 streams on 10.0.0.5:41822',
  'too_many_pings',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'order 4f1a93b2-6c0d-4f2e-9a3b-1c2d3e4f5a6b not found',
  'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
  'received message larger than max (12345678 vs. 4194304)',
  'failed to receive initial settings within 20.000123 seconds',
  'http://www.example.com/docs/how-to-use-this-service#section-2',
];

describe('a redactor', () => {
  it.each(hidden)('hides %s', (_about, text, secret) => {
    const result = new Redactor().text(text);
    expect(result).toContain('***(');
    expect(result).not.toContain(secret);
  });

  it.each(kept)('keeps %s', (text) => {
    expect(new Redactor().text(text)).toBe(text);
  });

  it('gives equal values equal marks, and others others', () => {
    const redactor = new Redactor({ hash: (text) => (text === 'one value' ? 'aaaaaa' : 'bbbbbb') });
    expect(redactor.hide('one value')).toBe('***(9-chars,id-aaaaaa)');
    expect(redactor.text('password=one-other')).toBe('password=***(9-chars,id-bbbbbb)');
    expect(new Redactor().hide('one value')).toBe('***(9-chars)');
  });

  it('finds what it learnt wherever it stands', () => {
    const redactor = new Redactor();
    redactor.learn('swordfish');
    redactor.learn('swordfish-2');
    expect(redactor.text('no user with swordfish-2 or swordfish')).toBe('no user with ***(11-chars) or ***(9-chars)');
  });

  it('finds it also in a text that it had seen before it learnt that', () => {
    const redactor = new Redactor();
    const path = '/orders/blue-horse-7?view=full';
    expect(redactor.repeated(path)).toBe(redactor.text(path));
    redactor.learn('blue-horse-7');
    expect(redactor.repeated(path)).toBe(redactor.text(path));
    expect(redactor.repeated(path)).not.toContain('blue-horse-7');
  });

  it('does not learn what may stand anywhere by chance', () => {
    const redactor = new Redactor();
    redactor.learn('1');
    redactor.learn('order');
    expect(redactor.text('order 1 is gone')).toBe('order 1 is gone');
  });

  it('learns a bounded number of values', () => {
    const redactor = new Redactor();
    for (let number = 0; number < 2_000; number++) redactor.learn(`value ${number}.`);
    expect(redactor.text('value 0. value 1999.')).toBe('value 0. ***(11-chars)');
  });

  it('keeps the length where that counts', () => {
    const redactor = new Redactor({ keepLength: true, hash: () => '123456' });
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(redactor.hide(value)).toHaveLength(value.length);
      }),
    );
    expect(redactor.hide('a'.repeat(30))).toBe('***(30-chars,id-123456)*******');
  });

  it('changes nothing that it has hidden already', () => {
    const redactor = new Redactor({ hash: () => '123456' });
    for (const [, text] of hidden) expect(redactor.text(redactor.text(text))).toBe(redactor.text(text));
    expect(redactor.hide(redactor.hide('secret value'))).toBe(redactor.hide('secret value'));
  });

  it('takes any text, in little time', () => {
    const redactor = new Redactor();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(typeof redactor.text(text)).toBe('string');
      }),
    );
    for (const unit of ['a', 'password=', '?a=', 'eyJ.', '://', 'Bearer ', 'a1B2', '***(']) {
      expect(redactor.text(unit.repeat(20_000))).toBeDefined();
    }
  });
});
