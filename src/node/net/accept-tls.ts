/** Accepts with TLS: links are handed over when their handshake is complete and the client is acceptable. */
import { type Server as NetServer, Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { invariant, UsageError } from '#base';
import type { Acceptor, Address, Attempt, Link, LinkFault, Listening } from '#transport';
import { localOf, remoteOf } from './accept.ts';
import { certificateFacts } from './certificate-facts.ts';
import type { Loaded } from './credentials/load.ts';
import type { ClientCertificates, ServerCredentials } from './credentials/server.ts';
import type { Doing } from './fault.ts';
import { type GiveUp, type HandshakeCounts, type HandshakeLimits, Handshakes, noHandshakes } from './handshakes.ts';
import { SocketLink } from './link.ts';
import { type ListenOptions, listenOn } from './listen.ts';
import { securityOf } from './security.ts';
import {
  displacedFault,
  noAlpnFault,
  slowHandshakeFault,
  type TlsSituation,
  tlsFault,
  verificationFault,
} from './tls-fault.ts';

/**
 * An honest client on a bad mobile network needs three round trips and some repeats, about 3 s. Node's own limit is 120 s,
 * which lets a silent client hold memory for two minutes.
 */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** An hour: more is a mistake of units, and above 24.8 days Node's timers would fire at once. */
const HANDSHAKE_TIMEOUT_MS_MAX = 3_600_000;

/**
 * A handshake in progress holds 24 KiB before the client has sent anything and 70 KiB afterwards (measured), so these are
 * 70 MiB at most. A processor core completes one to two thousand a second: more at once only wait for each other.
 */
const HANDSHAKES_MAX = 1_024;

export interface TlsAcceptorOptions extends ListenOptions {
  /** Time for a whole handshake, in ms. Default 10,000: an honest client needs a few round trips. */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Handshakes in progress on one listening socket. Default 1,024. Beyond it the oldest is given up for the newest. */
  readonly maxHandshakes?: number | undefined;
  /** A client came no further than the handshake. Not told of clients that left without sending an octet. */
  readonly onHandshakeFault?: ((fault: LinkFault, remote: Address) => void) | undefined;
}

/** An acceptor that counts. */
export interface TlsAcceptor extends Acceptor {
  readonly handshakes: Readonly<HandshakeCounts>;
}

/** Links with TLS. `credentials` may be shared, and change while the server runs: see `Credentials`. */
export function tlsAcceptor(credentials: ServerCredentials, options: TlsAcceptorOptions = {}): TlsAcceptor {
  const limits = {
    timeoutMs: options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS,
    max: options.maxHandshakes ?? HANDSHAKES_MAX,
  };
  if (!(limits.timeoutMs > 0 && limits.timeoutMs <= HANDSHAKE_TIMEOUT_MS_MAX)) {
    const range = `above 0 and at most ${HANDSHAKE_TIMEOUT_MS_MAX}`;
    throw new UsageError(`handshakeTimeoutMs is in milliseconds, ${range}, not ${limits.timeoutMs}`);
  }
  if (!(limits.max >= 1)) throw new UsageError(`maxHandshakes is at least 1, not ${limits.max}`);
  const handshakes = noHandshakes();
  return {
    scheme: 'https',
    handshakes,
    listen(address, accept, done) {
      credentials.ready((ready) => {
        if (ready.kind === 'fault') {
          process.nextTick(done, ready);
          return;
        }
        new TlsListener(credentials, ready.value, limits, handshakes, options, address, accept).listen(done);
      });
    },
  };
}

/** One listening socket. */
class TlsListener {
  readonly #address: Address;
  readonly #options: TlsAcceptorOptions;
  readonly #clientCertificates: ClientCertificates;
  readonly #limits: HandshakeLimits;
  readonly #handshakes: Handshakes;
  readonly #counts: HandshakeCounts;
  readonly #accept: (link: Link) => void;
  readonly #server: Server;
  readonly #stopFollowing: () => void;

  constructor(
    credentials: ServerCredentials,
    loaded: Loaded,
    limits: HandshakeLimits,
    counts: HandshakeCounts,
    options: TlsAcceptorOptions,
    address: Address,
    accept: (link: Link) => void,
  ) {
    this.#address = address;
    this.#options = options;
    this.#clientCertificates = credentials.clientCertificates;
    this.#limits = limits;
    this.#counts = counts;
    this.#accept = accept;
    this.#handshakes = new Handshakes(limits, counts, (why, remote) => this.#givenUp(why, remote));
    this.#server = this.#createServer(loaded);
    this.#stopFollowing = credentials.changed((changed) => this.#server.setSecureContext(changed.options));
  }

  listen(done: (attempt: Attempt<Listening>) => void): void {
    const closing = (): void => {
      this.#stopFollowing();
      this.#handshakes.close();
    };
    listenOn(this.#server, this.#address, this.#options, closing, (attempt) => {
      if (attempt.kind === 'fault') closing();
      done(attempt);
    });
  }

  #createServer(loaded: Loaded): Server {
    const server = createServer({
      ...loaded.options,
      ALPNProtocols: ['h2'],
      requestCert: this.#clientCertificates !== 'none',
      // With `required` OpenSSL itself tells a client without a certificate so (an alert). With `optional` Node would refuse
      // who shows none; so a certificate that is shown is looked at in `#secured`.
      rejectUnauthorized: this.#clientCertificates === 'required',
      // Ours comes first; Node's begins anew with each octet.
      handshakeTimeout: 2 * this.#limits.timeoutMs,
    });
    // Before Node's own listener, which begins the handshake.
    const before: NetServer = server;
    before.prependListener('connection', (socket: Socket) => this.#connected(socket));
    server.on('secureConnection', (socket) => this.#secured(socket));
    server.on('tlsClientError', (error, socket) => this.#failed(error, socket));
    return server;
  }

  #connected(socket: Socket): void {
    const remote = remoteOf(socket, this.#address);
    if (remote !== undefined) this.#handshakes.begin(socket, remote);
    // It has left already. Not at once: Node is about to build TLS on it.
    else process.nextTick(() => socket.destroy());
  }

  #secured(socket: TLSSocket): void {
    const remote = this.#handshakes.end(underlying(socket));
    if (remote === undefined) {
      socket.destroy();
      return;
    }
    const fault = this.#judge(socket, this.#situation(remote));
    if (fault !== undefined) {
      socket.destroy();
      this.#report(fault, remote);
      return;
    }
    this.#counts.completed++;
    // Only from now on: a client that ends its direction during the handshake must not hold its place.
    socket.allowHalfOpen = true;
    // RFC 9113 §9.2.1: no renegotiation in TLS 1.2.
    socket.disableRenegotiation();
    const talk = this.#situation(remote, 'talk');
    this.#accept(
      new SocketLink(socket, {
        local: localOf(socket, this.#address),
        remote,
        security: securityOf(socket),
        faultOf: (error) => tlsFault(error, talk),
      }),
    );
  }

  #judge(socket: TLSSocket, situation: TlsSituation): LinkFault | undefined {
    if (this.#clientCertificates !== 'none' && !socket.authorized) {
      const certificate = socket.getPeerX509Certificate();
      if (certificate !== undefined || this.#clientCertificates === 'required') {
        const facts = certificate && certificateFacts(certificate);
        return verificationFault(String(socket.authorizationError), facts, situation);
      }
    }
    return socket.alpnProtocol === 'h2' ? undefined : noAlpnFault(socket.alpnProtocol || '', situation);
  }

  #failed(error: Error, socket: TLSSocket): void {
    const raw = underlying(socket);
    const remote = this.#handshakes.end(raw);
    if (remote === undefined) return;
    if (raw.bytesRead === 0) {
      this.#counts.empty++;
      return;
    }
    const situation = this.#situation(remote);
    // Node closes without an error when it does not accept a certificate, and leaves the verdict here.
    const verdict: unknown = socket.authorizationError;
    this.#report(
      typeof verdict === 'string' ? verificationFault(verdict, undefined, situation) : tlsFault(error, situation),
      remote,
    );
  }

  #givenUp(why: GiveUp, remote: Address): void {
    const situation = this.#situation(remote);
    const fault =
      why === 'timedOut'
        ? slowHandshakeFault(this.#limits.timeoutMs, situation)
        : displacedFault(this.#limits.max, situation);
    this.#options.onHandshakeFault?.(fault, remote);
  }

  #report(fault: LinkFault, remote: Address): void {
    this.#counts.failed++;
    this.#options.onHandshakeFault?.(fault, remote);
  }

  #situation(address: Address, doing: Doing = 'handshake'): TlsSituation {
    return { doing, address, side: 'server', name: '' };
  }
}

/** The accepted socket under a TLS socket. Node has no public name for it, and says only by this whose handshake failed. */
function underlying(socket: TLSSocket): Socket {
  const parent = '_parent' in socket ? socket._parent : undefined;
  invariant(parent instanceof Socket, 'the TLS socket of an accepted connection knows the socket under it');
  return parent;
}
