/** The bench's client on @grpc/grpc-js: ts-proto's client class, callbacks and Node streams. */
import { readFileSync } from 'node:fs';
import { credentials, Metadata } from '@grpc/grpc-js';
import { serveClientJobs } from '../load/client-jobs.mjs';
import { BenchClient } from './generated/ts-proto/bench.js';

const noMetadata = new Metadata();

await serveClientJobs({
  open({ port, ca }) {
    const channel = ca ? credentials.createSsl(readFileSync(ca)) : credentials.createInsecure();
    return new BenchClient(ca ? `localhost:${port}` : `127.0.0.1:${port}`, channel);
  },
  echo(client, record, varying, done) {
    if (varying === undefined) {
      client.echo(record, noMetadata, done);
      return;
    }
    const metadata = new Metadata();
    metadata.set('traceparent', varying.traceparent);
    metadata.set('x-request-id', varying.requestId);
    client.echo(record, metadata, { deadline: Date.now() + varying.timeoutMs }, done);
  },
  fetch(client, request, done) {
    client.fetch(request, done);
  },
  hold(client, request, done) {
    client.hold(request, done);
  },
  watch(client, request, message, done) {
    const call = client.watch(request);
    call.on('data', message);
    call.on('error', (error) => done(error));
    call.on('end', () => done(null));
  },
  upload(client, record, count, done) {
    const call = client.upload(done);
    let left = count;
    const pump = () => {
      while (left > 0) {
        left--;
        if (!call.write(record)) {
          call.once('drain', pump);
          return;
        }
      }
      call.end();
    };
    pump();
  },
  close(client) {
    client.close();
  },
});
