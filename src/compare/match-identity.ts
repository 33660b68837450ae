/** Calls that carry the same id on both hops, or another value that only they have. */
import type { HopCall } from './hop.ts';
import type { Match } from './match.ts';

interface Holders {
  readonly isId: boolean;
  readonly outer: HopCall[];
  readonly inner: HopCall[];
}

/** More attempts of one call than this is another thing: a value that many calls share. */
const ATTEMPTS_MAX = 16;

/** Values of fields that are no ids prove a match only when they look unique: words are alike by chance. */
export function byIdentity(outers: readonly HopCall[], inners: readonly HopCall[]): Match[] {
  const holders = new Map<string, Holders>();
  const file = (one: HopCall, side: 'outer' | 'inner'): void => {
    for (const { key, isId } of one.identities) {
      let entry = holders.get(key);
      if (entry === undefined) {
        entry = { isId, outer: [], inner: [] };
        holders.set(key, entry);
      }
      if (entry[side].length <= ATTEMPTS_MAX) entry[side].push(one);
    }
  };
  for (const one of outers) file(one, 'outer');
  for (const one of inners) file(one, 'inner');
  const owners = ownersOf(holders.values());
  const found = new Map<HopCall, HopCall[]>();
  for (const [inner, outer] of owners) {
    if (outer !== null) found.set(outer, [...(found.get(outer) ?? []), inner]);
  }
  return [...found].map(([outer, attempts]) => ({
    outer,
    attempts: attempts.sort((a, b) => a.call.opened.timeMs - b.call.opened.timeMs),
    grade: 'certain',
    isAlike: true,
  }));
}

/** For each inner call the one outer call that it belongs to; null when its ids contradict each other. */
function ownersOf(holders: Iterable<Holders>): Map<HopCall, HopCall | null> {
  const owners = new Map<HopCall, HopCall | null>();
  for (const { isId, outer, inner } of holders) {
    const [owner] = outer;
    if (owner === undefined || outer.length > 1 || inner.length > (isId ? ATTEMPTS_MAX : 1)) continue;
    for (const one of inner) {
      if (one.call.method !== owner.call.method) continue;
      const before = owners.get(one);
      owners.set(one, before === undefined || before === owner ? owner : null);
    }
  }
  return owners;
}
