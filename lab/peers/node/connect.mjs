// connect-node with the gRPC protocol: connect.mjs server PORT [CERTIFICATE KEY] | client HOST:PORT CA|- STEP...
import { readFileSync } from 'node:fs';
import { createSecureServer, createServer } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { connectNodeAdapter, createGrpcTransport } from '@connectrpc/connect-node';
import * as s from './steps.mjs';

const { Orders } = await import(process.env.LAB_ORDERS);
const [, , role, at, ...rest] = process.argv;

const handlers = {
  get(request, context) {
    const tag = context.requestHeader.get('lab-tag');
    if (tag !== null) context.responseHeader.set('lab-tag', tag);
    if (request.id === '') throw new ConnectError(s.STATUS_TEXT, Code.NotFound);
    const binary = context.requestHeader.get('lab-tag-bin');
    if (binary !== null) context.responseTrailer.set('lab-tag-bin', binary);
    return { id: request.id, note: 'x'.repeat(request.noteLetters) };
  },
  async *watch({ count, bodyOctets, pauseMs }, context) {
    for (let number = 0; number < count && !context.signal.aborted; number++) {
      if (number > 0 && pauseMs > 0) await sleep(pauseMs);
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
};

if (role === 'server') {
  const adapter = connectNodeAdapter({ routes: (router) => router.service(Orders, handlers) });
  const [cert, key] = rest.map((file) => readFileSync(file));
  const server = cert === undefined ? createServer(adapter) : createSecureServer({ cert, key }, adapter);
  server.listen(Number(at), '127.0.0.1');
} else {
  const [ca, ...steps] = rest;
  const transport = createGrpcTransport({
    baseUrl: `${ca === '-' ? 'http' : 'https'}://${at}`,
    ...(ca === '-' ? {} : { nodeOptions: { ca: readFileSync(ca) } }),
  });
  await s.runSteps(steps, clientSteps(createClient(Orders, transport)));
}

function clientSteps(client) {
  const collect = async (events, each) => {
    const numbers = [];
    try {
      for await (const { number } of events) {
        numbers.push(number);
        each?.(numbers.length);
      }
      return { numbers, code: 0 };
    } catch (error) {
      return { numbers, code: ConnectError.from(error).code };
    }
  };
  return {
    unary: async () => {
      let header;
      let trailer;
      const headers = { 'lab-tag': s.TAG, 'lab-tag-bin': Buffer.from(s.TAG_BIN).toString('base64') };
      const options = { headers, onHeader: (value) => (header = value), onTrailer: (value) => (trailer = value) };
      const order = await client.get({ id: 'o-1', noteLetters: s.NOTE_LETTERS }, options);
      s.expect('note', order.note.length, s.NOTE_LETTERS);
      s.expect('header', header.get('lab-tag'), s.TAG);
      s.expect('trailer', Buffer.from(trailer.get('lab-tag-bin') ?? '', 'base64'), s.TAG_BIN);
    },
    'server-streaming': async () => {
      const { numbers, code } = await collect(client.watch({ count: s.EVENTS, bodyOctets: s.BODY_OCTETS }));
      s.expect('status', code, 0);
      s.expect(
        'numbers',
        numbers,
        Array.from({ length: s.EVENTS }, (_, i) => i),
      );
    },
    'client-streaming': async () => {
      async function* items() {
        for (let number = 0; number < s.EVENTS; number++) yield { number, body: new Uint8Array(s.BODY_OCTETS) };
      }
      const summary = await client.import(items());
      s.expect('summary', `${summary.count} ${summary.sum}`, '100 4950');
    },
    bidi: async () => {
      let answered = () => {};
      async function* items() {
        for (let number = 0; number < s.ROUNDS; number++) {
          const answer = new Promise((resolve) => (answered = resolve));
          yield { number, body: new Uint8Array(10) };
          await answer;
        }
      }
      const { numbers, code } = await collect(client.chat(items()), () => answered());
      s.expect('status', code, 0);
      s.expect('answers', numbers.length, s.ROUNDS);
    },
    status: async () => {
      const error = await client.get({ id: '' }).then(() => undefined, ConnectError.from);
      s.expect('status', error?.code, s.NOT_FOUND);
      s.expect('text', error.rawMessage, s.STATUS_TEXT);
    },
    deadline: async () => {
      const { numbers, code } = await collect(
        client.watch({ count: s.EVENTS, pauseMs: s.PAUSE_MS }, { timeoutMs: s.DEADLINE_MS }),
      );
      s.expect('status', code, s.DEADLINE_EXCEEDED);
      s.expect('events before it', numbers.length > 0, true);
    },
    cancel: async () => {
      const abort = new AbortController();
      const events = client.watch({ count: s.EVENTS, pauseMs: s.PAUSE_MS }, { signal: abort.signal });
      const { numbers, code } = await collect(events, (count) => count === 2 && abort.abort());
      s.expect('status', code, s.CANCELLED);
      s.expectCut(numbers.length);
    },
  };
}
