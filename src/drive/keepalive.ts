/**
 * Is the other end still there? Two questions to it, both PINGs.
 *
 * Keepalive (gRFC A8): nothing came for the interval, so ask; no sign of life within the timeout ends the connection.
 *
 * Without a call it asks twice and then pauses for two hours, unless the peer sends HEADERS or DATA: so settings that get
 * other clients cut ("too_many_pings") do no harm here, and a peer that was silently lost is found all the same.
 *
 * The probe: something was written, calls wait, and nothing came back for a while. One PING is asked then, and no second one
 * before the peer sends HEADERS or DATA. Servers that count PINGs forgive the first one after what they sent themselves, so
 * the probe can never be a strike (grpc-go `resetPingStrikes`); and a dead link is found in half a minute instead of the
 * kernel's quarter of an hour.
 */
import type { Connection } from '#h2';
import { Timer, type Timers } from './timers.ts';

export interface KeepaliveOptions {
  /** Silence after which a PING is sent, in ms. Infinity: no keepalive. */
  readonly intervalMs: number;
  /** How long an answer may take, in ms: any octet counts as one. */
  readonly timeoutMs: number;
  /** Also while no stream is open. */
  readonly withoutCalls: boolean;
  /** Unanswered time after a write, while streams are open, after which the probe is sent, in ms. Infinity: no probe. */
  readonly probeAfterMs: number;
}

/**
 * PINGs without a call that the strictest server bears after its last HEADERS or DATA: grpc-java cuts with the third, grpc-go,
 * C-core and etcd with the fourth. C-core's own clients stop after two as well (`max_pings_without_data`).
 */
const IDLE_PINGS_MAX = 2;
/** Further ones are legal at every server once two hours have passed (gRFC A8); a minute more is for clocks that differ. */
const IDLE_PAUSE_MS = 7_260_000;

/** "calmkeep" and "calmprob": fixed payloads tell a reader of a capture what a PING was for. */
const KEEPALIVE_PAYLOAD = '63616c6d6b656570';
const PROBE_PAYLOAD = '63616c6d70726f62';

export class Keepalive {
  readonly #connection: Connection;
  readonly #timers: Timers;
  readonly #timer: Timer;
  #options: KeepaliveOptions;
  /** When the PING that waits for an answer was sent; infinity while none waits. */
  #askedMs = Number.POSITIVE_INFINITY;
  /** When a PING was sent last, so that two are never closer than the interval. */
  #pingedMs: number;
  #probedMs = Number.NEGATIVE_INFINITY;
  /** PINGs sent without a call since the peer last sent HEADERS or DATA, which was then. */
  #idlePings = 0;
  #idleSinceMs = Number.NEGATIVE_INFINITY;
  /** PINGs sent, for statistics. */
  pings = 0;

  constructor(connection: Connection, timers: Timers, options: KeepaliveOptions, nowMs: number) {
    this.#connection = connection;
    this.#timers = timers;
    this.#options = options;
    this.#pingedMs = nowMs;
    this.#timer = new KeepaliveTimer(this);
    this.#arm(nowMs);
  }

  get options(): KeepaliveOptions {
    return this.#options;
  }

  /** Takes effect at once. */
  change(options: Partial<KeepaliveOptions>): void {
    this.#options = { ...this.#options, ...options };
    this.#arm(this.#timers.now());
  }

