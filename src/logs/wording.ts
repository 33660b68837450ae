/** The shape of the wording tables: data only, one file a stack. */
import type { ReadingId, StackId } from '#diagnose';

/** Which side of the connection writes such lines. */
export type Writer = 'client' | 'server' | 'middlebox';

export interface Wording {
  /** Lower-case ASCII that every such line holds: only lines with it are looked at. The rarer, the faster. */
  readonly keyword: string;
  /**
   * Matched against the unwrapped line. Named groups become parameters of the reading (`readingParams`), converted by
   * their kinds; besides, `code` is an error code by number or name, `seconds` and `nanos` are times.
   * Repetition is bounded or of one class, so that the time is linear.
   */
  readonly match: RegExp;
  /** `echo`: the same event, told again by another part of the program: it is neither counted nor explained. */
  readonly reading: ReadingId | 'echo';
  /** The other side than the table's usual one. */
  readonly writer?: Writer;
  /** A line as the program writes it, for documentation and tests. */
  readonly example: string;
}

export interface StackWordings {
  readonly stack: StackId;
  readonly writer: Writer;
  /** Where such lines are found, for documentation. */
  readonly source: string;
  /** The specific before the general: the first that matches decides. */
  readonly wordings: readonly Wording[];
}
