/**
 * One client's connection at the server: requests become calls or answers, PINGs and age and idleness are watched over, and calls
 * are counted for as long as their handlers run, whatever becomes of their streams: a client that resets what it began gains
 * nothing (Rapid Reset, CVE-2023-44487; MadeYouReset, CVE-2025-8671).
 */
import { Session, type SessionHandler, Timer } from '#drive';
import {
  type ActiveStream,
  type Connection,
  type ConnectionEnding,
  ErrorCode,
  type HeaderBlock,
  type StreamHandler,
} from '#h2';
import type { Address, Link, LinkSecurity } from '#transport';
import { Age, type AgeListener } from './age.ts';
import { Call, WATCH_LOOKS } from './call.ts';
import { PingEnforcement } from './enforcement.ts';
import type { ServerRule } from './events.ts';
import { Idle } from './idle.ts';
import { judgeRequest } from './judge.ts';
import { REST_AFTER_MS, type Resting } from './rest.ts';
import type { Shared } from './shared.ts';
import { TAIL_TICK_MS, type Tail } from './tail.ts';
import { TailList } from './tail-list.ts';

/** Whom a connection tells of its beginnings and its end. */
export interface ConnectionOwner {
  /** A call came after a rest. */
  connectionBusy(): void;
  connectionOver(connection: ServerConnection): void;
}

export class ServerConnection implements SessionHandler, AgeListener, Resting {
  readonly id: number;
  readonly shared: Shared;
  readonly session: Session;
  readonly h2: Connection;
  readonly remote: Address;
  readonly security: LinkSecurity | undefined;
  readonly #owner: ConnectionOwner;
  /** Made when the first PING comes. */
  #enforcement: PingEnforcement | undefined = undefined;
  readonly #age: Age | undefined;
  readonly #idle: Idle | undefined;
  /** Calls that go on, and streams that have been answered and are not over. */
  readonly #calls = new TailList();
  readonly #tails = new TailList();
  /** Looks after calls that wait for their clients, and after tails; made when the first is needed. */
  #watchTimer: Timer | undefined = undefined;
  #tailTimer: Timer | undefined = undefined;
  isResting = false;
  /** Handlers that have not ended. */
  #running = 0;
  #started = 0;
  /** How often each rule refused something; made when the first did. */
  #refusals: Map<ServerRule, number> | undefined = undefined;

  constructor(id: number, link: Link, shared: Shared, owner: ConnectionOwner) {
    const { settings, clock, timers } = shared;
    this.id = id;
    this.shared = shared;
    this.remote = link.remote;
    this.security = link.security;
    this.#owner = owner;
    this.session = new Session(
      {
        side: 'server',
        link,
        clock,
        timers,
        engine: shared.engine,
        keepalive: shared.keepalive,
        recorder: settings.recorder?.(link),
      },
      this,
    );
    this.h2 = this.session.connection;
    const nowMs = clock.now();
    const { maxConnectionAgeMs, maxConnectionIdleMs } = settings;
    this.#age =
      maxConnectionAgeMs === Number.POSITIVE_INFINITY
        ? undefined
        : new Age(settings, timers, shared.chance, nowMs, this);
    this.#idle =
      maxConnectionIdleMs === Number.POSITIVE_INFINITY
        ? undefined
        : new Idle(maxConnectionIdleMs, timers, nowMs, () => this.shutDown('idle', 'max_idle'));
  }

  /** Handlers that have not ended, also those whose clients have gone. */
  get running(): number {
    return this.#running;
  }

  start(): void {
    this.session.start();
  }

  // --- what the session tells

