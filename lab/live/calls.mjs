/**
 * Three gRPC calls on one HTTP/2 connection of node:http2, the last with request trailers, to a server that resets such a
 * stream with PROTOCOL_ERROR as grpc-go up to 1.41 does. Ends by itself.
 */
import { connect, constants, createServer } from 'node:http2';

const port = Number(process.argv[2]);
const server = createServer();
server.on('stream', (stream) => {
  stream.on('trailers', () => stream.close(constants.NGHTTP2_PROTOCOL_ERROR));
  stream.on('error', () => {});
  stream.on('end', () => {
    if (stream.destroyed || stream.closed) return;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(message());
  });
  stream.resume();
});
await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));

const session = connect(`http://127.0.0.1:${port}`);
for (const trailers of [false, false, true]) await call(trailers);
session.close();
server.close();

function call(trailers) {
  return new Promise((resolve) => {
    const headers = { ':method': 'POST', ':path': '/lab.Echo/Unary', 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request(headers, { waitForTrailers: trailers });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.on('error', () => {});
    stream.on('close', resolve);
    stream.resume();
    stream.end(message());
  });
}

function message() {
  return Buffer.from([0, 0, 0, 0, 5, 1, 2, 3, 4, 5]);
}
