/**
 * The client core: one target, the connections to it, and the calls on them. Calls get the first connection that has room,
 * or wait in order; connections come when calls wait and go when nobody needs them. No input or output of its own.
 */
import { UsageError } from '#base';
import { Timer, type Timers } from '#drive';
import { type ConnectionEnding, ErrorCode, type Farewell } from '#h2';
import type { Compression } from '#transport';
import { CallCore } from './call.ts';
import type { CallChannel, CallListener, CallStart, ChannelState, ClientCall } from './call-face.ts';
import { closedSketch, connectSketch, type FailureSketch, limitSketch } from './call-failure.ts';
import type { CallHost } from './call-host.ts';
import { CallQueue } from './call-queue.ts';
import type { ChannelEvent } from './channel-events.ts';
import { type ChannelOptions, type ChannelSettings, completeOptions } from './channel-options.ts';
import type { ChannelPorts } from './channel-ports.ts';
import type { ChannelConnection, ConnectionOwner } from './connection.ts';
import { type ConnectFailure, Connector, type ConnectorHandler } from './connector.ts';
import { connectionText, durationText, endingText } from './failure-text.ts';
import { isTooManyPings, KeepalivePolicy } from './keepalive-policy.ts';
import type { RetryBytes } from './outbox.ts';
import { type Picker, pickers } from './pick.ts';
import { Pool } from './pool.ts';
import { RequestHeads } from './request-heads.ts';
import { type RetryPolicy, transparentRetries } from './retry.ts';
import { ChannelStates } from './states.ts';
import { parseTarget, type Target } from './target.ts';

/** What requests state as `user-agent`, behind the application's own product. */
export const LIBRARY = 'calmwire/0.1.0';

/** A connection that lived so long, or answered a call, was good: the backoff's first pause is a measure of "not at once". */
const GOOD_AFTER_MS = 1_000;
/**
 * Connections in a row that ended at once before it counts as a failure to connect: during a rolling restart one or two
 * attempts may meet servers that are about to go.
 */
const SHORT_LIVED_MAX = 2;
/**
 * Of those that the server ended gracefully so many pass before calls fail: a rolling restart of many servers may meet a
 * waiting call again and again, and each time the server says that it did nothing. From the third on there is a pause.
 */
const RECYCLED_MAX = 8;

const CLOSED = 'The channel was closed while the call waited to be sent.';

export class ChannelCore implements CallChannel, CallHost, ConnectionOwner, ConnectorHandler {
  readonly target: Target;
  readonly settings: ChannelSettings;
  readonly timers: Timers;
  readonly heads: RequestHeads;
  readonly retries: RetryPolicy = transparentRetries;
  readonly retryBytes: RetryBytes;
  readonly #ports: ChannelPorts;
  readonly #compressions: ReadonlyMap<string, Compression>;
  readonly #picker: Picker;
  readonly #keepalive: KeepalivePolicy;
  readonly #connector: Connector;
  readonly #pool: Pool;
  readonly #states = new ChannelStates((error) => this.#threw(error));
  /** Calls to be sent again stand before those that never were: they are older. */
  readonly #again = new CallQueue();
  readonly #fresh = new CallQueue();
  #activeCalls = 0;
  #idleSinceMs = 0;
  #shortLived = 0;
  #failure: ConnectFailure | undefined = undefined;
  /** A connection is wanted although no call waits: somebody asked, or one with open calls is draining. */
  #isWarm = false;
  #isClosed = false;
  #isAdvancing = false;
  #isAdvanceDue = false;
  #whenClosed: (() => void)[] = [];
  readonly #idle: Timer;
  readonly #advanceTask = (): void => {
    this.#isAdvanceDue = false;
    // Calls may have come back since the pass that failed.
    if (this.state === 'transient-failure' && this.#failure !== undefined) this.#failWaiting(this.#failure);
    this.#advance();
  };

