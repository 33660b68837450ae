/**
 * The runtime beside its peers, in one run: the same payloads, typed protobuf handlers, servers pinned to one core and clients to another,
 * stacks taking turns, medians.
 *
 *   npm run bench -- rpc [--quick] [--only NAME,...] [--stacks calmwire,grpc-js,...] [--runs 3] [--json FILE]
 *   npm run bench -- rpc --list
 *   npm run bench -- rpc --server-options JSON --channel-options JSON      ours with other options than the default ones
 *   npm run bench -- rpc --profile NAME      ours alone under node --cpu-prof: functions by self time
 *
 * It needs Linux with taskset. Peers come from the npm registry and the Go module proxy when it runs first; without Go, grpc-go is left out.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureConnections } from './connections.mjs';
import { describeMachine, loadNow, openFilesMax, twoCores } from './machine.mjs';
import { measureScenario } from './measure.mjs';
import { printProfiles, profileFlags } from './profile.mjs';
import { judge, judgeConnections, printConnections, printMachine, printScenario, printTargets } from './report.mjs';
import { scenarios } from './scenarios.mjs';
import { setUp, versionsOfPeers } from './setup.mjs';
import { Bench, runtimeBuilt, stacks } from './stacks.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    stacks: { type: 'string' },
    runs: { type: 'string' },
    json: { type: 'string' },
    profile: { type: 'string' },
    list: { type: 'boolean', default: false },
    'server-options': { type: 'string' },
    'channel-options': { type: 'string' },
  },
});

/** Times of one run: what warms up is not counted; a lead precedes every window. */
const full = { warmMs: 1800, leadMs: 200, measureMs: 1000, rateMs: 2500, runs: 3, steps: [1, 100, 2000, 10_000] };
const quick = { warmMs: 1000, leadMs: 150, measureMs: 700, rateMs: 1200, runs: 1, steps: [1, 100, 2000] };
/** Files that a server has open beside its connections. */
const OTHER_FILES = 200;

// `npm run bench -- rpc | head`
process.stdout.on('error', () => process.exit(1));

if (values.list) {
  for (const { name, title } of scenarios) process.stdout.write(`${name.padEnd(20)} ${title}\n`);
} else {
  process.exitCode = await main();
}

function usage(text) {
  process.stderr.write(`${text}\n`);
  return 2;
}

/** Ours takes them from the environment, which our processes inherit. */
function useOptions(name, json) {
  if (json === undefined) return;
  process.env[name] = JSON.stringify(JSON.parse(json));
  process.stdout.write(`${name}=${json}\n`);
}

async function main() {
  const wanted = (values.profile ?? values.only)?.split(',');
  const unknown = wanted?.find((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown !== undefined) return usage(`there is no scenario ${unknown}; --list shows them`);
  const unknownStack = values.stacks?.split(',').find((name) => !Object.hasOwn(stacks, name));
  if (unknownStack !== undefined)
    return usage(`there is no stack ${unknownStack}; there are ${Object.keys(stacks).join(', ')}`);
  const { withGo, withTls } = setUp();
  const chosen = scenarios.filter(
    ({ name, quick: alsoQuick, tls }) => (wanted?.includes(name) ?? (!values.quick || alsoQuick)) && (withTls || !tls),
  );
  useOptions('CALMWIRE_BENCH_SERVER', values['server-options']);
  useOptions('CALMWIRE_BENCH_CHANNEL', values['channel-options']);
  const bench = new Bench(twoCores());
  process.on('SIGINT', () => bench.stopAll().then(() => process.exit(130)));
  if (values.profile !== undefined) return profiled(bench, chosen);
  const built = await runtimeBuilt();
  const present = Object.keys(stacks).filter(
    (name) => (name !== 'calmwire' || built) && (name !== 'grpc-go' || withGo),
  );
  const names = present.filter(
    (name) => values.stacks?.split(',').includes(name) ?? (!values.quick || name !== 'connect'),
  );
  const times = {
    ...(values.quick ? quick : full),
    ...(values.runs === undefined ? {} : { runs: Number(values.runs) }),
  };
  const header = { machine: describeMachine(), versions: versionsOfPeers(), cores: bench.cores, load: loadNow() };
  printMachine(header);
  const results = await measureAll(bench, chosen, names, times);
  const judged = results.flatMap(({ judged: some }) => some);
  printTargets(judged);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ ...header, times, results }, null, 2)}\n`);
  }
  return 0;
}

async function measureAll(bench, chosen, names, times) {
  const results = [];
  for (const scenario of chosen) {
    const stackNames = names.filter((name) => !scenario.without?.includes(name));
    if (scenario.side === 'connections') {
      const steps = times.steps.filter((connections) => connections + OTHER_FILES < openFilesMax());
      if (steps.length < times.steps.length) process.stdout.write(`\nulimit -n allows ${openFilesMax()} files only\n`);
      const rows = await measureConnections(bench, stackNames, steps, times);
      printConnections(scenario, rows);
      results.push({ name: scenario.name, rows, judged: judgeConnections(scenario, rows) });
      continue;
    }
    const rows = await measured(bench, scenario, stackNames, times, results);
    if (rows === undefined) continue;
    printScenario(scenario, rows);
    results.push({ name: scenario.name, rows, judged: judge(scenario, rows) });
  }
  return results;
}

/** At a fixed rate, stacks that cannot keep up with it are left out: their latency would be the length of the run. */
async function measured(bench, scenario, stackNames, times, results) {
  const { fixedRate } = scenario;
  if (fixedRate === undefined) return measureScenario(bench, scenario, stackNames, times);
  let { callsPerSecond } = fixedRate;
  let able = stackNames;
  if (callsPerSecond === undefined) {
    const capacity = await capacities(bench, fixedRate.measuredBy, stackNames, times, results);
    if (capacity.get('calmwire') === undefined) return undefined;
    callsPerSecond = Math.round(capacity.get('calmwire') * fixedRate.shareOfOurs);
    able = stackNames.filter((name) => capacity.get(name) > callsPerSecond * 1.1);
  }
  const title = `${scenario.title} (${callsPerSecond.toLocaleString('en-US')} calls/s)`;
  const rows = await measureScenario(bench, { ...scenario, job: { ...scenario.job, callsPerSecond } }, able, {
    ...times,
    measureMs: times.rateMs,
  });
  scenario.title = able.length < stackNames.length ? `${title}; the others can't` : title;
  return rows;
}

async function capacities(bench, name, stackNames, times, results) {
  let rows = results.find((result) => result.name === name)?.rows;
  rows ??= await measureScenario(
    bench,
    scenarios.find((scenario) => scenario.name === name),
    stackNames,
    times,
  );
  return new Map(rows.map(({ stack, rate }) => [stack, rate]));
}

/** Ours, or the one stack asked for, in each scenario under the profiler. */
async function profiled(bench, chosen) {
  const stack = values.stacks ?? 'calmwire';
  for (const scenario of chosen) {
    if (scenario.side === 'connections') return usage('connections has no profile; take a server scenario');
    const folder = join(new URL('.', import.meta.url).pathname, '.work', 'profiles', scenario.name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const job = scenario.fixedRate
      ? { ...scenario.job, callsPerSecond: scenario.fixedRate.callsPerSecond ?? 50_000 }
      : scenario.job;
    const times = { ...full, warmMs: 1000, measureMs: 4000, runs: 1 };
    const rows = await measureScenario(
      bench,
      { ...scenario, job, profile: () => profileFlags(folder) },
      [stack],
      times,
    );
    printScenario(scenario, rows);
    printProfiles(folder);
  }
  return 0;
}
