/** One line that was recognised, as data. */
import type { ReadingId, StackId } from '#diagnose';
import type { Writer } from './wording.ts';

export type LineParams = Readonly<Record<string, string | number>>;

/** What a line says. */
export interface Recognised {
  readonly stack: StackId;
  readonly writer: Writer;
  readonly reading: ReadingId | 'echo';
  readonly params: LineParams;
  /** From the words that matched on, for evidence. */
  readonly words: string;
  /** `address:port` texts of the line, in its order. */
  readonly addresses: readonly string[];
}

/** A recognised line and its place. */
export interface Occurrence extends Recognised {
  readonly reading: ReadingId;
  readonly line: number;
  /** Milliseconds since the first time of the log; undefined where no time is known. */
  readonly timeMs: number | undefined;
}
