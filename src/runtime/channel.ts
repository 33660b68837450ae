/** `createChannel`: a client core with Node's sockets under it, a flight recorder beside it, and explanations out of both. */
import { checkNames, UsageError } from '#base';
import type {
  CallFailure,
  CallListener,
  CallStart,
  ChannelCore,
  ChannelState,
  ClientCall,
  ChannelOptions as CoreOptions,
} from '#client';
import { Status } from '#grpc';
import { type ClientCredentials, plainDialer, tlsDialer } from '#node';
import { type RpcChannel, RpcError } from '#rpc';
import type { TraceEvent } from '#trace';
import { CallExplanation } from './explain/call-explanation.ts';
import { Flights, type RecordingOptions } from './flights.ts';
import { guarded } from './guarded.ts';
import { HeldChannel } from './held-channel.ts';
import { channelNames, peersChannelNames } from './option-names.ts';
import { hold, platform } from './platform.ts';
import { saveTrace } from './trace-file.ts';

/** These, and those of the client core: connecting, keepalive, limits, windows. docs/guide/options.md lists all. */
export interface ChannelOptions extends Omit<CoreOptions, 'recorder'> {
  /** TLS with these credentials (`clientCredentials`). Default: clear text. grpc-js `ChannelCredentials`; grpc-go `WithTransportCredentials`; grpc-java `useTransportSecurity`. */
  readonly credentials?: ClientCredentials | undefined;
  /** What is recorded of connections, for `error.explanation` and `saveTrace`. */
  readonly recording?: RecordingOptions | undefined;
}

/**
 * A channel to `target`: `host:port`, `dns:///host:port`, `ipv4:...`, `ipv6:...`, `unix:path`, a URL, or a list of IP addresses
 * with ports. It connects with the first call and then again whenever it must. A program needs one for each target.
 */
export function createChannel(target: string | readonly string[], options: ChannelOptions = {}): Channel {
  return new Channel(target, options);
}

/** Latest frames kept of a connection: the last hundred small calls, or an hour of keepalive. */
const FRAMES = 512;

/** Open sockets alone do not keep the process alive: calls do. */
const background = { background: true };

export class Channel implements RpcChannel {
  readonly #core: HeldChannel;
  readonly #flights: Flights;

  constructor(target: string | readonly string[], given: ChannelOptions) {
    checkNames('createChannel', given, channelNames, peersChannelNames);
    const { credentials, recording, onEvent, ...options } = given;
    this.#flights = new Flights(recording ?? {}, FRAMES);
    const dialer = credentials === undefined ? plainDialer(background) : tlsDialer(credentials, background);
    const own = {
      recorder: this.#flights.recorder,
      onEvent: onEvent === undefined ? undefined : guarded('onEvent', onEvent),
    };
    this.#core = new HeldChannel(target, { ...options, ...own }, { ...platform, dialer });
  }

  /** As it was given, for people. */
  get target(): string {
    return this.#core.target.text;
  }

  get state(): ChannelState {
    return this.#core.state;
  }

  /** Hears every change of the state from now on; the answer stops that. */
  onState(listener: (state: ChannelState) => void): () => void {
    return this.#core.onState(listener);
  }

  /**
   * Connects without a call. Resolves when the channel is ready, however many attempts that takes; rejects with an RpcError after
   * `timeoutMs`, 20,000 unless given (the time that one attempt may take), or when the channel is closed.
   */
  connect({ timeoutMs = 20_000 }: { readonly timeoutMs?: number | undefined } = {}): Promise<void> {
    const ready = whenReady(this.#core, timeoutMs);
    // Who only wants the channel to begin does not look at the answer.
    ready.catch(() => undefined);
    this.#core.connect();
    return ready;
  }

  /** The byte-level API: one call, its messages as octets. See `CallStart` and `CallListener`. */
  call(start: CallStart, listener: CallListener): ClientCall {
    return this.#core.call(start, listener);
  }

  /** The time of the channel's clock in ms: deadlines of the byte-level API are times of it. */
  now(): number {
    return platform.timers.now();
  }

  /** Takes no more calls and lets the present ones go on. Resolves when the last connection is closed. */
  shutdown(): Promise<void> {
    return new Promise((resolve) => {
      hold.take();
      this.#core.shutdown(() => {
        hold.release();
        resolve();
      });
    });
  }

  /** Ends every call with UNAVAILABLE and every connection, now. */
  close(): void {
    this.#core.close();
  }

  /** What the recorders hold of the connections that are open and of those that closed last. */
  traceEvents(): readonly TraceEvent[] {
    return this.#flights.trace().events;
  }

  /** Saves that as a trace file for `calmwire explain` and `calmwire frames`, compressed if the path ends in `.gz`. */
  saveTrace(path: string): Promise<void> {
    return saveTrace(this.#flights, path, this.now());
  }

  explain(
    failure: CallFailure,
    { code, message }: { readonly code: number; readonly message: string },
  ): CallExplanation {
    return new CallExplanation({ failure, code, message, nowMs: this.now() }, this.#eventsOf(failure));
  }

  /** Of the failure's connection; of the one that closed last if none ever served the call. */
  #eventsOf({ connection, origin }: CallFailure): readonly TraceEvent[] {
    if (connection !== undefined) {
      // The frame that ended the call may still wait for the end of this turn, and a frame is dated when it leaves.
      connection.recorder?.flushed(this.now());
      return connection.recorder?.events(connection.id) ?? [];
    }
    return origin === 'connect' ? (this.#flights.closed[0]?.events() ?? []) : [];
  }
}

function whenReady(core: ChannelCore, timeoutMs: number): Promise<void> {
  if (!(timeoutMs > 0)) throw new UsageError(`timeoutMs is ${timeoutMs}, where a number above 0 is needed`);
  return new Promise((resolve, reject) => {
    const finish = (error: RpcError | undefined): void => {
      stop();
      clearTimeout(timer);
      if (error === undefined) resolve();
      else reject(error);
    };
    const look = (state: ChannelState): void => {
      if (state === 'ready') finish(undefined);
      if (state === 'shutdown') finish(new RpcError('The channel was closed.', Status.UNAVAILABLE));
    };
    const stop = core.onState(look);
    const late = `The channel to ${core.target.text} was not ready within ${timeoutMs} ms.`;
    const timer = setTimeout(
      () => finish(new RpcError(late, Status.DEADLINE_EXCEEDED)),
      Math.min(timeoutMs, TIMER_MS_MAX),
    );
    look(core.state);
  });
}

/** Node's longest timer, 24.8 days. */
const TIMER_MS_MAX = 2_147_483_647;
