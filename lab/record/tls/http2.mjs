// node:http2 over TLS, at both ends of a recording:
//   node http2.mjs server PORT CERT KEY [NAME=VALUE...]   ca=FILE (asks for client certificates), alpn=h2,http/1.1, min=, max=, ciphers=, exitAfter=MS
//   node http2.mjs client PORT STEP... [NAME=VALUE...]    ca=FILE, cert=FILE, key=FILE, alpn=, min=, max=, ciphers=, session=FILE (kept and offered)
// Steps: get[:BYTES] a request with a body of that size, wait:MS, ping, update (TLS 1.3 has no API for KeyUpdate in Node: not here).
// Secrets go to the file that SSLKEYLOGFILE names, from either end.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import tls from 'node:tls';

const [, , role, port, ...words] = process.argv;
const options = Object.fromEntries(words.filter((word) => /^\w+=/.test(word)).map((word) => word.split(/=(.*)/s)));
const rest = words.filter((word) => !/^\w+=/.test(word));
const log = process.env.SSLKEYLOGFILE;
const keep = (line) => log !== undefined && appendFileSync(log, line);
const read = (name) => (name === undefined ? undefined : readFileSync(name));
const common = { minVersion: options.min, maxVersion: options.max, ciphers: options.ciphers, ca: read(options.ca), ALPNProtocols: options.alpn?.split(',') };
for (const name of Object.keys(common)) if (common[name] === undefined) delete common[name];

if (role === 'server') serve();
else await call();

function serve() {
  const [cert, key] = rest.map(read);
  const server = http2.createSecureServer({ ...common, cert, key, requestCert: options.ca !== undefined, rejectUnauthorized: options.ca !== undefined });
  server.on('keylog', keep);
  server.on('stream', (stream) => {
    const bytes = [];
    stream.on('error', () => undefined);
    stream.on('data', (chunk) => bytes.push(chunk.length));
    stream.on('end', () => {
      stream.respond({ ':status': 200 });
      stream.end(Buffer.alloc(bytes.reduce((sum, length) => sum + length, 0), 0x61));
    });
  });
  server.on('sessionError', () => undefined);
  server.listen(Number(port), '127.0.0.1');
  if (options.exitAfter !== undefined) setTimeout(() => process.exit(0), Number(options.exitAfter));
}

async function call() {
  const session = options.session !== undefined && existsSync(options.session) ? readFileSync(options.session) : undefined;
  const socket = tls.connect({ port: Number(port), host: '127.0.0.1', servername: 'localhost', ALPNProtocols: ['h2'], cert: read(options.cert), key: read(options.key), ...common, session });
  socket.on('keylog', keep);
  if (options.session !== undefined) socket.on('session', (ticket) => writeFileSync(options.session, ticket));
  socket.on('error', (error) => process.stdout.write(`socket: ${error.code ?? error.message}\n`));
  const client = http2.connect(`https://localhost:${port}`, { createConnection: () => socket });
  client.on('error', (error) => process.stdout.write(`session: ${error.code ?? error.message}\n`));
  const over = new Promise((resolve) => client.once('close', resolve));
  for (const step of rest) await Promise.race([take(client, ...step.split(':')), over]);
  client.close();
  await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 1000))]);
  socket.destroy();
}

async function take(client, kind, value) {
  if (kind === 'wait') await new Promise((resolve) => setTimeout(resolve, Number(value)));
  else if (kind === 'ping') await new Promise((resolve) => client.ping(resolve));
  else {
    await new Promise((resolve) => {
      const stream = client.request({ ':method': 'POST', ':path': '/lab' });
      stream.on('error', resolve);
      stream.on('close', resolve);
      stream.resume();
      stream.end(Buffer.alloc(Number(value ?? 100), 0x62));
    });
  }
}
