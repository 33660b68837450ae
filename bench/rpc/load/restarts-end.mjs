/**
 * A process of servers that come and go: `{ start: { maxAgeMs? } }` starts one and says its port, `{ drain: port }` lets it end its
 * calls and go. It counts which calls were executed, and which more than once.
 *
 *   adapter.start({ maxAgeMs, hold }) -> { port, drain() }       hold(id, waitMs) -> promise: the handler's body
 */
import { setTimeout as delay } from 'node:timers/promises';
import { serveJobs } from './worker-end.mjs';

export async function serveRestarts(adapter) {
  const servers = new Map();
  const executed = new Map();
  let drained = 0;
  const hold = async (id, waitMs) => {
    executed.set(id, (executed.get(id) ?? 0) + 1);
    await delay(waitMs);
  };
  await serveJobs({}, async ({ start, drain }) => {
    if (start !== undefined) {
      const server = await adapter.start({ ...start, hold });
      servers.set(server.port, server);
      return { port: server.port };
    }
    if (drain !== undefined) {
      // Calls go on for seconds: the answer does not wait for them.
      servers
        .get(drain)
        .drain()
        .then(() => {
          drained++;
        });
      servers.delete(drain);
      return {};
    }
    const twice = [...executed.values()].filter((times) => times > 1).length;
    return { executed: executed.size, twice, drained, present: servers.size };
  });
}
