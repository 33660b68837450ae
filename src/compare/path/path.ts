/** One path between client and server, captured at two of its places: the same connections, and so the same streams. */
import type { ConnectionFacts, Draft } from '#diagnose';
import { Comparison } from '../comparison.ts';
import type { HopCall, HopView } from '../hop.ts';
import type { Match, Matching } from '../match.ts';
import { pathClock } from './clock.ts';
import type { Twin } from './twins.ts';

export interface Path {
  readonly comparison: Comparison;
  readonly twins: readonly Twin[];
}

export function pathOf(left: HopView, right: HopView, twins: readonly Twin[], wallOffsetMs: number | undefined): Path {
  const matching = matchStreams(left, right, twins);
  return { comparison: new Comparison(left, right, pathClock(twins, matching.matches, wallOffsetMs), matching), twins };
}

/** A stream of a connection is the same call wherever the connection is captured. */
function matchStreams(left: HopView, right: HopView, twins: readonly Twin[]): Matching {
  const there = new Map<ConnectionFacts, Map<number, HopCall>>();
  for (const inner of right.calls) {
    const streams = there.get(inner.connection) ?? new Map<number, HopCall>();
    there.set(inner.connection, streams.set(inner.call.stream, inner));
  }
  const twinOf = new Map(twins.map((twin) => [twin.left, twin.right]));
  const matches: Match[] = [];
  const alone: HopCall[] = [];
  for (const outer of left.calls) {
    const twin = twinOf.get(outer.connection);
    const inner = twin === undefined ? undefined : there.get(twin)?.get(outer.call.stream);
    if (inner !== undefined) matches.push({ outer, attempts: [inner], grade: 'certain', isAlike: false });
    else if (twin !== undefined) alone.push(outer);
  }
  const found = new Set(matches.flatMap(({ attempts }) => attempts));
  return {
    matches,
    alone: { outer: alone, inner: right.calls.filter((call) => !found.has(call)) },
    ambiguous: { outer: 0, inner: 0 },
    outside: { outer: 0, inner: 0 },
    closedMethods: new Set(),
  };
}

/** The findings of both places: what both show is told once, as the client's place shows it. */
export function foundOnce({ comparison, twins }: Path, lefts: readonly Draft[], rights: readonly Draft[]): Draft[] {
  const twinOf = new Map(twins.map((twin) => [twin.right, twin.left]));
  const told = new Set(
    lefts.flatMap(({ id, connections }) => connections.map((connection) => `${id} ${connection.id}`)),
  );
  const news = rights.filter(({ id, connections }) => {
    const twin = connections[0] === undefined ? undefined : twinOf.get(connections[0]);
    return twin === undefined || !told.has(`${id} ${twin.id}`);
  });
  return [...lefts, ...news].map((draft) => ({
    ...draft,
    evidence: draft.evidence.map((line) => {
      const connection = draft.connections.find(({ id }) => id === line.connection) ?? draft.connections[0];
      return connection === undefined ? line : comparison.placed(line, connection);
    }),
  }));
}
