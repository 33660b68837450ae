import { describe, expect, it } from 'vitest';
import type { Address } from '#transport';
import { closedWithoutError, type Doing, lookupFault, socketFault } from '../../../src/node/net/fault.ts';
import { noAlpnFault, type TlsSituation, tlsFault, verificationFault } from '../../../src/node/net/tls-fault.ts';

const tcp: Address = { kind: 'tcp', host: '10.0.0.7', port: 50_051 };
const unix: Address = { kind: 'unix', path: '/run/orders.sock' };

const failure = (code: string, message = `something ${code}`): Error => Object.assign(new Error(message), { code });

function textOf(code: string, doing: Doing, address: Address = tcp): string {
  return socketFault(failure(code), { doing, address }).text;
}

describe('faults of sockets', () => {
  it.each([
    ['ECONNREFUSED', 'connect', 'refused'],
    ['ECONNRESET', 'connect', 'reset'],
    ['ECONNRESET', 'talk', 'reset'],
    ['ECONNABORTED', 'talk', 'reset'],
    ['EPIPE', 'talk', 'reset'],
    ['ETIMEDOUT', 'connect', 'timed-out'],
    ['ETIMEDOUT', 'talk', 'timed-out'],
    ['EHOSTUNREACH', 'connect', 'unreachable'],
    ['ENETUNREACH', 'connect', 'unreachable'],
    ['ENETDOWN', 'connect', 'unreachable'],
    ['EMFILE', 'connect', 'other'],
    ['EMFILE', 'accept', 'other'],
    ['EADDRINUSE', 'listen', 'other'],
    ['EADDRINUSE', 'connect', 'other'],
    ['EADDRNOTAVAIL', 'listen', 'other'],
    ['EADDRNOTAVAIL', 'connect', 'other'],
    ['EACCES', 'listen', 'other'],
    ['EACCES', 'connect', 'other'],
    ['ENOBUFS', 'connect', 'other'],
  ] as const)('%s while we %s: %s, one sentence or two that name the peer and not the code', (code, doing, kind) => {
    const fault = socketFault(failure(code), { doing, address: tcp });
    expect(fault).toMatchObject({ kind, code });
    expect(fault.text).toContain('10.0.0.7:50051');
    expect(fault.text).not.toContain(code);
    expect(fault.text).toMatch(/^[A-Z0-9].*\.$/);
  });

  it('say what to do, which depends on what was done', () => {
    expect(textOf('ECONNREFUSED', 'connect')).toContain('Start the server or correct the address');
    expect(textOf('ECONNREFUSED', 'connect', unix)).toContain('the socket is a leftover');
    expect(textOf('ETIMEDOUT', 'connect')).toContain('a firewall drops the packets');
    expect(textOf('ETIMEDOUT', 'talk')).toContain('stopped answering');
    expect(textOf('EACCES', 'connect', unix)).toContain('change the rights of the socket');
    expect(textOf('EACCES', 'listen')).toContain('ports below 1024');
    expect(textOf('EACCES', 'connect')).toContain('A firewall of this machine');
    expect(textOf('EADDRINUSE', 'listen', unix)).toContain('delete the other');
    expect(textOf('EMFILE', 'accept')).toContain('allow fewer connections');
  });

  it('know unix sockets that are missing, and do not say so of TCP', () => {
    expect(socketFault(failure('ENOENT'), { doing: 'connect', address: unix })).toEqual({
      kind: 'no-such-socket',
      code: 'ENOENT',
      text: 'There is no socket unix:/run/orders.sock: start its server or correct the path.',
    });
    expect(socketFault(failure('EINVAL'), { doing: 'connect', address: tcp }).text).toBe(
      'Connecting to 10.0.0.7:50051 failed: something EINVAL.',
    );
  });

  it('keep what the system says of anything else', () => {
    const fault = socketFault(new Error('the unforeseen'), { doing: 'talk', address: tcp });
    expect(fault).toEqual({
      kind: 'other',
      code: '',
      text: 'The connection with 10.0.0.7:50051 failed: the unforeseen.',
    });
    expect(socketFault('no error at all', { doing: 'listen', address: tcp }).text).toContain('no error at all');
    expect(closedWithoutError({ doing: 'talk', address: tcp }).kind).toBe('reset');
    expect(lookupFault(failure('EAI_AGAIN'), 'orders').kind).toBe('name-lookup-failed');
  });
});

