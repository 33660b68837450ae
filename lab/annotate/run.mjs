/**
 * What `calmwire explain --annotate` writes, as tshark sees it: every packet as it was (number, time, lengths, link type,
 * summary), and a comment on each packet that a line of evidence points to.
 *
 *   npm run build && node lab/annotate/run.mjs [CAPTURE...]     without names: a part of the corpus and the examples
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = mkdtempSync(join(tmpdir(), 'calmwire-annotate-'));
/** Two runs of tshark take a second: each eighth recording holds every format and most programs. */
const EACH = 8;

function captures(from, each) {
  const names = readdirSync(join(root, from)).filter((name) => /\.pcap(ng)?(\.gz)?$/.test(name));
  return names.filter((name, at) => at % each === 0 || name.startsWith('mixed-')).map((name) => join(root, from, name));
}

function calmwire(...args) {
  return execFileSync(process.execPath, [join(root, 'dist/bin/calmwire.js'), 'explain', '--format', 'json', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function tshark(file, ...args) {
  try {
    return execFileSync('tshark', ['-n', '-r', file, '-T', 'fields', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 });
  } catch (error) {
    // A file that was cut off: tshark prints what it read, and complains.
    return String(error.stdout);
  }
}

const shown = ['frame.number', 'frame.time_epoch', 'frame.len', 'frame.cap_len', 'frame.encap_type', '_ws.col.Info'].flatMap((name) => ['-e', name]);
const flat = (findings) => findings.flatMap((finding) => [finding, ...flat(finding.consequences)]);

/** A file of its own octets, as tshark reads compressed files only by their ending. */
function plain(path) {
  const bytes = readFileSync(path);
  const copy = join(folder, 'in.cap');
  writeFileSync(copy, bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
  return copy;
}

let failed = 0;
let comments = 0;
const files = process.argv.length > 2 ? process.argv.slice(2) : [...captures('fixtures/captures', EACH), ...captures('examples', 1)];
for (const path of files) {
  const input = plain(path);
  const out = join(folder, 'out.pcapng');
  let document;
  try {
    document = JSON.parse(calmwire('--annotate', out, input));
  } catch (error) {
    // Captures without HTTP/2 exit with code 2 and are written all the same.
    document = JSON.parse(String(error.stdout));
  }
  const lines = flat(document.findings).flatMap(({ evidence }) => evidence);
  const wanted = new Set(lines.filter(({ packet, key }) => packet !== null && key !== 'repeated').map(({ packet }) => packet));
  const found = tshark(out, '-Y', 'frame.comment', '-e', 'frame.number').split('\n').filter(Boolean).map(Number);
  const same = tshark(input, ...shown) === tshark(out, ...shown);
  const right = found.length === wanted.size && found.every((packet) => wanted.has(packet));
  comments += found.length;
  if (same && right) continue;
  failed++;
  console.log(`FAIL  ${path}: ${same ? '' : 'packets differ; '}${right ? '' : `comments on ${found.length} packets, expected ${wanted.size}`}`);
}
rmSync(folder, { recursive: true });
console.log(`${files.length} captures annotated, ${comments} packets with comments, ${failed} failed`);
process.exitCode = failed === 0 && comments > 0 ? 0 : 1;
