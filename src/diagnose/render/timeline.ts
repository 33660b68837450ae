/** The order in which evidence is shown. */
import type { Evidence } from '../finding.ts';

/**
 * Evidence in the order of time. Rules list it by meaning, and a finding of several connections one connection after
 * the other; what happened is read best as one timeline. Lines of the same moment keep the order of the rule, and
 * "more like this" comes last.
 */
export function timeline(evidence: readonly Evidence[]): Evidence[] {
  const isRest = ({ key }: Evidence): number => (key === 'repeated' ? 1 : 0);
  return [...evidence].sort((one, other) => isRest(one) - isRest(other) || one.timeMs - other.timeMs);
}
