/**
 * The client of the pair: on each message of run.mjs it makes one round of load and answers with what came of it, and
 * a sample of itself.
 */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientCredentials, createChannel, createClient, Status } from 'calmwire';
import { sample } from './sample.mjs';

const { Orders } = await import(process.env.LAB_ORDERS);
const [plain, secure, ca] = process.argv.slice(2);
const credentials = clientCredentials({ rootCertificates: { file: ca } });
const TIMEOUT_MS = 10_000;

// Records of closed connections are kept on purpose: so few that they are all there when the warm-up ends.
const recording = { closedConnections: 3 };
const channels = [
  createChannel(plain, { recording }),
  createChannel(secure, { credentials, recording }),
  createChannel(plain, { connections: { pooled: 3 }, recording }),
];
const clients = channels.map((channel) => createClient(Orders, channel, { defaultTimeoutMs: TIMEOUT_MS }));

let calls = 0;
const unexpected = new Map();
/** `--canary`: something is kept of every call. */
const canary = process.env.LAB_CANARY === '1' ? [] : undefined;

/** Awaits a call that must end with one of these codes. */
async function ends(call, ...codes) {
  calls++;
  canary?.push(new Float64Array(8));
  const error = await call.then(
    () => undefined,
    (reason) => reason,
  );
  const code = error === undefined ? Status.OK : error.code;
  // Explaining reads the flight record: that must not keep it.
  if (error !== undefined && calls % 10 === 0) void error.explanation?.text;
  if (codes.includes(code)) return;
  const what = `code ${code} in place of ${codes.join(' or ')}: ${error?.message ?? ''}`.slice(0, 400);
  unexpected.set(what, (unexpected.get(what) ?? 0) + 1);
}

const times = (count, make) => Promise.all(Array.from({ length: count }, (_, at) => make(at)));

async function drain(events, limit = Number.POSITIVE_INFINITY, reached = () => {}) {
  let seen = 0;
  for await (const _ of events) if (++seen === limit) reached();
}

/** Leaves the loop after the first event. */
async function leave(events) {
  for await (const _ of events) break;
}

async function* items(count, bodyOctets, pauseMs = 0) {
  for (let number = 0; number < count; number++) {
    if (pauseMs > 0) await sleep(pauseMs);
    yield { number, body: new Uint8Array(bodyOctets) };
  }
}

const slow = { count: 1_000, pauseMs: 20 };

/** Each part of a round, on one client. */
const parts = {
  small: (client) => times(200, (at) => ends(client.get({ id: `o-${at}`, noteLetters: 20 }), Status.OK)),
  large: (client) => times(5, () => ends(client.get({ id: 'large', noteLetters: 400_000 }), Status.OK)),
  statuses: (client) =>
    times(30, (at) => ends(client.get({ id: at % 2 ? '' : 'throw' }), Status.NOT_FOUND, Status.UNKNOWN)),
  streams: (client) =>
    Promise.all([
      times(5, () => ends(drain(client.watch({ count: 100, bodyOctets: 2_000 })), Status.OK)),
      times(5, () => ends(client.import(items(100, 2_000)), Status.OK)),
      times(5, () => ends(drain(client.chat(items(50, 100))), Status.OK)),
    ]),
  // Before anything came, after two events, in the middle of sending, and by leaving the loop.
  cancels: (client) =>
    Promise.all([
      times(50, () => {
        const abort = new AbortController();
        const call = ends(
          client.get({ id: 'cancelled', noteLetters: 100_000 }, { signal: abort.signal }),
          Status.CANCELLED,
          Status.OK,
        );
        setTimeout(() => abort.abort(), Math.random() * 3);
        return call;
      }),
      times(20, () => {
        const abort = new AbortController();
        return ends(
          drain(client.watch(slow, { signal: abort.signal }), 2, () => abort.abort()),
          Status.CANCELLED,
        );
      }),
      times(10, () => {
        const abort = new AbortController();
        setTimeout(() => abort.abort(), 30);
        return ends(client.import(items(1_000, 100, 5), { signal: abort.signal }), Status.CANCELLED);
      }),
      times(10, () => ends(leave(client.watch(slow)), Status.OK)),
    ]),
  deadlines: (client) =>
    times(200, (at) => ends(drain(client.watch(slow, { timeoutMs: 1 + (at % 40) })), Status.DEADLINE_EXCEEDED)),
};

/** Connections that live for one call, are closed under calls, or never get anywhere. */
async function reconnects(target, options) {
  await times(5, async () => {
    const channel = createChannel(target, options);
    await ends(createClient(Orders, channel).get({ id: 'once' }), Status.OK);
    await channel.shutdown();
  });
  await times(5, async () => {
    const channel = createChannel(target, options);
    const client = createClient(Orders, channel);
    const running = times(5, () => ends(drain(client.watch(slow)), Status.UNAVAILABLE));
    await sleep(20);
    channel.close();
    await running;
  });
  const nobody = createChannel('127.0.0.1:1', options);
  await times(3, () => ends(createClient(Orders, nobody).get({ id: 'nobody' }), Status.UNAVAILABLE));
  nobody.close();
}

/** Connections that end with a TCP reset: after nothing, after a preface, in the middle of a frame. */
function cut() {
  const [host, port] = plain.split(':');
  const preface = Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    Buffer.from('000000040000000000', 'hex'),
  ]);
  const half = Buffer.concat([preface, Buffer.from('0040000104000000018283', 'hex')]);
  return times(9, (at) => {
    const socket = connect(Number(port), host);
    socket.on('error', () => {});
    return new Promise((resolve) => {
      socket.on('close', resolve);
      socket.on('connect', () => {
        if (at % 3 > 0) socket.write(at % 3 === 1 ? preface : half);
        setTimeout(() => socket.resetAndDestroy(), 10);
      });
    });
  });
}

async function round(number) {
  const client = clients[number % clients.length];
  await Promise.all(Object.values(parts).map((part) => part(client)));
  await Promise.all([reconnects(plain, {}), reconnects(secure, { credentials }), cut()]);
}

process.on('message', async ({ number }) => {
  await round(number);
  process.send({ ...(await sample()), calls, unexpected: [...unexpected] });
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
