/** The bench's service on Calmwire: handlers as its users write them. */
import { setTimeout as delay } from 'node:timers/promises';
import { createServer, serverCredentials } from 'calmwire';
import { Bench } from '../generated/bench_pb.js';
import { listening, payloadOf, serverOptions } from '../load/server-end.mjs';

const { tls } = serverOptions();
const server = createServer(JSON.parse(process.env.CALMWIRE_BENCH_SERVER ?? '{}'));
server.add(Bench, {
  async echo({ id, count, payload }) {
    return { id, count, payload };
  },
  async fetch({ payloadBytes }) {
    return { count: 7, payload: payloadOf(payloadBytes) };
  },
  async *watch({ messages, payloadBytes }) {
    const payload = payloadOf(payloadBytes);
    for (let sent = 0; sent < messages; sent++) yield { count: 7, payload };
  },
  async upload(records) {
    let messages = 0;
    let count = 0;
    for await (const record of records) {
      messages++;
      count += record.count;
    }
    return { messages, count };
  },
  async hold({ id, waitMs }) {
    await delay(waitMs);
    return { id, count: 7 };
  },
});
const { port } = await server.listen(
  '127.0.0.1:0',
  tls ? { credentials: serverCredentials({ certificate: tls.cert, privateKey: tls.key }) } : {},
);
listening(port);
