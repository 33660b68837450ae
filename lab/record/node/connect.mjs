// connect-node, both sides over h2c: node connect.mjs server HOST:PORT
//   node connect.mjs client HOST:PORT grpc|connect [OPTION=NUMBER...] -- STEP...  (options of the transport, see steps.mjs)
import * as http2 from 'node:http2';
import { create } from '@bufbuild/protobuf';
import { StringValueSchema } from '@bufbuild/protobuf/wkt';
import { ConnectError, createClient } from '@connectrpc/connect';
import { connectNodeAdapter, createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { Echo } from './echo.mjs';
import { parameters, runSteps, sleep } from './steps.mjs';

async function answer(request) {
  const values = parameters(request.value);
  await sleep(values.delayMs ?? 0);
  if (values.status) throw new ConnectError('as the request asked', values.status);
  return create(StringValueSchema, { value: 'x'.repeat(values.size ?? 8) });
}

const handlers = {
  unary: answer,
  async *stream(request) {
    const { count = 1 } = parameters(request.value);
    for (let i = 0; i < count; i++) yield await answer(request);
  },
  async upload(requests) {
    for await (const _ of requests);
    return create(StringValueSchema, { value: 'done' });
  },
  async *bidi(requests) {
    for await (const request of requests) yield await answer(request);
  },
};

function call(client, step) {
  const request = create(StringValueSchema, { value: step.request + ' '.repeat(step.pad ?? 0) });
  const abort = new AbortController();
  const options = { timeoutMs: step.deadline, signal: abort.signal };
  if (step.cancel) setTimeout(() => abort.abort(), step.cancel);
  async function* requests() {
    for (let i = 0; i < (step.count ?? 1); i++) {
      yield request;
      await sleep(step.gap ?? 5);
    }
  }
  const size = (m) => m.value.length;
  const collect = async (messages) => {
    let total = 0;
    for await (const message of messages) total += size(message);
    return total;
  };
  const kinds = {
    unary: () => client.unary(request, options).then(size),
    stream: () => collect(client.stream(request, options)),
    upload: () => client.upload(requests(), options).then(size),
    bidi: () => collect(client.bidi(requests(), options)),
  };
  return kinds[step.kind]().then((n) => `OK ${n} bytes`, (error) => String(error));
}

const [, , role, address, ...rest] = process.argv;
const port = Number(address.slice(address.lastIndexOf(':') + 1));
const host = address.slice(0, address.lastIndexOf(':')).replace(/[[\]]/g, '');
if (role === 'server') {
  const server = http2.createServer(connectNodeAdapter({ routes: (router) => router.service(Echo, handlers) }));
  server.listen(port, host);
  const sessions = new Set();
  server.on('session', (session) => sessions.add(session).size && session.on('close', () => sessions.delete(session)));
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0));
    for (const session of sessions) session.close();
  });
} else {
  const [protocol, ...more] = rest;
  const split = more.indexOf('--');
  const options = { baseUrl: `http://${address}`, httpVersion: '2' };
  for (const option of more.slice(0, split)) {
    const [name, value] = option.split('=');
    options[name] = name === 'pingIdleConnection' ? value === '1' : Number(value);
  }
  const transport = protocol === 'grpc' ? createGrpcTransport(options) : createConnectTransport(options);
  const client = createClient(Echo, transport);
  await runSteps(more.slice(split + 1), (step) => call(client, step));
  setTimeout(() => process.exit(0), 50);
}
