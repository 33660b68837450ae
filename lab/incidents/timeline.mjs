/**
 * The pictures of docs/incidents, drawn from recordings: what one connection carried, client left, server right, time downwards.
 *
 *   npm run build && node lab/incidents/timeline.mjs
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/programs.mjs';
import { trace } from './lib/frames.mjs';
import { sequence } from './lib/sequence.mjs';

const pictures = [
  { name: 'volo', capture: 'volo-request-trailers-grpc-go-1.58.pcap', connection: 1 },
  { name: 'cortex-etcd', capture: 'etcd-cluster-idle-pings.pcap', cut: 'too_many_pings' },
  { name: 'kitex', capture: 'kitex-exit-0.11.pcap', connection: 1 },
  { name: 'servicecomb', capture: 'servicecomb-late-write.pcap', connection: 1 },
];

for (const { name, capture, connection, cut } of pictures) {
  const events = await trace(join(root, 'fixtures', 'captures', capture));
  const chosen = connection ?? events.find(({ frame }) => frame?.debugData === cut).connection;
  const own = events.filter((event) => event.connection === chosen);
  writeFileSync(join(root, 'docs', 'incidents', `${name}.svg`), sequence(own, `fixtures/captures/${capture}`));
}
