/** A token bucket in injected time: how much of something a peer may do at once, and how fast it may go on doing it. */

export interface BudgetOptions {
  /** Tokens at first and at most. */
  readonly burst: number;
  /** Tokens that come back each second. */
  readonly perSecond: number;
}

export class Budget {
  readonly options: BudgetOptions;
  #tokens: number;
  #filledMs: number;
  /** How often tokens were taken: for the sentence that says why a connection was closed. */
  taken = 0;

  constructor(options: BudgetOptions, nowMs: number) {
    this.options = options;
    this.#tokens = options.burst;
    this.#filledMs = nowMs;
  }

  /** False when the bucket does not hold `count` tokens. */
  take(nowMs: number, count = 1): boolean {
    this.taken++;
    if (this.#tokens < count) this.#fill(nowMs);
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** Useful work brings a token back. */
  giveBack(): void {
    if (this.#tokens < this.options.burst) this.#tokens++;
  }

  /** Time is looked at only when tokens are short: the hot path does no arithmetic. */
  #fill(nowMs: number): void {
    const { burst, perSecond } = this.options;
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#filledMs) * perSecond) / 1_000);
    this.#filledMs = nowMs;
  }
}
