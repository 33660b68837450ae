#!/usr/bin/env node
/**
 * Writes a pcap of many small unary gRPC calls on h2c: one server, Ethernet, IPv4, TCP segments of 1,448 octets.
 *
 *   node bench/generate.mjs FILE [--megabytes 200] [--message 100] [--batch 50] [--connections 1] [--keylog FILE]
 *
 * With --keylog the same in TLS 1.3, whose secrets go to that file. Connections take turns, a batch each, and all stay open.
 *
 * The traffic is what a busy gRPC connection looks like: batches of requests, batches of answers, header blocks with
 * indexed fields and with a timeout and a request id that change from call to call, WINDOW_UPDATEs, acknowledgements.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  ByteBuffer,
  CLIENT_PREFACE,
  HpackEncoder,
  writeData,
  writeHeaders,
  writeSettings,
  writeSettingsAck,
  writeWindowUpdate,
} from '#h2';
import { tlsRecords } from './tls-records.mjs';

const SEGMENT_BYTES = 1448;
const HEADERS_BYTES = 14 + 20 + 20;

/** Ports of one client host: with more connections, there are more hosts. */
const PORTS_FIRST = 10_000;
const PORTS = 50_000;

/** What one side of the connection in hand has still to send. */
const outgoing = { client: new ByteBuffer(1 << 20), server: new ByteBuffer(1 << 20) };

const METHODS = ['Get', 'List', 'Create', 'Update', 'Watch', 'Delete', 'Search', 'Count'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    megabytes: { type: 'string', default: '200' },
    message: { type: 'string', default: '100' },
    batch: { type: 'string', default: '50' },
    connections: { type: 'string', default: '1' },
    keylog: { type: 'string' },
  },
});
const [path] = positionals;
if (path === undefined) {
  process.stderr.write(
    'usage: node bench/generate.mjs FILE [--megabytes 200] [--message 100] [--batch 50] [--connections 1] [--keylog FILE]\n',
  );
  process.exit(2);
}
process.stdout.write(
  `${JSON.stringify(
    generate(path, {
      megabytes: Number(values.megabytes),
      messageBytes: Number(values.message),
      batch: Number(values.batch),
      connections: Number(values.connections),
    }),
  )}\n`,
);

/** One direction of the TCP connection: a sequence number and where its packets come from. */
function makeEnd(address, port, sequence, out) {
  return { address, port, sequence, out, encoder: new HpackEncoder() };
}

function makeConnection(number) {
  const port = PORTS_FIRST + ((number + 31_822) % PORTS);
  const client = makeEnd([10, 0, 1 + Math.floor(number / PORTS), 1], port, 1_000, outgoing.client);
  const server = makeEnd([10, 0, 0, 2], 50_051, 9_000, outgoing.server);
  return { client, server, stream: 1 };
}

function generate(file, { megabytes, messageBytes, batch, connections }) {
  const descriptor = openSync(file, 'w');
  const slab = new ByteBuffer(8 << 20);
  const tls = values.keylog === undefined ? undefined : tlsRecords(values.keylog);
  const state = { descriptor, slab, written: 0, timeMs: 0, packets: 0, tls };
  writeFileHeader(slab);
  const open = Array.from({ length: connections }, (_, number) => makeConnection(number));
  for (const { client, server } of open) handshake(state, client, server);
  const message = new Uint8Array(5 + messageBytes).fill(0x61);
  new DataView(message.buffer).setUint32(1, messageBytes);
  let calls = 0;
  for (let turn = 0; state.written + slab.length < megabytes * 1e6; turn++) {
    const connection = open[turn % open.length];
    const { client, server, stream } = connection;
    for (let index = 0; index < batch; index++) request(client, stream + 2 * index, calls + index, message);
    send(state, client, server);
    for (let index = 0; index < batch; index++) answer(server, stream + 2 * index, message);
    writeWindowUpdate(client.out, 0, batch * message.length);
    writeWindowUpdate(server.out, 0, batch * message.length);
    send(state, server, client);
    connection.stream += 2 * batch;
    calls += batch;
  }
  flush(state);
  closeSync(descriptor);
  return {
    file,
    bytes: state.written,
    packets: state.packets,
    calls,
    // The last WINDOW_UPDATE of each client is never sent.
    frames: calls * 5 + Math.ceil(calls / batch) * 2 + 5 * connections,
  };
}

function handshake(state, client, server) {
  packet(state, client, server, 0x02, 0, 0);
  client.sequence++;
  packet(state, server, client, 0x12, 0, 0);
  server.sequence++;
  packet(state, client, server, 0x10, 0, 0);
  if (state.tls !== undefined) tlsHandshake(state, client, server);
  client.out.latin1(CLIENT_PREFACE);
  const settings = [
    { id: 4, value: 0x7fffffff },
    { id: 3, value: 0x7fffffff },
  ];
  writeSettings(client.out, settings);
  writeSettings(server.out, settings);
  writeWindowUpdate(client.out, 0, 1 << 30);
  writeWindowUpdate(server.out, 0, 1 << 30);
  send(state, client, server);
  writeSettingsAck(client.out);
  writeSettingsAck(server.out);
  send(state, server, client);
}

