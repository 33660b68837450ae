/** What the rules are asked about: both hops, how their clocks lie, and the calls of the one that are those of the other. */
import {
  type Certainty,
  type ConnectionFacts,
  type Evidence,
  type EvidenceKey,
  type EvidenceParams,
  evidence,
  type InputSide,
  type Loose,
  type Mark,
} from '#diagnose';
import { type Clock, toClientSide } from './clock.ts';
import type { HopView } from './hop.ts';
import type { Matching } from './match.ts';
import { type Pair, pairOf } from './pair.ts';

export class Comparison {
  readonly left: HopView;
  readonly right: HopView;
  readonly clock: Clock;
  readonly matching: Matching;
  readonly pairs: readonly Pair[];
  /** The proxy by name, where either hop shows it. */
  readonly proxy: string | undefined;
  readonly #rightConnections: ReadonlySet<ConnectionFacts>;

  constructor(left: HopView, right: HopView, clock: Clock, matching: Matching) {
    this.left = left;
    this.right = right;
    this.clock = clock;
    this.matching = matching;
    this.pairs = matching.matches.map((match) => pairOf(match, clock, left.lastMs));
    this.proxy = proxyBetween(left.connections, right.connections);
    this.#rightConnections = new Set(right.connections);
  }

  /** How sure it is that what is said of a pair is true of that call. */
  certaintyOf({ grade, match, outer }: Pair): Certainty {
    if (grade === 'certain') return 'certain';
    const isClosed = match.isAlike && this.matching.closedMethods.has(outer.method);
    if (grade === 'likely') return isClosed ? 'certain' : 'likely';
    return isClosed ? 'likely' : 'possible';
  }

  /** A time of either hop on the clock of the client side. */
  timeMs(connection: ConnectionFacts, mark: Mark): number {
    return this.sideOf(connection) === 'server-side' ? toClientSide(this.clock, mark.timeMs) : mark.timeMs;
  }

  sideOf(connection: ConnectionFacts): InputSide {
    return this.#rightConnections.has(connection) ? 'server-side' : 'client-side';
  }

  /** One line of proof, with the input that it stands in, on the clock of the client side. */
  evidence<Key extends EvidenceKey>(
    connection: ConnectionFacts,
    mark: Mark,
    from: Evidence['from'],
    key: Key,
    params: Loose<EvidenceParams<Key>>,
  ): Evidence {
    return this.placed(evidence(connection, mark, from, key, params), connection);
  }

  /** Evidence that a rule of one hop gave. */
  placed(line: Evidence, connection: ConnectionFacts): Evidence {
    const side = this.sideOf(connection);
    return { ...line, side, timeMs: side === 'server-side' ? toClientSide(this.clock, line.timeMs) : line.timeMs };
  }
}

/** A name is worth more than the bare sign of a proxy. */
function proxyBetween(left: readonly ConnectionFacts[], right: readonly ConnectionFacts[]): string | undefined {
  const signs = [
    ...left.flatMap(({ stacks }) => stacks.middlebox ?? []),
    ...right.flatMap(({ stacks }) => stacks.middlebox ?? []),
  ];
  return (signs.find(({ stack }) => stack !== 'proxy') ?? signs[0])?.name;
}
