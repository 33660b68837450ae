/** All connections of one input, and questions that need more than one of them. */
import { type Endpoint, formatEndpoint } from '#base';
import type { TraceEvent } from '#trace';
import { ConnectionFacts } from './connection.ts';
import { ExampleAllowance } from './examples.ts';

/**
 * Connections kept in full. Beyond it the oldest well ones are counted and forgotten: what they had to say is said, and
 * memory stays within some hundred megabytes whatever the length of the capture.
 */
const CONNECTIONS_MAX = 50_000;

/** Connections looked at as the other hop of one: a proxy's connections are few, and each question asks about all. */
const HOPS_MAX = 1_000;

export class CaptureFacts {
  readonly connections = new Map<number, ConnectionFacts>();
  /** Connections that were well and are no longer kept. */
  forgotten = 0;
  lastMs = 0;
  readonly #examples = new ExampleAllowance();
  /** The connection of the last event: the next one is mostly of the same. */
  #last: ConnectionFacts | undefined;
  /** Made when first asked for, after the last event. */
  #index: Index | undefined;

  event(event: TraceEvent): void {
    // Clocks are set back, and what waited for a hole to fill is told late.
    if (event.timeMs > this.lastMs) this.lastMs = event.timeMs;
    this.#index = undefined;
    if (event.kind === 'opened') {
      this.connections.set(event.connection, new ConnectionFacts(event, this.#examples));
      if (this.connections.size > CONNECTIONS_MAX) this.#forgetOne();
      return;
    }
    if (this.#last?.number !== event.connection) this.#last = this.connections.get(event.connection);
    this.#last?.event(event);
  }

  /** Where two inputs are judged together, the ids of one of them begin above `idsAfter`. Before any rule is asked. */
  numberAfter(idsAfter: number): void {
    for (const connection of this.connections.values()) connection.id = connection.number + idsAfter;
  }

  /** Connections from the same client host to the same server endpoint, in the order in which they opened. */
  siblings(connection: ConnectionFacts): readonly ConnectionFacts[] {
    return this.#indexed().siblings.get(siblingKey(connection)) ?? [];
  }

  /**
   * Connections that carry on what `connection` brought to a proxy: from the proxy's host, with the same methods, at the
   * same time, where headers show that there is a proxy at all.
   */
  upstreamOf(connection: ConnectionFacts): ConnectionFacts[] {
    const near = this.#indexed().byClientHost.get(connection.server.address) ?? [];
    return near.slice(0, HOPS_MAX).filter((other) => isNextHop(connection, other));
  }

  /** Connections that `connection` carries on for a proxy. */
  downstreamOf(connection: ConnectionFacts): ConnectionFacts[] {
    return this.toHost(connection.client.address)
      .slice(0, HOPS_MAX)
      .filter((other) => isNextHop(other, connection));
  }

  /** Connections to any port of a host. */
  toHost(address: string): readonly ConnectionFacts[] {
    return this.#indexed().byServerHost.get(address) ?? [];
  }

  /** Connections that a host opened. */
  fromHost(address: string): readonly ConnectionFacts[] {
    return this.#indexed().byClientHost.get(address) ?? [];
  }

  /** Connections by server endpoint. */
  byServer(): ReadonlyMap<string, readonly ConnectionFacts[]> {
    return this.#indexed().byServer;
  }

  /** Some connection to this port was established, on whatever address. */
  isPortServed(port: number): boolean {
    return this.#indexed().servedPorts.has(port);
  }

  /** The capture lost packets of some connection, or joined it late: others may have been cut short by it unseen. */
  get isPartial(): boolean {
    return this.#indexed().isPartial;
  }

  #indexed(): Index {
    this.#index ??= indexOf(this.connections.values());
    return this.#index;
  }

  #forgetOne(): void {
    for (const [id, connection] of this.connections) {
      if (connection.closed === undefined || !connection.wasWell) continue;
      this.connections.delete(id);
      this.forgotten++;
      return;
    }
  }
}

/** The connections by what the rules ask for: each rule asks about every connection, so no answer may look at all. */
interface Index {
  readonly siblings: Map<string, ConnectionFacts[]>;
  readonly byServer: Map<string, ConnectionFacts[]>;
  readonly byServerHost: Map<string, ConnectionFacts[]>;
  readonly byClientHost: Map<string, ConnectionFacts[]>;
  readonly servedPorts: Set<number>;
  isPartial: boolean;
}

function indexOf(connections: Iterable<ConnectionFacts>): Index {
  const index: Index = {
    siblings: new Map(),
    byServer: new Map(),
    byServerHost: new Map(),
    byClientHost: new Map(),
    servedPorts: new Set(),
    isPartial: false,
  };
  for (const connection of connections) {
    file(index.siblings, siblingKey(connection), connection);
    file(index.byServer, formatEndpoint(connection.server), connection);
    file(index.byServerHost, connection.server.address, connection);
    file(index.byClientHost, connection.client.address, connection);
    if (connection.isPartial) index.isPartial = true;
    if (connection.established !== undefined) index.servedPorts.add(connection.server.port);
  }
  return index;
}

function file(groups: Map<string, ConnectionFacts[]>, key: string, connection: ConnectionFacts): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [connection]);
  else group.push(connection);
}

function siblingKey({ client, server }: ConnectionFacts): string {
  return `${client.address} ${formatEndpoint(server)}`;
}

function isNextHop(downstream: ConnectionFacts, upstream: ConnectionFacts): boolean {
  if (downstream === upstream || downstream.server.address !== upstream.client.address) return false;
  if (sameEndpoint(downstream.server, upstream.server)) return false;
  if (!downstream.stacks.fronted && !upstream.stacks.forwarded) return false;
  // On one host both directions fit by address: what a proxy adds tells which hop is which.
  if (downstream.stacks.forwarded && !upstream.stacks.forwarded) return false;
  if (upstream.stacks.fronted && !downstream.stacks.fronted) return false;
  const [first, second] = [downstream.calls.first, upstream.calls.first];
  if (first === undefined || second === undefined || first.method !== second.method) return false;
  return upstream.lastMs >= downstream.opened.timeMs && upstream.opened.timeMs <= downstream.lastMs;
}

function sameEndpoint(first: Endpoint, second: Endpoint): boolean {
  return first.port === second.port && first.address === second.address;
}
