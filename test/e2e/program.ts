/** Starts the built program with real pipes. `npm test` builds it first. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const main = fileURLToPath(new URL('../../dist/bin/calmwire.js', import.meta.url));

export function start(...args: readonly string[]): ChildProcessWithoutNullStreams {
  if (!existsSync(main)) throw new Error('dist/ is missing: run `npm run build` first');
  return spawn(process.execPath, [main, ...args], { cwd: root, env: { PATH: process.env.PATH, LANG: 'C' } });
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Everything that the program writes until it ends by itself. */
export function ended(program: ChildProcessWithoutNullStreams): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  program.stdout.on('data', (part) => {
    stdout += part;
  });
  program.stderr.on('data', (part) => {
    stderr += part;
  });
  return new Promise((resolve, reject) => {
    program.on('error', reject);
    program.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
