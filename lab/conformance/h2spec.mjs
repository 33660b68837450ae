/**
 * h2spec against a server: node lab/conformance/h2spec.mjs [--control]
 *
 * Strict, all three parts (generic, http2, hpack). The verdict is held against known-failures.json. `--control` takes
 * node:http2 in our place and expects nothing: it shows which demands another implementation does not meet either.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lab, Programs, run, work } from '../lib/programs.mjs';
import { verdict } from '../lib/verdict.mjs';

const control = process.argv.includes('--control');
const port = 18_101;
const report = join(work, 'run', 'h2spec.xml');
mkdirSync(join(work, 'run'), { recursive: true });

const programs = new Programs();
let good = false;
try {
  const server = join(lab, 'conformance', control ? 'control/server.mjs' : 'server.mjs');
  await programs.start('h2spec-server', [process.execPath, server, String(port)], { ports: [port] });
  const h2spec = join(work, 'bin', 'h2spec');
  // Each case waits this long for what should come; loopback answers within milliseconds, on a busy machine within a second.
  const options = ['--strict', '--timeout', '3', '--port', String(port), '--junit-report', report];
  const ran = await run([h2spec, ...options, 'generic', 'http2', 'hpack'], { timeoutMs: 480_000 });
  if (!/^Finished in/m.test(ran.stdout)) throw new Error(`h2spec did not finish:\n${ran.stdout}\n${ran.stderr}`);
  const known = JSON.parse(readFileSync(join(lab, 'conformance', 'known-failures.json'), 'utf8'));
  const results = readJunit(readFileSync(report, 'utf8'));
  good = verdict(control ? 'h2spec (node:http2)' : 'h2spec', results, control ? {} : known.h2spec);
  if (/\b([1-9]\d*) failed/.test(ran.stdout) !== results.some(({ outcome }) => outcome === 'failed')) {
    throw new Error('the report and the summary of h2spec say different things');
  }
} finally {
  await programs.stopAll();
}
process.exit(good ? 0 : 1);

/** The cases of the report; a case's id is its section and its place there, as h2spec takes it on its command line. */
function readJunit(xml) {
  const results = [];
  for (const [, head, body] of xml.matchAll(/<testsuite ([^>]*)>([\s\S]*?)<\/testsuite>/g)) {
    const section = /package="([^"]*)"/.exec(head)[1];
    let place = 0;
    for (const [, caseHead, caseBody] of body.matchAll(/<testcase ([^>]*)>([\s\S]*?)<\/testcase>/g)) {
      const failed = /<(?:failure|error)>([\s\S]*?)<\/(?:failure|error)>/.exec(caseBody);
      const outcome = failed !== null ? 'failed' : /<skipped/.test(caseBody) ? 'skipped' : 'passed';
      const description = unescapeXml(/classname="([^"]*)"/.exec(caseHead)[1]);
      const detail =
        failed === null ? description : `${description}: ${unescapeXml(failed[1]).trim().replace(/\s+/g, ' ')}`;
      results.push({ id: `${section}/${++place}`, outcome, detail });
    }
  }
  return results;
}

function unescapeXml(text) {
  const names = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'" };
  return text
    .replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_, hex, decimal) =>
      String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
    )
    .replace(/&(\w+);/g, (all, name) => names[name] ?? all);
}
