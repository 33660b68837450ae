/**
 * The verdict of a suite of cases against the list of what is known to fail. Both directions count: a case that fails
 * and is not on the list, and a case on the list that passes or is gone. So the list can only be true.
 */

/**
 * `results` is `[{ id, outcome: 'passed' | 'failed' | 'skipped', detail }]`; `known` maps an id to
 * `{ outcome: 'failed' | 'skipped', reason }`. Prints, and returns whether all is as expected.
 */
export function verdict(suite, results, known) {
  const problems = [];
  const seen = new Map(results.map((result) => [result.id, result]));
  for (const { id, outcome, detail } of results) {
    const expected = known[id]?.outcome ?? 'passed';
    if (outcome === expected) continue;
    if (outcome === 'passed') problems.push(`${id} passes: take it off the list of known ${expected} cases`);
    else problems.push(`${id} ${outcome}: ${detail ?? ''}`);
  }
  for (const id of Object.keys(known)) if (!seen.has(id)) problems.push(`${id} is on the list and was not run`);
  const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
  for (const [id, { outcome, reason }] of Object.entries(known)) {
    process.stdout.write(`  known: ${id} ${outcome}: ${reason}\n`);
  }
  for (const problem of problems) process.stdout.write(`  PROBLEM ${problem}\n`);
  const counts = `${results.length} cases, ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
  process.stdout.write(`${suite}: ${counts}; ${problems.length} not as expected\n`);
  return problems.length === 0 && results.length > 0;
}
