/** Why a call failed, in words that hold. The runtime fills it in by the rules of `calmwire explain`. */

export interface Explanation {
  /**
   * What is known for certain of this call, as English sentences: what happened, on which connection, whether the server may have
   * processed it, how often it was tried and why not again.
   */
  readonly facts: readonly string[];
  /** What the rules say of the connection: findings that name this call's stream first, then the others, worst first. */
  readonly findings: readonly ExplainedFinding[];
  /** Facts and findings for people, several lines. Default language `en`. */
  text(language?: ExplanationLanguage): string;
  /** The same as `text('en')`. */
  toString(): string;
}

export type ExplanationLanguage = 'en' | 'zh';

/** One finding of the diagnosis; its id has a page in docs/findings. */
export interface ExplainedFinding {
  /** `keepalive/too-many-pings` */
  readonly id: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly certainty: 'certain' | 'likely' | 'possible';
  /** Who caused it. */
  readonly culprit: string;
  readonly streams: readonly number[];
  /** Which setting changes it, for the programs at both ends. */
  readonly remedies: readonly ExplainedRemedy[];
}

export interface ExplainedRemedy {
  readonly stack: string;
  readonly where: string;
  readonly setting: string;
  /** Empty for something that is used as it stands. */
  readonly value: string;
  /** Configuration or code in the stack's own syntax. */
  readonly snippet: string;
}
