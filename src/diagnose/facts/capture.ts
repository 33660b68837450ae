/** All connections of one input, and questions that need more than one of them. */
import { type Endpoint, formatEndpoint } from '#base';
import type { TraceEvent } from '#trace';
import { ConnectionFacts } from './connection.ts';

/**
 * Connections kept in full. Beyond it the oldest well ones are counted and forgotten: what they had to say is said, and
 * memory stays within some hundred megabytes whatever the length of the capture.
 */
const CONNECTIONS_MAX = 50_000;

export class CaptureFacts {
  readonly connections = new Map<number, ConnectionFacts>();
  /** Connections that were well and are no longer kept. */
  forgotten = 0;
  lastMs = 0;

  event(event: TraceEvent): void {
    this.lastMs = event.timeMs;
    if (event.kind === 'opened') {
      this.connections.set(event.connection, new ConnectionFacts(event));
      if (this.connections.size > CONNECTIONS_MAX) this.#forgetOne();
      return;
    }
    this.connections.get(event.connection)?.event(event);
  }

  /** Connections from the same client host to the same server endpoint, in the order in which they opened. */
  siblings(connection: ConnectionFacts): ConnectionFacts[] {
    return [...this.connections.values()].filter(
      (other) => other.client.address === connection.client.address && sameEndpoint(other.server, connection.server),
    );
  }

  /**
   * Connections that carry on what `connection` brought to a proxy: from the proxy's host, with the same methods, at the
   * same time, where headers show that there is a proxy at all.
   */
  upstreamOf(connection: ConnectionFacts): ConnectionFacts[] {
    return [...this.connections.values()].filter((other) => isNextHop(connection, other));
  }

  /** Connections that `connection` carries on for a proxy. */
  downstreamOf(connection: ConnectionFacts): ConnectionFacts[] {
    return [...this.connections.values()].filter((other) => isNextHop(other, connection));
  }

  /** Connections by server endpoint. */
  byServer(): Map<string, ConnectionFacts[]> {
    const groups = new Map<string, ConnectionFacts[]>();
    for (const connection of this.connections.values()) {
      const key = formatEndpoint(connection.server);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [connection]);
      else group.push(connection);
    }
    return groups;
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