const client: TlsSituation = { doing: 'handshake', address: tcp, side: 'client', name: 'orders.example' };
const server: TlsSituation = { doing: 'handshake', address: tcp, side: 'server', name: '' };

describe('faults of TLS', () => {
  it.each([
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'does not speak TLS but clear text'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'does not speak TLS but clear text'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'compare minVersion'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'wants a certificate from its clients'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'it may want a client certificate'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'does not know the authority'],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'does not accept our certificate'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'it has expired. Renew it.'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'it does not say why'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'compare minVersion'],
    ['ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', 'rules for access'],
    ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'serves no site of that name'],
    // As OpenSSL 3.2 and later name the alerts.
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'it may want a client certificate'],
    ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'does not accept our certificate'],
  ])('%s: %s', (code, words) => {
    const fault = tlsFault(failure(code), client);
    expect(fault).toMatchObject({ kind: 'tls', code });
    expect(fault.text).toContain('orders.example (10.0.0.7:50051)');
    expect(fault.text).toContain(words);
    expect(fault.text).not.toContain('ERR_');
  });

  it('read the reason from the message where there is only EPROTO', () => {
    const message =
      'write EPROTO 140:error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:rec_layer_s3.c:1605:';
    expect(tlsFault(failure('EPROTO', message), client).text).toContain('does not accept our certificate');
  });

  it("say in OpenSSL's words what has no others", () => {
    expect(tlsFault(failure('ERR_SSL_BAD_ECPOINT'), client).text).toBe(
      'TLS with orders.example (10.0.0.7:50051) failed: bad ecpoint.',
    );
    expect(tlsFault(failure('ERR_SSL_TLSV1_ALERT_USER_CANCELLED'), client).text).toContain('failed: user cancelled.');
  });

  it('tell a missing ALPN as such, whoever noticed', () => {
    expect(tlsFault(failure('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL'), client)).toMatchObject({
      kind: 'no-alpn',
      code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    });
    expect(tlsFault(failure('ERR_SSL_NO_APPLICATION_PROTOCOL'), server).kind).toBe('no-alpn');
    expect(noAlpnFault('http/1.1', client).text).toContain('chose "http/1.1" where HTTP/2 (ALPN "h2") was offered');
  });

  it('leave the connection under TLS its own words', () => {
    expect(tlsFault(failure('ECONNREFUSED'), { ...client, doing: 'connect' })).toMatchObject({ kind: 'refused' });
    expect(tlsFault(failure('ECONNRESET'), { ...client, doing: 'talk' }).text).toContain('TCP RST');
    expect(tlsFault(failure('ECONNRESET'), client)).toMatchObject({ kind: 'reset' });
    expect(tlsFault(failure('ECONNRESET'), client).text).toContain('during the TLS handshake');
    expect(tlsFault(failure('ECONNRESET'), server).text).toContain('it may not trust our certificate');
  });

  it('judge certificates that nobody has read, too', () => {
    for (const code of [
      'CERT_HAS_EXPIRED',
      'CERT_NOT_YET_VALID',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'INVALID_PURPOSE',
      'CERT_REVOKED',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'PATH_LENGTH_EXCEEDED',
    ]) {
      const fault = verificationFault(code, undefined, server);
      expect(fault).toMatchObject({ kind: 'tls', code });
      expect(fault.text).toMatch(/10\.0\.0\.7:50051.*\.$/);
    }
  });

  it('do not repeat an address as a name', () => {
    expect(tlsFault(failure('ERR_SSL_WRONG_VERSION_NUMBER'), { ...client, name: '10.0.0.7' }).text).toMatch(
      /^10\.0\.0\.7:50051 does not/,
    );
  });
});
