/**
 * The PING ledger of a connection: every PING with what a server that counts ping strikes would make of it.
 * The model is grpc-go's `handlePing` (its two strikes are also those of grpc-java, C-core and Kitex): a PING is free if the
 * server wrote HEADERS or DATA since the last one; otherwise it is a strike when no call is active, or when it comes sooner
 * than the server's minimum, which a capture shows only by its effect.
 */
import { Ring, type Side } from '#base';
import { at, type Mark } from './mark.ts';

/** What a PING is for, by its payload where implementations use a fixed one. */
export type PingKind = 'keepalive' | 'bdp' | 'drain' | 'unknown';

export interface PingFact extends Mark {
  readonly from: Side;
  readonly payload: string;
  readonly kind: PingKind;
  /** Since the previous PING of the same side; undefined for the first. */
  readonly gapMs: number | undefined;
  /** Calls that the server was working on. */
  readonly activeCalls: number;
  /** What the server wrote since the side's previous PING, and so forgave the strikes; undefined if nothing. */
  readonly resetBy: (Mark & { readonly what: 'headers' | 'data' }) | undefined;
  /** Since the other side's last DATA frame: a bandwidth probe follows data at once. */
  readonly sinceDataMs: number | undefined;
  /** Frame octets that the other side had sent before it: what came since shows that the peer was alive. */
  readonly heardBytes: number;
  /** Strikes after this PING if it was too early: 0 for a free one. */
  readonly strike: number;
  ack: Mark | undefined;
}

/** What the PING's receiver had sent until then. */
export interface PeerState {
  readonly lastDataMs: number | undefined;
  readonly bytes: number;
}

/** More than any server tolerates, so the strikes that led to a cut are always kept. */
const LEDGER_MAX = 48;
/** PINGs whose acknowledgement is awaited. */
const UNACKED_MAX = 64;

/** Fixed payloads by implementation: see the ledger's `implementation`. */
const PAYLOADS: Readonly<Record<string, { kind: PingKind; implementation: string }>> = {
  '02041010090e0707': { kind: 'bdp', implementation: 'grpc-go' },
  '0106010800030309': { kind: 'drain', implementation: 'grpc-go' },
  '000000000000dead': { kind: 'keepalive', implementation: 'grpc-java' },
  '0000000000000457': { kind: 'keepalive', implementation: 'grpc-java' },
  '00000000000004d2': { kind: 'bdp', implementation: 'grpc-java' },
  '000000097acef001': { kind: 'drain', implementation: 'grpc-java' },
  '3b7cdb7a0b8716b4': { kind: 'keepalive', implementation: 'tonic' },
  '0b7ba2f08b9bfe54': { kind: 'drain', implementation: 'tonic' },
  // "calmkeep", "calmprob", "calmdrai" in ASCII.
  '63616c6d6b656570': { kind: 'keepalive', implementation: 'calmwire' },
  '63616c6d70726f62': { kind: 'keepalive', implementation: 'calmwire' },
  '63616c6d64726169': { kind: 'drain', implementation: 'calmwire' },
};
/** grpc-go's keepalive, but zeros are also what others may send: it names the stack only with other signs. */
const ZERO_PAYLOAD = '0000000000000000';
/** A bandwidth probe leaves with the answer to a DATA frame; a keepalive timer has no reason to. */
const PROBE_AFTER_DATA_MS = 5;

