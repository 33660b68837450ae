/** What the bench's Node servers share: their options, the line that says where they listen, and that they end with the bench. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from './worker-end.mjs';

/** `{ tls: { key, cert } | undefined }` from the first argument. */
export function serverOptions() {
  const given = JSON.parse(process.argv[2] ?? '{}');
  const tls = given.tls && { key: readFileSync(given.tls.key), cert: readFileSync(given.tls.cert) };
  return { ...given, tls };
}

/** `asked` answers other jobs than `{ collect: true }`. */
export function listening(port, version, asked = () => ({})) {
  const ask = (job) => (job.collect ? collect() : asked(job));
  say({ ready: true, node: process.version, port, version });
  const lines = createInterface({ input: process.stdin });
  lines.on('line', async (line) => say({ result: await ask(JSON.parse(line)) }));
  lines.on('close', () => process.exit(0));
}

/** One collection frees, the next ones find the pages that are empty by then or worth moving together: three or four until memory is level. */
const COLLECTIONS = 5;
const COLLECTION_PAUSE_MS = 200;

async function collect() {
  for (let count = 0; count < COLLECTIONS; count++) {
    globalThis.gc?.();
    await delay(COLLECTION_PAUSE_MS);
  }
  return {};
}

/** Payload octets as every stack's handlers return them. */
export function payloadOf(bytes) {
  let payload = payloads.get(bytes);
  if (payload === undefined) {
    payload = Buffer.from(Uint8Array.from({ length: bytes }, (_, index) => (index * 31) & 0xff));
    payloads.set(bytes, payload);
  }
  return payload;
}
const payloads = new Map();
