import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UsageError } from '#base';
import { clientCredentials, type Material, type ReloadOutcome, serverCredentials, tlsAcceptor } from '#node';
import { makeAuthority } from '../../support/certificates.ts';

const authority = makeAuthority();
const first = authority.issue({ names: ['first'] });
const second = authority.issue({ names: ['second'] });
const roots = { rootCertificates: authority.certificate };

/** The sentence that a caller reads. */
function problem(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return '';
}

const clientProblem = (material: Material): string => problem(() => clientCredentials(material));

describe('material', () => {
  it('is PEM as text, as octets, or a list of roots', () => {
    const octets = new Uint8Array(Buffer.from(first.certificate));
    expect(clientCredentials().generation).toBe(1);
    expect(clientCredentials({ ...roots, ...first }).generation).toBe(1);
    expect(
      clientCredentials({ certificate: octets, privateKey: first.privateKey }).notAfter?.getTime(),
    ).toBeGreaterThan(Date.now());
    expect(
      clientCredentials({ rootCertificates: [authority.certificate, first.certificate] }).notAfter,
    ).toBeUndefined();
    expect(serverCredentials(first).clientCertificates).toBe('none');
  });

  it('takes a whole file with key and chain for either', () => {
    const all = first.privateKey + first.certificate;
    expect(clientCredentials({ certificate: all, privateKey: all }).generation).toBe(1);
  });

  it.each<readonly [string, Material, RegExp]>([
    [
      'a path where PEM is expected',
      { certificate: '/etc/tls/tls.crt', privateKey: first.privateKey },
      /^certificate is no PEM: .* To read a file, write \{ file: path \}\.$/,
    ],
    ['a certificate alone', { certificate: first.certificate }, /^certificate is set without a privateKey\.$/],
    ['a key alone', { privateKey: first.privateKey }, /^privateKey is set without a certificate\.$/],
    [
      'the two exchanged',
      { certificate: first.privateKey, privateKey: first.certificate },
      /^certificate should hold a certificate but holds a private key\.$/,
    ],
    [
      'a certificate as key',
      { certificate: first.certificate, privateKey: first.certificate },
      /^privateKey should hold a private key but holds a certificate\.$/,
    ],
    [
      'keys of different pairs',
      { certificate: first.certificate, privateKey: second.privateKey },
      /^privateKey does not belong to the certificate in certificate \("CN=first"\): they are of different pairs\.$/,
    ],
    [
      'a chain in the wrong order',
      { certificate: authority.certificate + first.certificate, privateKey: first.privateKey },
      /^certificate is in the wrong order: the own certificate must come first, but is number 2\.$/,
    ],
    ['an empty list of roots', { rootCertificates: [] }, /^rootCertificates is an empty list: nobody would be trusted/],
    [
      'a root that is none',
      { rootCertificates: [authority.certificate, first.privateKey] },
      /^rootCertificates\[1\] should hold a certificate but holds a private key\.$/,
    ],
    [
      'a damaged certificate',
      { rootCertificates: authority.certificate.replace(/\n.{30}/, '\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA') },
      /^rootCertificates is damaged: certificate 1 in it cannot be decoded/,
    ],
    [
      'half a certificate',
      { rootCertificates: authority.certificate.slice(0, 200) },
      /holds no whole block of the kind "CERTIFICATE"/,
    ],
    [
      'a damaged key',
      { certificate: first.certificate, privateKey: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n' },
      /^privateKey is damaged/,
    ],
    [
      'binary form',
      { rootCertificates: Uint8Array.of(0x30, 0x82, 1, 0, 0) },
      /^rootCertificates is in binary form \(DER\): convert it to PEM/,
    ],
    ['octets of something else', { rootCertificates: Uint8Array.of(1, 2, 3) }, /^rootCertificates is no PEM/],
    [
      'a missing file',
      { rootCertificates: { file: '/nowhere/ca.pem' } },
      /^rootCertificates \(\/nowhere\/ca\.pem\) does not exist\.$/,
    ],
    ['a folder', { rootCertificates: { file: '/' } }, /^rootCertificates \(\/\) is not a file\.$/],
  ])('that is %s is refused with a sentence', (_name, material, sentence) => {
    expect(clientProblem(material)).toMatch(sentence);
  });

  it('that is out of date is refused with the date', () => {
    const old = authority.issue({ names: ['old'], notAfter: new Date('2023-04-05T06:07:08Z') });
    expect(clientProblem(old)).toBe('certificate ("CN=old") expired on 2023-04-05 06:07 UTC: renew it.');
    const young = authority.issue({ names: ['young'], notBefore: new Date(Date.now() + 3_600_000) });
    expect(clientProblem(young)).toMatch(
      /^certificate \("CN=young"\) is valid only from 2\d\d\d-.* UTC: check the clock\.$/,
    );
    const soon = authority.issue({ names: ['soon'], notAfter: new Date(Date.now() + 60_000) });
    expect(clientProblem(soon)).toBe('');
  });

  it('with an encrypted key needs the passphrase', () => {
    const secret = authority.issue({ names: ['secret'], passphrase: 'open sesame' });
    expect(clientProblem(secret)).toBe('privateKey is encrypted: set passphrase.');
    expect(clientProblem({ ...secret, passphrase: 'open' })).toBe('passphrase does not open privateKey.');
    expect(clientProblem({ ...secret, passphrase: 'open sesame' })).toBe('');
  });
});

describe('server credentials', () => {
  it('need a certificate', () => {
    expect(problem(() => serverCredentials({}))).toBe('A server needs a certificate and its privateKey.');
  });

  it('need roots to ask clients for certificates, and take none otherwise', () => {
    for (const clientCertificates of ['optional', 'required'] as const) {
      expect(problem(() => serverCredentials({ ...first, clientCertificates }))).toMatch(/needs rootCertificates/);
      expect(problem(() => serverCredentials({ ...first, ...roots, clientCertificates }))).toBe('');
    }
    expect(problem(() => serverCredentials({ ...first, ...roots }))).toMatch(/has no effect on a server unless/);
  });
});

describe('update', () => {
  it('takes other material, and tells whether it is other', () => {
    const told: ReloadOutcome[] = [];
    const credentials = serverCredentials({ ...first, onReload: (outcome) => told.push(outcome) });
    const generations: number[] = [];
    const stop = credentials.changed(({ generation }) => generations.push(generation));
    expect(credentials.update(first)).toEqual({ kind: 'unchanged' });
    expect(credentials.update(second)).toMatchObject({ kind: 'changed', generation: 2 });
    expect(credentials.generation).toBe(2);
    stop();
    expect(credentials.update(first)).toMatchObject({ kind: 'changed', generation: 3 });
    expect(generations).toEqual([2]);
    expect(told.map(({ kind }) => kind)).toEqual(['changed', 'changed']);
  });

  it('keeps the old when the new cannot work', async () => {
    const told: ReloadOutcome[] = [];
    const credentials = serverCredentials({ ...first, onReload: (outcome) => told.push(outcome) });
    const outcome = credentials.update({ ...second, privateKey: first.privateKey });
    expect(outcome.kind === 'refused' && outcome.problem).toMatch(/different pairs/);
    expect(told).toEqual([outcome]);
    expect(credentials.generation).toBe(1);
    expect(await credentials.reload()).toEqual({ kind: 'unchanged' });
    expect(credentials.update({ rootCertificates: authority.certificate })).toMatchObject({ kind: 'refused' });
  });
});

describe('files', () => {
  let folder = '';
  const path = (name: string): string => join(folder, name);
  const files = (): Material => ({ certificate: { file: path('tls.crt') }, privateKey: { file: path('tls.key') } });

  function write(issued: { certificate: string; privateKey: string }): void {
    writeFileSync(path('tls.crt'), issued.certificate);
    writeFileSync(path('tls.key'), issued.privateKey);
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'calmwire-'));
    write(first);
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  it('are read again on reload', async () => {
    const credentials = serverCredentials(files());
    expect(await credentials.reload()).toEqual({ kind: 'unchanged' });
    write(second);
    expect(await credentials.reload()).toMatchObject({ kind: 'changed', generation: 2 });
  });

  it('are named in what is wrong with them', async () => {
    const credentials = serverCredentials(files());
    writeFileSync(path('tls.crt'), second.certificate);
    const outcome = await credentials.reload();
    expect(outcome.kind === 'refused' && outcome.problem).toBe(
      `privateKey (${path('tls.key')}) does not belong to the certificate in certificate (${path('tls.crt')}) ("CN=second"): they are of different pairs.`,
    );
    expect(credentials.generation).toBe(1);
    writeFileSync(path('tls.crt'), 'x'.repeat(2_000_000));
    expect(await credentials.reload()).toMatchObject({ kind: 'refused', problem: expect.stringContaining('too many') });
  });

  it('are looked at every so often when asked for; the same problem is told once', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const told: ReloadOutcome[] = [];
    const credentials = serverCredentials({
      ...files(),
      watchIntervalMs: 60_000,
      onReload: (outcome) => told.push(outcome),
    });
    await vi.advanceTimersByTimeAsync(180_000);
    expect(told).toEqual([]);
    // In the middle of a renewal: the certificate is new, the key is not yet.
    writeFileSync(path('tls.crt'), second.certificate);
    await vi.advanceTimersByTimeAsync(180_000);
    expect(told.map(({ kind }) => kind)).toEqual(['refused']);
    write(second);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told.map(({ kind }) => kind)).toEqual(['refused', 'changed']);
    // Nothing but the date of the file changed.
    utimesSync(path('tls.crt'), new Date(), new Date());
    await vi.advanceTimersByTimeAsync(60_000);
    writeFileSync(path('tls.crt'), first.certificate);
    credentials.close();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(told).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('an interval in the wrong unit is a mistake', () => {
    for (const watchIntervalMs of [0, -1, 1, Number.NaN, 2_147_483_648, Number.POSITIVE_INFINITY]) {
      expect(problem(() => serverCredentials({ ...files(), watchIntervalMs }))).toMatch(
        /watchIntervalMs is in milliseconds/,
      );
    }
  });
});

