/** The server core: takes links, serves calls of the handlers it was given, and goes in peace. */
import { UsageError } from '#base';
import { Timer } from '#drive';
import { ErrorCode } from '#h2';
import type { Link } from '#transport';
import type { ServerHandler } from './call-face.ts';
import { type ConnectionOwner, ServerConnection } from './connection.ts';
import { Door } from './door.ts';
import type { ServerStats } from './events.ts';
import { type ServerOptions, serverSettings } from './options.ts';
import { Rest } from './rest.ts';
import { Route, type ServerPorts, Shared } from './shared.ts';

/** `/package.Service/Method`, with any characters that a path may have. */
const PATH = /^\/[^/]+(\/[^/]+)+$/;

/** Time for the last GOAWAY and the last statuses to be read: some round trips of the slowest path. */
const CUT_AFTER_MS = 1_000;

export class ServerCore implements ConnectionOwner {
  readonly #shared: Shared;
  readonly #connections = new Set<ServerConnection>();
  readonly #door: Door;
  readonly #rest: Rest;
  #nextId = 1;
  #isShuttingDown = false;
  #graceMs = 0;
  readonly #graceTimer = new Timer(() => this.#graceOver());
  readonly #cutTimer = new Timer(() => this.#cut());
  #whenDone: (() => void)[] = [];

  constructor(options: ServerOptions, ports: ServerPorts) {
    const settings = serverSettings(options);
    this.#shared = new Shared(settings, ports);
    this.#door = new Door(ports.timers);
    this.#rest = new Rest(ports.timers, this.#connections);
    const { compress } = settings;
    if (compress !== undefined && !this.#shared.compressions.has(compress)) {
      throw new UsageError(`compress is '${compress}', and the server has no compression of that name`);
    }
  }

  get stats(): ServerStats {
    return this.#shared.stats;
  }

  /** Serves `path`, `/package.Service/Method`, from now on, also on connections that exist. */
  handle(path: string, handler: ServerHandler): void {
    const { routes, services } = this.#shared;
    if (!PATH.test(path)) throw new UsageError(`handle('${path}'): a path is /package.Service/Method`);
    if (routes.has(path)) throw new UsageError(`handle('${path}'): the path has a handler already`);
    routes.set(path, new Route(handler));
    services.add(path.slice(1, path.lastIndexOf('/')));
  }

  /** Takes a link whose handshake is complete. It belongs to the server from now on. */
  accept(link: Link): void {
    const shared = this.#shared;
    const { maxConnections } = shared.settings;
    if (this.#isShuttingDown) {
      shared.refused++;
      this.#door.turnAway(link, ErrorCode.NO_ERROR, 'shutdown');
      return;
    }
    if (this.#connections.size >= maxConnections) {
      const count = this.#connections.size;
      shared.refused++;
      shared.countRefusal('max-connections');
      shared.tell({
        kind: 'connection-refused',
        remote: link.remote,
        rule: 'max-connections',
        count,
        allowed: maxConnections,
      });
      this.#door.turnAway(link, ErrorCode.ENHANCE_YOUR_CALM, `max_connections: ${count} are open`);
      return;
    }
    shared.accepted++;
    shared.open++;
    const connection = new ServerConnection(this.#nextId++, link, shared, this);
    this.#connections.add(connection);
    this.#rest.wake();
    shared.tell({ kind: 'connection-opened', connection: connection.id, remote: link.remote });
    connection.start();
  }

  /**
   * Takes no more connections, says the two-step GOAWAY on those that exist, and calls `done` when the last link is closed: the
   * last answers have been delivered then. Calls go on until they end or `graceMs` are over; then they end with UNAVAILABLE, and
   * links that clients do not close are cut one second later. Called again, the earlier end of the grace counts.
   */
  shutdown(graceMs: number, done: () => void = () => {}): void {
    const { timers } = this.#shared;
    if (!(graceMs >= 0)) throw new UsageError(`shutdown(${graceMs}): the grace is a number of milliseconds, 0 or more`);
    this.#whenDone.push(done);
    this.#isShuttingDown = true;
    const dueMs = timers.now() + graceMs;
    if (!this.#cutTimer.armed && (!this.#graceTimer.armed || dueMs < this.#graceTimer.dueMs)) {
      this.#graceMs = graceMs;
      timers.set(this.#graceTimer, dueMs);
    }
    for (const connection of [...this.#connections]) connection.shutDown('shutdown', 'server_shutdown');
    this.#finishIfDone();
  }

  /** Ends every call and connection now; clients have one second to close their links. */
  close(): void {
    this.#isShuttingDown = true;
    for (const connection of [...this.#connections]) connection.close('shutdown');
    this.#cutLater();
    this.#finishIfDone();
  }

  connectionBusy(): void {
    this.#rest.wake();
  }

  connectionOver(connection: ServerConnection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#rest.stop();
    this.#shared.open--;
    this.#finishIfDone();
  }

  #graceOver(): void {
    for (const connection of [...this.#connections]) connection.cut(this.#graceMs);
    this.#cutLater();
  }

  #cutLater(): void {
    this.#shared.timers.clear(this.#graceTimer);
    this.#shared.timers.set(this.#cutTimer, this.#shared.timers.now() + CUT_AFTER_MS);
  }

  #cut(): void {
    for (const connection of [...this.#connections]) connection.destroy();
  }

  #finishIfDone(): void {
    if (!this.#isShuttingDown || this.#connections.size > 0) return;
    this.#shared.timers.clear(this.#graceTimer);
    this.#shared.timers.clear(this.#cutTimer);
    const waiting = this.#whenDone;
    this.#whenDone = [];
    for (const done of waiting) done();
  }
}
