/** Servers of @grpc/grpc-js that come and go. */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { serveRestarts } from '../load/restarts-end.mjs';
import { BenchService } from './generated/ts-proto/bench.js';

/** Longer than any call of the script. */
const GRACE_MS = 30_000;
const unused = (_, callback) => callback?.(new Error('not part of this script'));

await serveRestarts({
  start({ maxAgeMs, hold }) {
    const age = { 'grpc.max_connection_age_ms': maxAgeMs, 'grpc.max_connection_age_grace_ms': GRACE_MS };
    const server = new Server(maxAgeMs === undefined ? {} : age);
    server.addService(BenchService, {
      echo: unused,
      fetch: unused,
      watch: unused,
      upload: unused,
      async hold({ request }, callback) {
        await hold(request.id, request.waitMs);
        callback(null, { id: request.id, count: 7, payload: Buffer.alloc(0) });
      },
    });
    return new Promise((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(error);
        else resolve({ port, drain: () => new Promise((done) => server.tryShutdown(done)) });
      });
    });
  },
});