function tlsHandshake(state, client, server) {
  const { tls } = state;
  const say = (from, to, octets) => {
    from.out.append(octets);
    transmit(state, from, to);
  };
  say(client, server, tls.clientHello);
  say(server, client, Buffer.concat([tls.serverHello, tls.serverFlight]));
  say(client, server, tls.clientFinished);
  client.seal = tls.client;
  server.seal = tls.server;
}

function request(client, stream, call, message) {
  const block = new ByteBuffer(256);
  client.encoder.encode(
    [
      field(':method', 'POST'),
      field(':scheme', 'http'),
      field(':path', `/shop.v1.OrderService/${METHODS[call % METHODS.length]}`),
      field(':authority', 'orders.shop.svc:50051'),
      field('content-type', 'application/grpc'),
      field('te', 'trailers'),
      field('user-agent', 'grpc-go/1.66.0'),
      field('grpc-timeout', `${1_900_000 + (call % 99_991)}u`),
      field('x-request-id', (call * 2_654_435_761).toString(16).padStart(14, '0')),
    ],
    block,
  );
  writeHeaders(client.out, stream, block.bytes.subarray(0, block.length));
  writeFrames(client.out, stream, message, true);
}

function answer(server, stream, message) {
  writeHeaders(
    server.out,
    stream,
    blockOf(server, [field(':status', '200'), field('content-type', 'application/grpc')]),
  );
  writeFrames(server.out, stream, message, false);
  const trailers = [field('grpc-status', '0'), field('grpc-message', '')];
  writeHeaders(server.out, stream, blockOf(server, trailers), { endStream: true });
}

function blockOf(end, fields) {
  const block = new ByteBuffer(64);
  end.encoder.encode(fields, block);
  return block.bytes.subarray(0, block.length);
}

function field(name, value) {
  return { name, value, neverIndexed: false };
}

/** A message in frames of the default maximum size. */
function writeFrames(out, stream, message, endStream) {
  for (let at = 0; at < message.length; at += 16_384) {
    const end = Math.min(message.length, at + 16_384);
    writeData(out, stream, message.subarray(at, end), { endStream: endStream && end === message.length });
  }
}

/** Sends what is pending in full segments, then the acknowledgement of the other side. */
function send(state, from, to) {
  if (from.seal !== undefined) {
    const sealed = from.seal(from.out.bytes.subarray(0, from.out.length));
    from.out.length = 0;
    from.out.append(sealed);
  }
  transmit(state, from, to);
}

function transmit(state, from, to) {
  state.timeMs += 0.2;
  const { out } = from;
  for (let at = 0; at < out.length; at += SEGMENT_BYTES) {
    const length = Math.min(SEGMENT_BYTES, out.length - at);
    packet(state, from, to, 0x18, at, length);
    from.sequence = (from.sequence + length) >>> 0;
    state.timeMs += 0.001;
  }
  out.length = 0;
  packet(state, to, from, 0x10, 0, 0);
  if (state.slab.length > 4 << 20) flush(state);
}

function flush(state) {
  writeSync(state.descriptor, state.slab.bytes, 0, state.slab.length);
  state.written += state.slab.length;
  state.slab.length = 0;
}

function writeFileHeader(slab) {
  const at = slab.reserve(24);
  const view = new DataView(slab.bytes.buffer, slab.bytes.byteOffset + at, 24);
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, 65_535, true);
  view.setUint32(20, 1, true);
}

/** One record: pcap header, Ethernet, IPv4, TCP, and `length` octets of `from.out` at `start`. Checksums stay zero, as with offload. */
function packet(state, from, to, flags, start, length) {
  const { slab } = state;
  const total = HEADERS_BYTES + length;
  const at = slab.reserve(16 + total);
  const { bytes } = slab;
  bytes.fill(0, at, at + 16 + HEADERS_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 16 + HEADERS_BYTES);
  view.setUint32(0, 1_790_000_000 + Math.floor(state.timeMs / 1000), true);
  view.setUint32(4, Math.floor((state.timeMs % 1000) * 1000), true);
  view.setUint32(8, total, true);
  view.setUint32(12, total, true);
  bytes[at + 16] = 2;
  bytes[at + 22] = 2;
  view.setUint16(16 + 12, 0x0800);
  view.setUint8(30, 0x45);
  view.setUint16(32, total - 14);
  view.setUint8(38, 64);
  view.setUint8(39, 6);
  bytes.set(from.address, at + 42);
  bytes.set(to.address, at + 46);
  view.setUint16(50, from.port);
  view.setUint16(52, to.port);
  view.setUint32(54, from.sequence);
  view.setUint32(58, flags === 0x02 ? 0 : to.sequence);
  view.setUint8(62, 0x50);
  view.setUint8(63, flags);
  view.setUint16(64, 65_535);
  bytes.set(from.out.bytes.subarray(start, start + length), at + 16 + HEADERS_BYTES);
  state.packets++;
}
