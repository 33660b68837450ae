/**
 * Bundles the script and the style of the HTML report into dist/report-page/assets.json, with the hashes that the page's
 * content security policy allows. `npm run build` runs it, and so do the tests, `--if-stale`: where it is missing or older than its sources.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'src/report-page');
const target = join(root, 'dist/report-page/assets.json');

async function buildReportPage() {
  const bundle = await rolldown({ input: join(folder, 'main.ts'), tsconfig: false, logLevel: 'warn' });
  const { output } = await bundle.generate({ format: 'iife', minify: true });
  await bundle.close();
  // Nothing in the script may look like the end of its element.
  const script = output[0].code.trim().replaceAll('</', '<\\/');
  const style = shorter(readFileSync(join(folder, 'page.css'), 'utf8'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, JSON.stringify({ script, scriptHash: hash(script), style, styleHash: hash(style) }));
}

/** Without comments and indentation. */
function shorter(css) {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}

function hash(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** The sources are newer than what was made of them. */
function isStale() {
  const sources = [...readdirSync(folder).map((name) => join(folder, name)), fileURLToPath(import.meta.url)];
  const made = statSync(target, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.some((path) => statSync(path).mtimeMs > made);
}

if (!process.argv.includes('--if-stale') || isStale()) await buildReportPage();
