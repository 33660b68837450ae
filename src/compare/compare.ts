/**
 * Compares two hops of the same calls: the findings of each hop and what happened between them, as one verdict. Feed it
 * the events of two inputs, or of one that holds both hops.
 */
import {
  type ComparisonSummary,
  type ConnectionFacts,
  type ConnectionSummary,
  conclude,
  type Draft,
  graded,
  type InputSide,
  type RevealedStacks,
  stacksOf,
  type Verdict,
} from '#diagnose';
import type { TraceSink } from '#trace';
import type { Comparison } from './comparison.ts';
import { exampleOf } from './example.ts';
import { Hop, viewOf } from './hop.ts';
import { linked } from './link.ts';
import { compareViews, oriented } from './orient.ts';
import { foundOnce, judgePath, pathOf, type Twins, twinsOf } from './path/index.ts';
import { judgeHops } from './rules/index.ts';

/** What of a report the comparison makes; who read the inputs adds them. */
export interface Compared extends Verdict {
  readonly comparison: Omit<ComparisonSummary, 'serverInput'>;
}

/** Pairs of server endpoints tried to find the two hops in one capture: the busiest few are enough. */
const ENDPOINTS_MAX = 6;
/** Ids of the server side begin after a round number, so that its own numbers are still to be read in them. */
const ROUND_MIN = 100;

function idsAfter({ connections }: Hop): number {
  const highest = connections.reduce((most, { number }) => Math.max(most, number), 0);
  return Math.max(ROUND_MIN, 10 ** String(highest).length);
}

export class HopComparer {
  readonly #first = new Hop();
  #second: Hop | undefined;

  /** Takes the events of the first input. */
  get first(): TraceSink {
    return this.#first.event;
  }

  /** Takes the events of the second input, if there is one. */
  second(): TraceSink {
    this.#second ??= new Hop();
    return this.#second.event;
  }

