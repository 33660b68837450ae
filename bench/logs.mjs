// Speed and memory of reading logs: node bench/logs.mjs [MB...]   (after npm run build)
// Ordinary lines of a service with one known line in a thousand, as text and as JSON, in pieces of 1 MiB.
import { LogDiagnosis } from '../dist/logs/index.js';

const sizes = process.argv.slice(2).map(Number);
const PIECE = 1 << 20;
const KNOWN_EVERY = 1000;

const ordinary = [
  (at) =>
    `${stamp(at)} INFO  [http-nio-8080-exec-${at % 16}] c.e.orders.OrderService : order ${at} stored in ${at % 90} ms for customer ${(at * 7919) % 100000}`,
  (at) =>
    `${stamp(at)} DEBUG [worker-${at % 8}] c.e.orders.Cache : miss for key orders/${(at * 31) % 5000}, loading from the database, EOF of page ${at % 12}`,
  (at) =>
    `{"time":"${stamp(at)}","level":"info","msg":"request done","path":"/api/orders/${at % 999}","status":200,"duration_ms":${at % 300},"peer":"10.0.${at % 250}.7:41822"}`,
];
const known = [
  (at) =>
    `${stamp(at)} ERROR rpc error: code = Unavailable desc = error reading from server: read tcp 10.0.0.5:${40000 + (at % 9000)}->10.0.0.9:50051: read: connection reset by peer`,
  (at) => `{"time":"${stamp(at)}","level":"error","msg":"call failed","err":"14 UNAVAILABLE: Connection dropped"}`,
];

function stamp(at) {
  return new Date(1_795_267_600_000 + at * 3).toISOString();
}

function lineOf(at) {
  if (at % KNOWN_EVERY === 0) return known[(at / KNOWN_EVERY) % known.length](at);
  return ordinary[at % ordinary.length](at);
}

/** A piece of text, made once: making it takes longer than reading it. */
function pieces() {
  const lines = [];
  let length = 0;
  for (let at = 1; length < 16 * PIECE; at++) {
    const line = lineOf(at);
    length += line.length + 1;
    lines.push(line);
  }
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  return Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, at) =>
    bytes.subarray(at * PIECE, (at + 1) * PIECE),
  );
}

const text = pieces();
for (const megabytes of sizes.length > 0 ? sizes : [25, 50, 100, 200]) {
  const diagnosis = new LogDiagnosis();
  const began = process.cpuUsage();
  let peak = 0;
  for (let at = 0; at < megabytes; at++) {
    diagnosis.push(text[at % text.length]);
    if (at % 25 === 0) peak = Math.max(peak, process.memoryUsage().rss);
  }
  diagnosis.end();
  // Time of the processor: other programs on the machine do not count.
  const { user, system } = process.cpuUsage(began);
  const seconds = (user + system) / 1e6;
  const { lines, known: found } = diagnosis.facts;
  process.stdout.write(
    `${megabytes} MB in ${seconds.toFixed(2)} s: ${(megabytes / seconds).toFixed(0)} MB/s, ${lines} lines, ${found} known, ${diagnosis.findings().length} findings, rss ${(peak / 1e6).toFixed(0)} MB\n`,
  );
}
