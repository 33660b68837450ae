/** Our own PINGs (RFC 9113 §6.7) and the round trip that they and SETTINGS measure. */
import { Flag, FrameType } from '../frames/codes.ts';
import { writePing } from '../frames/writer.ts';
import type { Core } from './core.ts';

/** PINGs on the way at once: keepalive, drain and a caller's own make three. More are forgotten, oldest first. */
const PENDING_MAX = 8;

interface Pending {
  readonly payload: string;
  readonly sentMs: number;
}

/** Shared: most connections have none on the way. */
const NONE: readonly Pending[] = [];

export class Pings {
  readonly #core: Core;
  #pending = NONE;
  /** The least round trip seen: queues make single ones longer, nothing makes them shorter. */
  rttMs: number | undefined = undefined;

  constructor(core: Core) {
    this.#core = core;
  }

  send(payload: string): void {
    const core = this.#core;
    writePing(core.out, payload);
    core.log?.frame(core.side, core.nowMs, FrameType.PING, 0, 0, 8, 0, payload, 0, 0);
    this.#pending = [...this.#pending.slice(1 - PENDING_MAX), { payload, sentMs: core.nowMs }];
    core.wantOutput();
  }

  answer(payload: string): void {
    const core = this.#core;
    writePing(core.out, payload, true);
    core.log?.frame(core.side, core.nowMs, FrameType.PING, Flag.ACK, 0, 8, 0, payload, 0, 0);
    core.wantOutput();
  }

  /** The round trip of the PING that is acknowledged; undefined if we sent none like it. */
  acknowledged(payload: string): number | undefined {
    const at = this.#pending.findIndex((pending) => pending.payload === payload);
    if (at < 0) return undefined;
    const rttMs = this.#core.nowMs - this.#pending[at]!.sentMs;
    this.#pending = this.#pending.length === 1 ? NONE : this.#pending.filter((_, index) => index !== at);
    this.measure(rttMs);
    return rttMs;
  }

  measure(rttMs: number): void {
    if (this.rttMs === undefined || rttMs < this.rttMs) this.rttMs = rttMs;
  }
}
