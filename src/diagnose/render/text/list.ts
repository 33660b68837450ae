import type { Params } from '../../finding.ts';
import type { Writer } from '../writer.ts';

/** The parameters of a phrase that lists numbers: the first few, and how many more there are. */
export function listOf(writer: Writer, numbers: readonly (number | string)[], most: number): Params {
  const list = numbers.slice(0, most).join(writer.messages.listGap);
  const several = numbers.length > 1;
  return numbers.length > most ? { list, several, more: numbers.length - most } : { list, several };
}
