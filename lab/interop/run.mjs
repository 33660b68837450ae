/**
 * gRPC's interop cases: node lab/interop/run.mjs [--control] [CLIENT SERVER] [CASE...]
 *
 * Our client against the servers of grpc-go and grpc-java and our own, and their clients against our server, each in
 * clear text and with TLS (gRPC's test CA, verified). `--control` runs the two others against each other instead.
 * With a client and a server (calmwire, go, java) only that pair. Prints a table; ends with 1 if a case failed.
 */
import { join } from 'node:path';
import { generate } from '../lib/generate.mjs';
import { lab, lastLine, Programs, run, work } from '../lib/programs.mjs';
import { casesOf, skipped } from './cases.mjs';

const args = process.argv.slice(2);
const programs = ['calmwire', 'go', 'java'];
const ours = [
  ['calmwire', 'calmwire'],
  ['calmwire', 'go'],
  ['calmwire', 'java'],
  ['go', 'calmwire'],
  ['java', 'calmwire'],
];
const others = [
  ['go', 'java'],
  ['java', 'go'],
  ['go', 'go'],
  ['java', 'java'],
];
const pairs = args.includes('--control') ? others : programs.includes(args[0]) ? [[args[0], args[1]]] : ours;
const only = args.filter((arg) => !programs.includes(arg) && !arg.startsWith('--'));

/** The certificate says *.test.google.fr; nothing of that name is ever looked up. */
const SERVER_NAME = 'foo.test.google.fr';
const ca = join(work, 'tls', 'interop-ca.pem');
const certificate = join(work, 'tls', 'interop-server1.pem');
const key = join(work, 'tls', 'interop-server1.key');
/** 25 cases one after the other, two of them soaks of up to a minute. */
const CLIENT_TIMEOUT_MS = 240_000;

const java = (name) => [
  'java',
  '-XX:TieredStopAtLevel=1',
  '-cp',
  `${join(work, 'java', 'interop')}/*:${join(work, 'java', 'interop-classes')}`,
  name,
];
const servers = {
  calmwire: (port, tls) => [
    process.execPath,
    join(lab, 'interop', 'calmwire', 'server.mjs'),
    `${port}`,
    ...(tls ? [certificate, key] : []),
  ],
  go: (port, tls) => [
    join(work, 'bin', 'interop-go-server'),
    '-port',
    `${port}`,
    ...(tls ? ['-tls', `${certificate},${key}`] : []),
  ],
  java: (port, tls) => [...java('Server'), `${port}`, ...(tls ? [certificate, key] : [])],
};
const clients = {
  calmwire: (port, tls, cases) => [
    process.execPath,
    join(lab, 'interop', 'calmwire', 'client.mjs'),
    `${port}`,
    tls ? ca : '-',
    SERVER_NAME,
    ...cases,
  ],
  go: (port, tls, cases) => [
    ...[join(work, 'bin', 'interop-go-client'), '-address', `127.0.0.1:${port}`],
    ...(tls ? ['-tls', ca, '-server-name', SERVER_NAME] : []),
    ...cases,
  ],
  java: (port, tls, cases) => [
    ...[
      ...java('Client'),
      '--server_host=127.0.0.1',
      `--server_port=${port}`,
      '--soak_iterations=50',
      '--soak_overall_timeout_seconds=60',
      '--soak_per_iteration_max_acceptable_latency_ms=5000',
    ],
    ...(tls ? ['--use_tls=true', '--use_test_ca=true', `--server_host_override=${SERVER_NAME}`] : ['--use_tls=false']),
    ...['--', ...cases],
  ],
};

const started = new Programs();
const failures = [];
let passed = 0;
try {
  process.env.LAB_INTEROP = await generate('interop/proto', 'interop');
  const ports = await startServers();
  const rows = [];
  for (const [client, server] of pairs) {
    for (const tls of [false, true]) rows.push(await runPair(client, server, tls, ports.get(`${server} ${tls}`)));
  }
  process.stdout.write(`\n${rows.join('\n')}\n`);
  for (const [name, reason] of Object.entries(skipped)) process.stdout.write(`  not run: ${name}: ${reason}\n`);
  for (const failure of failures) process.stdout.write(`  FAIL ${failure}\n`);
  process.stdout.write(`interop: ${passed} passed, ${failures.length} failed\n`);
} finally {
  await started.stopAll();
}
process.exit(failures.length === 0 && passed > 0 ? 0 : 1);

/** Each server of the pairs, in clear text and with TLS; all start at once. */
async function startServers() {
  const ports = new Map();
  const starting = [];
  let port = 18_201;
  for (const server of new Set(pairs.map((pair) => pair[1]))) {
    for (const tls of [false, true]) {
      ports.set(`${server} ${tls}`, port);
      starting.push(
        started.start(`interop-${server}${tls ? '-tls' : ''}`, servers[server](port, tls), { ports: [port] }),
      );
      port++;
    }
  }
  await Promise.all(starting);
  return ports;
}

async function runPair(client, server, tls, port) {
  const { run: wanted, leftOut, reasons } = casesOf(client, server);
  const names = only.length === 0 ? wanted : wanted.filter((name) => only.includes(name));
  const label = `${client} -> ${server}${tls ? ', TLS' : ''}`;
  const outcomes = await runCases(clients[client], port, tls, names);
  for (const [name, outcome] of outcomes) {
    if (outcome === 'ok') passed++;
    else failures.push(`${label} ${name}: ${outcome}`);
  }
  const good = [...outcomes.values()].filter((outcome) => outcome === 'ok').length;
  const notRun = leftOut.length === 0 ? '' : `; not run: ${leftOut.join(', ')}: ${reasons.join(', ')}`;
  process.stdout.write(`${good === outcomes.size ? 'ok  ' : 'FAIL'} ${label}\n`);
  return `${label.padEnd(28)} ${good} of ${outcomes.size} passed${notRun}`;
}

/** A client ends at the first case that fails; then it is started again for the rest. */
async function runCases(command, port, tls, names) {
  const outcomes = new Map();
  let left = names;
  while (left.length > 0) {
    const client = await run(command(port, tls, left), { timeoutMs: CLIENT_TIMEOUT_MS });
    const done = [...client.stdout.matchAll(/^passed (\w+)$/gm)].map((match) => match[1]);
    for (const name of done) outcomes.set(name, 'ok');
    left = left.filter((name) => !done.includes(name));
    if (left.length > 0) outcomes.set(left.shift(), reasonOf(client) || `exit code ${client.code}`);
    else if (!client.ok) outcomes.set(done.at(-1), `passed, and then the client ended with code ${client.code}`);
  }
  return outcomes;
}

/** The line that says why, out of a stack trace or a log; lines of code are none. */
function reasonOf({ stderr, stdout }) {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => !/^\s*(at |return |throw )/.test(line));
  const telling = lines.find((line) => /Exception|Error|FATAL|panic|not finished/.test(line));
  return (telling ?? lastLine(stderr)).trim().slice(0, 600);
}
