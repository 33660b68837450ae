/** A CPU profile of ours in one scenario: which functions the time goes to, by themselves, and which files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SHOWN = 45;
const FILES_SHOWN = 25;
/** Samples a second: 5,000, so that functions of microseconds are seen. */
const INTERVAL_US = 200;
/** Loading modules and the first compilations are not what is looked for. */
const SKIPPED_US = 1_500_000;

export const profileFlags = (folder) => [
  '--cpu-prof',
  `--cpu-prof-dir=${folder}`,
  `--cpu-prof-interval=${INTERVAL_US}`,
];

export function printProfiles(folder) {
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.cpuprofile')) continue;
    print(join(folder, file), JSON.parse(readFileSync(join(folder, file), 'utf8')));
  }
}

/** Microseconds by themselves, by function and by file. */
function selfTimes({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const functions = new Map();
  const files = new Map();
  let total = 0;
  let idle = 0;
  let at = 0;
  samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = byId.get(id).callFrame;
    const us = timeDeltas[index];
    at += us;
    if (at < SKIPPED_US) return;
    if (functionName === '(idle)') {
      idle += us;
      return;
    }
    total += us;
    const file = shortened(url);
    const name = functionName === '' ? '(anonymous)' : functionName;
    const place = file === '' ? name : `${name}  ${file}:${lineNumber + 1}`;
    functions.set(place, (functions.get(place) ?? 0) + us);
    const owner = file === '' ? name : file;
    files.set(owner, (files.get(owner) ?? 0) + us);
  });
  return { functions, files, total, idle };
}

function shortened(url) {
  const path = url.replace(/^file:\/\//, '');
  const inPackages = path.lastIndexOf('/node_modules/');
  if (inPackages >= 0) return path.slice(inPackages + '/node_modules/'.length);
  return path.replace(/^.*\/(dist|bench)\//, '$1/');
}

const write = (text) => process.stdout.write(`${text}\n`);

function print(file, profile) {
  const { functions, files, total, idle } = selfTimes(profile);
  const list = (times, shown) => {
    const sorted = [...times].sort((a, b) => b[1] - a[1]).slice(0, shown);
    for (const [name, us] of sorted) write(`${((us / total) * 100).toFixed(1).padStart(6)} %  ${name}`);
  };
  write(
    `\n## ${file}: ${(total / 1e6).toFixed(2)} s busy, ${(idle / 1e6).toFixed(2)} s idle, after the first ${SKIPPED_US / 1e6} s`,
  );
  write('\nself time by function');
  list(functions, SHOWN);
  write('\nself time by file');
  list(files, FILES_SHOWN);
}
