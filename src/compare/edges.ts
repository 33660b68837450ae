/** Which calls of one method could be each other, by time and by what was sent and answered; and the groups that this makes. */
import { type Clock, toClientSide } from './clock.ts';
import { type HopCall, isAnswered, isFine, overMs } from './hop.ts';

/** Pairs looked at for one method: a few seconds. A busier capture stays unmatched where no ids help. */
const EDGES_MAX = 2_000_000;

interface Component {
  readonly outer: readonly HopCall[];
  readonly inner: readonly HopCall[];
}

export class Edges {
  readonly #outer: readonly HopCall[];
  readonly #inner: readonly HopCall[];
  readonly #clock: Clock;
  readonly #slackMs: number;
  /** For each call its representative: first all outer ones, then all inner ones. */
  readonly #parents: Int32Array;
  /** False when there were too many. */
  readonly isComplete: boolean;

  constructor(outer: readonly HopCall[], inner: readonly HopCall[], clock: Clock, slackMs: number) {
    const byTime = (one: HopCall, other: HopCall): number => one.call.opened.timeMs - other.call.opened.timeMs;
    this.#outer = [...outer].sort(byTime);
    this.#inner = [...inner].sort(byTime);
    this.#clock = clock;
    this.#slackMs = slackMs;
    this.#parents = Int32Array.from({ length: outer.length + inner.length }, (_, at) => at);
    this.isComplete = this.#connect();
  }

  /** Whether `inner` could be what the proxy made of `outer`. */
  has(outer: HopCall, inner: HopCall): boolean {
    return this.#isWithin(outer, inner) && isSameRequest(outer, inner) && this.#isAnswerOf(outer, inner);
  }

  /** The groups of calls that hang together, each side in order of time. */
  components(): Component[] {
    const groups = new Map<number, { outer: HopCall[]; inner: HopCall[] }>();
    const groupOf = (at: number): { outer: HopCall[]; inner: HopCall[] } => {
      const root = this.#find(at);
      const group = groups.get(root) ?? { outer: [], inner: [] };
      groups.set(root, group);
      return group;
    };
    for (const [at, one] of this.#outer.entries()) groupOf(at).outer.push(one);
    for (const [at, one] of this.#inner.entries()) groupOf(this.#outer.length + at).inner.push(one);
    return [...groups.values()];
  }

  #connect(): boolean {
    let looked = 0;
    let first = 0;
    for (const [at, outer] of this.#outer.entries()) {
      while (
        first < this.#inner.length &&
        this.#openedMs(this.#inner[first]!) < outer.call.opened.timeMs - this.#slackMs
      )
        first++;
      for (let other = first; other < this.#inner.length; other++) {
        const inner = this.#inner[other]!;
        if (this.#openedMs(inner) > latestMs(outer) + this.#slackMs) break;
        if (++looked > EDGES_MAX) return false;
        if (this.has(outer, inner)) this.#join(at, this.#outer.length + other);
      }
    }
    return true;
  }

  #openedMs({ call }: HopCall): number {
    return toClientSide(this.#clock, call.opened.timeMs);
  }

  #isWithin(outer: HopCall, inner: HopCall): boolean {
    const openedMs = this.#openedMs(inner);
    return openedMs >= outer.call.opened.timeMs - this.#slackMs && openedMs <= latestMs(outer) + this.#slackMs;
  }

  /** A good answer comes from behind the proxy: the same octets, and not before. A bad one may be the proxy's own. */
  #isAnswerOf(outer: HopCall, inner: HopCall): boolean {
    if (!isFine(outer.call)) return true;
    if (!isAnswered(inner.call)) return overMs(inner.call) !== undefined;
    if (!isFine(inner.call)) return true;
    const [here, there] = [outer.call.server, inner.call.server];
    if (here.headers === undefined || there.headers === undefined) return true;
    if (here.dataBytes !== there.dataBytes && !isTorn(outer) && !isTorn(inner)) return false;
    return toClientSide(this.#clock, there.headers.timeMs) <= here.headers.timeMs + this.#slackMs;
  }

  #find(at: number): number {
    let root = at;
    while (this.#parents[root] !== root) root = this.#parents[root]!;
    for (let on = at; this.#parents[on] !== root; ) {
      const next = this.#parents[on]!;
      this.#parents[on] = root;
      on = next;
    }
    return root;
  }

  #join(one: number, other: number): void {
    this.#parents[this.#find(one)] = this.#find(other);
  }
}

/** Until then the proxy may have passed it on: an answer tells that it had. */
function latestMs({ call }: HopCall): number {
  return call.server.headers?.timeMs ?? overMs(call) ?? Number.MAX_VALUE;
}

/** The capture lost octets on that connection: sizes may not be what they were. */
function isTorn({ connection }: HopCall): boolean {
  return connection.holes > 0;
}

/** A proxy adds nothing to a request; it may pass on less of one that is cut short. */
function isSameRequest(outer: HopCall, inner: HopCall): boolean {
  if (isTorn(outer) || isTorn(inner)) return true;
  const [here, there] = [outer.call.client, inner.call.client];
  if (here.ended !== undefined && there.ended !== undefined) return here.dataBytes === there.dataBytes;
  return there.dataBytes <= here.dataBytes;
}
