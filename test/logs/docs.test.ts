import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { logLinesPage } from '../../tools/docs-logs.ts';

const pages = [
  ['log-lines.md', 'en'],
  ['log-lines.zh-CN.md', 'zh'],
] as const;

it.each(pages)('docs/%s is what the tables say; UPDATE_DOCS=1 writes it', (name, language) => {
  const path = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
  const page = logLinesPage(language);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, page);
  expect(readFileSync(path, 'utf8')).toBe(page);
});
