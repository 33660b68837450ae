/**
 * Programs that the lab's commands start: each is bound to the command that started it, has a log in lab/.work/run,
 * and is ended by its own process id. Nothing outlives the command.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
export const lab = join(root, 'lab');
export const work = join(lab, '.work');
const logs = join(work, 'run');
mkdirSync(logs, { recursive: true });

/** A JVM on two busy cores needs about ten seconds until it listens, several at once some times as long. */
const LISTEN_TIMEOUT_MS = 120_000;
/** After SIGTERM; servers that drain get no longer. */
const STOP_TIMEOUT_MS = 3_000;
/** No single client of the lab takes longer, on a busy machine either. */
const RUN_TIMEOUT_MS = 120_000;
/** Kept of what a client prints. */
const OUTPUT_CHARS_MAX = 1_000_000;

/** The programs of one command. `await using` is not in Node 20, so commands call `stopAll` in a `finally`. */
export class Programs {
  #running = new Set();

  constructor() {
    process.once('exit', () => {
      for (const child of this.#running) child.kill('SIGKILL');
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
  }

  /** Starts a server and waits until it listens on every one of `ports`. */
  async start(name, [command, ...args], { ports = [], env = {}, cwd = root } = {}) {
    const log = join(logs, `${name}.log`);
    const output = createWriteStream(log);
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    child.on('error', (error) => output.write(`${error}\n`));
    child.stdout.pipe(output, { end: false });
    child.stderr.pipe(output, { end: false });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    const program = { name, log, child, pid: child.pid, stop: () => stop(child) };
    const deadline = Date.now() + LISTEN_TIMEOUT_MS;
    for (const port of ports) {
      while (!listening(port)) {
        const why =
          child.exitCode !== null || child.pid === undefined
            ? 'ended'
            : Date.now() > deadline
              ? 'is not listening'
              : '';
        if (why !== '') throw new Error(`${name} ${why} (port ${port}); its log ${log} ends:\n${tail(log)}`);
        await sleep(20);
      }
    }
    return program;
  }

  async stopAll() {
    await Promise.all([...this.#running].map(stop));
  }
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

/** Runs a client to its end, or to the end of its time. */
export function run([command, ...args], { timeoutMs = RUN_TIMEOUT_MS, env = {}, cwd = root } = {}) {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.on('data', (text) => {
      if (stdout.length < OUTPUT_CHARS_MAX) stdout += text;
    });
    child.stderr.on('data', (text) => {
      if (stderr.length < OUTPUT_CHARS_MAX) stderr += text;
    });
    const done = (code, more = '') => {
      clearTimeout(timer);
      const text = timedOut ? `not finished after ${timeoutMs} ms; ${stderr}` : stderr + more;
      resolve({ ok: code === 0 && !timedOut, code, stdout, stderr: text, tookMs: performance.now() - started });
    };
    child.once('error', (error) => done(-1, String(error)));
    child.once('close', (code) => done(code ?? -1));
  });
}

/** Whether something listens on this port, found without connecting to it: a probe would be a connection of its own. */
function listening(port) {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/tcp', '/proc/net/tcp6'].some((file) =>
    readFileSync(file, 'latin1')
      .split('\n')
      .some((line) => {
        const [, local, , state] = line.trim().split(/\s+/);
        return state === '0A' && local?.endsWith(wanted);
      }),
  );
}

/** The last lines of a log. */
export function tail(file, lines = 15) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

/** The last line that says something, for one-line verdicts. */
export function lastLine(text) {
  return text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}
