/** The server of the pair: answers messages of run.mjs with samples of itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, RpcError, Status, serverCredentials } from 'calmwire';
import { sample } from './sample.mjs';

const { Orders } = await import(process.env.LAB_ORDERS);
const [certificate, privateKey] = process.argv.slice(2).map((file) => ({ file }));

/** No handler of the load goes on for as long as nobody calls; on a busy machine it ends late. */
const REST_MS = 5_000;
const POLL_MS = 20;

const server = createServer({
  // Connections go all the time, so that reconnecting and draining are part of the load; no call takes as long as the
  // grace.
  maxConnectionAgeMs: 700,
  maxConnectionAgeGraceMs: 15_000,
  // The load resets thousands of streams on one connection on purpose.
  limits: { resets: { burst: 100_000, perSecond: 10_000 } },
  onHandlerError: () => {},
});
server.add(Orders, {
  get({ id, noteLetters }) {
    if (id === 'throw') throw new Error('as the request asked');
    if (id === '') throw new RpcError('no such order', Status.NOT_FOUND, { metadata: { 'lab-tag': 'x'.repeat(200) } });
    return { id, note: 'x'.repeat(noteLetters) };
  },
  async *watch({ count, bodyOctets, pauseMs }, { signal }) {
    for (let number = 0; number < count && !signal.aborted; number++) {
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal }).catch(() => {});
      yield { number, body: new Uint8Array(bodyOctets) };
    }
  },
  async import(items) {
    const summary = { count: 0, sum: 0n };
    for await (const { number } of items) {
      summary.count++;
      summary.sum += BigInt(number);
    }
    return summary;
  },
  async *chat(items) {
    for await (const item of items) yield item;
  },
});
const plain = await server.listen('127.0.0.1:0');
const secure = await server.listen('127.0.0.1:0', { credentials: serverCredentials({ certificate, privateKey }) });
process.send({ plain: plain.target, secure: secure.target });
process.on('message', async () => {
  // The last cancellations of a round may still be on their way.
  for (let waitedMs = 0; server.stats.calls.running > 0 && waitedMs < REST_MS; waitedMs += POLL_MS) await sleep(POLL_MS);
  const { connections, calls } = server.stats;
  process.send({
    ...(await sample()),
    connections: connections.accepted,
    running: calls.running,
    calls: calls.started,
  });
});
process.on('disconnect', () => process.exit(0));
