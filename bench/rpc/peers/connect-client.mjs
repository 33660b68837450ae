/** The bench's client on @connectrpc/connect-node with the gRPC transport. */
import { readFileSync } from 'node:fs';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { serveClientJobs } from '../load/client-jobs.mjs';
import { Bench } from './generated/es/bench_pb.js';

const managers = new WeakMap();

await serveClientJobs({
  open({ port, ca }) {
    const baseUrl = ca ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
    const nodeOptions = ca ? { ca: readFileSync(ca) } : {};
    const sessionManager = new Http2SessionManager(baseUrl, {}, nodeOptions);
    const client = createClient(Bench, createGrpcTransport({ baseUrl, sessionManager }));
    managers.set(client, sessionManager);
    return client;
  },
  echo(client, record, varying, done) {
    const options = varying && {
      timeoutMs: varying.timeoutMs,
      headers: { traceparent: varying.traceparent, 'x-request-id': varying.requestId },
    };
    client.echo(record, options).then((answer) => done(null, answer), done);
  },
  fetch(client, request, done) {
    client.fetch(request).then((answer) => done(null, answer), done);
  },
  hold(client, request, done) {
    client.hold(request).then((answer) => done(null, answer), done);
  },
  async watch(client, request, message, done) {
    try {
      for await (const record of client.watch(request)) message(record);
    } catch (error) {
      done(error);
      return;
    }
    done(null);
  },
  upload(client, record, count, done) {
    client.upload(records(record, count)).then((answer) => done(null, answer), done);
  },
  close(client) {
    managers.get(client).abort();
  },
});

async function* records(record, count) {
  for (let sent = 0; sent < count; sent++) yield record;
}
