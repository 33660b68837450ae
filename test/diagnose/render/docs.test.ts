import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { findingPages } from '../../../tools/docs-findings.ts';

const folder = fileURLToPath(new URL('../../../docs/findings/', import.meta.url));
const pages = findingPages();

function write(): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of pages) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Paths below docs/findings, with slashes on every system. */
function committed(): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length).replaceAll('\\', '/'));
}

if (process.env.UPDATE_DOCS === '1') write();

it('docs/findings holds exactly the generated pages; UPDATE_DOCS=1 writes them', () => {
  expect(committed().sort()).toEqual([...pages.keys()].sort());
  for (const [path, text] of pages) expect(readFileSync(join(folder, path), 'utf8'), path).toBe(text);
});
