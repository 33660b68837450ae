// Our client in the place of grpc-js and connect-node: calmwire-client.mjs HOST:PORT STEP...  (see ../../record/node/steps.mjs)
import { createChannel, createClient } from 'calmwire';
import { Echo } from '../../record/node/echo.mjs';
import { runSteps } from '../../record/node/steps.mjs';

const [, , address, ...steps] = process.argv;
const channel = createChannel(address);
const client = createClient(Echo, channel);
await runSteps(steps, ({ request }) =>
  client.unary({ value: request }).then(
    ({ value }) => `OK ${value.length} bytes`,
    (error) => String(error),
  ),
);
await channel.shutdown();
