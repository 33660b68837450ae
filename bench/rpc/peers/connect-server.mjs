/** The bench's service on @connectrpc/connect-node, over node:http2 as its documentation shows. */
import { createSecureServer, createServer } from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { listening, payloadOf, serverOptions } from '../load/server-end.mjs';
import { Bench } from './generated/es/bench_pb.js';

const { tls } = serverOptions();
const handler = connectNodeAdapter({
  routes(router) {
    router.service(Bench, {
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
  },
});
const server = tls ? createSecureServer(tls, handler) : createServer(handler);
server.listen(0, '127.0.0.1', () => listening(server.address().port));
