/** What the rules over pairs share: pairs of the same two connections are told together, a few of them in full. */
import type { Call, ConnectionFacts, Draft, EventKey, Evidence, Victim } from '#diagnose';
import { streamKey } from '#diagnose';
import type { Comparison } from '../comparison.ts';
import type { Fate, Pair } from '../pair.ts';

export type Rule = (comparison: Comparison) => Draft[];

/** Pairs shown in full as evidence; the others are counted. */
const SHOWN_MAX = 2;
/** Streams and victims named in one finding. */
const NAMED_MAX = 200;

export interface Told {
  readonly pairs: readonly Pair[];
  readonly first: Pair;
}

/** Pairs that a finding is made of, by connections and by what makes them different. */
export function together(pairs: readonly Pair[], kindOf: (pair: Pair) => string = () => ''): Told[] {
  const groups = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const key = `${pair.left.id} ${pair.right.id} ${kindOf(pair)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pair]);
    else group.push(pair);
  }
  return [...groups.values()].map((group) => ({ pairs: group, first: group[0]! }));
}

export function withFate(comparison: Comparison, ...fates: readonly Fate[]): Pair[] {
  return comparison.pairs.filter(({ fate }) => fates.includes(fate));
}

/** What is the same for every finding about pairs. */
export function shared(
  comparison: Comparison,
  { pairs, first }: Told,
  lines: (pair: Pair) => readonly Evidence[],
): Pick<Draft, 'connections' | 'streams' | 'evidence' | 'victims' | 'certainty'> {
  const more = pairs.length - SHOWN_MAX;
  const last = pairs[SHOWN_MAX - 1];
  const tail =
    more > 0 && last !== undefined
      ? [comparison.evidence(last.left, last.outer.opened, 'none', 'repeated', { count: more })]
      : [];
  return {
    connections: [first.left, first.right],
    streams: pairs.slice(0, NAMED_MAX).map(({ outer }) => outer.stream),
    evidence: [...pairs.slice(0, SHOWN_MAX).flatMap(lines), ...tail],
    victims: pairs.slice(0, NAMED_MAX).map(({ left, outer }) => victimOf(left, outer, 'unknown')),
    certainty: comparison.certaintyOf(first),
  };
}

export function victimOf(connection: ConnectionFacts, call: Call, retry: Victim['retry']): Victim {
  return { connection: connection.id, stream: call.stream, method: call.method, retry };
}

/** The method of all of them, if they have one. */
export function methodOf(pairs: readonly Pair[]): string | undefined {
  const method = pairs[0]?.outer.method;
  return method !== '' && pairs.every(({ outer }) => outer.method === method) ? method : undefined;
}

/** What became of a call between the hops: of several readings the first one stands. */
export function fateKey({ left, outer }: Pick<Pair, 'left' | 'outer'>): EventKey {
  return `hop ${left.id} ${outer.stream}`;
}

/** An attempt of the proxy to connect that was refused. */
export function refusedKey({ id }: ConnectionFacts): EventKey {
  return `hop refused ${id}`;
}

export function outerKey({ left, outer }: Pick<Pair, 'left' | 'outer'>): EventKey {
  return streamKey(left, outer.stream);
}

export function innerKey({ right, inner }: Pick<Pair, 'right' | 'inner'>): EventKey {
  return streamKey(right, inner.stream);
}

/** `:status`, where it says more than that HTTP worked. */
export function statusOf({ httpStatus }: Call): number | undefined {
  return httpStatus === 200 ? undefined : httpStatus;
}
