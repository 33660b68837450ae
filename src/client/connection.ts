/** One connection of a channel: the session on its link, its state as the channel sees it, and what failures tell of it. */
import { invariant } from '#base';
import { type KeepaliveOptions, type Recorder, Session, type SessionHandler } from '#drive';
import {
  type Connection,
  type ConnectionEnding,
  ErrorCode,
  type Farewell,
  type LocalReason,
  type StreamHandler,
} from '#h2';
import type { Address, Link, LinkSecurity } from '#transport';
import type { ConnectionInfo } from './call-face.ts';
import type { ChannelSettings } from './channel-options.ts';
import type { ChannelPorts } from './channel-ports.ts';

/** Who hears of a connection: the attempt that makes it, then the channel. */
export interface ConnectionOwner {
  /** The server's SETTINGS came: calls can be made. */
  connectionReady(connection: ChannelConnection): void;
  /** No more streams can be opened; those that are open go on. `farewell` if the server said so. */
  connectionDraining(connection: ChannelConnection, farewell: Farewell | undefined): void;
  /** There is room for a stream again. */
  connectionOpenable(connection: ChannelConnection): void;
  connectionClosed(connection: ChannelConnection, ending: ConnectionEnding): void;
  /** Its link is closed, too. */
  connectionGone(connection: ChannelConnection): void;
}

/** `opening` until the server's SETTINGS came. */
export type ConnectionPhase = 'opening' | 'ready' | 'draining' | 'closed';

/** What is told of a connection, also when it is long gone: failures keep it, so it must not hold the connection itself. */
export class ConnectionRecord implements ConnectionInfo {
  readonly id: number;
  readonly remote: Address;
  readonly local: Address;
  readonly security: LinkSecurity | undefined;
  readonly openedMs: number;
  readonly recorder: Recorder | undefined;
  closedMs: number | undefined = undefined;
  ending: ConnectionEnding | undefined = undefined;
  streams = 0;

  constructor(id: number, link: Link, openedMs: number, recorder: Recorder | undefined) {
    this.id = id;
    this.remote = link.remote;
    this.local = link.local;
    this.security = link.security;
    this.openedMs = openedMs;
    this.recorder = recorder;
  }
}

export class ChannelConnection implements SessionHandler {
  readonly info: ConnectionRecord;
  readonly engine: Connection;
  readonly session: Session;
  readonly keepalive: KeepaliveOptions;
  owner: ConnectionOwner;
  phase: ConnectionPhase = 'opening';
  /** When it became ready. */
  readyMs = Number.POSITIVE_INFINITY;
  /** Some call on it was answered: the server works, whatever becomes of the connection. */
  hasAnswered = false;
  /** A call got it, or waited for it, or somebody asked for a connection. */
  wasNeeded = false;
  /** When its last stream ended; when it became ready before that. */
  idleSinceMs = Number.POSITIVE_INFINITY;
  /** When a stream was opened while none was. */
  #busySinceMs = Number.POSITIVE_INFINITY;
  readonly #ports: ChannelPorts;

  constructor(
    id: number,
    link: Link,
    ports: ChannelPorts,
    settings: ChannelSettings,
    keepalive: KeepaliveOptions,
    owner: ConnectionOwner,
  ) {
    const { clock, timers } = ports;
    this.#ports = ports;
    this.owner = owner;
    this.keepalive = keepalive;
    const recorder = settings.recorder?.(link);
    this.info = new ConnectionRecord(id, link, timers.now(), recorder);
    this.session = new Session(
      { side: 'client', link, clock, timers, keepalive, recorder, engine: engineOptions(settings) },
      this,
    );
    this.engine = this.session.connection;
  }

  start(): void {
    this.session.start();
  }

  /** A stream can be opened now. */
  get canOpen(): boolean {
    return this.phase === 'ready' && this.engine.canOpen;
  }

  get openStreams(): number {
    return this.engine.openStreams;
  }

  /**
   * PINGs that were too many fell while calls were open. A server needs three of them at least, so calls that are younger than
   * two intervals are not what it counted by.
   */
  get pingedWithCalls(): boolean {
    const busyMs = this.#ports.timers.now() - this.#busySinceMs;
    return this.engine.openStreams > 0 && busyMs >= 2 * this.keepalive.intervalMs;
  }

  /** Takes no more streams and ends with the last one. */
  shutdown(reason: LocalReason): void {
    if (this.phase === 'closed') return;
    if (this.phase === 'ready') this.phase = 'draining';
    this.engine.shutdown(reason, this.#ports.timers.now());
  }

  /** Ends every stream now. */
  close(reason: LocalReason): void {
    if (this.phase !== 'closed') this.engine.close(reason, ErrorCode.NO_ERROR, '', this.#ports.timers.now());
  }

  /** A stream was opened; the identifiers may be used up now. */
  streamOpened(): void {
    this.info.streams++;
    this.wasNeeded = true;
    if (this.idleSinceMs !== Number.POSITIVE_INFINITY) {
      this.idleSinceMs = Number.POSITIVE_INFINITY;
      this.#busySinceMs = this.#ports.timers.now();
    }
    if (this.engine.idsUsedUp && this.phase === 'ready') {
      this.shutdown('ids-used-up');
      this.owner.connectionDraining(this, undefined);
    }
  }

  /** A call's stream is over. */
  streamClosed(): void {
    if (this.engine.openStreams === 0) this.idleSinceMs = this.#ports.timers.now();
  }

  settings(first: boolean): void {
    if (!first || this.phase !== 'opening') return;
    this.phase = 'ready';
    this.readyMs = this.#ports.timers.now();
    this.idleSinceMs = this.readyMs;
    this.owner.connectionReady(this);
  }

  goAway(farewell: Farewell): void {
    if (this.phase === 'closed') return;
    this.phase = 'draining';
    this.owner.connectionDraining(this, farewell);
  }

  openable(): void {
    if (this.phase === 'ready') this.owner.connectionOpenable(this);
  }

  closed(ending: ConnectionEnding): void {
    this.phase = 'closed';
    this.info.closedMs = this.#ports.timers.now();
    this.info.ending = ending;
    this.owner.connectionClosed(this, ending);
  }

  gone(): void {
    this.owner.connectionGone(this);
  }

  ping(): void {}

  pong(): void {}

  request(): StreamHandler {
    invariant(false, 'a client accepts no requests: the engine has announced ENABLE_PUSH 0');
  }
}

type EngineOptions = NonNullable<ConstructorParameters<typeof Session>[0]['engine']>;

function engineOptions(settings: ChannelSettings): EngineOptions {
  const { streamWindowBytes, connectionWindowBytes, settingsTimeoutMs, maxMetadataBytes } = settings;
  return {
    settingsTimeoutMs,
    limits: { maxHeaderListBytes: maxMetadataBytes },
    ...(streamWindowBytes !== undefined && { streamWindowBytes }),
    ...(connectionWindowBytes !== undefined && { connectionWindowBytes }),
  };
}