  /** Octets came: whatever was asked is answered. */
  received(): void {
    if (this.#askedMs === Number.POSITIVE_INFINITY) return;
    this.#askedMs = Number.POSITIVE_INFINITY;
    this.#arm(this.#connection.lastReceivedMs);
  }

  /** A call was written to a connection that nobody watches while it is idle. */
  wake(): void {
    if (!this.#timer.armed && this.#connection.state !== 'closed') this.#arm(this.#timers.now());
  }

  /** Octets that come after the end arm nothing any more. */
  stop(): void {
    this.#askedMs = Number.POSITIVE_INFINITY;
    this.#timers.clear(this.#timer);
  }

  /** Its time has come: called by its timer. */
  check(nowMs: number): void {
    const connection = this.#connection;
    if (connection.state === 'closed') return;
    const { timeoutMs } = this.#options;
    if (this.#askedMs + timeoutMs <= nowMs) {
      connection.silent('ping', timeoutMs, nowMs);
      return;
    }
    if (this.#askedMs === Number.POSITIVE_INFINITY) this.#askIfDue(nowMs);
    this.#arm(nowMs);
  }

  #askIfDue(nowMs: number): void {
    if (this.#isWatched && this.#keepaliveDueMs <= nowMs) this.#ask(KEEPALIVE_PAYLOAD, nowMs);
    else if (this.#probeDueMs <= nowMs) {
      this.#probedMs = nowMs;
      this.#ask(PROBE_PAYLOAD, nowMs);
    }
  }

  #ask(payload: string, nowMs: number): void {
    this.#askedMs = nowMs;
    this.#pingedMs = nowMs;
    this.pings++;
    if (this.#connection.openStreams === 0) this.#idlePings++;
    this.#connection.ping(payload, nowMs);
  }

  get #isWatched(): boolean {
    return this.#options.withoutCalls || this.#connection.openStreams > 0;
  }

  get #keepaliveDueMs(): number {
    const { lastReceivedMs, lastSubstanceMs, openStreams } = this.#connection;
    if (lastSubstanceMs > this.#idleSinceMs) {
      this.#idleSinceMs = lastSubstanceMs;
      this.#idlePings = 0;
    }
    const { intervalMs } = this.#options;
    const isPausing = openStreams === 0 && this.#idlePings >= IDLE_PINGS_MAX;
    const sinceMs = Math.max(lastReceivedMs, this.#pingedMs);
    return sinceMs + (isPausing ? Math.max(intervalMs, IDLE_PAUSE_MS) : intervalMs);
  }

  get #probeDueMs(): number {
    const { lastReceivedMs, lastSubstanceMs, firstUnansweredMs, openStreams } = this.#connection;
    if (openStreams === 0 || this.#probedMs >= lastSubstanceMs) return Number.POSITIVE_INFINITY;
    return Math.max(lastReceivedMs, firstUnansweredMs) + this.#options.probeAfterMs;
  }

  /** Sleeps until something may be due. While no stream is open and idle ones are not watched: until `wake`. */
  #arm(nowMs: number): void {
    const { timeoutMs, withoutCalls } = this.#options;
    let dueMs = Number.POSITIVE_INFINITY;
    if (this.#askedMs !== Number.POSITIVE_INFINITY) dueMs = this.#askedMs + timeoutMs;
    else if (withoutCalls || this.#connection.openStreams > 0)
      dueMs = Math.min(this.#keepaliveDueMs, this.#probeCheckMs(nowMs));
    if (dueMs === Number.POSITIVE_INFINITY) this.#timers.clear(this.#timer);
    else this.#timers.set(this.#timer, Math.max(dueMs, nowMs + 1));
  }

  /** When to look at the probe again: it may become due although it is not now, as soon as something is written. */
  #probeCheckMs(nowMs: number): number {
    const { probeAfterMs } = this.#options;
    if (probeAfterMs === Number.POSITIVE_INFINITY || this.#connection.openStreams === 0)
      return Number.POSITIVE_INFINITY;
    const dueMs = this.#probeDueMs;
    return dueMs === Number.POSITIVE_INFINITY ? nowMs + probeAfterMs : dueMs;
  }
}

/** One function for the timers of all connections, because a server has thousands that are armed all the time. */
class KeepaliveTimer extends Timer {
  readonly keepalive: Keepalive;

  constructor(keepalive: Keepalive) {
    super(checkKeepalive);
    this.keepalive = keepalive;
  }
}

function checkKeepalive(this: Timer, nowMs: number): void {
  if (this instanceof KeepaliveTimer) this.keepalive.check(nowMs);
}
