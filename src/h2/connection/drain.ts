/**
 * The graceful end (RFC 9113 §6.8): a server says GOAWAY(2^31-1), so that requests on their way are still taken, sends a PING,
 * and names the real last stream when the PING is acknowledged: by then the client has seen the first GOAWAY. A client's
 * GOAWAY concerns pushes only, so one is enough.
 */
import { ErrorCode } from '../frames/codes.ts';
import type { Core } from './core.ts';
import type { LocalReason } from './ending.ts';
import type { Pings } from './pings.ts';

/** The drain PING's payload: fixed, so that a reader of a capture recognises it ("calmdrai"). */
export const DRAIN_PAYLOAD = '63616c6d64726169';
const LAST_STREAM_MAX = 0x7fffffff;

export class Drain {
  readonly #core: Core;
  readonly #pings: Pings;
  /** When the drain PING is given up; infinity while none is out. */
  #pingDueMs = Number.POSITIVE_INFINITY;
  #debugData = '';

  constructor(core: Core, pings: Pings) {
    this.#core = core;
    this.#pings = pings;
  }

  shutdown(reason: LocalReason, debugData: string): void {
    const core = this.#core;
    if (core.isOver || core.drainReason?.kind === 'local') return;
    if (core.state === 'open') core.state = 'draining';
    core.drainReason = { kind: 'local', reason };
    this.#debugData = debugData;
    if (core.side === 'client') {
      core.sayFarewell(core.streams.highestOfServer, ErrorCode.NO_ERROR, debugData);
      core.finishIfDrained();
      return;
    }
    core.sayFarewell(LAST_STREAM_MAX, ErrorCode.NO_ERROR, debugData);
    this.#pings.send(DRAIN_PAYLOAD);
    this.#pingDueMs = core.nowMs + core.config.drainPingTimeoutMs;
  }

  pong(payload: string): void {
    if (payload === DRAIN_PAYLOAD && this.#pingDueMs !== Number.POSITIVE_INFINITY) this.#nameLast();
  }

  /** When the PING is given up. */
  get dueMs(): number {
    return this.#pingDueMs;
  }

  timeout(nowMs: number): void {
    if (this.#pingDueMs <= nowMs) this.#nameLast();
  }

  #nameLast(): void {
    const core = this.#core;
    this.#pingDueMs = Number.POSITIVE_INFINITY;
    if (core.isOver) return;
    core.sayFarewell(core.streams.highestOfClient, ErrorCode.NO_ERROR, this.#debugData);
    core.finishIfDrained();
  }
}
