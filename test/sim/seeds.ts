/**
 * Worlds as tests, each under the name of its seed. Vitest's workers take files, so the seeds are spread over several.
 *
 * Another seed, or several: `CALMWIRE_SIM_SEED=1234 npx vitest run test/sim/seeds`, `CALMWIRE_SIM_SEED=2000-2999 ...`.
 */
import { describe, expect, it } from 'vitest';
import { runSeed, type Verdict } from '#sim';

/** Files over which the seeds are spread, and seeds in each. */
const FILES = 4;
const SEEDS_EACH = 250;

/** Defines the tests of file number `file`, from 0. */
export function defineSeeds(file: number): void {
  describe('a world', () => {
    for (const seed of seedsOf(file)) {
      it(`seed ${seed}`, () => {
        const verdict = runSeed(seed);
        expect(verdict.problems, describeVerdict(verdict)).toEqual([]);
      });
    }
  });
}

function seedsOf(file: number): number[] {
  const asked = process.env.CALMWIRE_SIM_SEED;
  if (asked === undefined) return Array.from({ length: SEEDS_EACH }, (_, at) => file * SEEDS_EACH + at + 1);
  const [first = 1, last = first] = asked.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at).filter((seed) => seed % FILES === file);
}

/** What happened, and how to see it again. */
export function describeVerdict(verdict: Verdict): string {
  const { seed, problems, healthy, calls, succeeded, failures, faults, simulatedMs } = verdict;
  const failed = [...failures].map(([origin, count]) => `${count} ${origin}`).join(', ') || 'none';
  return [
    `seed ${seed}: ${healthy ? 'a healthy world' : 'a world with faults'}, ${calls} calls, ${succeeded} succeeded, failed: ${failed}; ${(simulatedMs / 1_000).toFixed(0)} s simulated`,
    ...(faults.length > 0 ? [`faults: ${faults.join('; ')}`] : []),
    ...problems.map((problem) => `  ${problem}`),
    `again: CALMWIRE_SIM_SEED=${seed} npx vitest run test/sim/seeds`,
    '',
  ].join('\n');
}
