/** A listening socket of Node behind the port `Listening`. */
import type { Server } from 'node:net';
import type { Address, Attempt, LinkFault, Listening } from '#transport';
import { endpoint, tcpAddress } from './addresses.ts';
import { socketFault } from './fault.ts';

/**
 * Connections that the kernel completes before we accept them. The same as Node's default, stated: a burst of reconnecting
 * clients after a restart fits; Linux cuts it to net.core.somaxconn (4096).
 */
const BACKLOG = 511;

export interface ListenOptions {
  /**
   * A connection could not be accepted: the process is out of file descriptors, say. The server goes on. Told for each one,
   * so whoever logs it counts.
   */
  readonly onAcceptFault?: ((fault: LinkFault) => void) | undefined;
}

/** `closing` is called when the socket is closed: nothing is accepted from then on. */
export function listenOn(
  server: Server,
  address: Address,
  options: ListenOptions,
  closing: () => void,
  done: (attempt: Attempt<Listening>) => void,
): void {
  let listening = false;
  // Node reports a failing accept as an error of the server, which would end the process if nobody listened.
  server.on('error', (error) => {
    if (listening) options.onAcceptFault?.(socketFault(error, { doing: 'accept', address }));
    else done({ kind: 'fault', fault: socketFault(error, { doing: 'listen', address }) });
  });
  server.once('listening', () => {
    listening = true;
    done({ kind: 'ok', value: new ServerListening(server, boundAddress(server, address), closing) });
  });
  try {
    server.listen({ ...endpoint(address), backlog: BACKLOG });
  } catch (error) {
    // An address that cannot be, as a port above 65535.
    process.nextTick(done, { kind: 'fault', fault: socketFault(error, { doing: 'listen', address }) });
  }
}

/** The real port if 0 was asked for. */
function boundAddress(server: Server, asked: Address): Address {
  const bound = server.address();
  return bound === null || typeof bound === 'string' ? asked : tcpAddress(bound.address, bound.port);
}

class ServerListening implements Listening {
  readonly address: Address;
  readonly #server: Server;
  readonly #closing: () => void;

  constructor(server: Server, address: Address, closing: () => void) {
    this.#server = server;
    this.address = address;
    this.#closing = closing;
  }

  close(done: () => void): void {
    if (this.#server.listening) {
      // Node's own callback waits for all connections; the socket is closed, and a unix socket's file gone, at once.
      this.#server.close();
      this.#closing();
    }
    setImmediate(done);
  }
}
