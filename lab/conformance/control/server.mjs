// node:http2 as a server, to see what h2spec says of another implementation: server.mjs PORT
import { createServer } from 'node:http2';

const server = createServer({ settings: { maxConcurrentStreams: 100 } });
server.on('stream', (stream) => {
  stream.on('error', () => {});
  stream.respond({ ':status': 200 });
  stream.end('hello');
});
server.on('sessionError', () => {});
server.listen(Number(process.argv[2]), '127.0.0.1');
