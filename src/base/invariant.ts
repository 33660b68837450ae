/**
 * The kinds of error that are exceptions: a caller's mistake (`UsageError`) and our own (`InvariantError`).
 * What a peer does wrong is never an exception: it is a value (see `Violation` in #h2).
 */

/** The caller is wrong. The text quotes what was received; no state has changed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** We are wrong: a condition that the code relies on does not hold. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws an `InvariantError` with `sentence` unless `condition` holds. */
export function invariant(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new InvariantError(sentence);
}

/** Ends an exhaustive switch: the compiler rejects the call while a case is missing. */
export function unreachable(value: never): never {
  throw new InvariantError(`unexpected value ${String(value)}`);
}
