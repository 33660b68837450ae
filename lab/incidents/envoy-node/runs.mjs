/**
 * The load of the incident, through Envoy to grpc-go: one run is a client process that makes four times 50 calls at once, each with
 * an answer of 250 KB. How many answers Envoy cuts is chance, so there are several runs, and figures are "n of m runs".
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lab, work } from '../../lib/programs.mjs';

const BURST = '50*unary:size=250000';
/** The first two calls open Envoy's connection to the server, so that nothing slows the others. */
const STEPS = ['unary', 'unary', BURST, BURST, BURST, BURST];
export const CALLS = 202;
/** About one burst in eight is cut with grpc-js 1.14.2, so 8 runs without a cut are one in eighty. */
export const RUNS = 8;
/** Where a cut must be seen, there may be as many runs as make its absence a sign of something else. */
const RUNS_MAX = 36;
const node = (program) => join(lab, 'record', 'node', program);

export const clients = {
  grpcJs: (version) => (address) => [node('grpc-client.mjs'), `grpc-js-${version}`, address, '--', ...STEPS],
  connectNode: (address) => [node('connect.mjs'), 'client', address, 'grpc', '--', ...STEPS],
  calmwire: (address) => [join(lab, 'incidents', 'envoy-node', 'calmwire-client.mjs'), address, ...STEPS],
};

/** grpc-go, and an Envoy of this version in front of it. `change` edits Envoy's configuration. */
export async function startHops(stage, version, change = (config) => config) {
  const [proxy, server] = [stage.port(), stage.port()];
  await stage.start('grpc-go', [join(work, 'grpcgo'), '-listen', `127.0.0.1:${server}`], { ports: [server] });
  const config = readFileSync(join(lab, 'record', 'proxy', 'envoy.yaml'), 'utf8')
    .replaceAll('LISTEN', proxy)
    .replaceAll('BACKEND', server)
    .replace('OPTIONS', '');
  const file = join(work, 'run', 'envoy-node.yaml');
  writeFileSync(file, change(config));
  const python = join(work, 'envoy', `e${version}`, 'bin', 'python');
  const { stdout } = await stage.run([python, '-c', 'import envoy; print(envoy.__path__[0])']);
  const envoy = [join(stdout.trim(), '_bin', 'envoy'), '-c', file, '--concurrency', '1', '--disable-hot-restart'];
  const { log } = await stage.start('envoy', [...envoy, '--log-level', 'warning'], { ports: [proxy] });
  return { proxy, server, log };
}

/**
 * Plays the runs. Both hops are captured until a run is cut (without a cut: the first run only), for what is not looked at afterwards
 * only costs time. With `untilCut`, there are more runs when none of the first was cut.
 */
export async function play(stage, hops, client, { untilCut = false } = {}) {
  const seen = { runs: 0, cutRuns: 0, calls: 0, cutCalls: 0, errors: [], output: '', recording: undefined };
  while (seen.runs < RUNS || (untilCut && seen.cutRuns === 0 && seen.runs < RUNS_MAX)) {
    const record = untilCut ? seen.cutRuns === 0 : seen.runs === 0;
    const { outcome, recording } = record ? await recorded(stage, hops, client) : { outcome: await once(stage, hops, client) };
    seen.runs++;
    seen.calls += outcome.calls;
    seen.cutCalls += outcome.failed;
    if (outcome.failed > 0) seen.cutRuns++;
    for (const error of outcome.errors) if (!seen.errors.includes(error)) seen.errors.push(error);
    if (record) Object.assign(seen, { recording, output: outcome.text, cutInRecording: outcome.failed });
  }
  return { ...seen, text: `${seen.cutRuns} of ${seen.runs} runs (${seen.cutCalls} of ${seen.calls} calls)` };
}

async function recorded(stage, hops, client) {
  let outcome;
  let server;
  const clientSide = await stage.record('client-side', [hops.proxy], async () => {
    server = await stage.record('server-side', [hops.server], async () => {
      outcome = await once(stage, hops, client);
    });
  });
  return { outcome, recording: [clientSide, server] };
}

async function once(stage, { proxy }, client) {
  const { stdout, stderr } = await stage.run([process.execPath, ...client(`127.0.0.1:${proxy}`)]);
  const outcomes = [...stdout.matchAll(/-> (\d+) x (.*)/g)].map(([, count, text]) => ({ count: Number(count), text }));
  const bad = outcomes.filter(({ text }) => !text.startsWith('OK'));
  const sum = (list) => list.reduce((total, { count }) => total + count, 0);
  if (sum(outcomes) !== CALLS) throw new Error(`the client did not end its ${CALLS} calls: ${stderr}`);
  return { calls: CALLS, failed: sum(bad), errors: bad.map(({ text }) => text), text: stdout };
}
