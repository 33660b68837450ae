/**
 * Runs a scenario for all stacks: every stack's processes are started once and warmed up, then the stacks take turns, run by run, so that
 * what disturbs the machine disturbs all. A stack that fails is a row that says why.
 */
import { certificate } from './setup.mjs';

export async function measureScenario(bench, scenario, stackNames, times) {
  const rows = stackNames.map((stack) => ({ stack, runs: [] }));
  const parts = new Map();
  try {
    const shared = await startShared(bench, scenario);
    for (const row of rows) {
      await attempt(row, async () => {
        const part = await startPart(bench, scenario, row.stack, shared);
        parts.set(row.stack, part);
        await part.run({ leadMs: 0, measureMs: times.warmMs });
      });
    }
    for (let run = 0; run < times.runs; run++) {
      for (const row of rows) {
        if (row.error !== undefined) continue;
        await attempt(row, async () => {
          row.runs.push(await parts.get(row.stack).run({ leadMs: times.leadMs, measureMs: times.measureMs }));
        });
      }
    }
  } finally {
    await bench.stopAll();
  }
  return rows.map((row) => summarize(row, scenario));
}

async function attempt(row, work) {
  try {
    await work();
  } catch (error) {
    row.error = error.message;
  }
}

/** What all stacks of a scenario meet: the generator, or the raw responder. */
async function startShared(bench, { side, responder }) {
  if (side === 'server') return bench.generator();
  if (side === 'client') return bench.responder(responder);
  return undefined;
}

/** A stack's processes, and how one run of them goes. */
async function startPart(bench, scenario, stack, shared) {
  const { side, tls = false, job, profile } = scenario;
  const flags = profile === undefined ? [] : profile(stack);
  const server = side === 'client' ? shared : await bench.server(stack, { tls, flags });
  const client = side === 'server' ? shared : await bench.client(stack, { flags });
  const fixed = {
    ...job,
    port: server.ready.port,
    watch: server.pid,
    cores: Object.values(bench.cores ?? {}),
    ...(tls ? { ca: certificate.cert } : {}),
  };
  return {
    run: async (times) => {
      const result = await client.run({ ...fixed, ...times });
      return perCall(result);
    },
  };
}

function perCall({ done, seconds, ownCpuUs, watchedCpuUs, othersCpuUs, failed, failure, p50Us, p99Us, p999Us }) {
  return {
    rate: done / seconds,
    serverCpuUs: watchedCpuUs / done,
    serverBusy: watchedCpuUs / seconds / 1e6,
    clientCpuUs: ownCpuUs / done,
    clientBusy: ownCpuUs / seconds / 1e6,
    others: othersCpuUs / seconds / 1e6,
    p50: p50Us,
    p99: p99Us,
    p999: p999Us,
    failed,
    ...(failure === undefined ? {} : { failure }),
  };
}

export function median(values) {
  const sorted = values.filter((value) => value !== undefined && !Number.isNaN(value)).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return undefined;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** CPU of the end under test; of both, if both are. */
function testedCpuUs(run, side) {
  if (side === 'server') return run.serverCpuUs;
  return side === 'client' ? run.clientCpuUs : run.serverCpuUs + run.clientCpuUs;
}

function summarize({ stack, runs, error }, { side, unit = 'call' }) {
  const of = (name) => median(runs.map((run) => run[name]));
  const names = ['rate', 'serverCpuUs', 'serverBusy', 'clientCpuUs', 'clientBusy', 'others', 'p50', 'p99', 'p999'];
  const rates = runs.map(({ rate }) => rate);
  return {
    stack,
    unit,
    ...Object.fromEntries(names.map((name) => [name, of(name)])),
    testedCpuUs: median(runs.map((run) => testedCpuUs(run, side))),
    least: Math.min(...rates),
    most: Math.max(...rates),
    failed: runs.reduce((sum, run) => sum + run.failed, 0),
    failure: runs.find(({ failure }) => failure !== undefined)?.failure,
    runs,
    ...(error === undefined ? {} : { error }),
  };
}
