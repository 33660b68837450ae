/** The bench's client on Calmwire. */
import { readFileSync } from 'node:fs';
import { clientCredentials, createChannel, createClient } from 'calmwire';
import { Bench } from '../generated/bench_pb.js';
import { serveClientJobs } from '../load/client-jobs.mjs';

const channels = new WeakMap();
const options = JSON.parse(process.env.CALMWIRE_BENCH_CHANNEL ?? '{}');

await serveClientJobs({
  open({ port, ca }) {
    const channel = ca
      ? createChannel(`localhost:${port}`, {
          ...options,
          credentials: clientCredentials({ rootCertificates: readFileSync(ca) }),
        })
      : createChannel(`127.0.0.1:${port}`, options);
    const client = createClient(Bench, channel);
    channels.set(client, channel);
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
  maybeProcessed: (error) => error.failure?.processed !== 'no',
  close(client) {
    channels.get(client).close();
  },
});

async function* records(record, count) {
  for (let sent = 0; sent < count; sent++) yield record;
}
