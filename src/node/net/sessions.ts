/**
 * TLS sessions to resume (RFC 8446 §2.2): a resumed handshake costs no signature and no certificates. A session stands for
 * the checks that its first handshake passed, so it is only used for the same address, name and credentials.
 */

/** Addresses that a channel connects to in turn; more make no difference, as a full handshake costs a millisecond. */
const SESSIONS_MAX = 64;

export interface TlsSession {
  readonly ticket: Buffer;
  /** Whose certificate the first handshake verified: in a resumed one it is not shown again. */
  readonly subject: string;
}

export class TlsSessions {
  readonly #byPeer = new Map<string, TlsSession>();
  #generation = 0;

  /** The newest session for `peer`. It stays for the next connection: not every server sends another when one is resumed. */
  newest(peer: string, generation: number): TlsSession | undefined {
    this.#follow(generation);
    return this.#byPeer.get(peer);
  }

  /** A session from a handshake with the credentials of that generation. */
  put(peer: string, generation: number, session: TlsSession): void {
    this.#follow(generation);
    if (generation < this.#generation) return;
    this.#byPeer.delete(peer);
    this.#byPeer.set(peer, session);
    if (this.#byPeer.size <= SESSIONS_MAX) return;
    const [oldest] = this.#byPeer.keys();
    if (oldest !== undefined) this.#byPeer.delete(oldest);
  }

  /** An attempt with the session failed: the next one goes without, in case the session was the reason. */
  forget(peer: string): void {
    this.#byPeer.delete(peer);
  }

  get size(): number {
    return this.#byPeer.size;
  }

  #follow(generation: number): void {
    if (generation <= this.#generation) return;
    this.#generation = generation;
    this.#byPeer.clear();
  }
}
