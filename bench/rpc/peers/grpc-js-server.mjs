/** The bench's service on @grpc/grpc-js, messages by ts-proto's static code: its users' fastest choice. */

import { readFileSync } from 'node:fs';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { listening, payloadOf, serverOptions } from '../load/server-end.mjs';
import { BenchService } from './generated/ts-proto/bench.js';

const { tls } = serverOptions();
const server = new Server();
server.addService(BenchService, {
  echo({ request: { id, count, payload } }, callback) {
    callback(null, { id, count, payload });
  },
  fetch({ request }, callback) {
    callback(null, { id: '', count: 7, payload: payloadOf(request.payloadBytes) });
  },
  watch(call) {
    const { messages, payloadBytes } = call.request;
    const payload = payloadOf(payloadBytes);
    let sent = 0;
    const pump = () => {
      while (sent < messages) {
        sent++;
        if (!call.write({ id: '', count: 7, payload })) {
          call.once('drain', pump);
          return;
        }
      }
      call.end();
    };
    pump();
  },
  upload(call, callback) {
    let messages = 0;
    let count = 0;
    call.on('data', (record) => {
      messages++;
      count += record.count;
    });
    call.on('end', () => callback(null, { messages, count }));
  },
  hold({ request }, callback) {
    setTimeout(() => callback(null, { id: request.id, count: 7, payload: payloadOf(0) }), request.waitMs);
  },
});
const credentials = tls
  ? ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.cert }])
  : ServerCredentials.createInsecure();
server.bindAsync('127.0.0.1:0', credentials, (error, port) => {
  if (error) throw error;
  const { version } = JSON.parse(readFileSync(new URL('node_modules/@grpc/grpc-js/package.json', import.meta.url)));
  listening(port, version);
});
