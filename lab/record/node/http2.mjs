// node:http2 clients and a server with one habit each: node http2.mjs HABIT HOST:PORT [N]
//   flood N           N requests, each cancelled at once          late-timeout  two long calls and one that is cancelled after 500 ms
//   idle              one request, then nothing for 2.5 s
//   last-ids          the last two stream ids and one too many   high-ids     ids at three quarters of the range
//   request-trailers  a gRPC call that ends with request trailers  serve        a plain h2c server that echoes sizes
import * as http2 from 'node:http2';
import { reply, sleep, stringValue } from './steps.mjs';

const [, , habit, address, count] = process.argv;
const prefixed = (message) => Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
const grpcHeaders = { ':method': 'POST', ':path': '/lab.Echo/Unary', 'content-type': 'application/grpc', te: 'trailers' };

function finished(stream, name) {
  return new Promise((resolve) => {
    let status = 'no status';
    stream.on('response', (h) => (status = h[':status']));
    stream.on('error', (e) => resolve(console.log(name, e.message)));
    stream.on('close', () => resolve(console.log(name, status, 'reset code', stream.rstCode)));
    stream.resume();
  });
}

const habits = {
  async flood(session) {
    const all = [];
    for (let i = 0; i < Number(count); i++) {
      const stream = session.request({ ...grpcHeaders });
      stream.on('error', () => {});
      stream.end(prefixed(stringValue('delayMs=5000')));
      stream.close(http2.constants.NGHTTP2_CANCEL);
      all.push(stream);
      if (i % 20 === 19) await sleep(5);
    }
    await sleep(500);
  },
  async 'late-timeout'(session) {
    const open = (path) => session.request({ ':path': path });
    const first = finished(open('/wait/10'), 'first');
    await first;
    const innocents = [open('/wait/3000'), open('/wait/3000')].map((s, i) => finished(s, `innocent ${i}`));
    const late = open('/wait/1200');
    const cancelled = finished(late, 'late');
    setTimeout(() => late.close(http2.constants.NGHTTP2_CANCEL), 500);
    await Promise.all([...innocents, cancelled]);
  },
  async idle(session) {
    await finished(session.request({ ':path': '/' }), 'first');
    await sleep(2500);
  },
  async 'last-ids'(session) {
    await sleep(50);
    session.setNextStreamID(2 ** 31 - 3);
    for (const name of ['last but one', 'last']) await finished(session.request({ ':path': '/' }), name);
    await finished(session.request({ ':path': '/' }), 'one too many');
  },
  async 'high-ids'(session) {
    await sleep(50);
    session.setNextStreamID(1_500_000_001);
    for (const name of ['first', 'second']) await finished(session.request({ ':path': '/' }), name);
  },
  async 'request-trailers'(session) {
    const innocent = session.request({ ...grpcHeaders });
    innocent.end(prefixed(stringValue('delayMs=1500')));
    const first = finished(innocent, 'innocent');
    await sleep(200);
    const stream = session.request({ ...grpcHeaders }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(prefixed(stringValue('size=20')));
    await Promise.all([first, finished(stream, 'with trailers')]);
  },
};

if (habit === 'serve') {
  const at = address.lastIndexOf(':');
  http2
    .createServer((request, response) => {
      request.resume();
      request.on('end', () => response.end(reply({ size: 300 })));
    })
    .listen(Number(address.slice(at + 1)), address.slice(0, at));
} else {
  const session = http2.connect(`http://${address}`);
  session.on('error', (e) => console.log('session', e.message));
  session.on('goaway', (code, last) => console.log('goaway', code, last));
  await habits[habit](session);
  session.close();
  setTimeout(() => process.exit(0), 300);
}
