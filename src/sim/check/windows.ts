/**
 * Leaks of flow-control credit: a receiver may hold credit back up to half a window, so whenever a connection rests, its
 * sender must have at least half of the most that it ever had.
 */
import { otherSide, type Side } from '#base';
import { FrameType } from '#h2';
import type { TraceEvent } from '#trace';

interface Credit {
  now: number;
  most: number;
}

/** RFC 9113 §6.9.2: what every connection begins with. */
const FIRST_BYTES = 65_535;

export class WindowWatch {
  readonly #connections = new Map<number, Readonly<Record<Side, Credit>>>();

  event(event: TraceEvent): void {
    if (event.kind !== 'frame') return;
    const { frame, from, connection, connectionWindow } = event;
    if (connectionWindow === undefined) return;
    const sender = frame.type === FrameType.WINDOW_UPDATE ? otherSide(from) : from;
    let credits = this.#connections.get(connection);
    if (credits === undefined) {
      const first = (): Credit => ({ now: FIRST_BYTES, most: FIRST_BYTES });
      credits = { client: first(), server: first() };
      this.#connections.set(connection, credits);
    }
    const credit = credits[sender];
    credit.now = connectionWindow;
    credit.most = Math.max(credit.most, connectionWindow);
  }

  /** What has leaked on a connection that rests and was never disturbed, as a sentence. */
  leak(connection: number): string | undefined {
    const credits = this.#connections.get(connection);
    for (const side of ['client', 'server'] as const) {
      const credit = credits?.[side];
      if (credit === undefined || credit.now * 2 >= credit.most - 1) continue;
      return `connection ${connection} rests, and its ${side} may send ${credit.now} octets of at most ${credit.most}`;
    }
    return undefined;
  }
}
