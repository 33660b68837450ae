/**
 * Frames a second through observer and tracer, on one core, without input or output: small unary gRPC calls as a capture
 * would deliver them, a segment a message. Build first, then run as `bench/hpack-frames.ts` says.
 */
import {
  ByteBuffer,
  CLIENT_PREFACE,
  type EncodableField,
  HpackEncoder,
  writeData,
  writeHeaders,
  writeSettings,
  writeSettingsAck,
  writeWindowUpdate,
} from '#h2';
import { type End, Tracer } from '#trace';

const CALLS = 50_000;
const ROUNDS = 9;
const MESSAGE_BYTES = 100;

/** Where a segment lies in the one buffer that holds all, as packets do in the chunks of a capture. */
interface Segment {
  readonly from: End;
  readonly start: number;
  readonly end: number;
}

const field = (name: string, value: string): EncodableField => ({ name, value, neverIndexed: false });
const request = [
  field(':method', 'POST'),
  field(':scheme', 'http'),
  field(':path', '/shop.orders.v1.Orders/Place'),
  field(':authority', 'orders:50051'),
  field('content-type', 'application/grpc'),
  field('te', 'trailers'),
  field('user-agent', 'grpc-go/1.62.1'),
];
const response = [field(':status', '200'), field('content-type', 'application/grpc')];
const trailers = [field('grpc-status', '0'), field('grpc-message', '')];

const message = new Uint8Array(5 + MESSAGE_BYTES);
message[4] = MESSAGE_BYTES;

function segments(all: ByteBuffer): Segment[] {
  const list: Segment[] = [];
  const encoders = { a: new HpackEncoder(), b: new HpackEncoder() };
  const send = (from: End, write: (to: ByteBuffer) => void): void => {
    const start = all.length;
    write(all);
    list.push({ from, start, end: all.length });
  };
  const headers = (to: ByteBuffer, from: End, stream: number, fields: EncodableField[], endStream: boolean): void => {
    const block = new ByteBuffer();
    encoders[from].encode(fields, block);
    writeHeaders(to, stream, block.toBytes(), { endStream });
  };
  send('a', (to) => {
    to.latin1(CLIENT_PREFACE);
    writeSettings(to, []);
  });
  send('b', (to) => {
    writeSettings(to, []);
    writeSettingsAck(to);
  });
  send('a', writeSettingsAck);
  for (let call = 0; call < CALLS; call++) {
    const stream = 2 * call + 1;
    send('a', (to) => {
      headers(to, 'a', stream, request, false);
      writeData(to, stream, message, { endStream: true });
    });
    send('b', (to) => {
      headers(to, 'b', stream, response, false);
      writeData(to, stream, message);
      headers(to, 'b', stream, trailers, true);
    });
    if (call % 100 === 99) {
      send('a', (to) => writeWindowUpdate(to, 0, 100 * message.length));
      send('b', (to) => writeWindowUpdate(to, 0, 100 * message.length));
    }
  }
  return list;
}

function run(
  bytes: Uint8Array,
  list: readonly Segment[],
): { readonly frames: number; readonly events: number; readonly elapsedMs: number } {
  let frames = 0;
  let events = 0;
  const startMs = performance.now();
  const tracer = new Tracer((event) => {
    events++;
    if (event.kind === 'frame') frames++;
  });
  const endpoints = { a: { address: '10.0.0.1', port: 40_000 }, b: { address: '10.0.0.2', port: 50_051 } };
  const handler = tracer.opened({ ...endpoints, handshake: 'seen' }, 0, 1);
  for (let packet = 0; packet < list.length; packet++) {
    const { from, start, end } = list[packet]!;
    handler.bytes(from, bytes, start, end, packet / 100, packet);
  }
  handler.done('closed', list.length / 100);
  return { frames, events, elapsedMs: performance.now() - startMs };
}

const all = new ByteBuffer();
const list = segments(all);
const bytes = all.toBytes();
for (let round = 0; round < ROUNDS; round++) {
  const { frames, events, elapsedMs } = run(bytes, list);
  const perSecond = (count: number): string => `${(count / elapsedMs / 1_000).toFixed(2)} M`;
  process.stdout.write(
    `${perSecond(frames)} frames/s, ${perSecond(events)} events/s, ${(bytes.length / elapsedMs / 1_000).toFixed(0)} MB/s\n`,
  );
}
