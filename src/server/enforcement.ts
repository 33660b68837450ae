/**
 * Which PINGs of a client are too many (gRFC A8). The count is exactly grpc-go's `handlePing`, so that a client fares the same
 * with both: every PING counts, whatever its payload, and the acknowledgement has been sent before it is judged.
 */
import type { PingEnforcementOptions } from './options.ts';

/** Without calls and without permission, keepalive should not be active at all: grpc-go's `defaultPingTimeout`. */
const IDLE_INTERVAL_MS = 7_200_000;

export class PingEnforcement {
  readonly #options: Required<PingEnforcementOptions>;
  /** grpc-go's zero time: the first PING comes after any interval. */
  #lastMs = Number.NEGATIVE_INFINITY;
  #strikes = 0;
  /** Frames that the server had written when the last PING came. */
  #written = 0;

  constructor(options: Required<PingEnforcementOptions>) {
    this.#options = options;
  }

  /** Strikes of the present row, for events. */
  get strikes(): number {
    return this.#strikes;
  }

  /**
   * A PING came while `openStreams` were open, after the server had written `written` header sections and DATA frames since the
   * connection began. Any since the last PING make this one free and forgive the strikes; nothing else does: no WINDOW_UPDATE,
   * no SETTINGS, nothing that was received. True: it was one too many, and the connection is to be ended.
   */
  ping(nowMs: number, openStreams: number, written: number): boolean {
    const sinceMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (written !== this.#written) {
      this.#written = written;
      this.#strikes = 0;
      return false;
    }
    const isIdle = openStreams === 0 && !this.#options.permitWithoutCalls;
    if (sinceMs < (isIdle ? IDLE_INTERVAL_MS : this.#options.minIntervalMs)) this.#strikes++;
    return this.#strikes > this.#options.maxStrikes;
  }
}
