/** Pauses between passes over the addresses (gRPC "Connection Backoff Protocol"): they grow, and chance spreads them. */
import type { Chance } from '#transport';
import type { ChannelSettings } from './channel-options.ts';

export class Backoff {
  readonly #settings: ChannelSettings['backoff'];
  readonly #chance: Chance;
  #nextMs: number;

  constructor(settings: ChannelSettings['backoff'], chance: Chance) {
    this.#settings = settings;
    this.#chance = chance;
    this.#nextMs = settings.initialMs;
  }

  /**
   * How long to wait after a pass that began at `beganMs` and failed: the pause counts from its beginning, as the protocol
   * says, so an attempt that took its whole 20 s timeout is followed at once by the next.
   */
  pause(beganMs: number, nowMs: number): number {
    const { multiplier, jitter, maxMs } = this.#settings;
    const pauseMs = this.#nextMs * (1 + jitter * (2 * this.#chance() - 1));
    this.#nextMs = Math.min(maxMs, this.#nextMs * multiplier);
    return Math.max(0, beganMs + pauseMs - nowMs);
  }

  /** A connection was good: the next failure is a new story. */
  reset(): void {
    this.#nextMs = this.#settings.initialMs;
  }
}
