/**
 * One connection on one link: octets in, octets out once per turn, the clock's time for the engine, keepalive, and the end of
 * the link in every way that it can come. Client, server and proxies use it alike; what a connection is for, they know.
 */
import type { Side } from '#base';
import {
  type ActiveStream,
  Connection,
  type ConnectionEnding,
  type ConnectionHandler,
  type ConnectionOptions,
  type Farewell,
  type HeaderBlock,
  type StreamHandler,
} from '#h2';
import type { Clock, Link, LinkFault, LinkHandler } from '#transport';
import { Keepalive, type KeepaliveOptions } from './keepalive.ts';
import type { Recorder } from './recorder.ts';
import { Timer, type Timers } from './timers.ts';

/** DATA for one write: beyond it a write costs in proportion, and what comes meanwhile should not wait for it. */
const WRITE_DATA_BYTES = 262_144;
/** DATA for one write to a slow peer: each write that goes out is a sign of life, so they must not be long. */
const SLOW_WRITE_DATA_BYTES = 16_384;
/** A write that took longer than this to go out went to a slow peer. */
const SLOW_WRITE_MS = 1_000;

/** After our FIN the peer has this long to end its side: time for the GOAWAY to be read, so that no RST destroys it. */
const CLOSE_GRACE_MS = 1_000;

/**
 * After a peaceful end the last responses may still wait in the system, where nobody can see them; if the link were destroyed
 * then, the peer's next WINDOW_UPDATE would be answered with RST, which destroys them (grpc-java#9566). So the peer may go on
 * reading while it shows signs of life, in all no longer than this: 4 MiB, as much as Linux buffers, at 35 KB/s.
 */
const LINGER_MS = 120_000;

/** A peer that takes nothing of what waits for so long is gone (CVE-2019-9517): the time that a keepalive answer may take. */
const PROGRESS_TIMEOUT_MS = 20_000;

const NO_KEEPALIVE: KeepaliveOptions = {
  intervalMs: Number.POSITIVE_INFINITY,
  timeoutMs: 20_000,
  withoutCalls: false,
  probeAfterMs: Number.POSITIVE_INFINITY,
};

/**
 * What the owner of a session hears: the engine's events. `closed` comes once, after every stream has ended; the link may go on
 * delivering what was written.
 */
export interface SessionHandler extends Omit<ConnectionHandler, 'output'> {
  /** The link is closed too: nothing of the connection is left. Once, and last. */
  gone?(): void;
}

export interface SessionOptions {
  readonly side: Side;
  readonly link: Link;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly engine?: Omit<ConnectionOptions, 'side' | 'nowMs' | 'log'> | undefined;
  readonly keepalive?: KeepaliveOptions | undefined;
  readonly recorder?: Recorder | undefined;
  /** How long a peer may take nothing of what waits to be sent, in ms. Default 20 s. */
  readonly progressTimeoutMs?: number | undefined;
}

export class Session implements ConnectionHandler {
  readonly connection: Connection;
  readonly keepalive: Keepalive;
  readonly recorder: Recorder | undefined;
  readonly link: Link;
  readonly #handler: SessionHandler;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #progressTimeoutMs: number;
  /** The engine's deadlines. */
  #engineTimer: Timer | undefined = undefined;
  /** The transport takes nothing; or, once over, the peer does not close. */
  #linkTimer: Timer | undefined = undefined;
  /** As the clock calls it; let go of by a connection at rest. */
  #flush: (() => void) | undefined = undefined;
  #flushDue = false;
  #congested = false;
  #congestedMs = 0;
  #writeBytes = WRITE_DATA_BYTES;
  #linkEnded = false;
  #linkClosed = false;
  /** Until when the peer may read what was sent last; undefined unless the end was peaceful. */
  #lingerUntilMs: number | undefined = undefined;

  constructor(options: SessionOptions, handler: SessionHandler) {
    const { link, clock, timers } = options;
    this.link = link;
    this.#handler = handler;
    this.#clock = clock;
    this.#timers = timers;
    this.#progressTimeoutMs = options.progressTimeoutMs ?? PROGRESS_TIMEOUT_MS;
    this.recorder = options.recorder;
    const nowMs = clock.now();
    this.connection = new Connection({ ...options.engine, side: options.side, nowMs, log: options.recorder }, this);
    this.keepalive = new Keepalive(this.connection, timers, options.keepalive ?? NO_KEEPALIVE, nowMs);
  }

