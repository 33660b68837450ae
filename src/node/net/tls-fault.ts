/** What goes wrong in TLS, in plain words: what this side does not accept, what the other side said (alerts), what was no TLS. */
import { type Address, formatAddress, type LinkFault } from '#transport';
import { errnoOf, messageOf } from '../fault.ts';
import { type CertificateFacts, day } from './certificate-facts.ts';
import { type Doing, socketFault } from './fault.ts';

export interface TlsSituation {
  readonly doing: Doing;
  readonly address: Address;
  /** Which side of the handshake we are. */
  readonly side: 'client' | 'server';
  /** The name that a server's certificate must show; empty on the server's side. */
  readonly name: string;
}

type Sentence = (peer: string, situation: TlsSituation) => string;

/** `orders.example (10.0.0.7:443)`. */
function peerText({ address, name }: TlsSituation): string {
  const place = formatAddress(address);
  return name === '' || (address.kind === 'tcp' && address.host === name) ? place : `${name} (${place})`;
}

function tls(code: string, text: string): LinkFault {
  return { kind: 'tls', code, text };
}

// ---- what we do not accept of the peer's certificate

/** `facts` are missing where Node closes the socket before anybody can look at the certificate. */
type Judgement = (peer: string, facts: CertificateFacts | undefined, situation: TlsSituation) => string;

const unknownIssuer: Judgement = (peer, facts) => {
  const issuer = facts === undefined ? 'an authority' : `"${facts.issuer}"`;
  return `The certificate of ${peer} was issued by ${issuer} that is not among the trusted ones: add that authority to rootCertificates, or have ${peer} send its intermediate certificates too.`;
};

const wrongName: Judgement = (peer, facts, { name }) => {
  const names = facts === undefined || facts.names === '' ? 'no name at all' : facts.names;
  return `The certificate of ${peer} is not for "${name}" but for ${names}: connect under a name that it shows, or set serverName to one.`;
};

