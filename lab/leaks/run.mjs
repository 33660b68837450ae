/**
 * Memory under mixed load: node lab/leaks/run.mjs [--minutes 60] [--csv FILE] [--canary]
 *
 * One server and one client process, ours both. Rounds of load (client.mjs) with cancels, resets, reconnects,
 * deadline storms, connections that age and drain, TLS beside clear text; after each round, when nothing runs, both
 * are collected and measured. Without `--minutes` it takes 90 seconds, for continuous integration: that finds leaks
 * of each call or connection, an hour finds slow ones.
 *
 * The verdict is a straight line through the measurements after the warm-up. Memory is flat if the line grows, over
 * the time measured, by less than the tolerance below, or by no more than chance explains (twice the standard error
 * of the slope). With `--canary` the client keeps some 200 octets of every call, and the command must fail.
 */
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '../lib/generate.mjs';
import { lab, run, work } from '../lib/programs.mjs';

/** The first rounds fill caches, compile code and let the heap find its size. */
const WARM_UP = 0.4;
/** Growth over the time measured that is no leak, as a part of the mean and in octets. */
const TOLERANCE = {
  // A leak of 30 octets a call shows, also in the short form: a round has 600 calls and takes less than a second.
  heapUsed: { part: 0.03, least: 1_000_000 },
  external: { part: 0.05, least: 500_000 },
  // The allocator of the system keeps and fragments what it got; pages come in larger pieces.
  rss: { part: 0.06, least: 8_000_000 },
  sockets: { part: 0, least: 2 },
};
/** On a busy machine a round takes seconds, and a line through a few of them says nothing. */
const ROUNDS_MIN = 60;
/** But no longer than so many times what was asked for. */
const STRETCH = 4;
const ROUND_TIMEOUT_MS = 60_000;
const SHORT_MS = 90_000;

const option = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const minutes = option('--minutes');
const totalMs = minutes === undefined ? SHORT_MS : Number(minutes) * 60_000;
if (!(totalMs > 0)) throw new Error(`--minutes must be a number above 0, not ${minutes}`);

const certificates = await run(['bash', join(lab, 'peers', 'certificates.sh')]);
if (!certificates.ok) throw new Error(`certificates: ${certificates.stderr}`);
process.env.LAB_CANARY = process.argv.includes('--canary') ? '1' : '0';
process.env.LAB_ORDERS = await generate('peers/proto', 'orders');
const tls = (file) => join(work, 'tls', file);
// The size of the young generation is fixed, as V8 otherwise adapts it to the load, which looks like growth.
const execArgv = ['--expose-gc', '--max-semi-space-size=8', '--min-semi-space-size=8'];
const children = [];
const start = (file, args) => {
  const child = fork(join(lab, 'leaks', file), args, { execArgv });
  children.push(child);
  return child;
};
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

const server = start('server.mjs', [tls('peers.pem'), tls('peers.key')]);
const { plain, secure } = await answer(server);
const client = start('client.mjs', [plain, secure, tls('peers-ca.pem')]);
await answer(client);

const rows = [];
const began = performance.now();
const elapsedMs = () => performance.now() - began;
while (elapsedMs() < totalMs || (rows.length < ROUNDS_MIN && elapsedMs() < STRETCH * totalMs)) {
  client.send({ number: rows.length });
  const ofClient = await answer(client);
  server.send('sample');
  const ofServer = await answer(server);
  rows.push({ atMs: performance.now() - began, client: ofClient, server: ofServer });
  if (rows.length % 10 === 1) print(rows.at(-1));
}
print(rows.at(-1));
for (const child of children) child.disconnect();

const problems = [];
for (const side of ['client', 'server'])
  for (const [name, tolerance] of Object.entries(TOLERANCE)) judge(side, name, tolerance);
const last = rows.at(-1);
for (const [what, count] of last.client.unexpected) problems.push(`${count} calls ended with ${what}`);
const stuck = rows.find((row) => row.server.running > 0);
if (stuck !== undefined) problems.push(`${stuck.server.running} handlers still ran after a round, when nobody called`);
if (option('--csv') !== undefined) writeCsv(option('--csv'));
for (const problem of problems) process.stdout.write(`  FAIL ${problem}\n`);
process.stdout.write(
  `leaks: ${Math.round(last.atMs / 1_000)} s, ${rows.length} rounds, ${last.client.calls} calls, ${last.server.connections} connections; ${problems.length} problems\n`,
);
process.exit(problems.length === 0 ? 0 : 1);

/** The next message of a child; bounded, so that a load that hangs is a failure and not a hanging command. */
function answer(child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no answer within ${ROUND_TIMEOUT_MS} ms: the load hangs`)),
      ROUND_TIMEOUT_MS,
    );
    const ended = (code) => reject(new Error(`a process ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      clearTimeout(timer);
      child.off('exit', ended);
      resolve(message);
    });
  });
}

function judge(side, name, { part, least }) {
  const measured = rows.slice(Math.floor(rows.length * WARM_UP));
  const { slope, error, mean, spanMs } = fit(measured.map((row) => [row.atMs, row[side][name]]));
  const growth = slope * spanMs;
  const allowed = Math.max(part * mean, least);
  const certain = Math.abs(slope) > 2 * error;
  const show = (value) => amount(name, value);
  const grown = `${growth >= 0 ? '+' : ''}${show(growth)} in ${Math.round(spanMs / 1_000)} s (±${show(2 * error * spanMs)})`;
  const text = `${side} ${name}: ${show(mean)}, ${grown}, allowed ${show(allowed)}`;
  process.stdout.write(`  ${text}\n`);
  if (growth > allowed && certain) problems.push(text);
}

/** Least squares: the slope per ms, its standard error, the mean. */
function fit(points) {
  const count = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const mean = points.reduce((sum, [, y]) => sum + y, 0) / count;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - mean), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - mean - slope * (x - meanX)) ** 2, 0);
  const error = Math.sqrt(rest / Math.max(1, count - 2) / spread);
  return { slope, error, mean, spanMs: points.at(-1)[0] - points[0][0] };
}

function amount(name, value) {
  return name === 'sockets' ? value.toFixed(1) : `${(value / 1e6).toFixed(2)} MB`;
}

function print({ atMs, client: c, server: s }) {
  const side = (of) =>
    `heap ${amount('', of.heapUsed)}, external ${amount('', of.external)}, rss ${amount('', of.rss)}, ${of.sockets} sockets`;
  process.stdout.write(`${String(Math.round(atMs / 1_000)).padStart(5)} s  client ${side(c)}  server ${side(s)}\n`);
}

function writeCsv(file) {
  const names = Object.keys(TOLERANCE);
  const head = ['atMs', ...names.map((name) => `client.${name}`), ...names.map((name) => `server.${name}`)];
  const lines = rows.map((row) => [
    Math.round(row.atMs),
    ...names.map((name) => row.client[name]),
    ...names.map((name) => row.server[name]),
  ]);
  writeFileSync(file, `${[head, ...lines].map((line) => line.join(',')).join('\n')}\n`);
}
