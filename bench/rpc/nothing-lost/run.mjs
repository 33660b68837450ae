/**
 * Nothing lost: many calls in flight, always, while servers come and go; how many calls fail?
 *
 *   npm run bench -- nothing-lost [--in-flight 10000] [--recyclings 100] [--stacks calmwire,grpc-js] [--json FILE]
 *
 * Some recyclings are by age: a server whose connections live one second. Others are rolling restarts: a new server takes over new
 * connections, the old one drains. A balancer between delays everything by 5 to 15 ms each way, so that calls cross the GOAWAY.
 * No call has a deadline, none is retried by the script, both ends keep their defaults.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeMachine, twoCores } from '../machine.mjs';
import { setUp } from '../setup.mjs';
import { Bench, runtimeBuilt } from '../stacks.mjs';
import { Balancer } from './balancer.mjs';

const { values } = parseArgs({
  options: {
    'in-flight': { type: 'string', default: '10000' },
    recyclings: { type: 'string', default: '100' },
    stacks: { type: 'string', default: 'calmwire,grpc-js' },
    json: { type: 'string' },
  },
});
const LATENCY_MS = 10;
/** How long calls last, evenly spread. With 10,000 in flight these are 2,000 a second, which grpc-js can do at both ends. */
const LONG_MS = [1000, 9000];
/** 12,500 a second if the stack can: both ends are busy when the server goes. */
const SHORT_MS = [100, 1500];
/** The first calls are spread over this time; only then do servers begin to go. */
const RAMP_MS = 6000;
const AGE_MS = 1000;
const RESTART_EVERY_MS = 600;
const scripts = [
  { name: 'max age', script: byAge, waitMs: LONG_MS, share: 0.4 },
  { name: 'rolling restart', script: byRestart, waitMs: LONG_MS, share: 0.4 },
  { name: 'rolling restart, ends busy', script: byRestart, waitMs: SHORT_MS, share: 0.2 },
];
const inFlight = Number(values['in-flight']);
const recyclings = Number(values.recyclings);
/** Reasons shown for each stack. */
const REASONS_SHOWN = 8;

setUp();
const bench = new Bench(twoCores());
const results = [];
const { date, node, cpu } = describeMachine();
process.stdout.write(`# ${date}, Node ${node}, ${cpu}\n`);
process.stdout.write(`${inFlight} calls in flight, ${recyclings} recyclings, ${LATENCY_MS} ms each way\n`);
try {
  for (const stack of values.stacks.split(',')) {
    if (stack === 'calmwire' && !(await runtimeBuilt())) continue;
    for (const { name, script, waitMs, share } of scripts) {
      const result = await measure(stack, script, waitMs, Math.ceil(recyclings * share));
      results.push({ stack, script: name, ...result });
      print(stack, name, result);
    }
  }
} finally {
  await bench.stopAll();
}
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ date, node, cpu, inFlight, results }, null, 2)}\n`);

async function measure(stack, script, waitMs, count) {
  const balancer = new Balancer(LATENCY_MS);
  const port = await balancer.listen();
  const servers = await bench.restarts(stack);
  const client = await bench.client(stack);
  try {
    const load = await script(servers, balancer, count, (durationMs) =>
      client.run({ kind: 'hold', port, inFlight, durationMs, rampMs: RAMP_MS, waitMs }),
    );
    const result = await load;
    return { ...result, ...(await servers.run({})), connections: balancer.connections };
  } finally {
    await bench.stopAll();
    balancer.close();
  }
}

/** One server whose connections live a second. */
async function byAge(servers, balancer, count, startLoad) {
  const { port } = await servers.run({ start: { maxAgeMs: AGE_MS } });
  balancer.target = port;
  return startLoad(count * AGE_MS);
}

/** A new server every time, while up to ten old ones end their calls. */
async function byRestart(servers, balancer, count, startLoad) {
  let { port } = await servers.run({ start: {} });
  balancer.target = port;
  const load = startLoad((count + 2) * RESTART_EVERY_MS);
  // What comes of it is looked at in the end; a client that dies early must not end the bench unseen.
  load.catch(() => {});
  await delay(RAMP_MS);
  for (let restart = 0; restart < count; restart++) {
    await delay(RESTART_EVERY_MS);
    const next = await servers.run({ start: {} });
    balancer.target = next.port;
    await servers.run({ drain: port });
    port = next.port;
  }
  return load;
}

function print(stack, name, { ok, failed, maybeProcessed, reasons, executed, twice, connections, seconds }) {
  const said = maybeProcessed === undefined ? '' : `, of them ${maybeProcessed} say that they may have been processed`;
  process.stdout.write(
    `\n${stack}, ${name}: ${failed} failed of ${ok + failed} calls${said}; ${executed} executed, ${twice} of them twice; ` +
      `${connections} connections, ${seconds.toFixed(0)} s\n`,
  );
  for (const [reason, count] of Object.entries(reasons).slice(0, REASONS_SHOWN)) {
    process.stdout.write(`  ${String(count).padStart(6)}  ${reason}\n`);
  }
}
