#!/usr/bin/env node
/**
 * Fuzzes every reader of foreign octets: no exception, no hang, no growing heap. The inputs of each target are shared out over
 * the cores. What fails is written to lab/.work/fuzz, with the command that repeats it.
 *
 *   node lab/fuzz/run.mjs                               1,000,000 inputs a target: some hours on two cores, in the background
 *   node lab/fuzz/run.mjs --minutes 10 --seed 7         as many as ten minutes allow, evenly over the targets, elsewhere
 *   node lab/fuzz/run.mjs --targets 'hpack|frames' --inputs 50000
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { bundle } from '../lib/bundle.mjs';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    targets: { type: 'string', default: '' },
  },
});

/** A round takes a second or two, more on a busy machine; one that takes this long hangs. */
const HANG_MS = 300_000;
/** The heap of a process: well above what a round may leave behind. */
const HEAP_MB = 1_024;
const PROGRESS_MS = 10_000;

const folder = join(new URL('../..', import.meta.url).pathname, 'lab/.work/fuzz');
mkdirSync(folder, { recursive: true });
const file = await bundle('test/fuzz/campaign.ts');
const names = await targetNames();
const shares = availableParallelism();
const done = new Map(names.map((name) => [name, { inputs: 0, heapBytes: 0 }]));
const failures = [];
const startMs = Date.now();
const endMs = values.minutes === undefined ? Number.POSITIVE_INFINITY : startMs + Number(values.minutes) * 60_000;

/** One process for one target, or for the part of the time that falls to it. */
function run(share, name, untilMs) {
  const inputs = Math.ceil(Number(values.inputs) / shares);
  const args = ['--expose-gc', `--max-old-space-size=${HEAP_MB}`, file, share, inputs, values.seed, `^${name}$`].map(String);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  setPriority(child.pid, 19);
  let lastMs = Date.now();
  let complaint = '';
  let stopped = false;
  child.stderr.on('data', (data) => (complaint = `${complaint}${data}`.slice(-2_000)));
  createInterface({ input: child.stdout }).on('line', (text) => {
    lastMs = Date.now();
    const line = JSON.parse(text);
    if (line.error !== undefined) fail(share, line);
    else add(line);
    if (Date.now() >= untilMs) stop();
  });
  const watch = setInterval(() => {
    if (Date.now() - lastMs <= HANG_MS) return;
    fail(share, { target: name, round: done.get(name).inputs, error: `no round ended in ${HANG_MS / 1_000} s: a hang` });
    stop();
  }, PROGRESS_MS);
  const stop = () => {
    stopped = true;
    child.kill();
  };
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearInterval(watch);
      if (code !== 0 && !stopped) fail(share, { target: name, error: `the process ended with ${code}: ${complaint}` });
      resolve();
    }),
  );
}

function add({ target, inputs, heapBytes }) {
  const sum = done.get(target);
  sum.inputs += inputs;
  sum.heapBytes = Math.max(sum.heapBytes, heapBytes);
}

function fail(share, { target, round, roundSeed, input, bytes, error }) {
  const path = join(folder, `${target.replaceAll(' ', '-')}-${roundSeed ?? 0}-${input ?? 0}.bin`);
  if (bytes !== undefined) writeFileSync(path, Buffer.from(bytes, 'hex'));
  const repeat = `node ${file} ${share} ${values.inputs} ${values.seed} '^${target}$' ${round}`;
  failures.push(`${target}: ${error}\n  input: ${bytes === undefined ? 'none' : path}\n  repeat: ${repeat}`);
  console.log(failures.at(-1));
}

async function targetNames() {
  const args = [file, '0', '1', values.seed, values.targets].map(String);
  const child = spawn(process.execPath, [...args, '--names'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const found = [];
  for await (const line of createInterface({ input: child.stdout })) found.push(JSON.parse(line).target);
  return found;
}

function progress() {
  const parts = [...done].map(([name, { inputs }]) => `${name} ${Math.round(inputs / 1_000)}k`);
  console.log(`${Math.round((Date.now() - startMs) / 1_000)} s: ${parts.join(', ')}; ${failures.length} failures`);
}

/** Every core goes through all targets; with a limit of time each target gets an equal part of it. */
async function work(share) {
  for (const [index, name] of names.entries()) {
    const leftMs = endMs - Date.now();
    await run(share, name, Date.now() + leftMs / (names.length - index));
  }
}

const ticker = setInterval(progress, PROGRESS_MS);
await Promise.all(Array.from({ length: shares }, (_, share) => work(share)));
clearInterval(ticker);
console.log(`${'target'.padEnd(24)} ${'inputs'.padStart(10)} ${'heap, MB'.padStart(9)}`);
for (const [name, { inputs, heapBytes }] of done)
  console.log(`${name.padEnd(24)} ${String(inputs).padStart(10)} ${(heapBytes / 1_048_576).toFixed(0).padStart(9)}`);
console.log(`${failures.length} failures in ${Math.round((Date.now() - startMs) / 1_000)} s`);
process.exitCode = failures.length > 0 || names.length === 0 ? 1 : 0;
