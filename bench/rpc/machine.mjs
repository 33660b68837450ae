/** The machine the figures belong to, and which cores the two ends get. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';

export function describeMachine() {
  const model = cpus()[0]?.model ?? 'unknown CPU';
  return {
    date: new Date().toISOString(),
    node: process.version,
    cpu: `${model} x ${cpus().length}`,
    kernel: release(),
  };
}

/** Load by others at this moment; above about 0.3 the rates are not to be trusted (CPU per call still is, roughly). */
export const loadNow = () => loadavg()[0];

/** Two cores that this process may use: one for the server, one for the client. */
export function twoCores() {
  const { stdout } = spawnSync('taskset', ['-pc', String(process.pid)], { encoding: 'utf8' });
  const listed = /:\s*(\S+)\s*$/.exec(stdout ?? '')?.[1] ?? '';
  const cores = listed.split(',').flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  return cores.length < 2 ? undefined : { server: cores[0], client: cores[1] };
}

/** Files that a process may have open: what bounds the number of connections. */
export function openFilesMax() {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 1024);
}
