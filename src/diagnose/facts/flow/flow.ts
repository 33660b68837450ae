/** Flow control of one connection, both directions. Made when first needed: most connections never use a window up. */
import { otherSide, type Side } from '#base';
import type { Call } from '../call.ts';
import type { Mark } from '../mark.ts';
import { FlowDirection } from './direction.ts';

export class Flow {
  #ofClient: FlowDirection | undefined = undefined;
  #ofServer: FlowDirection | undefined = undefined;

  /** What `side` sends. */
  of(side: Side): FlowDirection {
    if (side === 'client') {
      this.#ofClient ??= new FlowDirection('client');
      return this.#ofClient;
    }
    this.#ofServer ??= new FlowDirection('server');
    return this.#ofServer;
  }

  /** What the other side of `receiver` sends. */
  towards(receiver: Side): FlowDirection {
    return this.of(otherSide(receiver));
  }

  /** The directions in which anything was sent. */
  seen(): FlowDirection[] {
    return [this.#ofServer, this.#ofClient].filter((direction) => direction !== undefined);
  }

  /** END_STREAM of `side`: it waits for nothing more there. The server's ends the call for a client that still sends, too. */
  ended(side: Side, call: Call, mark: Mark): void {
    if (side === 'client') {
      this.#ofClient?.ended(call.stream);
      return;
    }
    this.#ofServer?.ended(call.stream);
    if (call.client.ended === undefined) this.#ofClient?.answered(call, mark);
  }
}
