// Our server as h2spec finds it: server.mjs PORT. It has no service: h2spec's requests are no gRPC, and are answered
// as such.
import { createServer } from 'calmwire';

const server = createServer({ maxConcurrentStreams: 100 });
await server.listen(`127.0.0.1:${process.argv[2]}`);
