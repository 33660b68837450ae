/** What a process holds, measured when nothing runs: after two collections, because weak references need the second. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Sockets that were destroyed close in later turns of the loop. */
const SETTLE_MS = 150;

export async function sample() {
  await sleep(SETTLE_MS);
  globalThis.gc();
  await sleep(1);
  globalThis.gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  // Of what keeps the loop alive only sockets are counted: timers are shared, and one more or less of them says
  // nothing.
  const sockets = process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS|Pipe)/.test(name)).length;
  return { rss, heapUsed, external, sockets };
}
