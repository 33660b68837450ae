/**
 * The examples as their readers run them: compiled, as programs of their own, on loopback sockets. `npm test` builds them first.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { afterwards } from '../runtime/loopback.ts';
import { root } from './program.ts';

const built = join(root, 'dist/.build/examples/orders.js');

interface Run {
  readonly code: number | null;
  readonly output: string;
}

function start(...args: readonly string[]): ChildProcess {
  if (!existsSync(built)) throw new Error('the examples are not compiled: run `npm run build` first');
  const program = spawn(process.execPath, [join(root, 'examples/rpc/run.mjs'), ...args], { cwd: root });
  afterwards(() => program.kill('SIGKILL'));
  return program;
}

function ended(program: ChildProcess): Promise<Run> {
  let output = '';
  program.stdout?.on('data', (part) => {
    output += part;
  });
  program.stderr?.on('data', (part) => {
    output += part;
  });
  return new Promise((resolve) => program.on('close', (code) => resolve({ code, output })));
}

/** What each example must print, in order. */
const expected: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  orders: ['order o-1: 0 lines, 0 cents'],
  streaming: ['event 1: PLACED', 'event 3: SHIPPED', 'placed o-2: 1020 cents', 'tea: 900 cents', 'milk: 120 cents'],
  tls: ['order o-1 over TLS', /UNAVAILABLE: .*certificate/],
  mtls: ['order o-1 for till-7', /server: .*certificate/, /client: UNAVAILABLE: .*certificate/],
  errors: [
    'NOT_FOUND: there is no order o-9',
    'hint: try o-1 - shop: north',
    'DEADLINE_EXCEEDED',
    'deadline/exceeded-by-handler',
    'UNAVAILABLE - may be called again: true',
    '可以安全重试',
  ],
  interceptors: ['GetOrder: OK', 'o-1 of ali', 'GetOrder: UNAUTHENTICATED'],
};

describe('the example', () => {
  for (const [name, parts] of Object.entries(expected)) {
    it(name, async () => {
      const { code, output } = await ended(start(name));
      let at = 0;
      for (const part of parts) {
        const found = output.slice(at).search(part instanceof RegExp ? part : escaped(part));
        expect(found, `${part} in\n${output}`).toBeGreaterThanOrEqual(0);
        at += found;
      }
      expect(code).toBe(0);
    });
  }

  it('server and client, as two programs, and a stop in peace', async () => {
    const server = start('server', '127.0.0.1:0');
    const serverEnded = ended(server);
    const target = await new Promise<string>((resolve) => {
      server.stdout?.on('data', (part) => {
        const match = /listening on (\S+)/.exec(String(part));
        if (match !== null) resolve(match[1]!);
      });
    });
    expect(await ended(start('client', target, 'o-1'))).toEqual({ code: 0, output: 'order o-1: 0 cents\n' });
    const missing = await ended(start('client', target, 'o-7'));
    expect(missing.code).toBe(1);
    expect(missing.output).toContain('NOT_FOUND: there is no order o-7');
    expect(missing.output).toContain('The server answered the call with NOT_FOUND.');
    server.kill('SIGTERM');
    const { code, output } = await serverEnded;
    expect({ code, lastLine: output.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, lastLine: 'stopped' });
  });

  it('of another name is refused with the names that there are', async () => {
    const { code, output } = await ended(start('nothing'));
    expect(code).toBe(2);
    for (const name of Object.keys(expected)) expect(output).toContain(name);
  });

  it('is listed in the readme and tested here', () => {
    const parts = new Set(['shop.ts', 'certificates.ts', 'server.ts', 'client.ts']);
    const files = readdirSync(join(root, 'examples/rpc')).filter((file) => file.endsWith('.ts') && !parts.has(file));
    expect(files.map((file) => file.replace('.ts', '')).sort()).toEqual(Object.keys(expected).sort());
  });
});

function escaped(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}
