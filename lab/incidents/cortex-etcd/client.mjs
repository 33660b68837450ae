/**
 * Our client with Cortex's settings: client.mjs SECONDS PORT..., with the generated code's address in LAB_ETCD. A channel to each member,
 * as etcd's client has a connection to each; a watch on the first, nothing on the others; a put on each at the end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createChannel, createClient, Status } from 'calmwire';

const { KV, Watch } = await import(process.env.LAB_ETCD);
const [, , seconds, ...ports] = process.argv;
const text = (value) => new TextEncoder().encode(value);

const keepalive = { intervalMs: 10_000, timeoutMs: 10_000, withoutCalls: true };
const channels = ports.map((port) => createChannel(`127.0.0.1:${port}`, { keepalive }));
const put = (channel) => createClient(KV, channel).put({ key: text('a'), value: text('1') });
await Promise.all(channels.map(put));

// etcd does not end a watch when its client has no more requests: only cancelling does.
const abort = new AbortController();
async function* requests() {
  yield { requestUnion: { case: 'createRequest', value: { key: text('a') } } };
  await new Promise((resolve) => abort.signal.addEventListener('abort', resolve));
}
let events = 0;
const watch = (async () => {
  try {
    for await (const _ of createClient(Watch, channels[0]).watch(requests(), { signal: abort.signal })) events++;
  } catch (error) {
    if (error.code !== Status.CANCELLED || !abort.signal.aborted) throw error;
  }
})();
await sleep(Number(seconds) * 1_000);
await Promise.all(channels.map(put));
await sleep(200);
abort.abort();
await watch;
console.log(`${channels.length} members, ${events} events, every call good`);
await Promise.all(channels.map((channel) => channel.shutdown()));
