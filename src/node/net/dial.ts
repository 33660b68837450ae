/** Dials in clear text: TCP by IP address, or a unix socket. */
import { connect, type Socket } from 'node:net';
import type { Address, Dialer, LinkFault } from '#transport';
import { endpoint, localAddress } from './addresses.ts';
import { DialAttempt } from './attempt.ts';
import { type Doing, socketFault } from './fault.ts';
import { SocketLink } from './link.ts';

export interface DialerOptions {
  /**
   * Links and attempts do not keep the process alive; whoever waits takes a `Hold` instead. Default false: as Node does it,
   * an open socket keeps the process alive, so nothing ends by surprise where nobody takes holds.
   */
  readonly background?: boolean;
}

/** Links in clear text. */
export function plainDialer(options: DialerOptions = {}): Dialer {
  return {
    scheme: 'http',
    dial(address, _name, done) {
      const attempt = new DialAttempt(done);
      const faultOf = (error: unknown, doing: Doing): LinkFault => socketFault(error, { doing, address });
      openSocket(
        attempt,
        options,
        (error) => faultOf(error, 'connect'),
        () => {
          const socket = connect({ ...endpoint(address), allowHalfOpen: true });
          socket.once('connect', () => {
            if (attempt.over) return;
            attempt.succeed(
              new SocketLink(socket, {
                local: dialledFrom(socket, address),
                remote: address,
                security: undefined,
                faultOf: (error) => faultOf(error, 'talk'),
              }),
            );
          });
          return socket;
        },
      );
      return attempt.cancel;
    },
  };
}

/** Makes the socket of an attempt. Node throws for an address that cannot be (a port above 65535): a fault as any other. */
export function openSocket(
  attempt: DialAttempt,
  options: DialerOptions,
  faultOf: (error: unknown) => LinkFault,
  open: () => Socket,
): void {
  try {
    const socket = open();
    attempt.watch(socket, faultOf);
    if (options.background) socket.unref();
  } catch (error) {
    process.nextTick(() => attempt.fail(faultOf(error)));
  }
}

/** A unix socket that dials has no address of its own. */
export function dialledFrom(socket: Socket, remote: Address): Address {
  return remote.kind === 'unix' ? remote : localAddress(socket);
}
