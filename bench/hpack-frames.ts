/**
 * Microseconds per frame and per header block, on one core, without input or output. Build first, then
 * `node bench/hpack-frames.ts` with a Node that strips types (22.18 on); with an older one bundle it before:
 * `npx rolldown bench/hpack-frames.ts --platform node --file dist/bench.mjs && node dist/bench.mjs`.
 */
import {
  BlockAssembler,
  ByteBuffer,
  type EncodableField,
  FrameReader,
  type FrameSink,
  HpackDecoder,
  HpackEncoder,
  headerFaults,
  writeData,
  writeHeaders,
  writePing,
  writeWindowUpdate,
} from '#h2';

const ROUND_MS = 300;
const ROUNDS = 7;

/** Runs `work`, which does `operations` operations, for some rounds; prints the median. */
function measure(name: string, operations: number, work: () => void): void {
  const perOperation: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    let times = 0;
    let elapsedNs = 0;
    while (elapsedNs < ROUND_MS * 1e6) {
      work();
      times++;
      elapsedNs = Number(process.hrtime.bigint() - start);
    }
    perOperation.push(elapsedNs / times / operations / 1000);
  }
  perOperation.sort((a, b) => a - b);
  const [best, median] = [perOperation[0]!, perOperation[ROUNDS >> 1]!];
  process.stdout.write(`${name.padEnd(58)} ${median.toFixed(3)} µs (best ${best.toFixed(3)})\n`);
}

const field = (name: string, value: string): EncodableField => ({ name, value, neverIndexed: false });

const hex = (length: number, seed: number): string => {
  let text = '';
  for (let state = seed * 2654435761 + 1; text.length < length; state = (state * 1103515245 + 12345) % 2 ** 31) {
    text += (state >>> 8).toString(16).padStart(6, '0');
  }
  return text.slice(0, length);
};

/** A request as a traced gRPC client sends it: ten fields, three of which change with every call. */
function request(call: number): readonly EncodableField[] {
  return [
    field(':method', 'POST'),
    field(':scheme', 'http'),
    field(':path', '/shop.orders.v1.Orders/Place'),
    field(':authority', 'orders.shop.svc.cluster.local:50051'),
    field('content-type', 'application/grpc'),
    field('te', 'trailers'),
    field('user-agent', 'grpc-go/1.64.0'),
    field('grpc-timeout', `${999_000 - (call % 1000)}u`),
    field('traceparent', `00-${hex(32, call)}-${hex(16, call + 7)}-01`),
    field('x-request-id', hex(36, call + 3)),
  ];
}

const response: readonly EncodableField[] = [
  field(':status', '200'),
  field('content-type', 'application/grpc'),
  field('grpc-accept-encoding', 'gzip'),
];

function encodeAll(lists: readonly (readonly EncodableField[])[]): Uint8Array[] {
  const encoder = new HpackEncoder();
  return lists.map((list) => {
    const buffer = new ByteBuffer();
    encoder.encode(list, buffer);
    return buffer.toBytes();
  });
}

function benchDecoder(name: string, lists: readonly (readonly EncodableField[])[], skip: number): void {
  const blocks = encodeAll(lists);
  const decoder = new HpackDecoder();
  let total = 0;
  const run = (from: number): void => {
    for (let at = from; at < blocks.length; at++) {
      const block = blocks[at]!;
      const result = decoder.decode(block, 0, block.length);
      if (result.kind === 'fault') throw new Error(result.detail);
      total += result.fields.length;
    }
  };
  run(0);
  measure(`${name}, ${blocks.at(-1)!.length} octets`, blocks.length - skip, () => run(skip));
  if (total === 0) throw new Error('nothing was decoded');
}

class CountingSink implements FrameSink {
  frames = 0;
  octets = 0;
  frame(): void {
    this.frames++;
  }
  dataBegin(): void {
    this.frames++;
  }
  data(_frame: unknown, _bytes: Uint8Array, start: number, end: number): void {
    this.octets += end - start;
  }
  dataLost(): void {}
  dataEnd(): void {}
}

/** One direction of busy calls: a header block, a message, now and then a PING or WINDOW_UPDATE. */
function traffic(messageBytes: number): Uint8Array {
  const buffer = new ByteBuffer();
  const block = encodeAll([response, response])[1]!;
  const body = new Uint8Array(messageBytes);
  for (let stream = 1; buffer.length < 1_000_000; stream += 2) {
    writeHeaders(buffer, stream, block);
    writeData(buffer, stream, body);
    writeHeaders(buffer, stream, block, { endStream: true });
    if (stream % 16 === 1) writeWindowUpdate(buffer, 0, 65_535);
    if (stream % 64 === 1) writePing(buffer, '0102030405060708');
  }
  return buffer.toBytes();
}

function benchReader(messageBytes: number): void {
  const bytes = traffic(messageBytes);
  const sink = new CountingSink();
  const reader = new FrameReader(sink);
  const run = (): void => {
    for (let at = 0; at < bytes.length; at += 65_536) reader.push(bytes, at, Math.min(at + 65_536, bytes.length));
  };
  run();
  const frames = sink.frames;
  measure(`read a frame, messages of ${messageBytes} octets (${frames} a MB)`, frames, run);
}

function benchWhole(): void {
  const bytes = traffic(100);
  const decoder = new HpackDecoder();
  const assembler = new BlockAssembler();
  const counter = new CountingSink();
  const sink: FrameSink = {
    frame(frame, _fault, payload, payloadStart) {
      counter.frames++;
      const step = assembler.accept(frame, payload, payloadStart);
      if (step.kind === 'complete') decoder.decode(step.bytes, step.start, step.end);
    },
    dataBegin: (frame) => {
      counter.frames++;
      assembler.accept(frame);
    },
    data: (frame, octets, start, end) => counter.data(frame, octets, start, end),
    dataLost() {},
    dataEnd() {},
  };
  const reader = new FrameReader(sink);
  const run = (): void => reader.push(bytes, 0, bytes.length);
  run();
  measure('read a frame, join blocks, decode headers', counter.frames, run);
}

function benchEncoder(): void {
  const lists = Array.from({ length: 512 }, (_, call) => request(call));
  const encoder = new HpackEncoder();
  const buffer = new ByteBuffer(65_536);
  measure('encode a block of 10 fields, 3 vary', lists.length, () => {
    for (const list of lists) {
      buffer.clear();
      encoder.encode(list, buffer);
    }
  });
}

function benchRules(): void {
  const [block] = encodeAll([request(1)]);
  const decoded = new HpackDecoder().decode(block!, 0, block!.length);
  if (decoded.kind === 'fault') throw new Error(decoded.detail);
  measure('judge the fields of a block of 10', 1000, () => {
    for (let time = 0; time < 1000; time++) headerFaults('request', decoded, 1);
  });
}

const repeated = Array.from({ length: 500 }, () => request(1).filter(({ name }) => !name.startsWith('x-')));
benchDecoder('decode a repeated block', [response, ...Array.from({ length: 500 }, () => response)], 1);
benchDecoder('decode a repeated block with literals', repeated, 1);
benchDecoder(
  'decode a block of 10 fields, 3 vary',
  Array.from({ length: 2000 }, (_, call) => request(call)),
  1,
);
benchEncoder();
benchRules();
benchReader(100);
benchReader(10_240);
benchWhole();
