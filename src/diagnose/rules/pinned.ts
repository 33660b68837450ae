/**
 * One connection that carries the whole load of a client although other servers of the same service are there: a balancer that
 * decides per connection decided once. Judged over the whole capture. gRFC A9 names the server's remedy.
 */
import { formatEndpoint } from '#base';
import { type Draft, draft, evidence } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { isSilentConnection } from './health-check.ts';

/** Fewer calls may well have found their way to one server by chance or by being one job. */
const CALLS_MIN = 100;
/** A client that spreads its calls over two servers gives none of them more than about half. */
const SHARE_MIN = 0.95;
/** Servers named as evidence. */
const SHOWN_MAX = 4;
/** A server that was merely tried once is no backend; one that is checked or used again and again is. */
const CHECKS_MIN = 2;

interface Backend {
  readonly connections: ConnectionFacts[];
  calls: number;
}

export function pinned(capture: CaptureFacts): Draft[] {
  const byClient = new Map<string, ConnectionFacts[]>();
  for (const connection of capture.connections.values()) {
    // Servers of one service listen on one port, on one host each.
    const key = `${connection.client.address} ${connection.server.port}`;
    const group = byClient.get(key);
    if (group === undefined) byClient.set(key, [connection]);
    else group.push(connection);
  }
  return [...byClient.values()].flatMap(ofClient);
}

function ofClient(connections: readonly ConnectionFacts[]): Draft[] {
  const backends = backendsOf(connections);
  if (backends.size < 2) return [];
  const calls = [...backends.values()].reduce((sum, backend) => sum + backend.calls, 0);
  const busiest = connections.reduce((a, b) => (b.calls.opened > a.calls.opened ? b : a));
  if (calls < CALLS_MIN || busiest.calls.opened < calls * SHARE_MIN) return [];
  const others = [...backends.entries()].filter(
    ([address, backend]) => address !== busiest.server.address && isBackend(backend, busiest),
  );
  if (others.length === 0) return [];
  const speak = others.some(([, { connections }]) => connections.some((one) => one.isHttp2));
  return [
    draft({
      id: 'connection/pinned',
      // That the others take calls shows only where they do.
      certainty: speak ? 'likely' : 'possible',
      culprit: 'client',
      connections: [busiest],
      params: {
        percent: (100 * busiest.calls.opened) / calls,
        calls,
        servers: others.length + 1,
        server: formatEndpoint(busiest.server),
        ageMs: (busiest.lastActivityMs ?? busiest.lastMs) - busiest.opened.timeMs,
        onlyChecked: speak ? undefined : true,
      },
      evidence: [busiest, ...others.map(([, { connections }]) => connections[0]!)]
        .slice(0, SHOWN_MAX + 1)
        .map((one) => callsEvidence(one, backends.get(one.server.address)?.calls ?? 0)),
    }),
  ];
}

function callsEvidence(connection: ConnectionFacts, calls: number): Draft['evidence'][number] {
  const server = formatEndpoint(connection.server);
  return evidence(connection, connection.opened, 'client', 'calls-to', { server, calls });
}

function backendsOf(connections: readonly ConnectionFacts[]): Map<string, Backend> {
  const backends = new Map<string, Backend>();
  for (const connection of connections) {
    const known = backends.get(connection.server.address);
    const backend = known ?? { connections: [], calls: 0 };
    if (known === undefined) backends.set(connection.server.address, backend);
    backend.connections.push(connection);
    backend.calls += connection.calls.opened;
  }
  return backends;
}

/** It was up while the busy connection was in use: it answered there, or its balancer went on checking it. */
function isBackend({ connections }: Backend, busy: ConnectionFacts): boolean {
  const untilMs = busy.lastActivityMs ?? busy.lastMs;
  const beside = connections.filter(
    ({ opened, lastMs }) => opened.timeMs <= untilMs && lastMs >= (busy.calls.first?.opened.timeMs ?? 0),
  );
  if (beside.some(({ isHttp2, lastFrame }) => isHttp2 && lastFrame.server !== undefined)) return true;
  return beside.filter(isSilentConnection).length >= CHECKS_MIN;
}
