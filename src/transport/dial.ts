/** How links come about: names are looked up, peers are dialled, and peers dial us. */
import type { Address } from './address.ts';
import type { Cancel } from './clock.ts';
import type { Link, LinkFault } from './link.ts';

/** Exactly one of the two comes of an attempt. */
export type Attempt<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'fault'; readonly fault: LinkFault };

/** Makes links for one channel, in clear text or with the channel's TLS credentials. */
export interface Dialer {
  /** What requests state as `:scheme`. */
  readonly scheme: 'http' | 'https';
  /**
   * Connects, TLS handshake included. `name` is the name that the certificate must show. Has no time limit of its own: the
   * caller cancels. `done` is called once, not before this returns, and not after cancelling.
   */
  dial(address: Address, name: string, done: (attempt: Attempt<Link>) => void): Cancel;
}

/** Looks names up. */
export interface Names {
  /**
   * Addresses of `host` in the order in which the system prefers them, IPv4 and IPv6, each once; never an empty list. `done`
   * is called once, not before this returns, and not after cancelling.
   */
  lookup(host: string, done: (attempt: Attempt<readonly string[]>) => void): Cancel;
}

/** A listening socket. */
export interface Listening {
  /** Where it listens; the port is the real one if 0 was asked for. */
  readonly address: Address;
  /** Accepts no more; links that exist are not touched, handshakes in progress end. `done` when the socket is closed. */
  close(done: () => void): void;
}

/** Listens, in clear text or with TLS credentials. Links are handed over when their handshake is complete. */
export interface Acceptor {
  readonly scheme: 'http' | 'https';
  listen(address: Address, accept: (link: Link) => void, done: (attempt: Attempt<Listening>) => void): void;
}
