/** What a capture file does not hold, or not as it should: values, never exceptions, because the rest is still of use. */

export type ProblemKind =
  /** The first octets are those of something else. */
  | 'not-a-capture'
  /** Gzip reached the reader; the layer that reads files undoes it. */
  | 'compressed'
  /** The file ends inside its header, a packet or a block. */
  | 'truncated-file'
  /** A length that no program writes. Nothing behind it can be found. */
  | 'absurd-length'
  /** The structure of a pcapng file is broken. Nothing behind it can be found. */
  | 'damaged-file'
  /** A pcapng block contradicts itself; the ones after it are read. */
  | 'bad-block'
  | 'unknown-interface'
  | 'too-many-interfaces'
  | 'unknown-link-type'
  | 'snapped-packets'
  | 'dropped-packets'
  | 'no-packets';

export type ProblemParams = Readonly<Record<string, string | number>>;

export interface CaptureProblem {
  readonly kind: ProblemKind;
  /** Offset in the file, from 0, of the record or block concerned; 0 when the whole file is. */
  readonly at: number;
  /** The packet concerned, from 1; 0 when no packet is. */
  readonly packet: number;
  /** The numbers and names that the sentence of `describeProblem` needs. */
  readonly params: ProblemParams;
}

/** A file with more problems than this is damaged throughout; the first ones tell why. */
export const MAX_PROBLEMS = 100;

/** The problems of one capture, bounded. */
export class ProblemList {
  readonly #kept: CaptureProblem[] = [];
  #omitted = 0;

  add(kind: ProblemKind, at: number, packet: number, params: ProblemParams = {}): void {
    if (this.#kept.length < MAX_PROBLEMS) this.#kept.push({ kind, at, packet, params });
    else this.#omitted++;
  }

  get kept(): readonly CaptureProblem[] {
    return this.#kept;
  }

  /** How many did not fit. */
  get omitted(): number {
    return this.#omitted;
  }
}

/** An integer with its digits in groups of three: offsets in large files are long. */
export function groupDigits(integer: number): string {
  return String(integer).replace(/\B(?=(\d{3})+$)/g, ',');
}
