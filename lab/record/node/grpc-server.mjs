// A grpc-js server: node grpc-server.mjs PACKAGE HOST:PORT [OPTION=VALUE...] (channel options, or tls=KEY,CERT).
// SIGTERM: tryShutdown (graceful). SIGUSR2: forceShutdown.
import { readFileSync } from 'node:fs';
import { parameters, reply, sleep } from './steps.mjs';

const [, , packageName, address, ...options] = process.argv;
const grpc = await import(packageName);
const raw = { requestSerialize: (b) => b, requestDeserialize: (b) => b, responseSerialize: (b) => b, responseDeserialize: (b) => b };
const method = (name, requestStream, responseStream) => ({ path: `/lab.Echo/${name}`, requestStream, responseStream, ...raw });
export const service = {
  Unary: method('Unary', false, false),
  Stream: method('Stream', false, true),
  Upload: method('Upload', true, false),
  Bidi: method('Bidi', true, true),
};

const read = (request) => parameters(request.toString('latin1', 0, 200));
async function answer(values) {
  await sleep(values.delayMs ?? 0);
  if (values.status) throw Object.assign(new Error('as the request asked'), { code: values.status });
  return reply(values);
}
const handlers = {
  Unary: (call, done) => answer(read(call.request)).then((message) => done(null, message), done),
  async Stream(call) {
    const values = read(call.request);
    try {
      for (let i = 0; i < (values.count ?? 1) && !call.cancelled; i++) call.write(await answer(values));
      call.end();
    } catch (error) {
      call.emit('error', error);
    }
  },
  Upload: (call, done) => call.on('data', (d) => read(d).stop && call.pause()).on('end', () => done(null, reply({}))),
  Bidi(call) {
    call.on('data', async (request) => call.write(await answer(read(request))));
    call.on('end', () => setTimeout(() => call.end(), 20));
  },
};

const channelOptions = {};
let credentials = grpc.ServerCredentials.createInsecure();
for (const option of options) {
  const [name, value] = option.split('=');
  if (name === 'tls') {
    const [key, cert] = value.split(',');
    credentials = grpc.ServerCredentials.createSsl(null, [{ private_key: readFileSync(key), cert_chain: readFileSync(cert) }]);
  } else channelOptions[name] = Number(value);
}
const server = new grpc.Server(channelOptions);
server.addService(service, handlers);
server.bindAsync(address, credentials, (error) => {
  if (error) throw error;
  if (packageName.includes('-1.7.')) server.start();
});
process.on('SIGTERM', () => server.tryShutdown(() => process.exit(0)));
process.on('SIGUSR2', () => server.forceShutdown());
