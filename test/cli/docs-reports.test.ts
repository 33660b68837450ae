/** The samples of docs/reports are what the commands print. UPDATE_DOCS=1 writes them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { calmwire } from './support.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLE = 'examples/2-kitex-exit-without-goaway.pcap';

/** As in docs/reports.md: relative to the root, so that the samples name the file as a reader would. */
const samples: readonly (readonly [file: string, args: readonly string[]])[] = [
  ['example.en.md', ['--format', 'markdown']],
  ['example.zh.md', ['--format', 'markdown', '--lang', 'zh']],
  ['example.sarif', ['--format', 'sarif']],
];

it.each(samples)('docs/reports/%s is up to date', async (file, args) => {
  const before = process.cwd();
  process.chdir(root);
  const { stdout } = await calmwire(['explain', EXAMPLE, ...args]).finally(() => process.chdir(before));
  const path = `${root}docs/reports/${file}`;
  if (process.env.UPDATE_DOCS === '1') {
    mkdirSync(`${root}docs/reports`, { recursive: true });
    writeFileSync(path, stdout);
  }
  expect(readFileSync(path, 'utf8')).toBe(stdout);
});
