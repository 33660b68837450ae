/**
 * What a channel learns about its server's patience with PINGs (gRFC A8). Servers of gRPC count PINGs that come faster than
 * they allow, and with no call open everything faster than two hours, and cut the connection at the third or fourth.
 */
import type { KeepaliveOptions } from '#drive';
import { ErrorCode, type Farewell } from '#h2';

/** The debug data that every gRPC server with a policy sends; no other producer of it is known. */
const TOO_MANY_PINGS = 'too_many_pings';
/** At this interval a PING is never a strike, with calls or without (`defaultPingTimeout` of the servers): doubling ends here. */
const INTERVAL_MOST_MS = 2 * 60 * 60_000;

export function isTooManyPings(farewell: Farewell): boolean {
  return farewell.errorCode === ErrorCode.ENHANCE_YOUR_CALM && farewell.debugData === TOO_MANY_PINGS;
}

export class KeepalivePolicy {
  #options: KeepaliveOptions;

  constructor(options: KeepaliveOptions) {
    this.#options = options;
  }

  /** For all connections of the channel from now on. */
  get options(): KeepaliveOptions {
    return this.#options;
  }

  /**
   * A connection that pinged as `used` says was cut for it. "Double the KEEPALIVE_TIME" (A8): the interval that was punished
   * never comes back, and several connections that are cut together double it once. If no call was open, the two-hour rule
   * was broken, which doubling would meet only after hours of further cuts: PINGs without calls are given up for good.
   */
  punished(used: KeepaliveOptions, hadCalls: boolean): void {
    const { intervalMs, withoutCalls } = this.#options;
    this.#options = {
      ...this.#options,
      intervalMs: Math.max(intervalMs, Math.min(INTERVAL_MOST_MS, used.intervalMs * 2)),
      withoutCalls: withoutCalls && hadCalls,
    };
  }
}