describe('a provider', () => {
  const ready = (credentials: ReturnType<typeof clientCredentials>) =>
    new Promise<string>((resolve) => {
      credentials.ready((attempt) =>
        resolve(attempt.kind === 'ok' ? `${attempt.value.generation}` : attempt.fault.text),
      );
    });

  it('that answers at once is as good as material, and is checked as early', async () => {
    let material: Material = first;
    const credentials = serverCredentials({ provider: () => material });
    expect(credentials.generation).toBe(1);
    material = second;
    expect(await credentials.reload()).toMatchObject({ kind: 'changed', generation: 2 });
    expect(problem(() => serverCredentials({ provider: () => ({}) }))).toBe(
      'A server needs a certificate and its privateKey.',
    );
    const failing = (): Material => {
      throw new Error('no vault');
    };
    expect(problem(() => serverCredentials({ provider: failing }))).toContain(
      'The provider of the TLS credentials failed: no vault',
    );
  });

  it('that takes its time is waited for', async () => {
    const credentials = clientCredentials({ provider: async () => ({ ...roots, ...first }) });
    expect(credentials.generation).toBe(0);
    expect(credentials.notAfter).toBeUndefined();
    expect(await ready(credentials)).toBe('1');
    expect(await ready(credentials)).toBe('1');
  });

  it('is asked once for reloads that overlap', async () => {
    let asked = 0;
    const credentials = clientCredentials({
      provider: async () => {
        asked++;
        return roots;
      },
    });
    await Promise.all([credentials.reload(), credentials.reload(), ready(credentials)]);
    expect(asked).toBe(1);
    await credentials.reload();
    expect(asked).toBe(2);
  });

  it('that fails at first is asked again by the next who needs it', async () => {
    let asked = 0;
    const told: ReloadOutcome[] = [];
    const credentials = clientCredentials({
      provider: async () => {
        asked++;
        if (asked < 3) throw new Error(`sealed ${asked}`);
        return roots;
      },
      onReload: (outcome) => told.push(outcome),
    });
    expect(await ready(credentials)).toContain('The provider of the TLS credentials failed: sealed 1');
    expect(await ready(credentials)).toContain('sealed 2');
    expect(await ready(credentials)).toBe('1');
    expect(told.map(({ kind }) => kind)).toEqual(['refused', 'refused', 'changed']);
  });

  it('that answers after an update is too late', async () => {
    let give: (material: Material) => void = () => undefined;
    const credentials = serverCredentials({
      provider: () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    });
    expect(credentials.update(second)).toMatchObject({ kind: 'changed', generation: 1 });
    give(first);
    expect(await credentials.reload()).toEqual({ kind: 'unchanged' });
    expect(credentials.generation).toBe(1);
  });

  it('gives all of it: nothing can stand beside it', () => {
    expect(problem(() => clientCredentials({ provider: () => roots, ...first }))).toBe(
      'certificate is set beside a provider: the provider gives all of it',
    );
  });
});

describe('an acceptor', () => {
  it('takes no limits that are none', () => {
    const credentials = serverCredentials(first);
    for (const handshakeTimeoutMs of [0, -1, Number.NaN, 3_600_001, Number.POSITIVE_INFINITY]) {
      expect(problem(() => tlsAcceptor(credentials, { handshakeTimeoutMs }))).toMatch(
        /^handshakeTimeoutMs is in milliseconds/,
      );
    }
    for (const maxHandshakes of [0, Number.NaN]) {
      expect(problem(() => tlsAcceptor(credentials, { maxHandshakes }))).toBe(
        `maxHandshakes is at least 1, not ${maxHandshakes}`,
      );
    }
    expect(tlsAcceptor(credentials).handshakes).toMatchObject({ inProgress: 0, completed: 0 });
  });
});
