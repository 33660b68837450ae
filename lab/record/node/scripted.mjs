// A server that writes HTTP/2 frames by script, for answers that real servers give only by chance:
//   node scripted.mjs HOST:PORT VARIANT
// Variants are the keys of `scripts`; each answers one request on stream `id`. `answersFirst` ones do not wait for the request's end.
import { createServer } from 'node:net';

const PREFACE_BYTES = 24;
const type = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7 };
const END_STREAM = 1;
const END_HEADERS = 4;

function frame(frameType, flags, id, payload) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = frameType;
  head[4] = flags;
  head.writeUInt32BE(id, 5);
  return Buffer.concat([head, payload]);
}

const uint32 = (n) => Buffer.from([n >>> 24, n >>> 16, n >>> 8, n]);
const text = (s) => Buffer.concat([Buffer.from([s.length]), Buffer.from(s)]);
/** Literal header fields without indexing (RFC 7541 6.2.2), no Huffman; names and values below 127 bytes. */
const fields = (list) => Buffer.concat(list.map(([name, value]) => Buffer.concat([Buffer.from([0]), text(name), text(value)])));
/** A gRPC message of `promised` bytes of which `sent` follow. */
const message = (promised, sent = promised) => Buffer.concat([Buffer.from([0]), uint32(promised), Buffer.alloc(sent, 0x78)]);

const headers = (id, extra = 0) =>
  frame(type.headers, END_HEADERS | extra, id, fields([[':status', '200'], ['content-type', 'application/grpc']]));
const data = (id, body, flags = 0) => frame(type.data, flags, id, body);
const trailers = (id, status = '0') => frame(type.headers, END_HEADERS | END_STREAM, id, fields([['grpc-status', status]]));
const reset = (id, code) => frame(type.reset, 0, id, uint32(code));
const goaway = (last, code) => frame(type.goaway, 0, 0, Buffer.concat([uint32(last), uint32(code)]));
const whole = (id) => [headers(id), data(id, message(40)), trailers(id)];

// The numbers of the partial answer are those of a public report: 11117 bytes promised, 9920 received.
const scripts = {
  'reset-after-partial-data': (id) => [headers(id), data(id, message(11117, 9920)), reset(id, 0)],
  'reset-after-data': (id) => [headers(id), data(id, message(40)), reset(id, 0)],
  'reset-after-headers': (id) => [headers(id), reset(id, 0)],
  'every-third-reset': (id) => (((id - 1) / 2) % 3 === 2 ? [headers(id), data(id, message(11117, 9920)), reset(id, 0)] : whole(id)),
  'early-answer': (id) => [...whole(id), reset(id, 0)],
  'missing-trailers': (id) => [headers(id), data(id, message(40), END_STREAM)],
  'short-message': (id) => [headers(id), data(id, message(5000, 3000)), trailers(id)],
  'internal-error': (id) => [reset(id, 2)],
  refused: (id) => [reset(id, 7)],
  // Streams above 3 are never processed: announced, and the connection ends once 1 and 3 are answered.
  'goaway-below': (id) => (id === 7 ? [goaway(3, 0), ...whole(1), ...whole(3), null] : []),
  silent: () => [],
};

const [, , address, variant] = process.argv;
const answersFirst = variant === 'early-answer';
const at = address.lastIndexOf(':');

createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => {});
  if (variant === 'silent') return;
  let pending = Buffer.alloc(0);
  let preface = PREFACE_BYTES;
  socket.write(frame(type.settings, 0, 0, Buffer.alloc(0)));
  const answered = new Set();
  const onFrame = (frameType, flags, id, payload) => {
    if (frameType === type.settings && !(flags & 1)) socket.write(frame(type.settings, 1, 0, Buffer.alloc(0)));
    if (frameType === type.ping && !(flags & 1)) socket.write(frame(type.ping, 1, 0, payload));
    const ready = answersFirst ? frameType === type.data : (frameType === type.data || frameType === type.headers) && flags & END_STREAM;
    if (!ready || answered.has(id)) return;
    answered.add(id);
    const frames = scripts[variant](id);
    if (frames.length > 0) socket.write(Buffer.concat(frames.filter(Boolean)));
    if (frames.includes(null)) socket.end();
  };
  socket.on('data', (bytes) => {
    pending = Buffer.concat([pending, bytes]);
    if (preface > 0) {
      if (pending.length < preface) return;
      pending = pending.subarray(preface);
      preface = 0;
    }
    while (pending.length >= 9) {
      const length = pending.readUIntBE(0, 3);
      if (pending.length < 9 + length) return;
      onFrame(pending[3], pending[4], pending.readUInt32BE(5) & 0x7fffffff, pending.subarray(9, 9 + length));
      pending = pending.subarray(9 + length);
    }
  });
}).listen(Number(address.slice(at + 1)), address.slice(0, at));
