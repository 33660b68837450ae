// A grpc-js server whose Unary calls the next server's Stream and answers with what came:
//   node relay.mjs PACKAGE HOST:PORT NEXT_HOST:PORT inherit|none|MILLISECONDS
// The last word is the deadline of that call: what is left of the caller's, none, or a fixed time.
import { stringValue } from './steps.mjs';

const [, , packageName, address, nextAddress, deadline] = process.argv;
const grpc = await import(packageName);
const same = (b) => b;
const next = new grpc.Client(nextAddress, grpc.credentials.createInsecure());

function options(parent) {
  if (deadline === 'inherit') return { parent, propagate_flags: grpc.propagate.DEFAULTS };
  return deadline === 'none' ? {} : { deadline: Date.now() + Number(deadline) };
}

function Unary(call, done) {
  const metadata = new grpc.Metadata();
  const stream = next.makeServerStreamRequest('/lab.Echo/Stream', same, same, call.request, metadata, options(call));
  let answer = stringValue('');
  stream.on('data', (message) => (answer = message));
  stream.on('error', (error) => done(error));
  stream.on('end', () => done(null, answer));
}

const server = new grpc.Server();
const unary = { path: '/lab.Echo/Unary', requestStream: false, responseStream: false };
const raw = { requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same };
server.addService({ Unary: { ...unary, ...raw } }, { Unary });
server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});
