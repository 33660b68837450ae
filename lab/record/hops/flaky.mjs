// A grpc-js server that fails the first attempts of each call: node flaky.mjs PACKAGE HOST:PORT FAILURES
// Attempts of one call are known by the request id that the proxy gives them.
import { reply, stringValue } from '../node/steps.mjs';

const [, , packageName, address, failures] = process.argv;
const grpc = await import(new URL(`../node/node_modules/${packageName}/build/src/index.js`, import.meta.url));
const same = (bytes) => bytes;
const seen = new Map();

const server = new grpc.Server();
server.addService(
  {
    Unary: {
      path: '/lab.Echo/Unary',
      requestStream: false,
      responseStream: false,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    },
  },
  {
    Unary(call, done) {
      const [id] = call.metadata.get('x-request-id');
      const attempts = (seen.get(id) ?? 0) + 1;
      seen.set(id, attempts);
      if (attempts <= Number(failures)) done({ code: 14, details: 'not yet' });
      else done(null, reply({ size: 20 }) ?? stringValue('x'));
    },
  },
);
server.bindAsync(address, grpc.ServerCredentials.createInsecure(), () => undefined);
