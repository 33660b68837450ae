/**
 * The five founding incidents on their real systems: `npm run lab -- NAME...`, or `all`. Each incident installs what it needs, happens,
 * is explained, is mended by the remedy that was named, and happens no more; then our client or server stands where the fault was.
 *
 *   --write   keeps what was seen in NAME/results.json and in the table of lab/README.md
 *   --long    waits as long as the report did where that is minutes more; with --write its outcomes stand beside the others
 *   --list    names the incidents
 *
 * Ends with 1 if a check failed, or if a program is missing in CI; elsewhere what is missing is named and left out.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lab, run } from '../lib/programs.mjs';
import { merged } from './lib/merged.mjs';
import { Stage } from './lib/stage.mjs';
import { writeTable } from './lib/table.mjs';

/** Compilers and package managers may have everything to fetch. */
const INSTALL_TIMEOUT_MS = 900_000;
const folder = join(lab, 'incidents');
const known = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'incident.mjs')));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const names = positionals.includes('all') ? known : positionals;
const unknown = names.filter((name) => !known.includes(name));
if (values.list || names.length === 0 || unknown.length > 0) {
  for (const name of unknown) process.stderr.write(`There is no incident '${name}'.\n`);
  process.stdout.write(`npm run lab -- NAME...   of: ${known.join(', ')}, all\n`);
  process.exit(values.list ? 0 : 2);
}

let good = true;
const counts = { passed: 0, failed: 0 };
for (const name of names) good = (await play(name)) && good;
if (values.write) writeTable(known);
process.stdout.write(`\nincidents: ${counts.passed} passed, ${counts.failed} failed\n`);
process.exit(good ? 0 : 1);

async function play(name) {
  const { incident } = await import(join(folder, name, 'incident.mjs'));
  process.stdout.write(`\n${name}: ${incident.title}\n`);
  if (!(await install(name, incident.needs ?? []))) {
    if (process.env.CI === undefined) return true;
    counts.failed++;
    return false;
  }
  const steps = [];
  for (const step of incident.steps) {
    process.stdout.write(`  ${step.chapter}: ${step.title}\n`);
    steps.push(await playStep(name, step));
  }
  if (values.write) keep(name, incident, steps);
  const checks = steps.flatMap((step) => step.checks);
  const failed = checks.filter(({ ok }) => !ok).length;
  counts.passed += checks.length - failed;
  counts.failed += failed;
  return failed === 0;
}

/** False where a toolchain is missing, which is said. */
async function install(name, needs) {
  const missing = [];
  for (const program of needs) if (!(await run(['which', program])).ok) missing.push(program);
  if (missing.length > 0) {
    process.stdout.write(`  left out, for ${missing.join(' and ')} is not installed\n`);
    return false;
  }
  const script = join(folder, name, 'install.sh');
  if (!existsSync(script)) return true;
  const installed = await run(['bash', script], { timeoutMs: INSTALL_TIMEOUT_MS });
  if (!installed.ok) process.stdout.write(`  ${script} failed:\n${installed.stderr.slice(-2_000)}\n`);
  return installed.ok;
}

async function playStep(name, { chapter, title, versions, play: act }) {
  const stage = new Stage(name, { long: values.long, place: known.indexOf(name) });
  let outcome = '';
  try {
    outcome = (await act(stage)) ?? '';
  } catch (error) {
    stage.check('the step runs to its end', false, error.stack);
  } finally {
    await stage.end();
  }
  for (const [capture, { dropped }] of stage.captures)
    if (dropped > 0) stage.check(`the capture ${capture} is whole`, false, `${dropped} packets lost`);
  return { chapter, title, versions, outcome, checks: stage.checks };
}

function keep(name, incident, steps) {
  const date = new Date().toISOString().slice(0, 10);
  const file = join(folder, name, 'results.json');
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { steps: [] };
  const { title, system } = incident;
  const results = { name, title, system, date, steps: merged(before.steps, steps, values.long) };
  if (JSON.stringify({ ...before, date }) !== JSON.stringify(results))
    writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}
