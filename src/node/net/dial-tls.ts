/** Dials with TLS: the peer's certificate and name are verified, HTTP/2 is agreed upon, sessions are resumed. */
import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import type { Dialer } from '#transport';
import { endpoint } from './addresses.ts';
import { DialAttempt } from './attempt.ts';
import { certificateFacts } from './certificate-facts.ts';
import type { ClientCredentials } from './credentials/client.ts';
import type { Loaded } from './credentials/load.ts';
import { type DialerOptions, dialledFrom, openSocket } from './dial.ts';
import type { Doing } from './fault.ts';
import { SocketLink } from './link.ts';
import { securityOf } from './security.ts';
import { type TlsSession, TlsSessions } from './sessions.ts';
import { noAlpnFault, silentAfterHandshake, type TlsSituation, tlsFault, verificationFault } from './tls-fault.ts';

/** Links with TLS. `credentials` may be shared by several dialers, and change while they are in use. */
export function tlsDialer(credentials: ClientCredentials, options: DialerOptions = {}): Dialer {
  const sessions = new TlsSessions();
  return {
    scheme: 'https',
    dial(address, name, done) {
      const attempt = new DialAttempt(done);
      const call = { address, name: verifiedName(credentials.serverName ?? name) };
      credentials.ready((ready) => {
        if (attempt.over) return;
        if (ready.kind === 'fault') process.nextTick(() => attempt.fail(ready.fault));
        else new TlsCall(attempt, call, ready.value, sessions).begin(options);
      });
      return attempt.cancel;
    },
  };
}

/** As certificates show it: a name without the dot of the DNS root, an IPv6 address without brackets. */
function verifiedName(name: string): string {
  return name.replace(/^\[(.*)\]$/, '$1').replace(/(?<=.)\.$/, '');
}

/** The handshake of one attempt. */
class TlsCall {
  readonly #attempt: DialAttempt;
  readonly #loaded: Loaded;
  readonly #sessions: TlsSessions;
  readonly #situation: TlsSituation;
  #connected = false;
  /** Whom the peer's certificate names; undefined while it has not been accepted. */
  #subject: string | undefined;

  constructor(
    attempt: DialAttempt,
    peer: Pick<TlsSituation, 'address' | 'name'>,
    loaded: Loaded,
    sessions: TlsSessions,
  ) {
    this.#attempt = attempt;
    this.#loaded = loaded;
    this.#sessions = sessions;
    this.#situation = { doing: 'connect', side: 'client', ...peer };
  }

  begin(options: DialerOptions): void {
    const faultOf = (error: unknown) => tlsFault(error, this.#now(this.#connected ? 'handshake' : 'connect'));
    openSocket(this.#attempt, options, faultOf, () => this.#open());
  }

  #now(doing: Doing): TlsSituation {
    return { ...this.#situation, doing };
  }

  #open(): TLSSocket {
    const { address, name } = this.#situation;
    const { context, generation } = this.#loaded;
    const peer = JSON.stringify([name, address]);
    const session = this.#sessions.newest(peer, generation);
    const options: ConnectionOptions & { readonly allowHalfOpen: boolean } = {
      ...endpoint(address),
      allowHalfOpen: true,
      secureContext: context,
      // RFC 6066 §3: an IP address is no server name.
      servername: isIP(name) === 0 ? name : '',
      ALPNProtocols: ['h2'],
      checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
      // Not accepted either: `#secured` looks at the verdict itself, while the certificate can still be read for the reason.
      // Node would only close. So NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect here.
      rejectUnauthorized: false,
      ...(session === undefined ? {} : { session: session.ticket }),
    };
    const socket = connect(options);
    socket.once('connect', () => {
      this.#connected = true;
    });
    socket.once('secureConnect', () => this.#secured(socket, session));
    socket.once('error', () => {
      if (!this.#attempt.over) this.#sessions.forget(peer);
    });
    // Node tells of sessions only after 'secureConnect'. One with a peer that was not accepted is not kept.
    socket.on('session', (ticket) => {
      const subject = this.#subject;
      if (subject !== undefined) this.#sessions.put(peer, generation, { ticket, subject });
    });
    return socket;
  }

  #secured(socket: TLSSocket, session: TlsSession | undefined): void {
    const attempt = this.#attempt;
    if (attempt.over) return;
    const situation = this.#now('handshake');
    if (!socket.authorized) {
      const certificate = socket.getPeerX509Certificate();
      const facts = certificate === undefined ? undefined : certificateFacts(certificate);
      attempt.fail(verificationFault(String(socket.authorizationError), facts, situation));
      return;
    }
    if (socket.alpnProtocol !== 'h2') {
      attempt.fail(noAlpnFault(socket.alpnProtocol || '', situation));
      return;
    }
    // RFC 9113 §9.2.1: no renegotiation in TLS 1.2.
    socket.disableRenegotiation();
    const security = securityOf(socket, socket.isSessionReused() ? session?.subject : undefined);
    this.#subject = security.peer;
    const talk = this.#now('talk');
    const link = new SocketLink(socket, {
      local: dialledFrom(socket, situation.address),
      remote: situation.address,
      security,
      faultOf(error, silent) {
        const fault = tlsFault(error, talk);
        return silent && fault.kind === 'reset' ? silentAfterHandshake(fault.code, talk) : fault;
      },
    });
    attempt.succeed(link);
  }
}
