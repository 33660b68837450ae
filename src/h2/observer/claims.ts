/**
 * Breaches that compare the two directions, for instance DATA beyond the window that the other side has granted. A capture
 * may show the directions in another order than they happened in, so such a breach is a claim at first. It becomes a
 * violation when the other side has shown that it received the frame in question, or answers with that rule's error code:
 * by then everything that could excuse the frame has been seen. If by then something does, the claim is dropped.
 */
import { otherSide, type Side } from '#base';
import { errorCodeName } from '../frames/codes.ts';
import { rules, type Violation } from '../rules.ts';
import type { Causality } from './causality.ts';

export interface Claim extends Violation {
  /** Ordinal of the frame in question among the frames of `by`. */
  readonly at: number;
  /** Whether it is still a breach with what is known now. */
  readonly holds: () => boolean;
}

/** Claims open at once. One is the rule; a connection with more is broken in a way that the first eight show. */
const OPEN_MAX = 8;
/** Violations of this kind that are reported a connection: each DATA frame after an overrun is one more overrun. */
const TOLD_MAX = 32;

export class Claims {
  readonly #causality: Causality;
  readonly #report: (violation: Violation, framesAgo: number) => void;
  #open: Claim[] = [];
  readonly #told: Violation[] = [];

  constructor(causality: Causality, report: (violation: Violation, framesAgo: number) => void) {
    this.#causality = causality;
    this.#report = report;
  }

  /** True while a claim waits: spares the caller work. */
  get waiting(): boolean {
    return this.#open.length > 0;
  }

  /** Whether a claim of this rule about this stream would say nothing new. */
  covers(rule: Violation['rule'], by: Side, stream: number): boolean {
    if (this.#open.length >= OPEN_MAX || this.#told.length >= TOLD_MAX) return true;
    const same = (one: Violation): boolean => one.rule === rule && one.by === by && one.stream === stream;
    return this.#open.some(same) || this.#told.some(same);
  }

  add(claim: Claim): void {
    if (!this.covers(claim.rule, claim.by, claim.stream)) this.#open.push(claim);
  }

  /** The judging side of some claims has received more frames. */
  settle(): void {
    this.#close((claim) => claim.at <= this.#causality.seenBy(otherSide(claim.by)));
  }

  /** `judge` answered with an error code; `stream` is 0 for a GOAWAY. */
  confirm(judge: Side, errorCode: number, stream: number): void {
    const name = errorCodeName(errorCode);
    this.#close(
      (claim) => claim.by !== judge && rules[claim.rule].code === name && (stream === 0 || claim.stream === stream),
    );
  }

  /** A client opens streams in order: what it has passed over it will never open. */
  passedOver(by: Side, stream: number): void {
    this.#close((claim) => claim.rule === 'stream/idle-frame' && claim.by === by && claim.stream < stream);
  }

  /** Frames were lost that might excuse anything. */
  drop(): void {
    this.#open = [];
  }

  #close(isDue: (claim: Claim) => boolean): void {
    if (this.#open.length === 0) return;
    const due = this.#open.filter(isDue);
    if (due.length === 0) return;
    this.#open = this.#open.filter((claim) => !due.includes(claim));
    for (const { rule, by, stream, detail, at, holds } of due) {
      if (!holds()) continue;
      this.#told.push({ rule, by, stream, detail });
      this.#report({ rule, by, stream, detail }, this.#causality.last(by) - at);
    }
  }
}
