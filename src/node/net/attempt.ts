/** One attempt to connect: exactly one outcome, or none after it was cancelled, whatever the socket does. */
import type { Socket } from 'node:net';
import type { Attempt, Cancel, Link, LinkFault } from '#transport';

export class DialAttempt {
  readonly #done: (attempt: Attempt<Link>) => void;
  #over = false;
  #socket: Socket | undefined;

  constructor(done: (attempt: Attempt<Link>) => void) {
    this.#done = done;
  }

  /** Cancelled, or the outcome has been told. */
  get over(): boolean {
    return this.#over;
  }

  /**
   * Takes the socket over: its failure is the attempt's. The listeners stay, so that no late error of a socket that is given
   * up is left to nobody; once the attempt is over they do nothing.
   */
  watch(socket: Socket, faultOf: (error: unknown) => LinkFault): void {
    this.#socket = socket;
    socket.on('error', (error) => this.#settle({ kind: 'fault', fault: faultOf(error) }));
    // Node closes no socket without an error while it connects, unless other code of the process does it.
    socket.on('close', () => this.#settle({ kind: 'fault', fault: faultOf(new Error('the socket was closed')) }));
  }

  succeed(link: Link): void {
    this.#settle({ kind: 'ok', value: link });
  }

  /** The peer is not acceptable, or no socket could be made. */
  fail(fault: LinkFault): void {
    this.#settle({ kind: 'fault', fault });
    this.#socket?.destroy();
  }

  readonly cancel: Cancel = () => {
    if (this.#over) return;
    this.#over = true;
    this.#socket?.destroy();
  };

  #settle(outcome: Attempt<Link>): void {
    if (this.#over) return;
    this.#over = true;
    this.#done(outcome);
  }
}