  request(stream: ActiveStream, block: HeaderBlock, endStream: boolean): StreamHandler {
    const verdict = judgeRequest(this, stream, block, endStream);
    if (verdict.kind === 'answered') return verdict.tail;
    const { shared } = this;
    if (this.isResting) {
      this.isResting = false;
      this.#owner.connectionBusy();
    }
    const call = new Call(this, stream, verdict.head, block, verdict.route, endStream);
    if (this.#running++ === 0) this.#idle?.busy();
    this.#started++;
    shared.running++;
    shared.started++;
    this.#calls.add(call);
    if (!endStream) this.watch();
    call.start();
    return call;
  }

  ping(): void {
    const nowMs = this.shared.timers.now();
    this.#enforcement ??= new PingEnforcement(this.shared.settings.pingEnforcement);
    const enforcement = this.#enforcement;
    if (!enforcement.ping(nowMs, this.h2.openStreams, this.h2.framesOfSubstance)) return;
    this.refused('', 'too-many-pings', `${enforcement.strikes} PINGs came too soon one after the other`);
    // The text that all peers use: clients double their interval when they read it (gRFC A8).
    this.h2.close('too-many-pings', ErrorCode.ENHANCE_YOUR_CALM, 'too_many_pings', nowMs);
  }

  settings(): void {}
  pong(): void {}
  goAway(): void {}
  openable(): void {}

  closed(ending: ConnectionEnding): void {
    this.#age?.stop();
    this.#idle?.stop();
    if (this.#watchTimer !== undefined) this.shared.timers.clear(this.#watchTimer);
    if (this.#tailTimer !== undefined) this.shared.timers.clear(this.#tailTimer);
    this.shared.tell({
      kind: 'connection-closed',
      connection: this.id,
      remote: this.remote,
      ending,
      calls: this.#started,
    });
  }

  /** The link is closed: until then the last answers may be on their way, and the connection costs something. */
  gone(): void {
    this.#owner.connectionOver(this);
  }

  // --- what its calls tell

  /** A call may be waiting for its client from now on. */
  watch(): void {
    const { settings, timers } = this.shared;
    this.#watchTimer ??= new Timer(() => this.#look());
    if (this.#watchTimer.armed) return;
    timers.set(this.#watchTimer, timers.now() + settings.requestMessageTimeoutMs / WATCH_LOOKS);
  }

  /** Nothing passes any more between a client and a handler, though one of them may go on. */
  callOver(call: Call): void {
    this.#calls.remove(call);
  }

  /** A handler ended: its place is free. */
  handlerEnded(call: Call, ok: boolean): void {
    const { shared } = this;
    this.#calls.remove(call);
    shared.running--;
    if (ok) shared.succeeded++;
    else shared.failed++;
    this.#running--;
    if (this.#running === 0) this.#idle?.free(shared.timers.now());
  }

  /** A stream was answered and is not over. */
  tailBegins(tail: Tail): void {
    const { timers } = this.shared;
    this.#tails.add(tail);
    this.#tailTimer ??= new Timer(() => this.#tick());
    if (!this.#tailTimer.armed) timers.set(this.#tailTimer, timers.now() + TAIL_TICK_MS);
  }

  tailOver(tail: Tail): void {
    this.#tails.remove(tail);
  }

  /** One of the server's rules refused something of this client. */
  refused(path: string, rule: ServerRule, text: string): void {
    this.shared.countRefusal(rule);
    this.#refusals ??= new Map();
    const count = (this.#refusals.get(rule) ?? 0) + 1;
    this.#refusals.set(rule, count);
    // A client that has everything refused must not fill the logs.
    if (!isPowerOfTen(count)) return;
    this.shared.tell({ kind: 'call-refused', connection: this.id, remote: this.remote, path, rule, text, count });
  }

  /** Refuses a request unprocessed, so that the client may try it elsewhere at once (RFC 9113 §8.7). */
  refuseStream(stream: ActiveStream, path: string, rule: ServerRule, text: string): void {
    this.refused(path, rule, text);
    this.h2.reset(stream, ErrorCode.REFUSED_STREAM);
  }

  // --- ends

  /** Two-step GOAWAY; running calls go on. */
  shutDown(reason: 'shutdown' | 'idle' | 'max-age', debugData: string): void {
    this.h2.shutdown(reason, this.shared.timers.now(), debugData);
  }

  aged(): void {
    this.shutDown('max-age', 'max_age');
  }

  overaged(): void {
    const text = `max_age_grace: ${this.#calls.size} calls had not ended`;
    this.h2.close('max-age-grace', ErrorCode.NO_ERROR, text, this.shared.timers.now());
  }

  /** The server's grace is over: the calls end with UNAVAILABLE, then the connection. */
  cut(graceMs: number): void {
    const count = this.#calls.size;
    if (count > 0) this.refused('', 'shutdown-grace', `${count} calls had not ended after ${graceMs} ms`);
    for (const call of this.#calls.toArray()) if (call instanceof Call) call.shutDown();
    this.close(count === 0 ? 'shutdown' : `shutdown: ${count} calls had not ended after ${graceMs} ms`);
  }

  close(debugData: string): void {
    this.h2.close('shutdown', ErrorCode.NO_ERROR, debugData, this.shared.timers.now());
  }

  /** Whatever is still on its way is lost. */
  destroy(): void {
    this.session.link.destroy();
  }

  rest(nowMs: number): boolean {
    const { h2 } = this;
    // What ends soon needs no rest, and keeps its recording for whoever asks why it ended.
    if (h2.state !== 'open') return true;
    if (h2.openStreams > 0 || nowMs - h2.lastSubstanceMs < REST_AFTER_MS) return false;
    this.isResting = true;
    this.session.rest();
    if (this.#watchTimer?.armed === false) this.#watchTimer = undefined;
    if (this.#tailTimer?.armed === false) this.#tailTimer = undefined;
    return true;
  }

  #look(): void {
    let isWaiting = false;
    for (const call of this.#calls.toArray()) {
      if (!(call instanceof Call)) continue;
      call.look();
      isWaiting ||= call.isWaiting;
    }
    if (isWaiting && this.h2.state !== 'closed') this.watch();
  }

  #tick(): void {
    const stallTicks = this.shared.settings.responseStallTimeoutMs / TAIL_TICK_MS;
    for (const tail of this.#tails.toArray()) tail.tick(stallTicks);
    if (this.#tails.size === 0 || this.h2.state === 'closed' || this.#tailTimer === undefined) return;
    this.shared.timers.set(this.#tailTimer, this.shared.timers.now() + TAIL_TICK_MS);
  }
}

function isPowerOfTen(count: number): boolean {
  return Number.isInteger(Math.log10(count));
}
