/** What the connections and calls of one server have in common: settings, ports, counters. */
import type { KeepaliveOptions, SessionOptions, Timers } from '#drive';
import { connectionConfig } from '#h2';
import type { Chance, Clock, Compression } from '#transport';
import type { ServerHandler } from './call-face.ts';
import type { ServerEvent, ServerRule, ServerStats } from './events.ts';
import type { ServerSettings } from './options.ts';
import { ResponseTemplates } from './templates.ts';

/** What a server asks of the world. */
export interface ServerPorts {
  readonly clock: Clock;
  /** Shared by all servers and channels of a program. */
  readonly timers: Timers;
  readonly chance: Chance;
  /** Algorithms in which requests may come and responses may go, in the order of preference. Default none. */
  readonly compressions?: readonly Compression[] | undefined;
}

/** Where a path leads. */
export class Route {
  readonly handler: ServerHandler;
  /** The client sends exactly one message. */
  readonly oneRequest: boolean;
  /** The server sends exactly one message with OK, at most one with another status. */
  readonly oneResponse: boolean;

  constructor(handler: ServerHandler) {
    const { kind } = handler;
    this.handler = handler;
    this.oneRequest = kind === 'unary' || kind === 'server-streaming';
    this.oneResponse = kind === 'unary' || kind === 'client-streaming';
  }
}

export class Shared {
  readonly settings: ServerSettings;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly chance: Chance;
  readonly compressions = new Map<string, Compression>();
  readonly templates: ResponseTemplates;
  /** What each connection is set up with; the same objects for all of them. */
  readonly engine: NonNullable<SessionOptions['engine']>;
  readonly keepalive: KeepaliveOptions;
  readonly routes = new Map<string, Route>();
  /** `pkg.Service` of each route: to tell an unknown service from an unknown method. */
  readonly services = new Set<string>();
  /** For a path without a route; undefined: there is none. */
  readonly unknown: Route | undefined;
  /** Octets of unfinished messages beyond what flow control bounds. */
  partialBytes = 0;
  running = 0;
  started = 0;
  succeeded = 0;
  failed = 0;
  open = 0;
  accepted = 0;
  refused = 0;
  readonly #refusals = new Map<ServerRule, number>();

  constructor(settings: ServerSettings, ports: ServerPorts) {
    this.settings = settings;
    this.clock = ports.clock;
    this.timers = ports.timers;
    this.chance = ports.chance;
    for (const compression of ports.compressions ?? []) this.compressions.set(compression.name, compression);
    const config = connectionConfig({
      side: 'server',
      maxConcurrentStreams: settings.maxConcurrentStreams,
      streamWindowBytes: settings.streamWindowBytes,
      connectionWindowBytes: settings.connectionWindowBytes,
      maxWindowBytes: settings.maxWindowBytes,
      settingsTimeoutMs: settings.handshakeTimeoutMs,
      limits: { ...settings.limits, maxHeaderListBytes: settings.maxHeaderListBytes },
    });
    this.engine = { config };
    // A server asks also while there are no calls: it is the idle connections that die unseen.
    this.keepalive = { ...settings.keepalive, withoutCalls: true, probeAfterMs: Number.POSITIVE_INFINITY };
    this.templates = new ResponseTemplates([...this.compressions.keys()]);
    this.unknown = settings.unknown === undefined ? undefined : new Route(settings.unknown);
  }

  /** Counts what a rule refused. */
  countRefusal(rule: ServerRule): void {
    this.#refusals.set(rule, (this.#refusals.get(rule) ?? 0) + 1);
  }

  tell(event: ServerEvent): void {
    this.settings.onEvent?.(event);
  }

  get stats(): ServerStats {
    return {
      connections: { open: this.open, accepted: this.accepted, refused: this.refused },
      calls: { running: this.running, started: this.started, succeeded: this.succeeded, failed: this.failed },
      partialMessageBytes: this.partialBytes,
      refusals: new Map(this.#refusals),
    };
  }
}
