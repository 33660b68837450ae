/**
 * What a peer owes a connection within a time: its SETTINGS, the acknowledgement of ours, and the end of a header block that it
 * began. Named deadlines in injected time; the least of them is when `timeout` is to be called.
 */
import { ErrorCode } from '../frames/codes.ts';
import type { Core } from './core.ts';
import type { ConnectionEnding } from './ending.ts';

type Owed = Extract<ConnectionEnding, { kind: 'silent' }>['what'];

const NEVER = Number.POSITIVE_INFINITY;

export class Deadlines {
  readonly #core: Core;
  readonly #startedMs: number;

  constructor(core: Core) {
    this.#core = core;
    this.#startedMs = core.nowMs;
  }

  get nextMs(): number {
    if (this.#core.isOver) return NEVER;
    return Math.min(this.#settingsMs, this.#acknowledgementMs, this.#blockMs);
  }

  /** Ends the connection if something is overdue. */
  timeout(nowMs: number): void {
    const { side, config, isOver } = this.#core;
    if (isOver) return;
    const { settingsTimeoutMs, limits } = config;
    if (this.#settingsMs <= nowMs) {
      const what = side === 'server' ? 'preface' : 'settings';
      this.#end(what, settingsTimeoutMs, ErrorCode.SETTINGS_TIMEOUT, 'no SETTINGS came');
    } else if (this.#acknowledgementMs <= nowMs) {
      this.#end('settings-ack', settingsTimeoutMs, ErrorCode.SETTINGS_TIMEOUT, 'SETTINGS were not acknowledged');
    } else if (this.#blockMs <= nowMs) {
      const text = 'a header block did not end';
      this.#end('progress', limits.headerBlockTimeoutMs, ErrorCode.ENHANCE_YOUR_CALM, text);
    }
  }

  #end(what: Owed, afterMs: number, errorCode: number, text: string): void {
    this.#core.end({ kind: 'silent', what, afterMs }, errorCode, `${text} within ${afterMs} ms`);
  }

  get #settingsMs(): number {
    return this.#core.ready ? NEVER : this.#startedMs + this.#core.config.settingsTimeoutMs;
  }

  get #acknowledgementMs(): number {
    return this.#core.local.oldestSentMs + this.#core.config.settingsTimeoutMs;
  }

  get #blockMs(): number {
    return this.#core.blockSinceMs + this.#core.config.limits.headerBlockTimeoutMs;
  }
}
