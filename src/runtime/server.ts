/** `createServer`: a server core with Node's sockets under it, services on it, and a flight recorder beside it. */
import type { DescService } from '@bufbuild/protobuf';
import { checkNames, UsageError } from '#base';
import { plainAcceptor, type ServerCredentials, type TlsAcceptorOptions, tlsAcceptor } from '#node';
import { addService, type HandlerFailure, type Interceptor, type ServiceImpl, type ServiceOptions } from '#rpc';
import {
  type ServerOptions as CoreOptions,
  ServerCore,
  type ServerEvent,
  type ServerHandler,
  type ServerStats,
} from '#server';
import type { TraceEvent } from '#trace';
import { type Acceptor, type Address, formatAddress, type Listening } from '#transport';
import { Flights, type RecordingOptions } from './flights.ts';
import { guarded } from './guarded.ts';
import { reportHandlerFailure } from './handler-failure.ts';
import { listenAddress } from './listen-address.ts';
import { ListenError } from './listen-error.ts';
import { listenNames, peersServerNames, serverNames } from './option-names.ts';
import { platform } from './platform.ts';
import { saveTrace } from './trace-file.ts';

/** These, and those of the server core: limits, keepalive, age, windows. docs/guide/options.md lists all. */
export interface ServerOptions extends Omit<CoreOptions, 'recorder'> {
  /**
   * Wrapped around every call of every service; the first is the outermost. Default none, and none cost nothing.
   * grpc-js `interceptors`; grpc-go `ChainUnaryInterceptor`; grpc-java `intercept`.
   */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /**
   * Hears of handlers that failed in a way that is not a status: exceptions, responses that cannot be encoded. Their clients
   * learn no details. Default: written to standard error, as nothing should die in silence. No peer has it.
   */
  readonly onHandlerError?: ((failure: HandlerFailure) => void) | undefined;
  /** What is recorded of connections, for `saveTrace`. */
  readonly recording?: RecordingOptions | undefined;
}

/** `handshakeTimeoutMs`, `maxHandshakes` and `onHandshakeFault` are for TLS; `onAcceptFault` for both. */
export interface ListenOptions extends TlsAcceptorOptions {
  /** TLS with these credentials (`serverCredentials`). Default: clear text. grpc-js `ServerCredentials`; grpc-go `grpc.Creds`; grpc-java `useTransportSecurity`. */
  readonly credentials?: ServerCredentials | undefined;
}

/** Where a server listens. */
export interface Bound {
  /** As a target of `createChannel`: `127.0.0.1:50051`. */
  readonly target: string;
  /** The real port if 0 was asked for; 0 for a unix socket. */
  readonly port: number;
  readonly address: Address;
}

export interface ShutdownOptions {
  /**
   * How long calls may go on, in ms; what is left then ends with UNAVAILABLE. Default 20,000: Kubernetes kills a pod 30 s after
   * SIGTERM, and the rest of the program needs some of them too. grpc-go `GracefulStop` waits for ever.
   */
  readonly graceMs?: number | undefined;
}

/** A server. Give it services with `add`, then let it `listen`. */
export function createServer(options: ServerOptions = {}): Server {
  return new Server(options);
}

/** Latest frames kept of a connection: some ten small calls. A server has many connections, and clients record more. */
const FRAMES = 64;
const GRACE_MS = 20_000;

export class Server {
  readonly #core: ServerCore;
  readonly #flights: Flights;
  readonly #interceptors: readonly Interceptor[];
  readonly #onHandlerError: (failure: HandlerFailure) => void;
  readonly #onEvent: ((event: ServerEvent) => void) | undefined;
  readonly #listenings = new Set<Listening>();
  #isOver = false;

