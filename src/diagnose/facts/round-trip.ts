/**
 * The time from the capture point to each end and back. A capture stands anywhere between the ends, so only both legs
 * together are the round trip that a sender waits for a WINDOW_UPDATE. Each is the smallest of what showed it: TCP
 * handshake, PING and SETTINGS with their acknowledgements.
 */
import type { Side } from '#base';

export class RoundTrip {
  readonly #legs: { client: number | undefined; server: number | undefined } = { client: undefined, server: undefined };

  /** `end` answered after `ms`. */
  answered(end: Side, ms: number): void {
    const known = this.#legs[end];
    if (ms >= 0 && (known === undefined || ms < known)) this.#legs[end] = ms;
  }

  /** From the capture to `end` and back. */
  to(end: Side): number | undefined {
    return this.#legs[end];
  }

  /** From end to end and back; of one leg alone where nothing showed the other. */
  get ms(): number | undefined {
    const { client, server } = this.#legs;
    return client === undefined ? server : client + (server ?? 0);
  }
}
