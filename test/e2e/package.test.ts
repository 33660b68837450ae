/** What npm would publish: everything that package.json promises, and nothing that only we need. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from './program.ts';

interface Packed {
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** npm takes a second, and half a minute on a machine that does other things. */
const NPM_TIMEOUT_MS = 60_000;

let packed: Packed = { unpackedSize: 0, files: [] };
beforeAll(() => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  [packed = packed] = JSON.parse(output);
}, NPM_TIMEOUT_MS);

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const paths = () => packed.files.map(({ path }) => path);

/** Every file that the values of a (nested) table of package.json name, but for the sources. */
function targets(entry: unknown): string[] {
  if (typeof entry === 'string') return [entry.replace(/^\.\//, '')];
  if (typeof entry !== 'object' || entry === null) return [];
  return Object.entries(entry).flatMap(([key, value]) => (key === 'calmwire-source' ? [] : targets(value)));
}

describe('the package', () => {
  it('holds every file that package.json names', () => {
    const named = [...targets(manifest.bin), ...targets(manifest.exports), ...targets(manifest.imports)];
    expect(named.length).toBeGreaterThan(8);
    // The simulator is for our own tests: no published file imports it.
    const left = named.filter((path) => !paths().includes(path));
    expect(left).toEqual(['dist/sim/index.js']);
  });

  it('holds the licence, the readme and the examples', () => {
    for (const wanted of [/^LICENSE$/, /^README\.md$/, /^examples\/.*\.pcap/])
      expect(paths().join('\n')).toMatch(new RegExp(wanted.source, 'm'));
  });

  it('holds nothing else', () => {
    const folders = new Set(
      paths()
        .filter((path) => path.includes('/'))
        .map((path) => path.split('/')[0]),
    );
    expect([...folders].sort()).toEqual(['dist', 'examples', 'schema']);
    expect(paths().filter((path) => /\.test\.|\.map$|\.tsbuildinfo$|^src/.test(path))).toEqual([]);
    // The layers are in it twice: as modules for the library doors, and bundled for the program.
    expect(packed.unpackedSize).toBeLessThan(8_000_000);
  });

  it('has a program that starts', () => {
    const program = readFileSync(join(root, manifest.bin.calmwire), 'utf8');
    expect(program.startsWith('#!/usr/bin/env node\n')).toBe(true);
  });
});
