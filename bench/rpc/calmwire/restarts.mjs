/** Servers of Calmwire that come and go. */
import { createServer } from 'calmwire';
import { Bench } from '../generated/bench_pb.js';
import { serveRestarts } from '../load/restarts-end.mjs';

/** Longer than any call of the script. */
const GRACE_MS = 30_000;

await serveRestarts({
  async start({ maxAgeMs, hold }) {
    const age = { maxConnectionAgeMs: maxAgeMs, maxConnectionAgeGraceMs: GRACE_MS };
    const server = createServer(maxAgeMs === undefined ? {} : age);
    server.add(Bench, {
      async hold({ id, waitMs }) {
        await hold(id, waitMs);
        return { id, count: 7 };
      },
    });
    const { port } = await server.listen('127.0.0.1:0');
    return { port, drain: () => server.shutdown({ graceMs: GRACE_MS }) };
  },
});