export class Pings {
  readonly ledger = new Ring<PingFact>(LEDGER_MAX);
  readonly #unacked: PingFact[] = [];
  readonly #last: { client: PingFact | undefined; server: PingFact | undefined } = {
    client: undefined,
    server: undefined,
  };
  #resetBy: PingFact['resetBy'];
  #strikes = 0;
  /** The most strikes in a row that the server let pass: above 2 it does not enforce the usual policy. */
  strikesMax = 0;
  /** The most strikes in a row that an answer of the server forgave: a rhythm with as many has already held. */
  forgivenMax = 0;
  /** PINGs that came with no call active and were strikes. */
  idleStrikes = 0;
  count = { client: 0, server: 0 };
  /** The smallest PING round trip seen. */
  roundTripMs: number | undefined;
  implementation: { client: string | undefined; server: string | undefined } = { client: undefined, server: undefined };

  ping(from: Side, payload: string, mark: Mark, activeCalls: number, other: PeerState): PingFact {
    const previous = this.#last[from];
    const known = PAYLOADS[payload];
    if (known !== undefined) this.implementation[from] ??= known.implementation;
    const sinceDataMs = other.lastDataMs === undefined ? undefined : mark.timeMs - other.lastDataMs;
    const resetBy = from === 'client' ? this.#resetBy : undefined;
    const fact: PingFact = {
      ...at(mark),
      from,
      payload,
      kind: known?.kind ?? guessKind(payload, sinceDataMs),
      gapMs: previous === undefined ? undefined : mark.timeMs - previous.timeMs,
      activeCalls,
      resetBy,
      sinceDataMs,
      heardBytes: other.bytes,
      strike: from === 'client' ? this.#strike(previous, resetBy !== undefined, activeCalls) : 0,
      ack: undefined,
    };
    this.ledger.push(fact);
    this.#last[from] = fact;
    this.count[from]++;
    if (this.#unacked.length < UNACKED_MAX) this.#unacked.push(fact);
    return fact;
  }

  acknowledged(by: Side, payload: string, mark: Mark): PingFact | undefined {
    const at = this.#unacked.findIndex((ping) => ping.from !== by && ping.payload === payload);
    const ping = this.#unacked[at];
    if (ping === undefined) return undefined;
    this.#unacked.splice(at, 1);
    ping.ack = mark;
    const roundTripMs = mark.timeMs - ping.timeMs;
    if (this.roundTripMs === undefined || roundTripMs < this.roundTripMs) this.roundTripMs = roundTripMs;
    return ping;
  }

  /** The server wrote HEADERS or DATA: its next PING from the client is free and the count starts again. */
  serverWrote(what: 'headers' | 'data', mark: Mark): void {
    if (this.#resetBy !== undefined || this.count.client === 0) return;
    this.#resetBy = { ...at(mark), what };
    if (this.#strikes > this.forgivenMax) this.forgivenMax = this.#strikes;
  }

  /** The strikes of the client that the server still holds against it. */
  get strikes(): number {
    return this.#resetBy === undefined ? this.#strikes : 0;
  }

  last(side: Side): PingFact | undefined {
    return this.#last[side];
  }

  /** The last PING of `side` before `mark`, if it was not acknowledged by then. An older one without matters no more. */
  unansweredAt(side: Side, mark: Mark): PingFact | undefined {
    const last = this.ledger.toArray().findLast((ping) => ping.from === side && ping.packet <= mark.packet);
    return last !== undefined && (last.ack?.packet ?? Number.POSITIVE_INFINITY) > mark.packet ? last : undefined;
  }

  /** A PING of the client went out between two times: traffic to some devices, none to others. */
  pingedBetween(fromMs: number, toMs: number): boolean {
    return this.ledger.toArray().some((ping) => ping.from === 'client' && ping.timeMs > fromMs && ping.timeMs < toMs);
  }

  /** The client's PINGs since the server last forgave it, the free one that starts the run included. */
  run(): PingFact[] {
    const pings = this.ledger.toArray().filter((ping) => ping.from === 'client');
    let start = pings.length - 1;
    while (start > 0 && pings[start]!.strike > 0) start--;
    return pings.slice(Math.max(start, 0));
  }

  #strike(previous: PingFact | undefined, forgiven: boolean, activeCalls: number): number {
    this.#resetBy = undefined;
    const free = previous === undefined || forgiven;
    this.#strikes = free ? 0 : this.#strikes + 1;
    if (this.#strikes > this.strikesMax) this.strikesMax = this.#strikes;
    if (!free && activeCalls === 0) this.idleStrikes++;
    return this.#strikes;
  }
}

function guessKind(payload: string, sinceDataMs: number | undefined): PingKind {
  if (payload === ZERO_PAYLOAD) return 'keepalive';
  return sinceDataMs !== undefined && sinceDataMs < PROBE_AFTER_DATA_MS ? 'bdp' : 'unknown';
}
