/** A byte stream between two programs: TCP, TLS over it, a unix socket, or a simulated one. */
import type { Address } from './address.ts';

/** What a link reports. No call comes after `closed`. */
export interface LinkHandler {
  /** The next octets of the peer. They are given away: the link never changes them afterwards. */
  bytes(bytes: Uint8Array, start: number, end: number): void;
  /** What was written before has gone out, after a `write` that returned false. */
  drained(): void;
  /** The peer ended its direction (FIN). */
  ended(): void;
  /** Nothing more goes in either direction; `fault` says why unless both sides ended in peace or we destroyed it. */
  closed(fault: LinkFault | undefined): void;
}

export interface Link {
  readonly local: Address;
  readonly remote: Address;
  /** Undefined in clear text. */
  readonly security: LinkSecurity | undefined;
  /** Octets handed over that the system has not taken yet. */
  readonly unsentBytes: number;
  /** Begins to deliver, not before this returns; nothing is lost that came before. Called once. */
  start(handler: LinkHandler): void;
  /**
   * Sends the chunks in order, as one piece if the system can. They belong to the link from now on: do not change them.
   * False when more than is good waits for the peer: go on after `drained`. What is written after `end` is dropped.
   */
  write(chunks: readonly Uint8Array[]): boolean;
  /** Stops and continues reading from the peer; some that was on its way may still come. Its end is not seen meanwhile. */
  pause(): void;
  resume(): void;
  /** Ends our direction after all that was written (FIN). */
  end(): void;
  /** Ends both directions at once; what was not sent is lost. Nothing but `closed` follows, and not before this returns. */
  destroy(): void;
}

/** What TLS agreed upon. */
export interface LinkSecurity {
  /** `TLSv1.3`. */
  readonly protocol: string;
  /** `h2`; empty when the peer chose none (RFC 7301). */
  readonly alpn: string;
  /** The subject of the peer's certificate that was verified, for people; empty without one. */
  readonly peer: string;
}

/** Why a link failed or could not be made. */
export interface LinkFault {
  readonly kind:
    | 'refused'
    | 'reset'
    | 'timed-out'
    | 'unreachable'
    | 'name-not-found'
    | 'name-lookup-failed'
    | 'no-such-socket'
    /** The certificate or handshake was not acceptable to one of the sides. */
    | 'tls'
    /** The peer does not speak HTTP/2 over TLS: ALPN chose something else, or nothing. */
    | 'no-alpn'
    | 'cancelled'
    | 'other';
  /** The system's own name: `ECONNRESET`, `CERT_HAS_EXPIRED`; empty if there is none. */
  readonly code: string;
  /** One English sentence in plain words that names the peer. */
  readonly text: string;
}
