/**
 * The client cases of h2spec: node lab/conformance/h2specd.mjs [--control]
 *
 * h2specd listens on one port for each case and misbehaves towards whoever connects there; its report page tells the
 * verdicts. So for each case our client makes one call (client.mjs) and stays until the page has a verdict. All cases
 * run in one process, so the client also has to survive all of them. `--control` takes node:http2 in our place and
 * expects nothing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lab, Programs, work } from '../lib/programs.mjs';
import { verdict } from '../lib/verdict.mjs';

const control = process.argv.includes('--control');
const page = 18_110;
/** The cases' ports follow this one. */
const first = 18_111;
/** h2specd waits this long for what should come; loopback answers within milliseconds, on a busy machine within a second. */
const TIMEOUT_S = 2;
/** h2specd reads for that time again and again while frames come, so a verdict may take several of them. */
const VERDICT_TIMEOUT_MS = 20_000;

const { call } = await import(control ? './control/client.mjs' : './client.mjs');
const programs = new Programs();
let good = false;
try {
  const options = ['--strict', '--timeout', String(TIMEOUT_S), '--port', String(page), '--from-port', String(first)];
  await programs.start('h2specd', [join(work, 'bin', 'h2specd'), ...options], { ports: [page, first] });
  const cases = await readReport();
  const results = [];
  for (const { id, port } of cases) results.push(await runCase(id, port));
  const known = JSON.parse(readFileSync(join(lab, 'conformance', 'known-failures.json'), 'utf8'));
  good = verdict(control ? 'h2specd (node:http2)' : 'h2specd', results, control ? {} : known.h2specd);
} finally {
  await programs.stopAll();
}
process.exit(good ? 0 : 1);

async function runCase(id, port) {
  const close = await call(port);
  const deadline = Date.now() + VERDICT_TIMEOUT_MS;
  try {
    while (Date.now() < deadline) {
      const { outcome, detail } = (await readReport()).find((entry) => entry.id === id);
      if (outcome !== undefined) return { id, outcome, detail };
      await sleep(20);
    }
    return { id, outcome: 'failed', detail: `no verdict within ${VERDICT_TIMEOUT_MS} ms` };
  } finally {
    await close();
  }
}

/** The cases in order; a case's id is its section and its place there. Without a verdict there is no outcome. */
async function readReport() {
  const html = await (await fetch(`http://127.0.0.1:${page}/report`)).text();
  const cases = [];
  let section = '';
  let place = 0;
  for (const [, line] of html.matchAll(/<div[^>]*>(.*?)<\/div>/g)) {
    const link = /^(.*?)<a href="http:\/\/[^:]+:(\d+)\/"[^>]*>.*?<\/a>(.*)$/.exec(line);
    const title = /^(\d[\d.]*)\. /.exec(line);
    if (link !== null) {
      const outcome = link[1].includes('✔') ? 'passed' : link[1].includes('✖') ? 'failed' : undefined;
      cases.push({ id: `client/${section}/${++place}`, port: Number(link[2]), outcome, detail: link[3] });
    } else if (title !== null) {
      section = title[1];
      place = 0;
    } else if (cases.length > 0) {
      const text = line.replaceAll('&nbsp;', ' ').replace(/\s+/g, ' ').trim();
      cases.at(-1).detail += ` ${text}`;
    }
  }
  return cases;
}