  constructor(given: ServerOptions) {
    checkNames('createServer', given, serverNames, peersServerNames);
    const { interceptors, onHandlerError, recording, onEvent, ...options } = given;
    this.#flights = new Flights(recording ?? {}, FRAMES);
    this.#interceptors = interceptors ?? [];
    this.#onHandlerError = guarded('onHandlerError', onHandlerError ?? reportHandlerFailure);
    this.#onEvent = onEvent === undefined ? undefined : guarded('onEvent', onEvent);
    const own = { recorder: this.#flights.recorder, onEvent: (event: ServerEvent) => this.#tell(event) };
    this.#core = new ServerCore({ ...options, ...own }, platform);
  }

  /**
   * Serves a service, also on connections that exist. `service` is the descriptor that protoc-gen-es generates. Methods without
   * a function in `implementation` answer UNIMPLEMENTED.
   */
  add<Desc extends DescService>(
    service: Desc,
    implementation: Partial<ServiceImpl<Desc>>,
    options?: ServiceOptions,
  ): this {
    const host = {
      host: this.#core,
      now: () => platform.timers.now(),
      interceptors: this.#interceptors,
      sink: this.#onHandlerError,
    };
    addService(host, service, implementation, options);
    return this;
  }

  /** The byte-level API: serves `/package.Service/Method` with a handler that takes and gives octets. */
  handle(path: string, handler: ServerHandler): this {
    this.#core.handle(path, handler);
    return this;
  }

  /**
   * Listens on `127.0.0.1:50051`, `[::1]:0`, `:50051` (all interfaces) or `unix:/path`; may be called for several. Resolves when
   * clients can connect; rejects with a ListenError.
   */
  async listen(at: string, options: ListenOptions = {}): Promise<Bound> {
    checkNames('listen', options, listenNames);
    const { credentials, ...others } = options;
    const address = listenAddress(at);
    if (this.#isOver) throw new UsageError('the server was shut down: make a new one');
    const acceptor = credentials === undefined ? plainAcceptor(others) : tlsAcceptor(credentials, others);
    const listening = await this.#listenWith(acceptor, address);
    if (this.#isOver) {
      await closed(listening);
      throw new UsageError('the server was shut down while it began to listen');
    }
    this.#listenings.add(listening);
    const bound = listening.address;
    return { target: formatAddress(bound), port: bound.kind === 'tcp' ? bound.port : 0, address: bound };
  }

  /**
   * Goes in peace: listens no more, tells clients to go elsewhere (two-step GOAWAY), lets calls go on for the grace. Resolves when
   * the last connection is closed. Handlers whose client waits no longer see it at `context.signal`.
   */
  async shutdown({ graceMs = GRACE_MS }: ShutdownOptions = {}): Promise<void> {
    this.#isOver = true;
    const done = new Promise<void>((resolve) => this.#core.shutdown(graceMs, resolve));
    await Promise.all([done, this.#stopListening()]);
  }

  /** Ends every call and connection now. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#core.close();
    await this.#stopListening();
  }

  /** Counters since the server was made, and what is open now. */
  get stats(): ServerStats {
    return this.#core.stats;
  }

  /** What the recorders hold of the connections that are open and of those that closed last. */
  traceEvents(): readonly TraceEvent[] {
    return this.#flights.trace().events;
  }

  /** Saves that as a trace file for `calmwire explain` and `calmwire frames`, compressed if the path ends in `.gz`. */
  saveTrace(path: string): Promise<void> {
    return saveTrace(this.#flights, path, platform.timers.now());
  }

  #listenWith(acceptor: Acceptor, address: Address): Promise<Listening> {
    return new Promise((resolve, reject) => {
      const accept = this.#core.accept.bind(this.#core);
      acceptor.listen(address, accept, (attempt) => {
        if (attempt.kind === 'ok') resolve(attempt.value);
        else reject(new ListenError(attempt.fault));
      });
    });
  }

  async #stopListening(): Promise<void> {
    const listenings = [...this.#listenings];
    this.#listenings.clear();
    await Promise.all(listenings.map(closed));
  }

  #tell(event: ServerEvent): void {
    this.#onEvent?.(event);
    // Of the byte-level API; those of services come by their own way.
    if (event.kind === 'handler-failed') {
      const { error, path } = event;
      this.#onHandlerError({ error, path, peer: undefined });
    }
  }
}

function closed(listening: Listening): Promise<void> {
  return new Promise((resolve) => listening.close(resolve));
}
