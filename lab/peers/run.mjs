/**
 * Our client and server against every peer: node lab/peers/run.mjs [--no-capture] [PEER...]
 *
 * Every peer as client of our server and as server of our client, in clear text and with TLS; and through nginx,
 * Envoy and HAProxy. The steps of the clients are in proto/orders.proto. One capture is taken of all that runs in
 * clear text, and `calmwire explain` must find no failure in it. Prints a table; ends with 1 on any miss.
 */
import { join } from 'node:path';
import { explain, failuresOf, startCapture, withConsequences } from '../lib/capture.mjs';
import { generate } from '../lib/generate.mjs';
import { lab, lastLine, Programs, run, work } from '../lib/programs.mjs';
import { proxies } from './proxies.mjs';

const HEALTHY = ['unary', 'server-streaming', 'client-streaming', 'bidi', 'status', 'cancel'];
/**
 * Not captured: a deadline that runs out at server and client at once makes proxies cut responses short, which is
 * rightly found.
 */
const LATE = 'deadline';
const STEPS = [...HEALTHY, LATE];
/** Captured ports begin here, those with TLS below. */
const PLAIN_PORTS = 18_350;
const TLS_PORTS = 18_300;
/** Two cores: more at once only makes every step late. */
const AT_ONCE = 2;

const args = process.argv.slice(2);
const chosen = args.filter((arg) => !arg.startsWith('--'));
const ca = join(work, 'tls', 'peers-ca.pem');
const files = [join(work, 'tls', 'peers.pem'), join(work, 'tls', 'peers.key')];

const here = join(lab, 'peers');
const javaPath = `${join(work, 'java', 'peers', 'classes')}:${join(work, 'java', 'peers', 'jars')}/*`;
const java = (name) => ['java', '-XX:TieredStopAtLevel=1', '-Dstdout.encoding=UTF-8', '-cp', javaPath, name];
const roles = (...command) => ({ server: [...command, 'server'], client: [...command, 'client'] });
const programs = {
  calmwire: roles(process.execPath, join(here, 'calmwire', 'orders.mjs')),
  'grpc-js': roles(process.execPath, join(here, 'node', 'grpc-js.mjs')),
  'connect-node': roles(process.execPath, join(here, 'node', 'connect.mjs')),
  'grpc-go': roles(join(work, 'bin', 'peers-go')),
  grpcio: roles(join(work, 'peers', 'py', 'bin', 'python'), join(here, 'python', 'orders.py')),
  'grpc-java': { server: java('OrdersServer'), client: java('OrdersClient') },
  tonic: roles(join(work, 'target-peers', 'debug', 'peers-tonic')),
};
const peers = Object.keys(programs);
const wanted = (name) => chosen.length === 0 || chosen.includes(name) || name === 'calmwire';

/** What runs: `{ client, via, server }`; each in clear text and with TLS. */
const rows = [
  ...peers.filter(wanted).map((client) => ({ client, server: 'calmwire' })),
  ...peers.filter((name) => wanted(name) && name !== 'calmwire').map((server) => ({ client: 'calmwire', server })),
  ...Object.keys(proxies)
    .filter(wanted)
    .filter((via) => via !== 'calmwire')
    .flatMap((via) => [
      { client: 'calmwire', via, server: 'calmwire' },
      { client: 'grpc-go', via, server: 'calmwire' },
      { client: 'calmwire', via, server: 'grpc-go' },
    ]),
];

const started = new Programs();
let good = false;
try {
  process.env.LAB_ORDERS = await generate('peers/proto', 'orders');
  process.env.PYTHONPATH = join(work, 'peers', 'python');
  const ports = await startServers();
  const capture = args.includes('--no-capture')
    ? undefined
    : await startCapture(`portrange ${PLAIN_PORTS}-${PLAIN_PORTS + 49}`, 'peers');
  const healthy = await runRows(ports, HEALTHY);
  const captured = await capture?.stop();
  // A call before it, so that a cold JVM does not spend its deadline on connecting.
  const late = await runRows(ports, ['status', LATE]);
  good = printTable(healthy.map(({ job, steps }, i) => ({ job, steps: [...steps, late[i].steps[1]] })));
  if (captured !== undefined) good = (await judgeCapture(captured, ports)) && good;
} finally {
  await started.stopAll();
}
process.exit(good ? 0 : 1);

