// Our server: calmwire-server.mjs PORT. Answers as late as a request asks, whatever became of the call.
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'calmwire';
import { Echo } from '../../record/node/echo.mjs';
import { parameters } from '../../record/node/steps.mjs';

const server = createServer().add(Echo, {
  async unary({ value }) {
    const { delayMs = 0 } = parameters(value);
    await sleep(delayMs);
    return { value: `after ${delayMs} ms` };
  },
});
await server.listen(`127.0.0.1:${process.argv[2]}`);
