/** Kitex servers and clients, a relay that forgets idle connections, and the loads of the steps. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { generate } from '../../lib/generate.mjs';
import { work } from '../../lib/programs.mjs';

const bin = join(work, 'bin');
const here = join(import.meta.dirname, '..', 'calmwire');

/** Long enough that no server waits for it with less than `WithExitWaitTime(10s)`. */
export const LONG_CALL = 'sleep=8s';
export const RELAY_IDLE_S = 3;
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

export const ourEnvironment = async () => ({ LAB_ORDERS: await generate('incidents/calmwire', 'orders') });

/** A server of `serverOf` gets SIGTERM while two long calls of the client run: what a deployment does. */
export async function exit(stage, name, serverOf, clientOf) {
  const port = stage.port();
  const env = await ourEnvironment();
  const server = await stage.start(`${name}-server`, serverOf(port), { ports: [port], env });
  let ran;
  const capture = await stage.record(name, [port], async () => {
    const steps = ['get id=1', `bg get ${LONG_CALL} id=2`, `bg get ${LONG_CALL} id=3`, 'wait 200ms', 'get id=4'];
    const client = stage.run(clientOf(port, ...steps));
    await sleep(2_000);
    server.child.kill('SIGTERM');
    ran = await client;
  });
  return { capture, log: ran.stderr, ...outcomes(ran.stderr) };
}

/**
 * A client whose connections are idle just as long as the relay in between allows, then calls on each. It is stopped around that
 * time, as a collector's pause would, and goes on when the FINs have arrived. Whether it reads a FIN before or after it has
 * written the request is chance; if before, the call fails without a trace on the wire.
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
    const steps = [...each('get id=1'), `wait ${RELAY_IDLE_S}s`, ...each('bg get id=2'), 'wait 500ms', 'get id=3'];
    const client = await stage.start(`${name}-client`, clientOf(port, ...steps));
    const ended = new Promise((resolve) => client.child.once('close', resolve));
    await firstAnswers(client.log);
    await sleep(RELAY_IDLE_S * 1_000 - 150);
    client.child.kill('SIGSTOP');
    await closeWait(port);
    client.child.kill('SIGCONT');
    await ended;
    text = readFileSync(client.log, 'utf8');
  });
  return { capture, log: text, ...outcomes(text) };
}

async function firstAnswers(log) {
  for (let tries = 0; tries < 1_000; tries++) {
    const answers = existsSync(log) ? readFileSync(log, 'utf8').match(/get id=1: /g) : undefined;
    if (answers?.length === CONNECTIONS) return;
    await sleep(5);
  }
}

/** Until all FINs have come: in /proc/net/tcp no connection is in state 01, established. */
async function closeWait(port) {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (let tries = 0; tries < 200; tries++) {
    const lines = readFileSync('/proc/net/tcp', 'latin1').split('\n');
    const states = lines.flatMap((line) => {
      const [, , peer, state] = line.trim().split(/\s+/);
      return peer?.endsWith(remote) ? [state] : [];
    });
    if (!states.includes('01')) return;
    await sleep(5);
  }
}

/** A client's own account of its calls: how many, how many failed, and the errors. */
function outcomes(log) {
  const lines = log.split('\n').filter((line) => /^\S+ \S+ \d+\.\d+ .*get [^:]*: /.test(line));
  const errors = lines.map((line) => line.replace(/^.*?get [^:]*: /, '')).filter((text) => text !== '<nil>');
  return { calls: lines.length, failed: errors.length, errors };
}
