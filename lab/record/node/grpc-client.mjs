// A grpc-js client: node grpc-client.mjs PACKAGE HOST:PORT [OPTION=VALUE...] -- STEP...  (see steps.mjs)
// Options are channel options; `tls=1` speaks TLS without checking the certificate.
import { randomBytes } from 'node:crypto';
import { runSteps, stringValue } from './steps.mjs';

const [, , packageName, address, ...rest] = process.argv;
const grpc = await import(packageName);
const split = rest.indexOf('--');
const channelOptions = {};
let credentials = grpc.credentials.createInsecure();
for (const option of rest.slice(0, split)) {
  const [name, value] = option.split('=');
  if (name === 'tls') credentials = grpc.credentials.createSsl(null, null, null, { rejectUnauthorized: false });
  else channelOptions[name] = Number.isNaN(Number(value)) ? value : Number(value);
}
const client = new grpc.Client(address, credentials, channelOptions);
const same = (b) => b;

function call(step) {
  return new Promise((resolve) => {
    const path = `/lab.Echo/${step.kind === 'missing' ? 'Missing' : step.kind[0].toUpperCase() + step.kind.slice(1)}`;
    const options = step.deadline ? { deadline: Date.now() + step.deadline } : {};
    const message = stringValue(step.request + ' '.repeat(step.pad ?? 0));
    const metadata = new grpc.Metadata();
    if (step.trace) metadata.set('traceparent', `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`);
    if (step.header) metadata.set('x-token', 'x'.repeat(step.header));
    let received = 0;
    const done = (error) => resolve(error ? `${error.code} ${error.details}` : `OK ${received} bytes`);
    const single = (error, reply) => {
      received += reply?.length ?? 0;
      done(error);
    };
    let messages = 0;
    const take = (stream, data) => {
      received += data.length;
      if (++messages === step.stop) stream.pause();
    };
    const streaming = (stream) => stream.on('data', (d) => take(stream, d)).on('error', done).on('end', () => done());
    let active;
    if (step.kind === 'stream') active = streaming(client.makeServerStreamRequest(path, same, same, message, metadata, options));
    else if (step.kind === 'upload') active = client.makeClientStreamRequest(path, same, same, metadata, options, single);
    else if (step.kind === 'bidi') active = streaming(client.makeBidiStreamRequest(path, same, same, metadata, options));
    else active = client.makeUnaryRequest(path, same, same, message, metadata, options, single);
    if (step.kind === 'upload' || step.kind === 'bidi') feed(active, step, message);
    if (step.cancel) setTimeout(() => active.cancel(), step.cancel);
  });
}

function feed(stream, step, message) {
  let left = step.count ?? 1;
  const next = () => {
    if (left-- <= 0) return stream.end();
    stream.write(message);
    setTimeout(next, step.gap ?? 5);
  };
  next();
}

await runSteps(rest.slice(split + 1), call);
client.close();
