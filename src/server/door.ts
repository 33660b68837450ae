/**
 * How a connection is turned away: with a GOAWAY that says why, and without the cost of a connection. A bare close would look
 * like a crash to the client.
 */
import { Timer, type Timers } from '#drive';
import { ByteBuffer, writeGoAway, writeSettings } from '#h2';
import type { Link, LinkHandler } from '#transport';

/** After this time the link is cut whether or not the client has closed it: time for the GOAWAY to be read. */
const GRACE_MS = 1_000;
/** More than these at a time are cut at once: being polite must not become the burden that it was to avert. */
const LEAVING_MAX = 1_000;

export class Door {
  readonly #timers: Timers;
  #leaving = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Ends the link. `text` becomes the debug data. */
  turnAway(link: Link, errorCode: number, text: string): void {
    if (this.#leaving >= LEAVING_MAX) {
      link.destroy();
      return;
    }
    this.#leaving++;
    const timer = new Timer(() => link.destroy());
    const handler: LinkHandler = {
      bytes: () => {},
      drained: () => {},
      ended: () => link.destroy(),
      closed: () => {
        this.#timers.clear(timer);
        this.#leaving--;
      },
    };
    link.start(handler);
    const output = new ByteBuffer();
    writeSettings(output, []);
    writeGoAway(output, 0, errorCode, text);
    link.write([output.toBytes()]);
    link.end();
    this.#timers.set(timer, this.#timers.now() + GRACE_MS);
  }
}
