/**
 * How many ended calls are kept as examples. One connection with failures is described by some dozen; a capture of many thousand
 * connections must not keep as much for each of them.
 */

/** Of one trait of one connection: enough for evidence and for a victims list that a person reads. */
const OF_CONNECTION_MAX = 40;
/** All connections together; each takes about a kilobyte. */
const FULL_MAX = 20_000;
/** Of one trait of one connection once all together are full: the first and another. */
const FEW_MAX = 2;

export class ExampleAllowance {
  #kept = 0;

  /** Whether one more may be kept where `held` are. Calls that went well are not needed where the others have used it up. */
  take(held: number, isWell: boolean): boolean {
    const most = this.#kept < FULL_MAX ? OF_CONNECTION_MAX : isWell ? 0 : FEW_MAX;
    if (held >= most) return false;
    this.#kept++;
    return true;
  }
}