/** Every server twice, then the proxies before them; ports by `VIA SERVER TLS`. */
async function startServers() {
  const ports = new Map();
  const next = { false: PLAIN_PORTS, true: TLS_PORTS };
  const take = (key, tls) => {
    const port = next[tls]++;
    ports.set(`${key} ${tls}`, port);
    return port;
  };
  const starting = [];
  for (const server of new Set(rows.map((row) => row.server))) {
    for (const tls of [false, true]) {
      const port = take(server, tls);
      const command = [...programs[server].server, String(port), ...(tls ? files : [])];
      starting.push(started.start(`peers-${server}${tls ? '-tls' : ''}`, command, { ports: [port] }));
    }
  }
  await Promise.all(starting);
  for (const via of new Set(rows.flatMap((row) => row.via ?? []))) {
    const routes = [];
    for (const server of new Set(rows.filter((row) => row.via === via).map((row) => row.server))) {
      for (const tls of [false, true])
        routes.push({ listen: take(`${via} ${server}`, tls), backend: ports.get(`${server} ${tls}`), tls });
    }
    await started.start(`peers-${via}`, proxies[via](routes), { ports: routes.map(({ listen }) => listen) });
  }
  return ports;
}

/** Every row with these steps, in order of the rows. */
async function runRows(ports, steps) {
  const jobs = rows.flatMap((row) => [false, true].map((tls) => ({ ...row, tls })));
  const outcomes = new Map();
  let at = 0;
  const worker = async () => {
    while (at < jobs.length) {
      const job = jobs[at++];
      outcomes.set(job, await runJob(job, ports, steps));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return jobs.map((job) => ({ job, steps: outcomes.get(job) }));
}

/** What became of each step: 'ok', or why not. */
async function runJob({ client, via, server, tls }, ports, steps) {
  const port = ports.get(`${via === undefined ? '' : `${via} `}${server} ${tls}`);
  const ran = await run([...programs[client].client, `127.0.0.1:${port}`, tls ? ca : '-', ...steps]);
  return steps.map((step) => {
    const line = ran.stdout.split('\n').find((text) => text.startsWith(`${step} `));
    if (line === undefined) return `not reached: ${lastLine(ran.stderr) || `exit code ${ran.code}`}`;
    return line.slice(step.length + 1).replace(/^FAIL /, '');
  });
}

function label({ client, via, server, tls }) {
  return `${[client, via, server].filter(Boolean).join(' > ')}`.padEnd(34) + (tls ? ' TLS' : ' h2c');
}

function printTable(outcomes) {
  process.stdout.write(`${' '.repeat(38)}  ${STEPS.join('  ')}\n`);
  const misses = [];
  for (const { job, steps } of outcomes) {
    const cells = steps.map((outcome, i) => (outcome === 'ok' ? 'ok' : 'FAIL').padEnd(STEPS[i].length));
    process.stdout.write(`${label(job)}  ${cells.join('  ')}\n`);
    steps.forEach((outcome, i) => {
      if (outcome !== 'ok') misses.push(`${label(job).replace(/ +/g, ' ')} ${STEPS[i]}: ${outcome}`);
    });
  }
  for (const miss of misses) process.stdout.write(`  FAIL ${miss}\n`);
  const total = outcomes.length * STEPS.length;
  process.stdout.write(`peers: ${outcomes.length} pairs, ${total - misses.length} of ${total} steps passed\n`);
  return misses.length === 0 && outcomes.length > 0;
}

/** No finding above `info`. */
async function judgeCapture({ file, dropped }, ports) {
  if (dropped > 0) process.stdout.write(`  tcpdump lost ${dropped} packets\n`);
  const { connections, findings: roots, summary } = await explain([file]);
  const { calls } = summary;
  const findings = roots.flatMap(withConsequences);
  const names = new Map([...ports].map(([key, port]) => [port, key.replace(/ (true|false)$/, '')]));
  const portOf = new Map(connections.map(({ id, server }) => [id, Number(server.slice(server.lastIndexOf(':') + 1))]));
  const failures = failuresOf(findings);
  for (const { id, severity, connection, title } of failures)
    process.stdout.write(`  FAIL explain: ${severity} ${id} at ${names.get(portOf.get(connection))}: ${title}\n`);
  process.stdout.write(
    `capture: ${connections.length} connections, ${calls} calls, ${findings.length} findings, ${failures.length} of them failures\n`,
  );
  return failures.length === 0 && connections.length > 0;
}