  /** `wallOffsetMs`: what is to be added to times of the second input by the wall clocks, if both have one. */
  finish(wallOffsetMs: number | undefined): Compared {
    const [first, second] = [this.#first, this.#second];
    if (second === undefined) {
      const comparison = withinOne(first);
      return concluded(comparison, hopDrafts(comparison, first.diagnosis.drafts()), first.connections, false);
    }
    const twins = twinsOf(first, second);
    if (twins.pairs.length > 0) return alongPath(first, second, twins, wallOffsetMs);
    const { comparison, swapped } = oriented(first, second, wallOffsetMs);
    const [left, right] = swapped ? [second, first] : [first, second];
    right.diagnosis.facts.numberAfter(idsAfter(left));
    const drafts = [...left.diagnosis.drafts(), ...right.diagnosis.drafts()];
    return concluded(comparison, hopDrafts(comparison, drafts), [...left.connections, ...right.connections], swapped);
  }
}

/** The two inputs show the same connections, at two places of their path. */
function alongPath(first: Hop, second: Hop, twins: Twins, wallOffsetMs: number | undefined): Compared {
  const [left, right] = twins.swapped ? [second, first] : [first, second];
  const back = wallOffsetMs === undefined ? undefined : -wallOffsetMs;
  right.diagnosis.facts.numberAfter(idsAfter(left));
  const path = pathOf(left, right, twins.pairs, twins.swapped ? back : wallOffsetMs);
  const drafts = [...graded(judgePath(path)), ...foundOnce(path, left.diagnosis.drafts(), right.diagnosis.drafts())];
  return concluded(path.comparison, drafts, [...left.connections, ...right.connections], twins.swapped, twins);
}

/** What happened between the hops, and on each, tied together. */
function hopDrafts(comparison: Comparison, drafts: readonly Draft[]): Draft[] {
  return [...graded(judgeHops(comparison)), ...linked(comparison, drafts)];
}

/** Both hops in one capture: those of its server endpoints of which one carries on most of the other's calls. */
function withinOne(hop: Hop): Comparison {
  const byServer = new Map<string, Set<ConnectionFacts>>();
  for (const { connection } of hop.calls) {
    const { address, port } = connection.server;
    const key = `${address} ${port}`;
    byServer.set(key, (byServer.get(key) ?? new Set()).add(connection));
  }
  const views = [...byServer.values()]
    .map((connections) => viewOf(hop, connections))
    .sort((one, other) => other.calls.length - one.calls.length)
    .slice(0, ENDPOINTS_MAX);
  const nobody = viewOf(hop, new Set());
  let best = compareViews(views[0] ?? nobody, views[0] === undefined ? nobody : restOf(hop, views[0].connections), {
    kind: 'same',
  });
  let most = 0;
  for (const left of views) {
    for (const right of views) {
      if (left === right) continue;
      const comparison = compareViews(left, right, { kind: 'same' });
      if (comparison.pairs.length <= most) continue;
      most = comparison.pairs.length;
      best = comparison;
    }
  }
  return best;
}

/** Connections without calls are a side too: a server that refuses all of them. */
function restOf(hop: Hop, connections: readonly ConnectionFacts[]): Hop | ReturnType<typeof viewOf> {
  const taken = new Set(connections);
  return viewOf(hop, new Set(hop.connections.filter((one) => !taken.has(one) && one.calls.opened === 0)));
}

function concluded(
  comparison: Comparison,
  drafts: readonly Draft[],
  connections: readonly ConnectionFacts[],
  swapped: boolean,
  twins?: Twins,
): Compared {
  const verdict = conclude(connections, drafts, (draft) => stacksAcross(comparison, draft));
  const { matching, left, right, proxy, clock, pairs } = comparison;
  const count = (grade: string): number => pairs.filter((pair) => pair.grade === grade).length;
  return {
    findings: verdict.findings,
    connections: verdict.connections.map((summary, at) => placed(summary, connections[at]!, comparison)),
    comparison: {
      relation: twins !== undefined ? 'path' : pairs.length > 0 ? 'proxy' : 'nothing',
      swapped,
      proxy,
      clock,
      calls: {
        clientSide: left.calls.length,
        serverSide: right.calls.length,
        certain: count('certain'),
        likely: count('likely'),
        possible: count('possible'),
        ambiguous: sides(matching.ambiguous),
        alone: { clientSide: matching.alone.outer.length, serverSide: matching.alone.inner.length },
        outside: sides(matching.outside),
      },
      routes: routesOf(comparison),
      example: exampleOf(comparison),
    },
  };
}

function sides({ outer, inner }: { outer: number; inner: number }): { clientSide: number; serverSide: number } {
  return { clientSide: outer, serverSide: inner };
}

function placed(summary: ConnectionSummary, connection: ConnectionFacts, comparison: Comparison): ConnectionSummary {
  const side = comparison.left.connections.includes(connection)
    ? 'client-side'
    : comparison.right.connections.includes(connection)
      ? 'server-side'
      : undefined;
  return { ...summary, ...timesOf(summary, connection, comparison, side), side, numberInInput: connection.number };
}

function timesOf(
  summary: ConnectionSummary,
  connection: ConnectionFacts,
  comparison: Comparison,
  side: InputSide | undefined,
): Partial<ConnectionSummary> {
  if (side !== 'server-side') return {};
  const at = (timeMs: number): number => comparison.timeMs(connection, { packet: 0, timeMs });
  return {
    openedMs: at(summary.openedMs),
    closedMs: summary.closedMs === undefined ? undefined : at(summary.closedMs),
  };
}

/** The client as its own hop shows it, the server as its own does, and the proxy from wherever it is named. */
function stacksAcross({ left, right }: Comparison, { connections }: Draft): RevealedStacks {
  const own = stacksOf(connections[0]);
  const mine = (side: readonly ConnectionFacts[]): ConnectionFacts | undefined =>
    connections.find((connection) => side.includes(connection)) ?? side.find(({ calls }) => calls.opened > 0);
  const [client, server] = [stacksOf(mine(left.connections)), stacksOf(mine(right.connections))];
  return {
    client: client.client ?? own.client,
    server: server.server ?? own.server,
    middlebox: client.middlebox ?? server.middlebox ?? own.middlebox,
  };
}

/** Routes named; a proxy in front of many backends has many. */
const ROUTES_MAX = 100;

function routesOf({ pairs }: Comparison): ComparisonSummary['routes'] {
  const routes = new Map<string, { clientSide: number; serverSide: number; calls: number }>();
  for (const { left, match } of pairs) {
    for (const { connection } of match.attempts) {
      const key = `${left.id} ${connection.id}`;
      const route = routes.get(key) ?? { clientSide: left.id, serverSide: connection.id, calls: 0 };
      route.calls++;
      routes.set(key, route);
    }
  }
  return [...routes.values()].sort((a, b) => b.calls - a.calls).slice(0, ROUTES_MAX);
}