const judgements: Readonly<Record<string, Judgement>> = {
  CERT_HAS_EXPIRED: (peer, facts) => {
    const end = facts === undefined ? '' : `; its own ends on ${day(facts.notAfter)}`;
    return `The certificate of ${peer}, or one that it was issued with, has expired${end}. Renew it there.`;
  },
  CERT_NOT_YET_VALID: (peer, facts) => {
    const start = facts === undefined ? 'only later' : `only from ${day(facts.notBefore)}`;
    return `The certificate of ${peer} is valid ${start}: compare the clocks of both machines.`;
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: (peer) =>
    `${peer} signed its certificate itself, so nobody vouches for it: if it is the right one, add that certificate to rootCertificates.`,
  SELF_SIGNED_CERT_IN_CHAIN: (peer) =>
    `The certificate of ${peer} comes from an authority that is not among the trusted ones: add the root of its chain to rootCertificates.`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT: unknownIssuer,
  ERR_TLS_CERT_ALTNAME_INVALID: wrongName,
  HOSTNAME_MISMATCH: wrongName,
  INVALID_PURPOSE: (peer, _facts, { side }) =>
    side === 'client'
      ? `The certificate of ${peer} is not meant for a server (extended key usage): issue one for serverAuth.`
      : `The certificate of ${peer} is not meant for a client (extended key usage): issue one for clientAuth.`,
  CERT_REVOKED: (peer) => `The certificate of ${peer} has been revoked: issue another one.`,
};

/** The peer's certificate did not pass; `code` is OpenSSL's or Node's name for why. */
export function verificationFault(
  code: string,
  facts: CertificateFacts | undefined,
  situation: TlsSituation,
): LinkFault {
  const peer = peerText(situation);
  const judgement = judgements[code];
  if (judgement !== undefined) return tls(code, judgement(peer, facts, situation));
  const subject = facts === undefined ? '' : ` ("${facts.subject}")`;
  return tls(code, `The certificate of ${peer}${subject} was not accepted: ${code}.`);
}

// ---- ALPN

/** RFC 9113 §3.3: HTTP/2 over TLS needs the protocol identifier h2. `chosen` is empty if the peer knows no ALPN. */
export function noAlpnFault(chosen: string, situation: TlsSituation, code = ''): LinkFault {
  const peer = peerText(situation);
  if (situation.side === 'server') {
    const text = `${peer} did not offer HTTP/2 (ALPN "h2") in its TLS handshake: it speaks HTTP/1.1, or its TLS library must be told.`;
    return { kind: 'no-alpn', code, text };
  }
  const answer = chosen === '' ? 'chose no protocol' : `chose "${chosen}"`;
  const text = `${peer} ${answer} where HTTP/2 (ALPN "h2") was offered: switch HTTP/2 on there, or on the proxy before it.`;
  return { kind: 'no-alpn', code, text };
}

// ---- what the peer said: alerts (RFC 8446 §6)

const refusedOurs = (what: string, todo: string): Sentence => {
  return (peer) => `${peer} does not accept our certificate: ${what}. ${todo}`;
};

const alerts: Readonly<Record<string, Sentence>> = {
  CERTIFICATE_REQUIRED: (peer) =>
    `${peer} wants a certificate from its clients, and none was shown: set certificate and privateKey in the credentials.`,
  HANDSHAKE_FAILURE: (peer) =>
    `${peer} found nothing in common for TLS: it may want a client certificate (certificate and privateKey in the credentials), or support no cipher that HTTP/2 allows.`,
  UNKNOWN_CA: refusedOurs('it does not know the authority that issued it', 'Add that authority on the other side.'),
  BAD_CERTIFICATE: refusedOurs('it calls it bad', 'See its log; the chain may lack an intermediate certificate.'),
  UNSUPPORTED_CERTIFICATE: refusedOurs(
    'its kind is not supported',
    'Its key or purpose (extended key usage) is another.',
  ),
  CERTIFICATE_REVOKED: refusedOurs('it has been revoked', 'Issue another one.'),
  CERTIFICATE_EXPIRED: refusedOurs('it has expired', 'Renew it.'),
  CERTIFICATE_UNKNOWN: refusedOurs('it does not say why', 'See its log.'),
  ACCESS_DENIED: (peer) => `${peer} knows our certificate but lets it not in: see its rules for access.`,
  DECRYPT_ERROR: (peer) =>
    `${peer} could not verify a signature of the handshake: a certificate and key on one side do not belong together.`,
  PROTOCOL_VERSION: (peer) => `${peer} supports no version of TLS that this side allows: compare minVersion on both.`,
  INSUFFICIENT_SECURITY: (peer) => `${peer} wants stronger ciphers than this side offers.`,
  UNRECOGNIZED_NAME: (peer) => `${peer} serves no site of that name: correct the name or set serverName.`,
  INTERNAL_ERROR: (peer) => `${peer} had a fault of its own during the TLS handshake: see its log.`,
};

/** `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED`, `ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE`, `ERR_SSL_TLSV1_UNRECOGNIZED_NAME`. */
const ALERT = /^(?:SSLV3|TLSV1|TLSV13|SSL\/TLS)_(?:ALERT_)?(.+)$/;

// ---- what OpenSSL found wrong itself

const noTls: Sentence = (peer, { side }) =>
  side === 'client'
    ? `${peer} does not speak TLS but clear text: connect without TLS credentials, or use the port for TLS.`
    : `${peer} speaks clear text where TLS is served: let it connect with TLS, or to a port without.`;

const reasons: Readonly<Record<string, Sentence>> = {
  WRONG_VERSION_NUMBER: noTls,
  HTTP_REQUEST: noTls,
  HTTPS_PROXY_REQUEST: noTls,
  PACKET_LENGTH_TOO_LONG: noTls,
  UNKNOWN_PROTOCOL: noTls,
  UNSUPPORTED_PROTOCOL: (peer) =>
    `${peer} supports no version of TLS that this side allows: compare minVersion on both.`,
  NO_SHARED_CIPHER: (peer) =>
    `${peer} offers no cipher that HTTP/2 allows and our certificate fits: ECDHE with AES-GCM or ChaCha20 is needed.`,
  NO_SUITABLE_SIGNATURE_ALGORITHM: (peer) =>
    `${peer} supports no signature that our certificate's key can make: use an ECDSA P-256 or RSA key.`,
  PEER_DID_NOT_RETURN_A_CERTIFICATE: (peer) =>
    `${peer} showed no certificate where clients must: give that client one, or set clientCertificates to "optional".`,
  UNEXPECTED_EOF_WHILE_READING: (peer) =>
    `${peer} ended the connection in the middle of TLS: its program died, or a proxy cut it.`,
  DECRYPTION_FAILED_OR_BAD_RECORD_MAC: (peer) =>
    `Octets from ${peer} were changed on their way: something between rewrites the connection.`,
};

const hungUp: Sentence = (peer, { side }) =>
  side === 'client'
    ? `${peer} closed the connection during the TLS handshake without a reason: it may not accept our certificate, expect clear text, or be a proxy without a server behind it.`
    : `${peer} closed the connection during the TLS handshake without a reason: it may not trust our certificate, or know us by another name.`;

/** A client that takes longer than any honest one. */
export function slowHandshakeFault(timeoutMs: number, situation: TlsSituation): LinkFault {
  const text = `${peerText(situation)} did not finish the TLS handshake within ${timeoutMs} ms: it may wait in clear text, be very slow, or mean harm.`;
  return { kind: 'timed-out', code: '', text };
}

/** A handshake that was given up for newer ones. */
export function displacedFault(max: number, situation: TlsSituation): LinkFault {
  const text = `The TLS handshake with ${peerText(situation)} was given up for newer ones: ${max} were in progress (maxHandshakes). Many clients connect at once, or somebody means harm.`;
  return { kind: 'cancelled', code: '', text };
}

/** In TLS 1.3 the client is done before the server has looked at its certificate, and not every server says why it leaves. */
export function silentAfterHandshake(code: string, situation: TlsSituation): LinkFault {
  const text = `${peerText(situation)} cut the connection right after the TLS handshake, before it said anything: it may not accept our client certificate, or want one.`;
  return { kind: 'reset', code, text };
}

/** The fault behind an error of a TLS socket. What is no matter of TLS is a fault of the connection under it. */
export function tlsFault(error: unknown, situation: TlsSituation): LinkFault {
  const code = errnoOf(error) ?? '';
  const peer = peerText(situation);
  const reason = reasonOf(code, messageOf(error));
  if (reason === undefined) {
    const isHangUp = code === 'ECONNRESET' && situation.doing === 'handshake';
    return isHangUp ? { kind: 'reset', code, text: hungUp(peer, situation) } : socketFault(error, situation);
  }
  const alert = ALERT.exec(reason)?.[1];
  if (reason === 'NO_APPLICATION_PROTOCOL' || alert === 'NO_APPLICATION_PROTOCOL')
    return noAlpnFault('', situation, code);
  const sentence = alert === undefined ? reasons[reason] : alerts[alert];
  if (sentence !== undefined) return tls(code, sentence(peer, situation));
  return tls(code, `TLS with ${peer} failed: ${(alert ?? reason).replaceAll('_', ' ').toLowerCase()}.`);
}

/** OpenSSL's reason, from the code or, where Node reports only EPROTO, from the message. */
function reasonOf(code: string, message: string): string | undefined {
  if (code.startsWith('ERR_SSL_')) return code.slice('ERR_SSL_'.length);
  const words = /SSL routines:[^:]*:([^:]+):/.exec(message)?.[1];
  return words?.replaceAll(' ', '_').toUpperCase();
}
