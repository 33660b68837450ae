/**
 * Every recording made worse, as captures are in practice: stopped early, begun late, with packets missing, cut, doubled or
 * out of order, of one direction only, within tunnels. A copy proves less: it may claim no failure that its original does
 * not have, be no surer of any, and where nothing is missing it gets the same verdict. Prints how much survives.
 * `lab/mutations` does the same with as many copies as there is time for.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { HEAD, row, survey, type Tally } from './mutations/survey.ts';
import { verdictOf } from './mutations/verdict.ts';
import { ways } from './mutations/ways.ts';
import { recordings } from './recordings.ts';

/** Copies of each recording in each way that has an element of chance. */
const COPIES = 1;
/** Wrong claims in a hundred copies of one way: holes that leave no trace cannot be told from the real thing. */
const WRONG_MAX_PERCENT = 0.5;
/** And in all ways together. */
const WRONG_IN_ALL_MAX_PERCENT = 0.05;
/** Failures that are still named in packets of 96 octets, which is 30 of HTTP/2 at most, and of 128. */
const KEPT_MIN_PERCENT = { 96: 18, 128: 48 } as const;

const originals = recordings().map((recording) => ({
  recording,
  verdict: verdictOf(recording.shots, recording.keyLog),
}));
const tallies = new Map<string, Tally>();

describe('recordings made worse', () => {
  for (const [name, way] of Object.entries(ways)) {
    it(`${name}: ${way.proves === 'same' ? 'the same verdict' : 'next to no wrong claim'}`, () => {
      // Link layers do not care what they carry.
      const some = name.startsWith('within ') ? originals.filter((_, index) => index % 4 === 0) : originals;
      const tally = survey(some, { way: name, from: 0, copies: way.chance === false ? 1 : COPIES });
      tallies.set(name, tally);
      const percent = way.proves === 'same' ? 0 : WRONG_MAX_PERCENT;
      expect((100 * tally.complaints.length) / tally.copies, tally.complaints.join('\n')).toBeLessThanOrEqual(percent);
    });
  }

  it('hardly a wrong claim in all of them', () => {
    const counted = [...tallies.values()];
    const copies = counted.reduce((sum, tally) => sum + tally.copies, 0);
    const wrong = counted.flatMap(({ complaints }) => complaints);
    expect((100 * wrong.length) / copies, wrong.join('\n')).toBeLessThanOrEqual(WRONG_IN_ALL_MAX_PERCENT);
  });

  it('short snapshot lengths leave many findings', () => {
    const kept = (octets: number): number => {
      const tally = tallies.get(`snap length ${octets}`);
      return tally === undefined ? 0 : (100 * tally.kept) / tally.expected;
    };
    expect(kept(96)).toBeGreaterThanOrEqual(KEPT_MIN_PERCENT[96]);
    expect(kept(128)).toBeGreaterThanOrEqual(KEPT_MIN_PERCENT[128]);
  });

  afterAll(() => {
    const rows = [...tallies].filter(([way]) => ways[way]?.proves === 'less').map(([way, tally]) => row(way, tally));
    const all = [...tallies.values()];
    const copies = all.reduce((sum, tally) => sum + tally.copies, 0);
    const wrong = all.reduce((sum, tally) => sum + tally.complaints.length, 0);
    process.stdout.write(
      `${HEAD}\n${rows.join('\n')}\ncorpus, made worse: ${wrong} wrong claims in ${copies} copies\n`,
    );
  });
});
