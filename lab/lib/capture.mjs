/** A capture on loopback while programs run, and what `calmwire explain` says of it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, run, work } from './programs.mjs';

const START_TIMEOUT_MS = 30_000;
/** The kernel hands packets over in batches, a second after the first of them at the latest; tcpdump must have the last one. */
const SETTLE_MS = 2_000;
/** Before what it records: packets are lost when the buffer is full. Without the right to it, nice says so and goes on. */
const NICE = ['-n', '-10', 'tcpdump'];

/** Returns when packets are being recorded into NAME.pcap. `stop()` answers with the file and what tcpdump says it lost. */
export async function startCapture(filter, name) {
  const file = join(work, 'run', `${name}.pcap`);
  const child = spawn(
    'nice',
    [...NICE, '-Z', 'root', '-i', 'lo', '-n', '-U', '-B', '65536', '-s', '262144', '-w', file, filter],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  // A command that is interrupted leaves no capture behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', resolve);
  }).finally(() => process.off('exit', kill));
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`tcpdump does not start: ${said}`)), START_TIMEOUT_MS);
    child.once('error', reject);
    child.stderr.on('data', (text) => {
      said += text;
      if (!said.includes('listening on')) return;
      clearTimeout(timer);
      resolve();
    });
  });
  return {
    async stop() {
      await sleep(SETTLE_MS);
      child.kill('SIGTERM');
      await ended;
      const dropped = Number(/(\d+) packets dropped by kernel/.exec(said)?.[1] ?? 0);
      return { file, dropped };
    },
  };
}

/** The report of `calmwire explain` on files (captures, traces, logs), as its JSON has it. */
export async function explain(files, options = []) {
  const program = join(root, 'dist', 'bin', 'calmwire.js');
  const ran = await run([process.execPath, program, 'explain', '--format', 'json', ...options, ...files], {
    timeoutMs: 120_000,
  });
  if (ran.stdout === '') throw new Error(`calmwire explain: ${ran.stderr}`);
  return JSON.parse(ran.stdout);
}

/** On a busy machine loopback has the round trip of a long path, and default windows are rightly called small for it. */
const OF_THE_MACHINE = new Set(['flow/window-too-small']);

/** Of these findings those that a healthy load must not have, however slow the machine is. */
export function failuresOf(findings) {
  return findings.filter(({ id, severity }) => severity !== 'info' && !OF_THE_MACHINE.has(id));
}

/** A finding with the findings that it explains, and theirs. */
export function withConsequences(finding) {
  return [finding, ...finding.consequences.flatMap(withConsequences)];
}
