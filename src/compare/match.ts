/**
 * Which call on the client side is which on the server side. First by ids, then by method, time, sizes and order. What
 * stays ambiguous is counted and left alone: a guess would be told as a fact by everything that follows.
 */
import { type Clock, toClientSide } from './clock.ts';
import { Edges } from './edges.ts';
import { type HopCall, type HopView, isFine, overMs } from './hop.ts';
import { byIdentity } from './match-identity.ts';

/**
 * `certain`: an id says so; `likely`: method, time and sizes leave no other, or the order on one connection decides between
 * calls that are alike; `possible`: the same order over several connections.
 */
export type Grade = 'certain' | 'likely' | 'possible';

export interface Match {
  readonly outer: HopCall;
  /** What the proxy made of it, in order: one call, or several when it tried again. */
  readonly attempts: readonly HopCall[];
  readonly grade: Grade;
  /** Every call that it could be confused with went the same way behind the proxy: what is said of it holds in any case. */
  readonly isAlike: boolean;
}

export interface Matching {
  /** In the order of the client side. */
  readonly matches: readonly Match[];
  /** Seen on one hop only, while the other input was recording and nothing there could be it. */
  readonly alone: { readonly outer: readonly HopCall[]; readonly inner: readonly HopCall[] };
  /** Alike, so that nothing tells which belongs to which. */
  readonly ambiguous: { readonly outer: number; readonly inner: number };
  /** Before the other input began or after it ended. */
  readonly outside: { readonly outer: number; readonly inner: number };
  /** Methods with a counterpart for every call on both hops: nobody else calls them through this proxy. */
  readonly closedMethods: ReadonlySet<string>;
}

export function matchCalls(left: HopView, right: HopView, clock: Clock): Matching {
  const during = (call: HopCall, fromMs: number, toMs: number, at: (ms: number) => number): boolean =>
    at(call.call.opened.timeMs) <= toMs && at(overMs(call.call) ?? Number.MAX_VALUE) >= fromMs;
  const identified = byIdentity(left.calls, right.calls);
  const taken = new Set(identified.flatMap(({ outer, attempts }) => [outer, ...attempts]));
  const slackMs = clock.errorMs + SLACK_MS;
  const outers = left.calls.filter((one) => !taken.has(one));
  const inners = right.calls.filter((one) => !taken.has(one));
  const rightFromMs = toClientSide(clock, 0) - slackMs;
  const rightToMs = toClientSide(clock, right.lastMs) + slackMs;
  const outer = outers.filter((one) => during(one, rightFromMs, rightToMs, (ms) => ms));
  const inner = inners.filter((one) => during(one, -slackMs, left.lastMs + slackMs, (ms) => toClientSide(clock, ms)));
  const shaped = byShape(outer, inner, clock);
  const matches = [...identified, ...shaped.matches];
  return {
    matches: matches.sort((a, b) => a.outer.call.opened.timeMs - b.outer.call.opened.timeMs),
    closedMethods: closedMethods(left, right, matches),
    alone: shaped.alone,
    ambiguous: shaped.ambiguous,
    outside: { outer: outers.length - outer.length, inner: inners.length - inner.length },
  };
}

function closedMethods(left: HopView, right: HopView, matches: readonly Match[]): Set<string> {
  const matched = new Set(matches.flatMap(({ outer, attempts }) => [outer, ...attempts]));
  const calls = [...left.calls, ...right.calls];
  const open = new Set(calls.filter((one) => !matched.has(one)).map(({ call }) => call.method));
  return new Set(calls.map(({ call }) => call.method).filter((method) => !open.has(method)));
}

/** Capture points stamp packets of one host some ten microseconds apart, in either order. */
const SLACK_MS = 0.2;
/** A burst of calls that are alike allows many offsets, and the one that fits most pairs of them may be wrong by this much. */
const LOOSE_MS = 2;

type Shaped = Pick<Matching, 'matches' | 'alone' | 'ambiguous'>;

/**
 * First as if the offset were exact, which it is for the calls that it was found by; then what is left, with its error: a
 * call that failed may have bound nothing.
 */
function byShape(outers: readonly HopCall[], inners: readonly HopCall[], clock: Clock): Shaped {
  const exact = resolved(outers, inners, clock, SLACK_MS);
  if (clock.by === 'same-input') return exact;
  const slackMs = SLACK_MS + Math.max(clock.errorMs, LOOSE_MS);
  const rest = resolved(exact.alone.outer, exact.alone.inner, clock, slackMs);
  return {
    matches: [...exact.matches, ...rest.matches],
    alone: rest.alone,
    ambiguous: {
      outer: exact.ambiguous.outer + rest.ambiguous.outer,
      inner: exact.ambiguous.inner + rest.ambiguous.inner,
    },
  };
}

