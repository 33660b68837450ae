// What is not HTTP/2: node other.mjs KIND HOST:PORT [...]
//   http1-server   answers 404 to whatever HTTP/1.1 it understands      http1-client  ten keep-alive GETs
//   tls-server KEY CERT    TLS, no HTTP/2                               tls-client    three HTTPS GETs
//   udp            both sides of a short datagram exchange              health N      N connects without a byte, 200 ms apart
import { readFileSync } from 'node:fs';
import * as dgram from 'node:dgram';
import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import { sleep } from './steps.mjs';

const [, , kind, address, ...rest] = process.argv;
const at = address.lastIndexOf(':');
const host = address.slice(0, at).replace(/[[\]]/g, '');
const port = Number(address.slice(at + 1));

const answer = (request, response) => {
  request.resume();
  response.writeHead(request.url === '/ok' ? 200 : 404, { 'content-type': 'text/plain' });
  response.end('plain old answer\n');
};

async function gets(module, count, options) {
  const agent = new module.Agent({ keepAlive: true, maxSockets: 1, ...options });
  for (let i = 0; i < count; i++) {
    await new Promise((resolve) => module.get({ host, port, path: '/ok', agent }, (r) => r.resume().on('end', resolve)).on('error', resolve));
    await sleep(30);
  }
  agent.destroy();
}

const kinds = {
  'http1-server': () => http.createServer(answer).listen(port, host),
  'http1-client': () => gets(http, 10, {}),
  'tls-server': () => https.createServer({ key: readFileSync(rest[0]), cert: readFileSync(rest[1]) }, answer).listen(port, host),
  'tls-client': () => gets(https, 3, { rejectUnauthorized: false }),
  async udp() {
    const server = dgram.createSocket('udp4').bind(port, host);
    server.on('message', (m, from) => server.send(m, from.port, from.address));
    const client = dgram.createSocket('udp4');
    for (let i = 0; i < 20; i++) {
      client.send(Buffer.alloc(40 + i, i), port, host);
      await sleep(20);
    }
    client.close();
    server.close();
  },
  async health() {
    for (let i = 0; i < Number(rest[0]); i++) {
      net.connect(port, host, function () {
        this.destroy();
      });
      await sleep(200);
    }
  },
};
await kinds[kind]();
