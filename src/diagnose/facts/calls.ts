/**
 * The calls of one connection: the open ones in full, the ended ones as tallies by trait with a few examples each.
 */
import type { Side } from '#base';
import { type Call, Call as CallRecord } from './call.ts';
import { CallTable } from './call-table.ts';
import { Crowd } from './crowd.ts';
import { ExampleAllowance } from './examples.ts';
import { at, type Mark } from './mark.ts';
import { ResetRate } from './reset-rate.ts';
import { type Trait, traitsOf } from './traits.ts';

/** Reset calls that may still be completed by frames in flight; more would only serve a peer that ignores resets. */
const RECENT_MAX = 64;

export interface Tally {
  count: number;
  readonly examples: Call[];
}

export class Calls {
  readonly open = new CallTable();
  readonly #recent = new Map<number, Call>();
  readonly #tallies = new Map<Trait, Tally>();
  /** Client-initiated streams seen to open. */
  opened = 0;
  highestStream = 0;
  /** Calls that the server has not finished, as a gRPC server counts its active streams. */
  active = 0;
  first: Call | undefined;
  /** The server's SETTINGS_MAX_CONCURRENT_STREAMS. */
  limit = Number.POSITIVE_INFINITY;
  /** Of the connection, as far as it is known. */
  roundTripMs = 0;
  crowd: Crowd | undefined = undefined;
  resetRate: ResetRate | undefined = undefined;
  /** RST_STREAM frames that ended a call, by sender, and when the client's first and last came. */
  readonly resetsBy = { client: 0, server: 0 };
  /** The call that the current frame ended. */
  #ended: Call | undefined;
  #resetFirstMs = 0;
  #resetLastMs = 0;
  readonly #allowance: ExampleAllowance;

  /** `allowance`: what all connections of a capture share. */
  constructor(allowance = new ExampleAllowance()) {
    this.#allowance = allowance;
  }

  start(stream: number, mark: Mark, idleBeforeMs: number, older = false): Call {
    this.opened++;
    this.active++;
    if (stream > this.highestStream) this.highestStream = stream;
    if (this.active >= this.limit) this.#full(mark);
    const call = new CallRecord(stream, mark, idleBeforeMs, this.active, older);
    this.first ??= call;
    this.open.add(call);
    return call;
  }

  /** The call, if it is open or was reset a moment ago. */
  find(stream: number): Call | undefined {
    if (this.#ended !== undefined && this.#ended.stream === stream) return this.#ended;
    return this.open.get(stream) ?? this.#recent.get(stream);
  }

  serverEnded(call: Call, mark: Mark): void {
    if (call.server.ended !== undefined) return;
    this.#judge();
    if (call.reset === undefined) this.#leave(mark);
    call.server.ended = mark;
    this.#settle(call);
  }

  clientEnded(call: Call, mark: Mark): void {
    call.client.ended ??= mark;
    this.#settle(call);
  }

  reset(call: Call, by: Side, code: number, mark: Mark): void {
    if (call.reset !== undefined) return;
    if (call.server.ended === undefined) this.#leave(mark);
    call.reset = { ...at(mark), by, code };
    if (by === 'client') {
      if (this.resetsBy.client === 0) this.#resetFirstMs = mark.timeMs;
      this.#resetLastMs = mark.timeMs;
    }
    this.resetsBy[by]++;
    this.#settle(call);
  }

  /** RST_STREAM of the client with an error code, on whatever stream: guards count the frames. */
  clientReset(mark: Mark): void {
    this.resetRate ??= new ResetRate();
    this.resetRate.add(mark);
  }

  /** The time over which the client's resets are spread. */
  get resetSpanMs(): number {
    return this.#resetLastMs - this.#resetFirstMs;
  }

  /** A call by its stream, open or ended, as far as it is still kept. */
  ended(stream: number): Call | undefined {
    this.#judge();
    const kept = [...this.#tallies.values()].flatMap((tally) => tally.examples);
    return this.find(stream) ?? kept.find((call) => call.stream === stream);
  }

  /**
   * Calls that are still waiting for the server: neither answered to the end nor reset. One that began before the capture
   * and on which the server was not heard may have been answered before.
   */
  waiting(): Call[] {
    return this.open
      .values()
      .filter((call) => !call.answered && call.reset === undefined && (!call.older || call.server.spoke));
  }

  tally(trait: Trait): Tally {
    this.#judge();
    return this.#tallies.get(trait) ?? { count: 0, examples: [] };
  }

  /** A new frame begins: nothing more will be said of the last one. */
  nextFrame(): void {
    this.#judge();
  }

  #full(mark: Mark): void {
    this.crowd ??= new Crowd();
    this.crowd.full(mark, this.roundTripMs);
  }

  #leave(mark: Mark): void {
    if (this.active === this.limit) this.crowd?.freed(mark);
    this.active--;
  }

  #settle(call: Call): void {
    if (!call.over || !this.open.delete(call)) return;
    this.#judge();
    if (call.reset !== undefined) this.#remember(call);
    this.#ended = call;
  }

  /**
   * Judges the call that ended last. Asked at the next frame and before every reading, because the tracer reports what
   * the ending frame completed or cut (header block, message) after the frame itself.
   */
  #judge(): void {
    const call = this.#ended;
    if (call === undefined) return;
    this.#ended = undefined;
    for (const trait of traitsOf(call)) this.#count(trait, call);
  }

  #remember(call: Call): void {
    this.#recent.set(call.stream, call);
    if (this.#recent.size <= RECENT_MAX) return;
    const oldest = this.#recent.keys().next();
    if (!oldest.done) this.#recent.delete(oldest.value);
  }

  #count(trait: Trait, call: Call): void {
    let tally = this.#tallies.get(trait);
    if (tally === undefined) {
      tally = { count: 0, examples: [] };
      this.#tallies.set(trait, tally);
    }
    tally.count++;
    if (!this.#allowance.take(tally.examples.length, trait === 'ok')) return;
    call.settle();
    tally.examples.push(call);
  }
}
