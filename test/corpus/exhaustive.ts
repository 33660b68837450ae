/** One process of `lab/mutations`: a share of the recordings, in every way, with as many copies as it is told; JSON lines out. */
import { survey } from './mutations/survey.ts';
import { verdictOf } from './mutations/verdict.ts';
import { ways } from './mutations/ways.ts';
import { recordings } from './recordings.ts';

const [share, shares, from, copies, pattern, only] = process.argv.slice(2);
const originals = recordings()
  .filter(({ name }, index) => index % Number(shares) === Number(share) && new RegExp(only ?? '').test(name))
  .map((recording) => ({ recording, verdict: verdictOf(recording.shots, recording.keyLog) }));
for (const [way, { chance }] of Object.entries(ways)) {
  if (!new RegExp(pattern ?? '').test(way)) continue;
  const tally = survey(originals, { way, from: Number(from), copies: chance === false ? 1 : Number(copies) });
  process.stdout.write(`${JSON.stringify({ way, tally })}\n`);
}
