/**
 * The pictures of docs/incidents, drawn from recordings: what one connection carried, client left, server right, time downwards; or
 * one call on both sides of a proxy, on the clock of the client's side.
 *
 *   npm run build && node lab/incidents/timeline.mjs [--check]
 *
 * `--check` draws nothing and ends with 1 if a picture is not what its recording gives.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explain } from '../lib/capture.mjs';
import { root } from '../lib/programs.mjs';
import { trace } from './lib/frames.mjs';
import { joined, rowsOf } from './lib/rows.mjs';
import { sequence } from './lib/sequence.mjs';

const pictures = [
  { name: 'volo', capture: 'volo-request-trailers-grpc-go-1.58.pcap', connection: 1 },
  { name: 'cortex-etcd', capture: 'etcd-cluster-idle-pings.pcap', cut: 'too_many_pings' },
  { name: 'kitex', capture: 'kitex-exit-0.11.pcap', connection: 1 },
  { name: 'servicecomb', capture: 'servicecomb-late-write.pcap', connection: 1 },
];
const hops = [{ name: 'envoy-node', recording: 'hops-envoy-late-half-close', proxy: 'Envoy' }];

const isCheck = process.argv.includes('--check');

for (const { name, capture, connection, cut } of pictures) {
  const events = await trace(join(root, 'fixtures', 'captures', capture));
  const chosen = connection ?? events.find(({ frame }) => frame?.debugData === cut).connection;
  const rows = rowsOf(events.filter((event) => event.connection === chosen));
  draw(name, { sides: ['client', 'server'], rows, source: `fixtures/captures/${capture}` });
}
for (const { name, recording, proxy } of hops) {
  const rows = await callOnTwoHops(`fixtures/hops/${recording}`);
  draw(name, { sides: ['client', proxy, 'server'], rows, source: `fixtures/hops/${recording}` });
}

function draw(name, picture) {
  const file = join(root, 'docs', 'incidents', `${name}.svg`);
  const svg = sequence(picture);
  if (!isCheck) return writeFileSync(file, svg);
  const same = readFileSync(file, 'utf8') === svg;
  process.stdout.write(`${same ? 'ok  ' : 'FAIL'}  ${file}\n`);
  if (!same) process.exitCode = 1;
}

/** The call that the comparison of both hops takes as its example. */
async function callOnTwoHops(recording) {
  const files = ['client-side', 'server-side'].map((side) => join(root, `${recording}.${side}.pcap.gz`));
  const { comparison } = await explain(files, ['--compare']);
  const { clock, example } = comparison;
  const sides = [
    { ...example.clientSide, side: 'client-side', offsetMs: 0 },
    { ...example.serverSide, side: 'server-side', offsetMs: clock.offset * 1_000 },
  ];
  const rows = await Promise.all(
    sides.map(async ({ side, stream, offsetMs }, lane) => {
      const events = await trace(files[lane]);
      // The comparison numbers the connections of the server's side anew, their frames it does not.
      const request = example.steps.find((step) => step.side === side);
      const { connection } = events.find(({ index }) => index === request.frame);
      const own = events.filter((event) => event.connection === connection && streamOf(event) === stream);
      return rowsOf(own).map((row) => ({ ...row, lane, timeMs: row.timeMs + offsetMs }));
    }),
  );
  return joined(rows.flat().sort((a, b) => a.timeMs - b.timeMs));
}

function streamOf({ stream, frame }) {
  return stream ?? frame?.stream;
}