  /** `target`: see `parseTarget`. What cannot be right is a `UsageError`. */
  constructor(target: string | readonly string[], options: ChannelOptions, ports: ChannelPorts) {
    const { scheme } = ports.dialer;
    this.target = parseTarget(target, scheme);
    this.settings = completeOptions(options);
    this.timers = ports.timers;
    this.#ports = ports;
    this.#compressions = new Map((ports.compressions ?? []).map((compression) => [compression.name, compression]));
    this.heads = new RequestHeads({
      scheme,
      authority: this.settings.authority ?? this.target.authority,
      userAgent: this.settings.userAgent === '' ? LIBRARY : `${this.settings.userAgent} ${LIBRARY}`,
      acceptEncodings: [...this.#compressions.keys()],
    });
    this.retryBytes = { keptBytes: 0, limitBytes: this.settings.retryBuffersBytes };
    this.#picker = pickers[this.settings.connections];
    this.#keepalive = new KeepalivePolicy(this.settings.keepalive);
    this.#connector = new Connector(this.target, ports, this.settings, this.#keepalive, this);
    const { connections, spreadConnections } = this.settings;
    this.#pool = new Pool(ports.timers, connections === 'one-call' ? 0 : spreadConnections);
    this.#idle = new Timer((nowMs) => this.#restIfIdle(nowMs));
  }

  // ---- what the user of the channel commands

  get state(): ChannelState {
    return this.#states.state;
  }

  /** Those that take calls, oldest first: for statistics. */
  get connections(): readonly ChannelConnection[] {
    return this.#pool.ready;
  }

  onState(listener: (state: ChannelState) => void): () => void {
    return this.#states.listen(listener);
  }

  call(start: CallStart, listener: CallListener): ClientCall {
    this.#check(start);
    const nowMs = this.timers.now();
    const call = new CallCore(this, start, listener, nowMs);
    this.#activeCalls++;
    if (this.state === 'shutdown') {
      call.fail(closedSketch('The channel had been shut down before the call.'));
    } else {
      const { ready } = this.#pool;
      const connection = this.#waiting === 0 ? this.#picker.pick(ready, start) : undefined;
      if (connection === undefined) this.#wait(call);
      else call.begin(connection, nowMs);
      if (ready.length < this.settings.spreadConnections) this.#advance();
    }
    call.isNew = false;
    if (call.over) this.defer(() => call.tell());
    return call;
  }

  connect(): void {
    if (this.state === 'shutdown' || this.#pool.ready.length > 0) return;
    this.#isWarm = true;
    this.#setIdle();
    this.#advance();
  }

  shutdown(done?: () => void): void {
    if (done !== undefined) this.#whenClosed.push(done);
    this.#states.happen('closed');
    this.timers.clear(this.#idle);
    this.#isWarm = false;
    if (this.#waiting === 0) this.#connector.stop();
    this.#finishShutdown();
  }

  close(): void {
    this.#isClosed = true;
    this.shutdown();
    this.#connector.stop();
    for (const call of [...this.#again.toArray(), ...this.#fresh.toArray()]) call.fail(closedSketch(CLOSED));
    this.#pool.closeAll('shutdown');
    this.#finishShutdown();
  }

  #check(start: CallStart): void {
    const { path, compress } = start;
    if (path.charCodeAt(0) !== 0x2f || path.indexOf('/', 1) < 2 || path.endsWith('/') || /[^!-~]/.test(path)) {
      throw new UsageError(`The path '${path}' is not '/package.Service/Method'.`);
    }
    if (compress !== undefined && compress !== 'identity' && !this.#compressions.has(compress)) {
      const known = [...this.#compressions.keys()].join(', ') || 'none';
      throw new UsageError(`The compression '${compress}' is not there; these are: ${known}.`);
    }
  }

  // ---- what calls ask for

  compression(name: string): Compression | undefined {
    return this.#compressions.get(name);
  }

  callAgain(call: CallCore): void {
    if (this.#isClosed) {
      call.fail(closedSketch(CLOSED));
      return;
    }
    this.#again.push(call);
    this.#advanceSoon();
  }

  streamOver(connection: ChannelConnection): void {
    connection.streamClosed();
    if (this.settings.connections === 'one-call') connection.shutdown('drained');
    if (this.#waiting > 0) this.#advanceSoon();
  }

  callOver(_call: CallCore): void {
    this.#activeCalls--;
    if (this.#activeCalls > 0) return;
    if (this.state === 'shutdown') this.#advanceSoon();
    else this.#setIdle();
  }

  defer(task: () => void): void {
    this.#ports.clock.defer(task);
  }

  waitingText(): string {
    const { ready, leastLimit } = this.#pool;
    if (ready.length > 0) {
      const open = `${ready.length} of at most ${this.settings.maxConnections} connections are open`;
      return `${open}, each has the ${leastLimit} streams that the server allows at once, and ${this.#waiting} calls wait`;
    }
    const failed = this.#failure === undefined ? '' : ` The last attempt failed. ${this.#failure.text}`.trimEnd();
    if (this.#connector.isLooking)
      return `the name of ${this.target.text} was being looked up.${failed}`.replace(/\.$/, '');
    if (this.#connector.isPausing) {
      const inMs = this.#connector.pauseEndsMs - this.timers.now();
      return `the next attempt to connect was due in ${durationText(inMs)}.${failed}`.replace(/\.$/, '');
    }
    return `a connection to ${this.target.text} was being made.${failed}`.replace(/\.$/, '');
  }

  // ---- what connections tell

  connectionReady(): void {}

  connectionOpenable(): void {
    if (this.#waiting > 0) this.#advanceSoon();
  }

  connectionDraining(connection: ChannelConnection, farewell: Farewell | undefined): void {
    if (farewell !== undefined && isTooManyPings(farewell)) this.#punish(connection);
    if (!this.#pool.drain(connection)) return;
    const calls = connection.openStreams;
    this.#tell({ kind: 'draining', connection: connection.info, farewell, calls });
    // Streams above the last one will be told that they were not processed.
    const isServing = calls > 0 && farewell?.errorCode === ErrorCode.NO_ERROR && farewell.lastStream > 0;
    if (isServing) connection.hasAnswered = true;
    this.#lost(connection, calls > 0, farewell === undefined ? undefined : { kind: 'goaway', farewell });
  }

  connectionClosed(connection: ChannelConnection, ending: ConnectionEnding): void {
    const tookCalls = this.#pool.closed(connection);
    this.#tell({ kind: 'closed', connection: connection.info, ending });
    if (tookCalls) this.#lost(connection, false, ending);
  }

  connectionGone(connection: ChannelConnection): void {
    this.#pool.gone(connection);
    if (this.state === 'shutdown') this.#advanceSoon();
  }

  connected(connection: ChannelConnection): void {
    connection.owner = this;
    this.#pool.add(connection);
    connection.wasNeeded = this.#isWarm || this.#waiting > 0;
    this.#isWarm = false;
    this.#failure = undefined;
    this.#tell({ kind: 'connected', connection: connection.info });
    this.#states.happen('connected');
    this.#setIdle();
    this.#advance();
  }

  failed(failure: ConnectFailure): void {
    this.#failure = failure;
    const pauseMs = this.#connector.pauseEndsMs - this.timers.now();
    this.#tell({ kind: 'connect-failed', text: failure.text, pauseMs });
    this.#states.happen('failed');
    this.#failWaiting(failure);
  }

  mayTry(): void {
    this.#advance();
  }

  #tell(event: ChannelEvent): void {
    try {
      this.settings.onEvent?.(event);
    } catch (error) {
      this.#threw(error);
    }
  }

  /** A mistake of who listens must not tear what is being done: it comes up where nothing is under way. */
  #threw(error: unknown): void {
    this.defer(() => {
      throw error;
    });
  }

  // ---- connections come and go

  /** A connection takes no more calls. */
  #lost(connection: ChannelConnection, hadCalls: boolean, ending: ConnectionEnding | undefined): void {
    const nowMs = this.timers.now();
    if (this.#pool.ready.length === 0) this.#states.happen('lost');
    const isOurs = ending === undefined || ending.kind === 'local';
    if (isOurs || connection.hasAnswered || nowMs - connection.readyMs >= GOOD_AFTER_MS) {
      this.#shortLived = 0;
      this.#connector.proved();
    } else if (connection.wasNeeded) {
      // One that nobody needed proves nothing by its end.
      this.#shortLived++;
      if (this.#shortLived > SHORT_LIVED_MAX) this.#tryLater(connection, ending, nowMs);
    }
    if (this.#pool.ready.length > 0) return;
    // Calls are going on, so more will come: the next connection is made before they do.
    if (hadCalls && this.state !== 'shutdown' && this.settings.connections !== 'one-call') this.#isWarm = true;
    this.#advanceSoon();
  }

  /** Several connections in a row came to nothing. */
  #tryLater(connection: ChannelConnection, ending: ConnectionEnding | undefined, nowMs: number): void {
    const isGraceful = ending?.kind === 'goaway' && ending.farewell.errorCode === ErrorCode.NO_ERROR;
    if (isGraceful && this.#shortLived <= RECYCLED_MAX) this.#connector.rest();
    else this.#connector.shortLived(shortLivedFailure(connection, ending, this.target, nowMs));
  }

  #punish(connection: ChannelConnection): void {
    this.#keepalive.punished(connection.keepalive, connection.pingedWithCalls);
    const { intervalMs, withoutCalls } = this.#keepalive.options;
    this.#tell({ kind: 'keepalive-slowed', intervalMs, withoutCalls });
    for (const other of this.#pool.ready) other.session.keepalive.change(this.#keepalive.options);
  }

  /** The channel has had no call for the idle timeout. */
  #restIfIdle(nowMs: number): void {
    if (this.#activeCalls > 0 || this.state === 'shutdown') return;
    const dueMs = this.#idleSinceMs + this.settings.idleTimeoutMs;
    if (nowMs < dueMs) {
      this.timers.set(this.#idle, dueMs);
      return;
    }
    this.#isWarm = false;
    this.#shortLived = 0;
    this.#failure = undefined;
    this.#connector.stop();
    this.#connector.proved();
    this.#states.happen('rested');
    this.#pool.retireAll('idle');
  }

  #setIdle(): void {
    this.#idleSinceMs = this.timers.now();
    if (!this.#idle.armed && this.state !== 'shutdown') {
      this.timers.set(this.#idle, this.#idleSinceMs + this.settings.idleTimeoutMs);
    }
  }

  // ---- calls wait, and get connections

  get #waiting(): number {
    return this.#again.size + this.#fresh.size;
  }

  #wait(call: CallCore): void {
    const { maxQueuedCalls } = this.settings;
    if (this.state === 'transient-failure' && this.#failure !== undefined && call.start.waitForReady !== true) {
      call.fail(sketchOf(this.#failure));
    } else if (this.#waiting >= maxQueuedCalls) {
      const detail = `${this.#waiting} calls wait for a connection or a stream, and maxQueuedCalls allows ${maxQueuedCalls}.`;
      call.fail(limitSketch(detail, 'no'));
    } else {
      this.#fresh.push(call);
      this.#advance();
    }
  }

  /** While no connection can be made, calls that did not ask to wait for one end at once. */
  #failWaiting(failure: ConnectFailure): void {
    if (this.#pool.ready.length > 0) return;
    for (const queue of [this.#again, this.#fresh]) {
      for (const call of queue.toArray()) {
        if (call.start.waitForReady !== true && call.queue === queue) call.fail(sketchOf(failure));
      }
    }
  }

  #advanceSoon(): void {
    if (this.#isAdvanceDue) return;
    this.#isAdvanceDue = true;
    this.defer(this.#advanceTask);
  }

  /** Gives connections to calls that wait, and asks for more if calls are left. */
  #advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    try {
      this.#serve();
    } finally {
      this.#isAdvancing = false;
    }
    if (this.state === 'shutdown') {
      if (this.#waiting === 0) this.#connector.stop();
      this.#finishShutdown();
    }
    const wanted = this.#wanted();
    if (wanted > 0 && this.#pool.ready.length === 0) this.#states.happen('wanted');
    this.#connector.want(wanted, this.#pool.ready[0]?.info.remote);
  }

  #serve(): void {
    for (;;) {
      const queue = this.#again.size > 0 ? this.#again : this.#fresh;
      const call = queue.first;
      const connection = call === undefined ? undefined : this.#picker.pick(this.#pool.ready, call.start);
      if (call === undefined || connection === undefined) return;
      queue.remove(call);
      call.begin(connection, this.timers.now());
    }
  }

  /** How many connections should be under way. */
  #wanted(): number {
    const room = this.settings.maxConnections - this.#pool.ready.length;
    if (room <= 0) return 0;
    const waiting = this.#waiting;
    if (this.settings.connections === 'one-call') return Math.min(room, waiting);
    if (this.#pool.ready.length === 0) {
      const isFailing = this.state === 'transient-failure';
      return waiting > 0 || this.#isWarm || isFailing ? 1 : 0;
    }
    if (waiting > 0) return Math.min(room, this.#neededFor(waiting));
    const isSpread = this.#pool.ready.length >= this.settings.spreadConnections;
    return !isSpread && this.#pool.ready.every(({ openStreams }) => openStreams > 0) ? 1 : 0;
  }

  /** gRFC A105: as many as the calls fill. A server that allows no streams at all would not allow them there either. */
  #neededFor(waiting: number): number {
    const { leastLimit } = this.#pool;
    return leastLimit === 0 ? 0 : Math.ceil(waiting / leastLimit);
  }

  /** After `shutdown`: when the last call is over the connections end, and when they have ended everybody is told. */
  #finishShutdown(): void {
    if (this.#activeCalls > 0) return;
    this.#pool.retireAll('shutdown');
    if (!this.#pool.isGone) return;
    const tell = this.#whenClosed;
    this.#whenClosed = [];
    for (const done of tell) this.defer(done);
  }
}

function sketchOf({ origin, text, addresses }: ConnectFailure): FailureSketch {
  return connectSketch(origin, text, addresses);
}

function shortLivedFailure(
  connection: ChannelConnection,
  ending: ConnectionEnding | undefined,
  target: Target,
  nowMs: number,
): ConnectFailure {
  const why = ending === undefined ? 'it ended' : endingText(ending);
  const { remote } = connection.info;
  const text = `No connection to ${target.text} lived long enough for a call: ${connectionText(connection.info, nowMs)}: ${why}.`;
  return { origin: 'connect', addresses: [{ address: remote, fault: { kind: 'other', code: '', text: why } }], text };
}
