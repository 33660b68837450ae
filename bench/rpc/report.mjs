/**
 * The tables, and which targets are reached. `rate x` is our rate over that stack's, `CPU x` its CPU time a call over ours, at the end
 * under test.
 */

/** The share of a core that other processes took of the two, from which on rates say little. */
const DISTURBED = 0.08;

const write = (text) => process.stdout.write(`${text}\n`);
const number = (value, digits = 0) =>
  value === undefined || Number.isNaN(value)
    ? '-'
    : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const digitsFor = (value) => (value === undefined || value >= 100 ? 0 : value >= 10 ? 1 : 2);
const micro = (value) => (value === undefined ? '-' : `${number(value, digitsFor(value))} µs`);
const milli = (value) => (value === undefined ? '-' : `${number(value / 1000, value < 10_000 ? 3 : 1)} ms`);
const factor = (value) =>
  value === undefined || !Number.isFinite(value) ? '-' : `${number(value, value < 10 ? 2 : 1)} x`;

function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  for (const row of all) {
    write(
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
    );
  }
}

export function printMachine({ machine, versions, cores, load }) {
  write(`# ${machine.date}, Node ${machine.node}, ${machine.cpu}, Linux ${machine.kernel}`);
  for (const [stack, version] of Object.entries(versions)) write(`  ${stack}: ${version}`);
  if (cores === undefined) write('  not pinned: taskset or a second core is missing; the ends disturb each other');
  else write(`  servers on core ${cores.server}, clients on core ${cores.client}`);
  if (load > 0.3) write(`  load average at the start: ${load.toFixed(2)}`);
}

export function printScenario({ name, title }, rows) {
  const ours = rows.find(({ stack, error }) => stack === 'calmwire' && error === undefined);
  const unit = rows[0]?.unit ?? 'call';
  write(`\n## ${name}: ${title}`);
  const head = [
    'stack',
    `${unit}s/s`,
    'least',
    'most',
    `server CPU/${unit}`,
    'busy',
    `client CPU/${unit}`,
    'busy',
    'p50',
    'p99',
    'failed',
    'rate x',
    'CPU x',
  ];
  const cells = rows.map((row) => {
    if (row.runs.length === 0) return [row.stack, ...head.slice(1).map(() => '-')];
    return [
      row.stack,
      number(row.rate),
      number(row.least),
      number(row.most),
      micro(row.serverCpuUs),
      `${number(row.serverBusy * 100)} %`,
      micro(row.clientCpuUs),
      `${number(row.clientBusy * 100)} %`,
      milli(row.p50),
      milli(row.p99),
      number(row.failed),
      row === ours ? '' : factor(ours && ours.rate / row.rate),
      row === ours ? '' : factor(ours && row.testedCpuUs / ours.testedCpuUs),
    ];
  });
  table(head, cells);
  for (const { stack, failure, error, others } of rows) {
    if (others > DISTURBED)
      write(
        `  ${stack}: other programs took ${number(others * 100)} % of a core meanwhile: compare CPU rather than rates`,
      );
    if (failure !== undefined) write(`  ${stack}: ${failure.slice(0, 300)}`);
    if (error !== undefined) write(`  ${stack}: ${error.slice(0, 600)}`);
  }
}

export function printConnections({ name, title }, rows) {
  write(`\n## ${name}: ${title}`);
  const head = [
    'stack',
    'connections',
    'calls/s',
    'server CPU/call',
    'p50',
    'p99',
    'failed',
    'resident',
    'per connection',
  ];
  const cells = rows.flatMap(({ stack, steps }) =>
    steps.map((step) => [
      stack,
      number(step.connections),
      number(step.rate),
      micro(step.serverCpuUs),
      milli(step.p50),
      milli(step.p99),
      number(step.failed),
      `${number(step.residentBytes / 1e6, 1)} MB`,
      step.bytesPerConnection === undefined ? '-' : `${number(step.bytesPerConnection / 1000, 1)} KB`,
    ]),
  );
  table(head, cells);
  for (const { stack, error } of rows) if (error !== undefined) write(`  ${stack}: ${error.slice(0, 600)}`);
}

/** A target as data: what was wanted, what came, whether that is enough. */
export function judge({ name, targets = [] }, rows) {
  const usable = (stack) => rows.find((row) => row.stack === stack && row.error === undefined);
  const ours = usable('calmwire');
  if (ours === undefined) return [];
  return targets.flatMap(({ metric, against, atLeast, atMost }) => {
    const peer = usable(against);
    if (peer?.[metric] === undefined || ours[metric] === undefined) return [];
    const reached = ours[metric] / peer[metric];
    const ok = (atLeast === undefined || reached >= atLeast) && (atMost === undefined || reached <= atMost);
    return [
      {
        scenario: name,
        metric,
        against,
        wanted: atLeast ?? atMost,
        least: atLeast !== undefined,
        reached,
        ok,
        disturbed: Math.max(ours.others ?? 0, peer.others ?? 0) > DISTURBED,
      },
    ];
  });
}

/** Under 10 KB for an idle connection; the cost of a call flat from the first step on which each call has a connection of its own. */
export function judgeConnections({ name }, rows) {
  const ours = rows.find(({ stack }) => stack === 'calmwire');
  const last = ours?.steps.at(-1);
  if (last?.bytesPerConnection === undefined) return [];
  const costs = ours.steps.filter(({ connections }) => connections !== 1).map(({ serverCpuUs }) => serverCpuUs);
  const reached = last.bytesPerConnection / 1000;
  const flat = costs.at(-1) / costs[0];
  const target = { scenario: name, least: false };
  return [
    { ...target, metric: 'KB an idle connection', wanted: 10, reached, ok: reached < 10 },
    {
      ...target,
      metric: `cost of a call at ${last.connections} connections / at 100`,
      wanted: 1.25,
      reached: flat,
      ok: flat <= 1.25,
    },
  ];
}

export function printTargets(judged) {
  if (judged.length === 0) return;
  write('\n## Targets');
  const head = ['scenario', 'figure', 'wanted', 'reached', ''];
  table(
    head,
    judged.map(({ scenario, metric, against, wanted, least, reached, ok, disturbed }) => [
      scenario,
      against === undefined ? metric : `${metric} / ${against}'s`,
      `${least ? 'at least' : 'at most'} ${number(wanted, 2)}`,
      number(reached, 2),
      `${ok ? 'reached' : 'MISSED'}${disturbed ? ', disturbed' : ''}`,
    ]),
  );
}
