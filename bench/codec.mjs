/**
 * Messages to octets and back, beside @bufbuild/protobuf: node bench/main.mjs codec   (after npm run build). Types take turns, as
 * in a service that has many, so that no code is made for one of them alone. Nanoseconds a message, medians of rounds.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { protobufCodec } from '../dist/rpc/index.js';
import { FetchRequestSchema, RecordSchema, SummarySchema } from './rpc/generated/bench_pb.js';
import { describeMachine } from './rpc/machine.mjs';

const ROUNDS = 41;
/** Octets that a round of one case goes through. */
const ROUND_BYTES = 20_000_000;
const ROUND_MESSAGES_MAX = 10_000;

const record = (length) => ({ id: 'order-000017', count: 7, payload: new Uint8Array(length).fill(1) });
const cases = [
  ['two small numbers', FetchRequestSchema, { messages: 100, payloadBytes: 3 }],
  ['two other numbers', SummarySchema, { messages: 9, count: 70_000 }],
  ['a text, a number, 100 octets', RecordSchema, record(100)],
  ['the same with 10,000 octets', RecordSchema, record(10_000)],
  ['a descriptor of the bench', FileDescriptorProtoSchema, RecordSchema.file.proto],
].map(([title, desc, init]) => {
  const message = create(desc, init);
  const bytes = toBinary(desc, message);
  const count = Math.min(ROUND_MESSAGES_MAX, Math.ceil(ROUND_BYTES / bytes.length));
  return { title, bytes, count, times: new Map(), ways: waysOf(desc, message, bytes) };
});

function waysOf(desc, message, bytes) {
  const codec = protobufCodec.messageCodec(desc);
  return {
    encode: () => codec.toBinary(message),
    'encode, library': () => toBinary(desc, message),
    decode: () => codec.fromBinary(bytes),
    'decode, library': () => fromBinary(desc, bytes),
  };
}

/** What is made is looked at, so that making it is not left out. */
let seen = 0;

function nanosecondsOf(way, count) {
  const began = process.hrtime.bigint();
  for (let done = 0; done < count; done++) if (way() === undefined) seen++;
  return Number(process.hrtime.bigint() - began) / count;
}

for (let round = 0; round < ROUNDS; round++) {
  for (const { count, times, ways } of cases) {
    for (const [name, way] of Object.entries(ways)) {
      const list = times.get(name) ?? [];
      times.set(name, list);
      list.push(nanosecondsOf(way, count));
    }
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const write = (text) => process.stdout.write(`${text}\n`);
const { date, node, cpu, kernel } = describeMachine();
write(`# ${date}, Node ${node}, ${cpu}, Linux ${kernel}`);
write('message                         octets    encode   library           decode   library');
for (const { title, bytes, times } of cases) {
  const columns = ['encode', 'decode'].map((name) => {
    const ours = median(times.get(name));
    const theirs = median(times.get(`${name}, library`));
    return `${ours.toFixed(0).padStart(6)} ns${theirs.toFixed(0).padStart(7)} ns${(theirs / ours).toFixed(1).padStart(5)} x`;
  });
  write(`${title.padEnd(30)}${String(bytes.length).padStart(8)} ${columns.join('  ')}`);
}
if (seen > 0) process.exitCode = 1;
