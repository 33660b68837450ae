/** Handshakes that fail, and what encrypted records show; each beside a story that looks alike and is fine. */
import { describe, expect, it } from 'vitest';
import { script } from '../../support/script.ts';
import { expectHealthy, finding, has, told } from './verdicts.ts';

describe('alerts', () => {
  it.each([
    [45, 'certificate_expired', 'client', 'certificate', 'server'],
    [48, 'unknown_ca', 'client', 'certificate', 'unknown'],
    [42, 'bad_certificate', 'server', 'client-certificate', 'client'],
    [116, 'certificate_required', 'server', 'client-certificate', 'client'],
    [70, 'protocol_version', 'server', 'version', 'unknown'],
    [40, 'handshake_failure', 'server', 'parameters', 'unknown'],
    [112, 'unrecognized_name', 'server', 'name', 'unknown'],
    [80, 'internal_error', 'server', undefined, 'unknown'],
  ] as const)('%i %s from the %s', (code, name, from, variant, culprit) => {
    const story = script().tcp().hello().serverHello().alert(from, code, name).fin('server');
    expect(told(story)).toHaveLength(1);
    const found = finding(story, 'tls/alert');
    expect(found).toMatchObject({ certainty: 'certain', culprit, severity: 'error' });
    expect(found.variant).toBe(variant);
  });

  it('handshake_failure after the server asked for a certificate is about that', () => {
    const story = script()
      .tcp()
      .hello()
      .serverHello({ version: 'TLS 1.2' })
      .tls('server', { step: 'certificate-request' });
    story.tls('client', { step: 'certificate', empty: true }).alert('server', 40, 'handshake_failure').fin('server');
    expect(finding(story, 'tls/alert')).toMatchObject({ variant: 'client-certificate', params: { none: true } });
  });

  it('close_notify and one that ends a used connection are no failures', () => {
    expectHealthy(script().sealed().alert('client', 0, 'close_notify').traffic().fin('client'));
    expectHealthy(script().sealed().alert('client', undefined, 'encrypted').traffic().fin('client'));
  });

  it('a hidden one is not claimed where packets are missing', () => {
    const refused = script().tcp().hello().serverHello().alert('client', undefined, 'encrypted').fin('client');
    expect(finding(refused, 'tls/alert')).toMatchObject({ variant: 'hidden', certainty: 'likely' });
    expectHealthy(
      script().tcp().hello().serverHello().lost('client', 900).alert('client', undefined, 'encrypted').fin('client'),
    );
  });
});

describe('handshakes that stop', () => {
  it('the server leaves without an answer', () => {
    const story = script().tcp().hello().after(20).fin('server');
    expect(finding(story, 'tls/handshake-unfinished')).toMatchObject({ variant: 'no-server-hello', culprit: 'server' });
  });

  it('nobody answers until the capture ends', () => {
    expect(
      has(script().tcp().hello().after(6_000).segments('client', 'keepalive', 1), 'tls/handshake-unfinished'),
    ).toBe(true);
    expectHealthy(script().tcp().hello().after(1_000).segments('client', 'keepalive', 1));
  });

  it('one that is finished, one with holes, and an answer in clear text are something else', () => {
    expectHealthy(script().sealed().traffic().fin('client'));
    expectHealthy(script().tcp().hello().lost('server', 1_400).after(50).fin('client'));
    const mismatch = script().tcp().hello().says('server', 'http/1', 'HTTP/1.1 400 Bad Request').fin('server');
    expect(told(mismatch)).toEqual(['peer/tls-mismatch (tls-to-plaintext)']);
  });
});

describe('ALPN', () => {
  it('the server refuses what the client offers', () => {
    const story = script().tcp().hello().alert('server', 120, 'no_application_protocol').fin('server');
    expect(told(story)).toEqual(['peer/no-alpn']);
    expect(finding(story, 'peer/no-alpn')).toMatchObject({
      culprit: 'server',
      params: { offered: 'h2', refused: true },
    });
  });

  it('a client that does not offer h2 is at fault itself', () => {
    const story = script().tcp().hello(['http/1.1']).alert('server', 120, 'no_application_protocol').fin('server');
    expect(finding(story, 'peer/no-alpn').culprit).toBe('client');
  });

  it('the server chooses another protocol, and the client leaves', () => {
    const story = script().tcp().hello().serverHello({ version: 'TLS 1.2', alpn: 'http/1.1' }).finished().fin('client');
    expect(finding(story, 'peer/no-alpn').params).toMatchObject({ alpn: 'http/1.1' });
  });

  it('a client that goes on, one that gets h2, and what TLS 1.3 hides are no findings', () => {
    const twelve = { version: 'TLS 1.2', alpn: 'http/1.1' };
    expectHealthy(script().tcp().hello(['h2', 'http/1.1']).serverHello(twelve).finished().traffic().fin('client'));
    expectHealthy(script().tcp().hello().serverHello({ version: 'TLS 1.2', alpn: 'h2' }).finished().fin('client'));
    expectHealthy(script().tcp().hello().serverHello().finished().fin('client'));
  });
});

describe('encrypted traffic', () => {
  it('a rhythm of PINGs that ends with the size of too_many_pings', () => {
    const story = script().sealed().traffic({ pings: 3, goawaySized: true }).fin('server');
    expect(finding(story, 'tls/ping-rhythm')).toMatchObject({ variant: 'cut', certainty: 'likely', culprit: 'client' });
  });

  it('a rhythm alone is no failure, nor is the size alone', () => {
    const kept = script().sealed().traffic({ pings: 9 }).fin('client');
    expect(finding(kept, 'tls/ping-rhythm')).toMatchObject({
      variant: 'kept',
      severity: 'info',
      certainty: 'possible',
    });
    expectHealthy(kept);
    expectHealthy(script().sealed().traffic({ goawaySized: true }).fin('server'));
    expectHealthy(script().sealed().traffic({ pings: 3, goawaySized: true }).fin('client'));
  });

  it('an end in silence that fits a timer', () => {
    const story = script().sealed().traffic({ silenceMs: 60_000 }).fin('server');
    expect(finding(story, 'tls/idle-end')).toMatchObject({ severity: 'info', certainty: 'possible' });
    expect(has(script().sealed().traffic({ silenceMs: 37_000 }).fin('server'), 'tls/idle-end')).toBe(false);
    expect(has(script().sealed().traffic({ silenceMs: 40 }).rst('server'), 'tls/idle-end')).toBe(false);
  });

  it('is named as such, with the way to keys', () => {
    const encrypted = finding(script().sealed().traffic().fin('client'), 'capture/encrypted');
    expect(encrypted.params).toMatchObject({ connections: 1, problem: 'no-keys' });
    expect(encrypted.remedies.map(({ setting }) => setting)).toContain('tls.Config.KeyLogWriter');
  });
});
