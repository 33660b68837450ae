// Calmwire: orders.mjs server PORT [CERTIFICATE KEY] | client HOST:PORT CA|- STEP..., with the generated code's
// address in LAB_ORDERS.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  clientCredentials,
  createChannel,
  createClient,
  createServer,
  RpcError,
  Status,
  serverCredentials,
} from 'calmwire';
import * as s from '../node/steps.mjs';

const { Orders } = await import(process.env.LAB_ORDERS);
const [, , role, at, ...rest] = process.argv;

const handlers = {
  get({ id, noteLetters }, { requestHeader, responseHeader, responseTrailer }) {
    const tag = requestHeader.get('lab-tag');
    if (tag !== null) responseHeader.set('lab-tag', tag);
    if (id === '') throw new RpcError(s.STATUS_TEXT, Status.NOT_FOUND);
    const binary = requestHeader.getBinary('lab-tag-bin');
    if (binary !== undefined) responseTrailer.setBinary('lab-tag-bin', binary);
    return { id, note: 'x'.repeat(noteLetters) };
  },
  async *watch({ count, bodyOctets, pauseMs }, { signal }) {
    for (let number = 0; number < count && !signal.aborted; number++) {
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
  const [certificate, key] = rest.map((file) => ({ file }));
  const credentials = certificate === undefined ? undefined : serverCredentials({ certificate, privateKey: key });
  await createServer().add(Orders, handlers).listen(`127.0.0.1:${at}`, { credentials });
} else {
  const [ca, ...steps] = rest;
  const credentials = ca === '-' ? undefined : clientCredentials({ rootCertificates: { file: ca } });
  const channel = createChannel(at, { credentials });
  await s.runSteps(steps, clientSteps(createClient(Orders, channel, { defaultTimeoutMs: 20_000 })), () =>
    channel.shutdown(),
  );
}

function clientSteps(client) {
  const collect = async (events, each) => {
    const numbers = [];
    try {
      for await (const { number } of events) {
        numbers.push(number);
        each?.(numbers.length);
      }
      return { numbers, code: Status.OK };
    } catch (error) {
      return { numbers, code: error.code };
    }
  };
  return {
    async unary() {
      const seen = {};
      const order = await client.get(
        { id: 'o-1', noteLetters: s.NOTE_LETTERS },
        {
          headers: { 'lab-tag': s.TAG, 'lab-tag-bin': s.TAG_BIN },
          onHeader: (header) => Object.assign(seen, { header }),
          onTrailer: (trailer) => Object.assign(seen, { trailer }),
        },
      );
      s.expect('note', order.note.length, s.NOTE_LETTERS);
      s.expect('header', seen.header?.get('lab-tag'), s.TAG);
      s.expect('trailer', seen.trailer?.getBinary('lab-tag-bin'), s.TAG_BIN);
    },
    async 'server-streaming'() {
      const { numbers, code } = await collect(client.watch({ count: s.EVENTS, bodyOctets: s.BODY_OCTETS }));
      s.expect('status', code, Status.OK);
      s.expect(
        'numbers',
        numbers,
        Array.from({ length: s.EVENTS }, (_, i) => i),
      );
    },
    async 'client-streaming'() {
      async function* items() {
        for (let number = 0; number < s.EVENTS; number++) yield { number, body: new Uint8Array(s.BODY_OCTETS) };
      }
      const { count, sum } = await client.import(items());
      s.expect('summary', `${count} ${sum}`, '100 4950');
    },
    async bidi() {
      let answered = () => {};
      async function* items() {
        for (let number = 0; number < s.ROUNDS; number++) {
          const answer = new Promise((resolve) => {
            answered = resolve;
          });
          yield { number, body: new Uint8Array(10) };
          await answer;
        }
      }
      const { numbers, code } = await collect(client.chat(items()), () => answered());
      s.expect('status', code, Status.OK);
      s.expect('answers', numbers.length, s.ROUNDS);
    },
    async status() {
      const error = await client.get({ id: '' }).then(
        () => undefined,
        (reason) => reason,
      );
      s.expect('status', error?.code, Status.NOT_FOUND);
      s.expect('text', error.rawMessage, s.STATUS_TEXT);
    },
    async deadline() {
      const { numbers, code } = await collect(
        client.watch({ count: s.EVENTS, pauseMs: s.PAUSE_MS }, { timeoutMs: s.DEADLINE_MS }),
      );
      s.expect('status', code, Status.DEADLINE_EXCEEDED);
      s.expect('events before it', numbers.length > 0, true);
    },
    async cancel() {
      const abort = new AbortController();
      const events = client.watch({ count: s.EVENTS, pauseMs: s.PAUSE_MS }, { signal: abort.signal });
      const { numbers, code } = await collect(events, (count) => count === 2 && abort.abort());
      s.expect('status', code, Status.CANCELLED);
      s.expectCut(numbers.length);
    },
  };
}
