/** What happens to the proxy itself, or at it, rather than to one call. */
import { type ConnectionFacts, draft, type EndFact, endKey, streamKey, victims } from '#diagnose';
import type { Comparison } from '../comparison.ts';
import type { Rule } from './common.ts';

interface Ended {
  readonly connection: ConnectionFacts;
  readonly end: EndFact;
  readonly atMs: number;
}

/** A process that ends closes its sockets in a row; what lies further apart did not happen together. */
const TOGETHER_MS = 1_000;
const SHOWN_MAX = 4;

/** The proxy ends its connections on both hops at once, with calls open: it was stopped, restarted or killed. */
export const proxyRestarted: Rule = (comparison) => {
  const clients = endedBy(comparison, comparison.left.connections, 'server');
  const servers = endedBy(comparison, comparison.right.connections, 'client');
  const first = clients.find(({ end }) => end.waiting.length > 0);
  if (first === undefined) return [];
  const near = ({ atMs }: Ended): boolean => Math.abs(atMs - first.atMs) <= TOGETHER_MS + comparison.clock.errorMs;
  const [here, there] = [clients.filter(near), servers.filter(near)];
  const all = [...here, ...there];
  const lastMs = Math.max(...all.map(({ atMs }) => atMs));
  if (there.length === 0 || someOutlives(comparison, all, lastMs)) return [];
  const waiting = here.flatMap(({ connection, end }) => end.waiting.map((call) => ({ connection, call })));
  return [
    draft({
      id: 'hop/proxy-restarted',
      certainty: all.length > 2 ? 'certain' : 'likely',
      culprit: 'middlebox',
      connections: all.map(({ connection }) => connection),
      params: {
        proxy: comparison.proxy,
        clientConnections: here.length,
        serverConnections: there.length,
        spreadMs: Math.max(0, lastMs - Math.min(...all.map(({ atMs }) => atMs))),
        openStreams: waiting.length,
      },
      evidence: [...here.slice(0, SHOWN_MAX), ...there.slice(0, SHOWN_MAX)].map(({ connection, end }) =>
        comparison.evidence(connection, end, end.from, end.how, { openStreams: end.waiting.length }),
      ),
      victims: here.flatMap(({ connection, end }) => victims(connection, end.waiting, () => 'unknown')),
      about: all.map(({ connection }) => `proxy ${connection.id}`),
      explains: [
        ...all.map(({ connection }) => endKey(connection)),
        ...waiting.map(({ connection, call }) => streamKey(connection, call.stream)),
      ],
    }),
  ];
};

function endedBy(
  comparison: Comparison,
  connections: readonly ConnectionFacts[],
  side: 'client' | 'server',
): readonly Ended[] {
  return connections.flatMap((connection) => {
    const end = connection.firstEnd;
    if (end?.from !== side || connection.established === undefined) return [];
    return [{ connection, end, atMs: comparison.timeMs(connection, end) }];
  });
}

/** A connection of the proxy that was open before goes on after it: then its process did not end. */
function someOutlives(comparison: Comparison, ended: readonly Ended[], lastMs: number): boolean {
  const gone = new Set(ended.map(({ connection }) => connection));
  return [...comparison.left.connections, ...comparison.right.connections].some((connection) => {
    if (gone.has(connection) || !connection.isHttp2) return false;
    const last = { packet: 0, timeMs: connection.lastMs };
    return (
      comparison.timeMs(connection, connection.opened) < lastMs && comparison.timeMs(connection, last) > lastMs + 1
    );
  });
}

/** So many PINGs are a keepalive, not a probe. */
const PINGS_MIN = 3;
/** Shorter pauses end no connection. */
const SILENCE_MIN_MS = 1_000;

/** The client keeps its connection alive, and the one behind the proxy dies of silence. */
export const keepaliveNotForwarded: Rule = (comparison) => {
  const pinging = comparison.left.connections.filter(({ pings }) => pings.count.client >= PINGS_MIN);
  return comparison.right.connections.flatMap((right) => {
    const end = right.firstEnd;
    if (end?.from !== 'server' || end.silenceMs < SILENCE_MIN_MS || right.pings.count.client > 0) return [];
    const endMs = comparison.timeMs(right, end);
    const left = pinging.find(
      (connection) => connection.opened.timeMs <= endMs - end.silenceMs && connection.lastMs >= endMs,
    );
    if (left === undefined) return [];
    const { last } = left.pings.ledger;
    return [
      draft({
        id: 'hop/keepalive-not-forwarded',
        certainty: 'certain',
        culprit: 'none',
        connections: [left, right],
        params: { proxy: comparison.proxy, pings: left.pings.count.client, silenceMs: end.silenceMs },
        evidence: [
          ...(last === undefined
            ? []
            : [
                comparison.evidence(left, last, 'client', 'pings', {
                  count: left.pings.count.client,
                  gapMs: undefined,
                }),
              ]),
          comparison.evidence(right, end, 'server', end.how, { openStreams: end.waiting.length }),
        ],
        about: [`pings ${right.id}`],
      }),
    ];
  });
};
