/** What TLS agreed upon, as links show it. */
import type { TLSSocket } from 'node:tls';
import type { LinkSecurity } from '#transport';
import { subjectOf } from './certificate-facts.ts';

/** Of a socket whose handshake is done. `subject`: the peer of the session that was resumed, if one was. */
export function securityOf(socket: TLSSocket, subject?: string): LinkSecurity {
  return {
    protocol: socket.getProtocol() ?? '',
    alpn: socket.alpnProtocol || '',
    peer: subject ?? subjectShown(socket),
  };
}

/** A peer is named only if its certificate was verified. */
function subjectShown(socket: TLSSocket): string {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  return certificate === undefined ? '' : subjectOf(certificate);
}
