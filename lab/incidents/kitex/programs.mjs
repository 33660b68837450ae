/** Kitex servers and clients, a relay that forgets idle connections, and the loads of the steps. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { generate } from '../../lib/generate.mjs';
import { work } from '../../lib/programs.mjs';
import { trace } from '../lib/frames.mjs';

const bin = join(work, 'bin');
const here = join(import.meta.dirname, '..', 'calmwire');

/** Long enough that no server waits for it with less than `WithExitWaitTime(10s)`. */
export const LONG_CALL = 'sleep=8s';
export const RELAY_IDLE_S = 4;
/** The client waits for so long with its connections idle, and is stopped before that; both with room for a machine that is late. */
const CLIENT_IDLE_MS = 3_300;
const STOPPED_AFTER_MS = 2_600;
const POLL_MS = 5;
const EVENT_TIMEOUT_MS = 60_000;
/** Each is used again when the relay closes it. */
export const CONNECTIONS = 3;

export const kitexServer =
  (version, ...flags) =>
  (port) => [join(bin, `kitex-server-${version}`), '-listen', `127.0.0.1:${port}`, ...flags];

export const kitexClient =
  (version, ...flags) =>
  (port, ...steps) => [join(bin, `kitex-client-${version}`), '-target', `127.0.0.1:${port}`, ...flags, ...steps];

/** Our server; grace and idle time in ms. */
export const ourServer = (graceMs, options = {}) => {
  return (port) => [process.execPath, join(here, 'server.mjs'), String(port), JSON.stringify(options), String(graceMs)];
};

/** Our client with a connection for each call. */
export const ourShortClient = (port, ...steps) => {
  const options = JSON.stringify({ connections: 'one-call' });
  return [process.execPath, join(here, 'client.mjs'), `127.0.0.1:${port}`, options, ...steps];
};

let environment;
/** What our programs need to know; made once, for generating takes a second. */
const ourEnvironment = async () => {
  environment ??= { LAB_ORDERS: await generate('incidents/calmwire', 'orders') };
  return environment;
};

/** A server of `serverOf` gets SIGTERM while two long calls of the client run: what a deployment does. */
export async function exit(stage, name, serverOf, clientOf) {
  const port = stage.port();
  const env = await ourEnvironment();
  const server = await stage.start(`${name}-server`, serverOf(port), { ports: [port], env });
  let text = '';
  const capture = await stage.record(name, [port], async () => {
    const steps = ['get id=1', `bg get ${LONG_CALL} id=2`, `bg get ${LONG_CALL} id=3`, 'wait 200ms', 'get id=4'];
    const client = await started(stage, name, clientOf(port, ...steps));
    // The long calls are under way then.
    await until(() => / get id=4: /.test(client.text()), 'the answer to the last short call');
    server.child.kill('SIGTERM');
    text = await client.ended;
  });
  return { capture, log: text, ...outcomes(text) };
}

/** A client that something is done to before it has ended: what it has printed so far, and in the end. */
async function started(stage, name, command) {
  const { child } = await stage.start(`${name}-client`, command);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk;
    });
  }
  return { child, text: () => text, ended: new Promise((resolve) => child.once('close', () => resolve(text))) };
}

/**
 * A client that uses connections again that the relay is just closing. It is stopped shortly before, as a collector's pause would, and
 * goes on when the FINs have arrived and its calls are due. Whether it reads a FIN before or after it has written the request is
 * chance; if before, the call fails without a trace on the wire.
 */
export async function idleRace(stage, name, serverOf, clientOf) {
  const [port, behind] = [stage.port(), stage.port()];
  const env = await ourEnvironment();
  await stage.start(`${name}-server`, serverOf(behind), { ports: [behind], env });
  const listen = `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`;
  const relay = ['socat', '-T', String(RELAY_IDLE_S), listen, `TCP:127.0.0.1:${behind}`];
  await stage.start(`${name}-relay`, relay, { ports: [port] });
  let text = '';
  const capture = await stage.record(name, [port], async () => {
    const each = (step) => Array.from({ length: CONNECTIONS }, () => step);
    const steps = [...each('get id=1'), `wait ${CLIENT_IDLE_MS}ms`, ...each('bg get id=2'), 'wait 500ms', 'get id=3'];
    const client = await started(stage, name, clientOf(port, ...steps));
    await until(() => client.text().match(/get id=1: /g)?.length === CONNECTIONS, 'the first answers');
    await sleep(STOPPED_AFTER_MS);
    client.child.kill('SIGSTOP');
    await until(() => !established(port), 'the relay closes idle connections');
    client.child.kill('SIGCONT');
    text = await client.ended;
  });
  return { capture, log: text, ...outcomes(text) };
}

async function until(happened, what) {
  const deadline = Date.now() + EVENT_TIMEOUT_MS;
  while (!happened()) {
    if (Date.now() > deadline) throw new Error(`not seen within ${EVENT_TIMEOUT_MS} ms: ${what}`);
    await sleep(POLL_MS);
  }
}

/** Whether a client has a connection to this port whose FIN has not come: state 01 in /proc/net/tcp. */
function established(port) {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .some((line) => {
      const [, , peer, state] = line.trim().split(/\s+/);
      return state === '01' && peer?.endsWith(remote);
    });
}

/** Go's threads, as on a machine of eight cores: more of them race. */
const MANY_CORES = { GOMAXPROCS: '8' };
const NOISE = /no active streams left to process while draining/g;

/** These calls one after the other; how many connections they opened, and how often the client logged one's end. */
export async function shortLoad(stage, name, serverOf, clientOf, steps) {
  const port = stage.port();
  const env = await ourEnvironment();
  const server = await stage.start(`${name}-server`, serverOf(port), { ports: [port], env });
  let client;
  const capture = await stage.record(name, [port], async () => {
    client = await stage.run(clientOf(port, ...steps), { env: { ...env, ...MANY_CORES } });
  });
  const opened = (await trace(capture)).filter(({ kind }) => kind === 'opened').length;
  const log = client.stderr;
  const serverLog = readFileSync(server.log, 'utf8');
  return { capture, log, serverLog, opened, noise: log.match(NOISE)?.length ?? 0, ...outcomes(client.stdout + log) };
}

/** A client's own account of its calls, Kitex's or ours: how many, how many failed, and the errors. */
function outcomes(log) {
  const said = [...log.matchAll(/^(?:\S+ \S+ \d+\.\d+ )?(?:bg )?get [^:]*: (.*)$/gm)].map(([, outcome]) => outcome);
  const errors = said.filter((outcome) => outcome !== '<nil>' && outcome !== 'ok');
  return { calls: said.length, failed: errors.length, errors };
}
