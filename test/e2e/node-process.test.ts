/**
 * What only a whole process shows: whether it ends by itself, what becomes of errors that nobody catches, and of a server that
 * runs out of file descriptors. Runs the built adapters; loopback only, no program beside Node and a shell.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { within } from '../node/net/links.ts';
import { ended, root } from './program.ts';

/** Runs a script in a process of its own, with everything of the built adapters in scope. Returns what it printed. */
async function run(script: string, ...shell: readonly string[]): Promise<{ code: number | null; stdout: string }> {
  if (!existsSync(`${root}dist/node/index.js`)) throw new Error('dist/ is missing: run `npm run build` first');
  const source = `
    import { clientCredentials, NodeClock, NodeHold, plainAcceptor, plainDialer } from './dist/node/index.js';
    const say = (text) => process.stdout.write(text + '\\n');
    const quiet = { bytes() {}, drained() {}, ended() {}, closed() {} };
    ${script}`;
  const [command = process.execPath, ...before] = shell;
  const child = spawn(command, [...before, '--input-type=module', '-e', source], { cwd: root });
  const result = ended(child);
  try {
    return await within(result, 'the end of the process');
  } finally {
    child.kill('SIGKILL');
  }
}

/** A server in the process that keeps it alive no more than its links do. */
const SERVER = `
  const server = await new Promise((resolve) =>
    plainAcceptor().listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }, (link) => link.start(quiet), (attempt) => resolve(attempt.value)));`;

describe('a process', () => {
  it('ends although idle links of a background dialer are open and timers wait', async () => {
    // The peer is another process: what it holds open does not count here.
    const { createServer } = await import('node:net');
    const peer = createServer((socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
    const { port } = peer.address() as { port: number };
    const script = (options: string): string => `
      plainDialer(${options}).dial({ kind: 'tcp', host: '127.0.0.1', port: ${port} }, '', (attempt) => {
        attempt.value.start(quiet);
        say('open');
      });
      const clock = new NodeClock();
      clock.at(clock.now() + 3_600_000, () => say('an hour'));
      const hold = new NodeHold();
      hold.take();
      hold.take();
      hold.release();
      clock.at(clock.now() + 100, () => {
        say('released');
        hold.release();
        setTimeout(() => say('still here'), 300).unref();
        setTimeout(() => process.exit(7), 600).unref();
      });`;
    expect(await run(script('{ background: true }'))).toMatchObject({ code: 0, stdout: 'open\nreleased\n' });
    // Without the option an open link keeps the process alive, as Node's sockets do.
    expect(await run(script(''))).toMatchObject({ code: 7, stdout: 'open\nreleased\nstill here\n' });
    peer.close();
  });

  it('ends when watched credentials and an acceptor that was closed are all that is left', async () => {
    const { code, stdout } = await run(`${SERVER}
      clientCredentials({ watchIntervalMs: 1_000 });
      server.close(() => say('closed'));
      setTimeout(() => process.exit(7), 5_000).unref();`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'closed\n' });
  });

  it('learns of an error in a deferred task, and the other tasks run', async () => {
    const { stdout } = await run(`
      process.on('uncaughtException', (error) => say('uncaught: ' + error.message));
      const clock = new NodeClock();
      clock.defer(() => say('one'));
      clock.defer(() => { throw new Error('two'); });
      clock.defer(() => { say('three'); clock.defer(() => say('five')); });
      clock.defer(() => say('four'));
      setTimeout(() => { clock.defer(() => say('six')); }, 10);`);
    expect(stdout).toBe('one\nuncaught: two\nthree\nfour\nfive\nsix\n');
  });

  it('without file descriptors tells so, goes on, and serves again when some are free', async () => {
    const { code, stdout } = await run(
      `
      const faults = [];
      const links = [];
      const closings = [];
      const start = (link, list) => {
        list.push(link);
        closings.push(new Promise((closed) => link.start({ ...quiet, closed })));
      };
      const server = await new Promise((resolve) =>
        plainAcceptor({ onAcceptFault: (fault) => faults.push(fault) }).listen(
          { kind: 'tcp', host: '127.0.0.1', port: 0 }, (link) => start(link, links), (attempt) => resolve(attempt.value)));
      const clients = [];
      let failed;
      // Each connection takes two descriptors of this process.
      while (failed === undefined && clients.length < 200) {
        await new Promise((resolve) => plainDialer().dial(server.address, '', (attempt) => {
          if (attempt.kind === 'ok') start(attempt.value, clients); else failed = attempt.fault;
          resolve();
        }));
      }
      say(failed.code + ' ' + failed.text);
      for (const client of clients.splice(0)) client.destroy();
      for (const link of links.splice(0)) link.destroy();
      await Promise.all(closings);
      await new Promise((resolve) => plainDialer().dial(server.address, '', (attempt) => { say(attempt.kind); resolve(); }));
      for (const fault of faults) if (fault.code !== 'EMFILE') say('unexpected ' + fault.text);
      process.exit(0);`,
      '/bin/sh',
      '-c',
      'ulimit -n 64; exec "$0" "$@"',
      process.execPath,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^EMFILE No connection to 127\.0\.0\.1:\d+: the process has no file descriptors left\. Raise `ulimit -n`/,
    );
    expect(stdout.trimEnd().endsWith('\nok')).toBe(true);
  });
});