function resolved(outers: readonly HopCall[], inners: readonly HopCall[], clock: Clock, slackMs: number): Shaped {
  const matches: Match[] = [];
  const alone = { outer: [] as HopCall[], inner: [] as HopCall[] };
  const ambiguous = { outer: 0, inner: 0 };
  for (const { outer, inner, edges } of groupsOf(outers, inners, clock, slackMs)) {
    if (inner.length === 0) alone.outer.push(...outer);
    else if (outer.length === 0) alone.inner.push(...inner);
    else {
      const found = edges === undefined ? undefined : resolve(outer, inner, edges);
      if (found !== undefined) matches.push(...found);
      else {
        ambiguous.outer += outer.length;
        ambiguous.inner += inner.length;
      }
    }
  }
  return { matches, alone, ambiguous };
}

interface Group {
  readonly outer: readonly HopCall[];
  readonly inner: readonly HopCall[];
  /** Which may be which; undefined when there were too many to look at. */
  readonly edges: Edges | undefined;
}

/** Calls that may be each other, and no others: whoever is in a group can only be matched within it. */
function groupsOf(
  outers: readonly HopCall[],
  inners: readonly HopCall[],
  clock: Clock,
  slackMs: number,
): readonly Group[] {
  const methods = new Map<string, { outer: HopCall[]; inner: HopCall[] }>();
  const file = (side: 'outer' | 'inner', one: HopCall): void => {
    let group = methods.get(one.call.method);
    if (group === undefined) {
      group = { outer: [], inner: [] };
      methods.set(one.call.method, group);
    }
    group[side].push(one);
  };
  for (const one of outers) file('outer', one);
  for (const one of inners) file('inner', one);
  return [...methods.values()].flatMap(({ outer, inner }): Group[] => {
    const edges = new Edges(outer, inner, clock, slackMs);
    if (edges.isComplete) return edges.components().map((component) => ({ ...component, edges }));
    return [{ outer, inner, edges: undefined }];
  });
}

/** The matches of one group, or undefined when it is ambiguous. */
function resolve(outer: readonly HopCall[], inner: readonly HopCall[], edges: Edges): Match[] | undefined {
  if (outer.length === inner.length) return inOrder(outer, inner, edges);
  if (outer.length === 1) return asAttempts(outer[0]!, inner);
  // Calls of which the client saw a good answer cannot be attempts that failed, and the other way round.
  const [fineOuter, fineInner] = [outer, inner].map((calls) => calls.filter(({ call }) => isFine(call)));
  const [restOuter, restInner] = [outer, inner].map((calls) => calls.filter(({ call }) => !isFine(call)));
  if (fineOuter!.length !== fineInner!.length || fineOuter!.length === 0 || restOuter!.length > 0) return undefined;
  if (restInner!.length === 0) return inOrder(fineOuter!, fineInner!, edges);
  return undefined;
}

/** As many on both sides: a proxy opens them in the order in which they came. Each pair must be possible by itself. */
function inOrder(outer: readonly HopCall[], inner: readonly HopCall[], edges: Edges): Match[] | undefined {
  const pairs = outer.map((one, at) => [one, inner[at]!] as const);
  if (!pairs.every(([one, other]) => edges.has(one, other))) return undefined;
  const grade = outer.length === 1 || (isOneConnection(outer) && isOneConnection(inner)) ? 'likely' : 'possible';
  const isAlike = inner.every(({ call }) => isFine(call) && call.server.dataBytes === inner[0]?.call.server.dataBytes);
  return pairs.map(([one, other]) => ({
    outer: one,
    attempts: [other],
    grade,
    isAlike: isAlike || pairs.length === 1,
  }));
}

function isOneConnection(calls: readonly HopCall[]): boolean {
  return calls.every(({ connection }) => connection === calls[0]?.connection);
}

/** One call and several behind the proxy: attempts, if each began after the one before had failed. */
function asAttempts(outer: HopCall, inner: readonly HopCall[]): Match[] | undefined {
  const oneByOne = inner.every(({ call }, at) => {
    const before = inner[at - 1]?.call;
    return before === undefined || (!isFine(before) && (overMs(before) ?? Number.MAX_VALUE) <= call.opened.timeMs);
  });
  return oneByOne ? [{ outer, attempts: inner, grade: 'likely', isAlike: false }] : undefined;
}
