#!/usr/bin/env node
/**
 * Throughput on one generated capture, beside tshark on equal work, in one run.
 *
 *   npm run bench -- [--megabytes 200] [--messages 100,1000,10000] [--connections 1] [--runs 3] [--without-tshark] [--tls]
 *
 * Equal work: for every frame its number, time, connection, type, flags, stream and length, and every decoded header
 * field, written to a pipe that is read and thrown away. Ours is `calmwire frames --format tsv`; tshark's is `-T fields`
 * with the same fields. With --tls the capture is encrypted (TLS 1.3, AES-128-GCM), and both get the same key log. `explain` is the whole diagnosis on top. The programs take turns; medians are printed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '200' },
    messages: { type: 'string', default: '100,1000,10000' },
    connections: { type: 'string', default: '1' },
    runs: { type: 'string', default: '3' },
    'without-tshark': { type: 'boolean', default: false },
    tls: { type: 'boolean', default: false },
  },
});
const here = new URL('.', import.meta.url).pathname;
const main = join(here, '..', 'dist', 'bin', 'calmwire.js');
const tsharkFields = [
  'frame.number',
  'frame.time_relative',
  'tcp.stream',
  'http2.type',
  'http2.flags',
  'http2.streamid',
  'http2.length',
  'http2.header.name',
  'http2.header.value',
];
const timeProgram = '/usr/bin/time';

const withTshark = !values['without-tshark'] && spawnSync('tshark', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'calmwire-bench-'));
try {
  process.stdout.write(
    `# ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'} x ${cpus().length}\n`,
  );
  if (!withTshark) process.stdout.write('tshark is not installed or was left out: our figures stand alone.\n');
  for (const message of values.messages.split(',')) await measure(message);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(message) {
  const file = join(folder, `calls-${message}.pcap`);
  const keyLog = join(folder, `calls-${message}.keys`);
  const ours = values.tls ? ['--keylog', keyLog] : [];
  const theirs = values.tls
    ? ['-o', `tls.keylog_file:${keyLog}`, '-d', 'tcp.port==50051,tls']
    : ['-d', 'tcp.port==50051,http2'];
  const generate = [join(here, 'generate.mjs'), file, '--megabytes', values.megabytes, '--message', message];
  generate.push('--connections', values.connections, ...ours);
  const generated = JSON.parse(spawnSync('node', generate, { encoding: 'utf8' }).stdout);
  const { bytes, frames, calls, packets } = generated;
  process.stdout.write(
    `\n## ${message}-octet messages: ${(bytes / 1e6).toFixed(0)} MB, ${packets} packets, ${calls} calls, ${frames} frames\n`,
  );
  const programs = {
    'calmwire frames --format tsv': ['node', main, 'frames', '--format', 'tsv', ...ours, file],
    'calmwire explain': ['node', main, 'explain', '--format', 'json', ...ours, file],
    ...(withTshark
      ? {
          'tshark -T fields': [
            'tshark',
            '-n',
            '-r',
            file,
            ...theirs,
            '-Y',
            'http2',
            '-T',
            'fields',
            ...tsharkFields.flatMap((name) => ['-e', name]),
          ],
        }
      : {}),
  };
  const results = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let run = 0; run < Number(values.runs); run++) {
    for (const [name, command] of Object.entries(programs)) results[name].push(await timed(command));
  }
  const rows = Object.entries(results).map(([name, runs]) => ({ name, ...middle(runs) }));
  const reference = rows.find(({ name }) => name.startsWith('tshark'));
  for (const row of rows) {
    const ratio =
      reference === undefined || row === reference
        ? ''
        : `, ${(reference.seconds / row.seconds).toFixed(1)} times tshark`;
    process.stdout.write(
      `${row.name.padEnd(30)} ${row.seconds.toFixed(2).padStart(7)} s ${(bytes / 1e6 / row.seconds).toFixed(0).padStart(5)} MB/s ` +
        `${(frames / 1e6 / row.seconds).toFixed(2).padStart(6)} M frames/s ${(row.kilobytes / 1000).toFixed(0).padStart(5)} MB peak${ratio}\n`,
    );
  }
}

/** Wall time and peak memory of one run; its output is read and thrown away. */
function timed([program, ...args]) {
  return new Promise((resolve, reject) => {
    const measured = existsSync(timeProgram);
    const startMs = performance.now();
    const child = measured ? spawn(timeProgram, ['-f', '%M', program, ...args]) : spawn(program, args);
    let errors = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk) => {
      errors = (errors + chunk).slice(-4000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = (performance.now() - startMs) / 1000;
      const kilobytes = Number(/(\d+)\s*$/.exec(errors)?.[1] ?? 0);
      if (code !== 0) reject(new Error(`${program} ended with ${code}: ${errors}`));
      else resolve({ seconds, kilobytes });
    });
  });
}

function middle(runs) {
  const by = (name) => runs.map((run) => run[name]).sort((a, b) => a - b)[Math.floor(runs.length / 2)];
  return { seconds: by('seconds'), kilobytes: by('kilobytes') };
}
