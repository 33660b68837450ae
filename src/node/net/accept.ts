/** Accepts in clear text: TCP or a unix socket. */
import { createServer, type Socket } from 'node:net';
import type { Acceptor, Address, Link, LinkFault } from '#transport';
import { localAddress, remoteAddress } from './addresses.ts';
import { socketFault } from './fault.ts';
import { type LinkFacts, SocketLink } from './link.ts';
import { type ListenOptions, listenOn } from './listen.ts';

export type AcceptorOptions = ListenOptions;

/** Links in clear text. */
export function plainAcceptor(options: AcceptorOptions = {}): Acceptor {
  return {
    scheme: 'http',
    listen(address, accept, done) {
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        const remote = remoteOf(socket, address);
        if (remote === undefined) socket.destroy();
        else accept(plainLink(socket, remote, address));
      });
      listenOn(server, address, options, () => undefined, done);
    },
  };
}

function plainLink(socket: Socket, remote: Address, listening: Address): Link {
  return new SocketLink(socket, new PlainFacts(localOf(socket, listening), remote));
}

/** An object without closures, because a server has thousands. */
class PlainFacts implements LinkFacts {
  readonly local: Address;
  readonly remote: Address;
  readonly security = undefined;

  constructor(local: Address, remote: Address) {
    this.local = local;
    this.remote = remote;
  }

  faultOf(error: unknown): LinkFault {
    return socketFault(error, { doing: 'talk', address: this.remote });
  }
}

/** Who connected; undefined if it has left already, so there is nobody to talk to. */
export function remoteOf(socket: Socket, listening: Address): Address | undefined {
  return listening.kind === 'unix' ? listening : remoteAddress(socket);
}

export function localOf(socket: Socket, listening: Address): Address {
  return listening.kind === 'unix' ? listening : localAddress(socket);
}
