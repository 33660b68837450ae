/**
 * docs/guide/first-service.md, followed to the letter: its files are written, its code is generated and compiled, and its two
 * programs talk. Only that shows that a reader gets there. Needs the build, like the examples.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { afterwards } from '../runtime/loopback.ts';
import { root } from './program.ts';

/** Inside the package, so that `calmwire` is found by its own name; a place that is neither published nor kept. */
const shop = join(root, 'dist/.build/guide');
const bin = join(root, 'node_modules/.bin');
const environment = { ...process.env, PATH: `${bin}:${process.env.PATH}` };

function run(program: string, ...args: readonly string[]): void {
  execFileSync(join(bin, program), args, { cwd: shop, env: environment, stdio: 'pipe' });
}

/** The code blocks that follow a file's name, by that name. */
function filesOf(guide: string): ReadonlyMap<string, string> {
  const blocks = guide.matchAll(/^`([\w./]+)`[:：]\n\n```\w+\n([\s\S]*?)```/gm);
  return new Map([...blocks].map(([, name, text]) => [name!, text!]));
}

describe('the first service of the guide', () => {
  for (const page of ['first-service.md', 'first-service.zh-CN.md']) {
    it(page, async () => {
      const guide = readFileSync(join(root, 'docs/guide', page), 'utf8');
      const files = filesOf(guide);
      expect([...files.keys()]).toEqual(['proto/orders.proto', 'buf.gen.yaml', 'src/server.ts', 'src/client.ts']);
      rmSync(shop, { recursive: true, force: true });
      for (const [name, text] of files) {
        mkdirSync(dirname(join(shop, name)), { recursive: true });
        // Tests take any port: two runs at once must not meet.
        writeFileSync(join(shop, name), text.replaceAll("'127.0.0.1:50051'", "process.argv[2] ?? ''"));
      }
      run('buf', 'generate');
      const init = /npx tsc (--init .*)/.exec(guide)?.[1] ?? '';
      run('tsc', ...init.split(' '));
      run('tsc');

      const server = spawn(process.execPath, ['dist/server.js', '127.0.0.1:0'], { cwd: shop });
      afterwards(() => server.kill('SIGKILL'));
      const target = await new Promise<string>((resolve) => {
        server.stdout.on('data', (part) => {
          const match = /(127\.0\.0\.1:\d+)/.exec(String(part));
          if (match !== null) resolve(match[1]!);
        });
      });
      const output = execFileSync(process.execPath, ['dist/client.js', target], { cwd: shop, encoding: 'utf8' });
      expect(output).toMatch(/^o-1 1020n\n0n\n100n\n200n\n300n\nNOT_FOUND: .* o-2\n$/);
      const code = new Promise((resolve) => server.on('close', resolve));
      server.kill('SIGTERM');
      expect(await code).toBe(0);
    });
  }
});