  /** Begins: sends the preface and SETTINGS, and takes what the peer sends. Called once, when the owner is ready for events. */
  start(): void {
    this.recorder?.opened(this.connection.side, this.link.local, this.link.remote, this.#clock.now());
    this.connection.start();
    this.#arm();
    this.link.start(new LinkEar(this));
  }

  /** Lets go of what only a busy connection needs. */
  rest(): void {
    this.connection.rest();
    this.recorder?.rest();
    if (this.#engineTimer?.armed === false) this.#engineTimer = undefined;
    if (this.#linkTimer?.armed === false) this.#linkTimer = undefined;
    if (!this.#flushDue) this.#flush = undefined;
  }

  // What the engine tells, passed on.
  request(stream: ActiveStream, block: HeaderBlock, endStream: boolean): StreamHandler {
    return this.#handler.request(stream, block, endStream);
  }
  settings(first: boolean): void {
    this.#handler.settings(first);
  }
  ping(payload: string): void {
    this.#handler.ping(payload);
  }
  pong(payload: string, rttMs: number): void {
    this.#handler.pong(payload, rttMs);
  }
  goAway(farewell: Farewell): void {
    this.#handler.goAway(farewell);
  }
  openable(): void {
    this.#handler.openable();
  }

  /** The engine has something to send: once this turn's work is done it is written in one piece. */
  output(): void {
    if (this.#flushDue || this.#congested || this.#linkClosed) return;
    this.#deferFlush();
  }

  #deferFlush(): void {
    this.#flushDue = true;
    this.#flush ??= () => this.#write();
    this.#clock.defer(this.#flush);
  }

  /** The engine is over: the rest is written, then our direction ends; the peer has a grace to end its own. */
  closed(ending: ConnectionEnding): void {
    this.keepalive.stop();
    this.#clear(this.#engineTimer);
    if (!this.#flushDue && !this.#linkClosed) this.#deferFlush();
    this.#handler.closed(ending);
  }

  // What the link tells.

  linkBytes(bytes: Uint8Array, start: number, end: number): void {
    const nowMs = this.#clock.now();
    this.connection.receive(bytes, start, end, nowMs);
    this.keepalive.received();
    if (this.#linkEnded) this.#awaitClose(nowMs);
    else this.#arm();
  }

  linkEnded(): void {
    const nowMs = this.#clock.now();
    this.recorder?.ended('peer', 'fin', nowMs);
    this.connection.end(nowMs);
  }

  linkClosed(fault: LinkFault | undefined): void {
    const nowMs = this.#clock.now();
    this.#linkClosed = true;
    this.#clear(this.#linkTimer);
    if (fault !== undefined) this.recorder?.ended('peer', 'rst', nowMs);
    if (fault === undefined) this.connection.end(nowMs);
    else this.connection.fail(fault.code, fault.text, nowMs);
    this.recorder?.gone(nowMs);
    this.#handler.gone?.();
  }

  #timeout(nowMs: number): void {
    this.connection.timeout(nowMs);
    this.#arm();
  }

  #arm(): void {
    const dueMs = this.connection.nextTimeoutMs;
    if (dueMs === Number.POSITIVE_INFINITY) {
      this.#clear(this.#engineTimer);
      return;
    }
    this.#engineTimer ??= new Timer((now) => this.#timeout(now));
    if (!this.#engineTimer.armed || this.#engineTimer.dueMs !== dueMs) this.#timers.set(this.#engineTimer, dueMs);
  }

  #clear(timer: Timer | undefined): void {
    if (timer !== undefined) this.#timers.clear(timer);
  }

  #setLinkTimer(dueMs: number): void {
    this.#linkTimer ??= new Timer((now) => this.#linkTimeout(now));
    this.#timers.set(this.#linkTimer, dueMs);
  }

  /** Writes until the transport has enough or nothing is left. Flow control bounds it: the peer cannot grant more meanwhile. */
  #write(): void {
    this.#flushDue = false;
    if (this.#linkClosed || this.#linkEnded) return;
    const { connection, link } = this;
    const nowMs = this.#clock.now();
    while (!this.#congested && connection.hasOutput) {
      const chunks = connection.takeOutput(this.#writeBytes, nowMs);
      if (chunks.length === 0) break;
      if (!link.write(chunks)) this.#wait(nowMs);
    }
    if (connection.state === 'closed') this.#endLink(nowMs);
    else this.#arm();
    this.keepalive.wake();
  }

  #wait(nowMs: number): void {
    this.#congested = true;
    this.#congestedMs = nowMs;
    this.#setLinkTimer(nowMs + this.#progressTimeoutMs);
  }

  linkDrained(): void {
    const isSlow = this.#clock.now() - this.#congestedMs > SLOW_WRITE_MS;
    this.#writeBytes = isSlow ? SLOW_WRITE_DATA_BYTES : WRITE_DATA_BYTES;
    this.#congested = false;
    if (!this.#linkEnded) this.#clear(this.#linkTimer);
    this.#write();
  }

  /** What is unsent in an ending that nobody reads is not waited for: `#linkTimer` destroys the link. */
  #endLink(nowMs: number): void {
    if (this.#linkEnded) return;
    if (this.#congested && this.connection.hasOutput) return;
    this.#linkEnded = true;
    this.recorder?.ended('self', 'fin', nowMs);
    this.link.end();
    if (this.connection.ending?.kind === 'local') this.#lingerUntilMs = nowMs + LINGER_MS;
    this.#awaitClose(nowMs);
  }

  #awaitClose(nowMs: number): void {
    if (this.#linkClosed) return;
    const untilMs = this.#lingerUntilMs;
    if (untilMs !== undefined) this.#setLinkTimer(Math.min(nowMs + this.#progressTimeoutMs, untilMs));
    else if (this.#linkTimer?.armed !== true) this.#setLinkTimer(nowMs + CLOSE_GRACE_MS);
  }

  #linkTimeout(nowMs: number): void {
    if (!this.#linkEnded && this.connection.state !== 'closed') {
      this.connection.silent('progress', this.#progressTimeoutMs, nowMs);
    }
    this.link.destroy();
  }
}

/** What the link tells a session: one object for four functions, because a server has thousands of sessions. */
class LinkEar implements LinkHandler {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  bytes(bytes: Uint8Array, start: number, end: number): void {
    this.#session.linkBytes(bytes, start, end);
  }

  drained(): void {
    this.#session.linkDrained();
  }

  ended(): void {
    this.#session.linkEnded();
  }

  closed(fault: LinkFault | undefined): void {
    this.#session.linkClosed(fault);
  }
}
