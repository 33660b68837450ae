// grpc-js: grpc-js.mjs server PORT [CERTIFICATE KEY] | client HOST:PORT CA|- STEP...
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import * as s from './steps.mjs';

const proto = new URL('../proto/orders.proto', import.meta.url).pathname;
const { Orders } = grpc.loadPackageDefinition(loadSync(proto, { keepCase: true, defaults: true, longs: Number })).lab
  .orders.v1;
const [, , role, at, ...rest] = process.argv;

const handlers = {
  Get(call, done) {
    const header = new grpc.Metadata();
    for (const value of call.metadata.get('lab-tag')) header.add('lab-tag', value);
    call.sendMetadata(header);
    if (call.request.id === '') return done({ code: grpc.status.NOT_FOUND, details: s.STATUS_TEXT });
    const trailer = new grpc.Metadata();
    for (const value of call.metadata.get('lab-tag-bin')) trailer.add('lab-tag-bin', value);
    done(null, { id: call.request.id, note: 'x'.repeat(call.request.note_letters) }, trailer);
  },
  async Watch(call) {
    const { count, body_octets, pause_ms } = call.request;
    const body = Buffer.alloc(body_octets);
    for (let number = 0; number < count && !call.cancelled; number++) {
      if (number > 0 && pause_ms > 0) await sleep(pause_ms);
      if (!call.cancelled && !call.write({ number, body }))
        await Promise.race([once(call, 'drain'), once(call, 'cancelled')]);
    }
    call.end();
  },
  async Import(call, done) {
    const summary = { count: 0, sum: 0 };
    for await (const { number } of call) {
      summary.count++;
      summary.sum += number;
    }
    done(null, summary);
  },
  Chat(call) {
    call.on('data', (item) => call.write(item));
    call.on('end', () => call.end());
  },
};

if (role === 'server') {
  const server = new grpc.Server();
  server.addService(Orders.service, handlers);
  const [cert_chain, private_key] = rest.map((file) => readFileSync(file));
  const credentials =
    cert_chain === undefined
      ? grpc.ServerCredentials.createInsecure()
      : grpc.ServerCredentials.createSsl(null, [{ cert_chain, private_key }]);
  server.bindAsync(`127.0.0.1:${at}`, credentials, (error) => {
    if (error) throw error;
  });
} else {
  const [ca, ...steps] = rest;
  const credentials = ca === '-' ? grpc.credentials.createInsecure() : grpc.credentials.createSsl(readFileSync(ca));
  const client = new Orders(at, credentials);
  await s.runSteps(steps, clientSteps(client), () => client.close());
}

function clientSteps(client) {
  /** Reads a stream to its end, or to the error that ends it. */
  const collect = async (call, each) => {
    const numbers = [];
    try {
      for await (const { number } of call) {
        numbers.push(number);
        each?.(numbers.length);
      }
      return { numbers, code: 0 };
    } catch ({ code }) {
      return { numbers, code };
    }
  };
  return {
    unary: () =>
      new Promise((resolve, reject) => {
        const metadata = new grpc.Metadata();
        metadata.set('lab-tag', s.TAG);
        metadata.set('lab-tag-bin', Buffer.from(s.TAG_BIN));
        let header;
        let order;
        const call = client.Get({ id: 'o-1', note_letters: s.NOTE_LETTERS }, metadata, (error, value) => {
          if (error) reject(error);
          order = value;
        });
        call.on('metadata', (value) => {
          header = value;
        });
        call.on('status', ({ metadata: trailer }) => {
          try {
            s.expect('note', order?.note.length, s.NOTE_LETTERS);
            s.expect('header', header?.get('lab-tag')[0], s.TAG);
            s.expect('trailer', trailer.get('lab-tag-bin')[0], s.TAG_BIN);
            resolve();
          } catch (error) {
            reject(error);
          }
        });
      }),
    'server-streaming': async () => {
      const { numbers, code } = await collect(client.Watch({ count: s.EVENTS, body_octets: s.BODY_OCTETS }));
      s.expect('status', code, 0);
      s.expect(
        'numbers',
        numbers,
        Array.from({ length: s.EVENTS }, (_, i) => i),
      );
    },
    'client-streaming': () =>
      new Promise((resolve, reject) => {
        const call = client.Import((error, summary) => {
          if (error) reject(error);
          else if (summary.count === s.EVENTS && summary.sum === 4_950) resolve();
          else reject(new Error(JSON.stringify(summary)));
        });
        for (let number = 0; number < s.EVENTS; number++) call.write({ number, body: Buffer.alloc(s.BODY_OCTETS) });
        call.end();
      }),
    bidi: async () => {
      const call = client.Chat();
      const send = (number) => (number < s.ROUNDS ? call.write({ number, body: Buffer.alloc(10) }) : call.end());
      send(0);
      const { numbers, code } = await collect(call, send);
      s.expect('status', code, 0);
      s.expect('answers', numbers.length, s.ROUNDS);
    },
    status: () =>
      new Promise((resolve, reject) => {
        client.Get({ id: '' }, (error) => {
          try {
            s.expect('status', error?.code, s.NOT_FOUND);
            s.expect('text', error.details, s.STATUS_TEXT);
            resolve();
          } catch (wrong) {
            reject(wrong);
          }
        });
      }),
    deadline: async () => {
      const options = { deadline: Date.now() + s.DEADLINE_MS };
      const { numbers, code } = await collect(client.Watch({ count: s.EVENTS, pause_ms: s.PAUSE_MS }, options));
      s.expect('status', code, s.DEADLINE_EXCEEDED);
      s.expect('events before it', numbers.length > 0, true);
    },
    cancel: async () => {
      const call = client.Watch({ count: s.EVENTS, pause_ms: s.PAUSE_MS });
      const { numbers, code } = await collect(call, (count) => count === 2 && call.cancel());
      s.expect('status', code, s.CANCELLED);
      s.expectCut(numbers.length);
    },
  };
}
