/**
 * Our server in the place of another: server.mjs PORT OPTIONS [GRACE_MS], with the generated code's address in LAB_ORDERS. OPTIONS is
 * the JSON of `createServer`'s. SIGTERM shuts it down, with that grace for the calls that run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'calmwire';
import { wordMs } from './words.mjs';

const { Orders } = await import(process.env.LAB_ORDERS);
const [, , port, options, graceMs] = process.argv;

const server = createServer(JSON.parse(options)).add(Orders, {
  async get({ value }) {
    await sleep(wordMs(value, 'sleep'));
    return { value: `order ${value}` };
  },
  async *watch({ value }, { signal }) {
    const end = performance.now() + wordMs(value, 'for');
    while (performance.now() < end && !signal.aborted) {
      await sleep(Math.max(wordMs(value, 'every'), 10));
      yield { value: 'order' };
    }
  },
});
await server.listen(`127.0.0.1:${port}`);
process.once('SIGTERM', async () => {
  await server.shutdown(graceMs === undefined ? {} : { graceMs: Number(graceMs) });
});
