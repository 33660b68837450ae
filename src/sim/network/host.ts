/** One machine: what listens there, and how it answers those who dial. */
import {
  type Acceptor,
  type Address,
  type Attempt,
  type Dialer,
  formatAddress,
  type Link,
  type Listening,
  type Names,
} from '#transport';
import type { Process } from '../process.ts';
import type { SimNetwork } from './network.ts';

/**
 * How a host treats those who dial. `swallow`: their SYNs vanish. `mute`: its system accepts, and no program ever reads.
 * `slow`: the handshake takes so much longer.
 */
export type Welcome =
  | { readonly kind: 'normal' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'swallow' }
  | { readonly kind: 'mute' }
  | { readonly kind: 'slow'; readonly byMs: number };

export interface Listener {
  readonly process: Process;
  readonly accept: (link: Link) => void;
}

/** Ports that the system gives away by itself begin here (Linux: 32768). */
const EPHEMERAL_PORT = 32_768;

export class SimHost {
  /** An IP address. */
  readonly address: string;
  welcome: Welcome = { kind: 'normal' };
  readonly #network: SimNetwork;
  readonly #listeners = new Map<string, Listener>();
  #port = EPHEMERAL_PORT;

  constructor(network: SimNetwork, address: string) {
    this.#network = network;
    this.address = address;
  }

  listener(address: Address): Listener | undefined {
    return this.#listeners.get(formatAddress(address));
  }

  nextPort(): number {
    return this.#port++;
  }

  acceptor(process: Process): Acceptor {
    return {
      scheme: 'http',
      listen: (address, accept, done) => {
        const key = formatAddress(address);
        if (this.#listeners.has(key)) {
          const text = `${key} is already in use.`;
          process.defer(() => done({ kind: 'fault', fault: { kind: 'other', code: 'EADDRINUSE', text } }));
          return;
        }
        const listener: Listener = { process, accept };
        this.#listeners.set(key, listener);
        process.whenKilled(() => this.#unlisten(key, listener));
        const listening: Listening = {
          address,
          close: (closed) => {
            this.#unlisten(key, listener);
            process.defer(closed);
          },
        };
        process.defer(() => done({ kind: 'ok', value: listening }));
      },
    };
  }

  dialer(process: Process): Dialer {
    return {
      scheme: 'http',
      dial: (address, _name, done: (attempt: Attempt<Link>) => void) =>
        this.#network.dial(this, process, address, done),
    };
  }

  names(process: Process): Names {
    return this.#network.names.for(process);
  }

  #unlisten(key: string, listener: Listener): void {
    if (this.#listeners.get(key) === listener) this.#listeners.delete(key);
  }
}
