#!/usr/bin/env node
/**
 * Line coverage of the portable layers, each file by its own tests alone: test/x/y.test.ts for src/x/y.ts, or what stands in
 * the nearest mirrored folder. A line that only some far-away test reaches counts as not reached. Prints a line a layer and
 * the files under 90 %.
 *
 *   npm run coverage                      all portable layers: some minutes
 *   npm run coverage -- base grpc         some of them
 *   npm run coverage -- capture/tcp       a folder
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const reports = join(root, 'coverage');
const LAYERS = ['base', 'h2', 'grpc', 'trace', 'tls', 'transport', 'capture', 'diagnose', 'drive', 'client', 'server'];
/** Below this a file is named. */
const LINES_MIN_PERCENT = 90;

const wanted = process.argv.slice(2);
const files = LAYERS.flatMap((layer) => sourcesIn(join(root, 'src', layer))).filter(
  (file) => wanted.length === 0 || wanted.some((prefix) => file === prefix || file.startsWith(`${prefix}/`)),
);
const groups = Map.groupBy?.(files, testsOf) ?? groupBy(files, testsOf);
const results = new Map();
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
let failed = false;
for (const [index, [tests, members]] of [...groups].entries()) {
  process.stderr.write(`${index + 1} of ${groups.size}: ${tests} for ${members.length} files\n`);
  if (tests === 'none') for (const file of members) results.set(file, { covered: 0, total: linesOf(file) });
  else measure(tests, members, join(reports, String(index)));
}
print();
process.exitCode = failed ? 1 : 0;

/** Paths below src, types-only files and indexes left out: nothing in them runs. */
function sourcesIn(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'index.ts')
    .map((entry) => relative(join(root, 'src'), join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** The mirrored test file, or the nearest mirrored folder that has tests. */
function testsOf(file) {
  const own = join('test', file.replace(/\.ts$/, '.test.ts'));
  if (existsSync(join(root, own))) return own;
  for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) {
    if (hasTests(join(root, 'test', folder))) return join('test', folder, '/');
  }
  return 'none';
}

function hasTests(folder) {
  return (
    existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.test.ts'))
  );
}

function measure(tests, members, directory) {
  const options = ['--coverage.enabled', '--coverage.provider=v8', '--coverage.reporter=json-summary'];
  const include = members.map((file) => `--coverage.include=src/${file}`);
  const args = ['vitest', 'run', tests, ...options, `--coverage.reportsDirectory=${directory}`, ...include];
  const { status, stdout } = spawnSync('npx', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const summary = join(directory, 'coverage-summary.json');
  if (status !== 0 || !existsSync(summary)) {
    failed = true;
    process.stderr.write(`${stdout.slice(-2_000)}\n`);
    return;
  }
  for (const [path, { lines }] of Object.entries(JSON.parse(readFileSync(summary, 'utf8')))) {
    if (path !== 'total')
      results.set(relative(join(root, 'src'), path), { covered: lines.covered, total: lines.total });
  }
}

function print() {
  for (const layer of LAYERS) {
    const own = [...results].filter(([file]) => file.startsWith(`${layer}/`));
    if (own.length === 0) continue;
    const covered = own.reduce((sum, [, lines]) => sum + lines.covered, 0);
    const total = own.reduce((sum, [, lines]) => sum + lines.total, 0);
    say(`${layer.padEnd(12)} ${percent({ covered, total }).padStart(7)}  of ${total} lines in ${own.length} files`);
  }
  const poor = [...results].filter(([, lines]) => lines.total > 0 && share(lines) < LINES_MIN_PERCENT);
  poor.sort(([, a], [, b]) => share(a) - share(b));
  say(`${poor.length === 0 ? 'no file' : `${poor.length} files`} under ${LINES_MIN_PERCENT} %`);
  for (const [file, lines] of poor) say(`  ${percent(lines).padStart(7)}  ${file} (by ${testsOf(file)})`);
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function share({ covered, total }) {
  return total === 0 ? 100 : (100 * covered) / total;
}

function percent(lines) {
  return `${share(lines).toFixed(1)} %`;
}

function linesOf(file) {
  return readFileSync(join(root, 'src', file), 'utf8').split('\n').length;
}

function groupBy(items, key) {
  const grouped = new Map();
  for (const item of items) grouped.set(key(item), [...(grouped.get(key(item)) ?? []), item]);
  return grouped;
}
