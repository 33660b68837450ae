/**
 * Our client in the place of another: client.mjs TARGET OPTIONS STEP..., with the generated code's address in LAB_ORDERS.
 * OPTIONS is the JSON of `createChannel`'s; the steps are those of the Go client (`get id=1`, `bg get sleep=3s`,
 * `watch for=10s every=1s`, `wait 45s`). Prints a line for each call; ends with 1 if one failed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createChannel, createClient } from 'calmwire';
import { durationMs } from './words.mjs';

const { Orders } = await import(process.env.LAB_ORDERS);
const [, , target, options, ...steps] = process.argv;
const channel = createChannel(target, JSON.parse(options));
const orders = createClient(Orders, channel);

const verbs = {
  get: (value) => orders.get({ value }),
  async watch(value) {
    for await (const _ of orders.watch({ value }));
  },
};

async function call(step) {
  const [verb, ...words] = step.split(' ');
  try {
    await verbs[verb](words.join(' '));
    console.log(`${step}: ok`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`${step}: ${error.message}\n${error.explanation}`);
  }
}

const beside = [];
for (const step of steps) {
  if (step.startsWith('wait ')) await sleep(durationMs(step.slice(5)));
  else if (step.startsWith('bg ')) beside.push(call(step.slice(3)));
  else await call(step);
}
await Promise.all(beside);
await channel.shutdown();
