/**
 * The load generator, the same for every server: raw sockets, pre-encoded octets, one process. A job is
 * `{ kind, port, ... }`; its answer holds what was completed within the window, failures, latencies and CPU time.
 * A failed call is counted and not hidden; a broken connection ends the job.
 */
import { readFileSync } from 'node:fs';
import { Window } from '../load/window.mjs';
import { serveJobs } from '../load/worker-end.mjs';
import { WireConnection } from './connection.mjs';
import { fetchMessage, payloads, recordMessage, STREAM_MESSAGES, summaryMessage } from './messages.mjs';

const SERVICE = '/calmwire.bench.v1.Bench/';
/** Connections that are opened at a time: below every listen backlog. */
const OPENING_AT_ONCE = 100;
/** A job that has not ended this long after its window has lost an answer. */
const PATIENCE_MS = 10_000;
/** No server takes longer for a call of the lead, unless the machine is crowded. */
const LEAD_CALL_MS_MAX = 1;

/** The request of a job, and what its answer must be. */
function requestOf({ kind, payload: name = '100B', varying = false }) {
  if (kind === 'watch') {
    const one = recordMessage('streamed');
    const message = fetchMessage(STREAM_MESSAGES, payloads.streamed.payloadBytes);
    return { path: `${SERVICE}Watch`, message, answerBytes: one.length * STREAM_MESSAGES, unit: one.length };
  }
  if (kind === 'upload') {
    const answer = summaryMessage(STREAM_MESSAGES);
    return { path: `${SERVICE}Upload`, message: recordMessage('streamed'), answer, answerBytes: answer.length };
  }
  const answer = recordMessage(name);
  if (kind === 'fetch') {
    return {
      path: `${SERVICE}Fetch`,
      message: fetchMessage(0, payloads[name].payloadBytes),
      answer,
      answerBytes: answer.length,
    };
  }
  return { path: `${SERVICE}Echo`, message: answer, answer, answerBytes: answer.length, varying };
}

function optionsOf(job, path) {
  const tls = job.ca === undefined ? undefined : { ca: readFileSync(job.ca) };
  return { port: job.port, path, tls, slots: job.kind === 'rotate' ? 1 : 512 };
}

/** Opens `count` connections; each is ready for calls when it comes. */
async function openConnections(job, path, count) {
  const all = [];
  while (all.length < count) {
    const some = Math.min(OPENING_AT_ONCE, count - all.length);
    all.push(...(await Promise.all(Array.from({ length: some }, () => openConnection(optionsOf(job, path))))));
  }
  return all;
}

function openConnection(options) {
  return new Promise((resolve, reject) => {
    new WireConnection(options, { opened: resolve, closed: (_, text) => reject(new Error(text)) });
  });
}

/** One call whose every octet is compared; it makes the connection known to the server, too. */
function checkedCall(connection, request) {
  return new Promise((resolve, reject) => {
    connection.checking = true;
    connection.handler = {
      answered: () => {
        connection.checking = false;
        resolve();
      },
      failed: (_, __, text) => reject(new Error(`the first call failed: ${text}`)),
      closed: (_, text) => reject(new Error(text)),
    };
    connection.call(request, 0);
    connection.outbox.flush();
  });
}

/** What all closed loops share: the window, the end when every call has been answered. */
class Load {
  window;
  inFlight = 0;
  #resolve;
  #reject;
  #timer;
  finished = new Promise((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });

  constructor(job) {
    this.window = new Window(job);
    const leadMs = (job.leadMs ?? 200) + (job.leadCalls ?? 0) * LEAD_CALL_MS_MAX;
    const lostAfterMs = leadMs + job.measureMs + PATIENCE_MS;
    this.#timer = setTimeout(() => this.broken(`${this.inFlight} calls were never answered`), lostAfterMs);
  }

  broken(text) {
    clearTimeout(this.#timer);
    this.#reject(new Error(text));
  }

  /** A stream that failed is not made up for; with the last one the load is over. */
  lost(text) {
    this.inFlight--;
    if (this.inFlight === 0 && !this.window.over) this.broken(`every stream failed: ${text}`);
  }

  settle() {
    if (!this.window.over || this.inFlight > 0) return;
    clearTimeout(this.#timer);
    this.#resolve();
  }
}

/** Unary calls and responses of any size: `streams` at once on each connection, a new one for every answer. */
async function closedLoop(job) {
  const request = requestOf(job);
  const { streams = 100 } = job;
  const connections = await openConnections(job, request.path, job.connections ?? 1);
  for (const connection of connections) {
    if (connection.maxStreams < streams) {
      throw new Error(`the server allows ${connection.maxStreams} streams, not ${streams}`);
    }
    await checkedCall(connection, request);
  }
  const load = new Load(job);
  const { window } = load;
  const again = (connection, nowMs) => {
    if (window.over) load.inFlight--;
    else connection.call(request, nowMs);
  };
  const handler = {
    answered(connection, slot, nowMs) {
      window.done++;
      if (window.measuring) window.latencies.add(nowMs - slot.startMs);
      again(connection, nowMs);
    },
    failed(connection, _, text, nowMs) {
      window.fail(text);
      again(connection, nowMs);
    },
    batch(_, nowMs) {
      window.tick(nowMs);
      load.settle();
    },
    closed: (_, text) => load.broken(text),
  };
  for (const connection of connections) {
    connection.handler = handler;
    for (let call = 0; call < streams; call++, load.inFlight++) connection.call(request, performance.now());
    connection.outbox.flush();
  }
  await load.finished;
  for (const connection of connections) connection.close();
  return window.result();
}

/** Server streaming: `streams` at once, messages counted as their octets come. */
async function watching(job) {
  const request = requestOf(job);
  const [connection] = await openConnections(job, request.path, 1);
  const load = new Load(job);
  const { window } = load;
  let octets = 0;
  let counted = 0;
  let answered = 0;
  connection.handler = {
    data(_, __, length) {
      octets += length;
    },
    answered(_, __, nowMs) {
      answered++;
      if (window.over) load.inFlight--;
      else connection.call(request, nowMs);
    },
    failed(_, __, text) {
      window.fail(text);
      load.lost(text);
    },
    batch(_, nowMs) {
      window.done += octets / request.unit;
      counted += octets;
      octets = 0;
      window.tick(nowMs);
      load.settle();
    },
    closed: (_, text) => load.broken(text),
  };
  for (let call = 0; call < (job.streams ?? 10); call++, load.inFlight++) connection.call(request, performance.now());
  connection.outbox.flush();
  await load.finished;
  connection.close();
  if (counted !== answered * request.answerBytes) window.fail(`${counted} octets came in ${answered} whole answers`);
  return window.result();
}

/** Client streaming: every stream sends its messages as far as the windows allow; counted when the server has answered for them. */
async function uploading(job) {
  const request = requestOf(job);
  const [connection] = await openConnections(job, request.path, 1);
  const load = new Load(job);
  const { window } = load;
  const sending = new Set();
  const begin = (nowMs) => {
    const slot = connection.openStream(request, nowMs);
    slot.left = STREAM_MESSAGES;
    sending.add(slot);
  };
  const pump = () => {
    for (let some = true; some; ) {
      some = false;
      // In turns, as fair senders do.
      for (const slot of sending) {
        if (!connection.write(slot, request.message, slot.left === 1)) continue;
        some = true;
        if (--slot.left === 0) sending.delete(slot);
      }
    }
  };
  connection.handler = {
    answered(_, slot, nowMs) {
      window.done += STREAM_MESSAGES;
      if (window.measuring) window.latencies.add(nowMs - slot.startMs);
      if (window.over) load.inFlight--;
      else begin(nowMs);
    },
    failed(_, slot, text) {
      sending.delete(slot);
      window.fail(text);
      load.lost(text);
    },
    batch(_, nowMs) {
      pump();
      window.tick(nowMs);
      load.settle();
    },
    closed: (_, text) => load.broken(text),
  };
  for (let call = 0; call < (job.streams ?? 10); call++, load.inFlight++) begin(performance.now());
  pump();
  connection.outbox.flush();
  await load.finished;
  connection.close();
  return window.result();
}

/**
 * Calls at a fixed rate whether or not answers come (exponential gaps, the same for all), latency counted from when the call was due. The
 * generator spins on its own core, because timers of a millisecond would be most of what is measured.
 */
async function fixedRate(job) {
  const request = requestOf(job);
  const connections = await openConnections(job, request.path, job.connections ?? 10);
  for (const connection of connections) await checkedCall(connection, request);
  const load = new Load(job);
  const { window } = load;
  const handler = {
    answered(connection, slot) {
      load.inFlight--;
      connection.openCalls--;
      window.done++;
      if (window.measuring) window.latencies.add(performance.now() - slot.startMs);
    },
    failed(connection, _, text) {
      load.inFlight--;
      connection.openCalls--;
      window.fail(text);
    },
    closed: (_, text) => load.broken(text),
  };
  for (const connection of connections) {
    connection.handler = handler;
    connection.openCalls = 0;
  }
  let dueMs = performance.now();
  let random = 0x2545f491;
  let call = 0;
  let stopped = false;
  const spin = () => {
    const nowMs = performance.now();
    const over = window.tick(nowMs);
    while (!over && dueMs <= nowMs) {
      const connection = connections[call % connections.length];
      // A server that is behind may allow no more: the call waits, and its latency counts on.
      if (connection.openCalls >= connection.maxStreams) break;
      call++;
      connection.call(request, dueMs);
      connection.openCalls++;
      load.inFlight++;
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
      dueMs += (-Math.log((random + 1) / 2 ** 32) * 1000) / job.callsPerSecond;
    }
    for (const connection of connections) connection.outbox.flush();
    load.settle();
    if (!(over && load.inFlight === 0) && !stopped) setImmediate(spin);
  };
  spin();
  await load.finished.finally(() => {
    stopped = true;
  });
  for (const connection of connections) connection.close();
  return window.result();
}

/** Connections that stay from job to job, by port. */
const pools = new Map();

/**
 * Many connections, at most one call at a time on each: `lanes` calls at once, every one on the next connection in rotation.
 * All connections have made a call before the window begins.
 */
async function rotating(job) {
  const request = requestOf({ ...job, kind: 'unary' });
  const pool = pools.get(job.port) ?? [];
  pools.set(job.port, pool);
  const startMs = performance.now();
  const added = await openConnections(job, request.path, job.connections - pool.length);
  for (const connection of added) await checkedCall(connection, request);
  pool.push(...added);
  const openSeconds = (performance.now() - startMs) / 1000;
  if (job.measureMs === 0) return { connections: pool.length, openSeconds };
  const load = new Load(job);
  const { window } = load;
  let turn = 0;
  const next = (nowMs) => {
    if (window.over) {
      load.inFlight--;
      return;
    }
    const connection = pool[turn++ % pool.length];
    connection.call(request, nowMs);
    connection.outbox.flush();
  };
  const handler = {
    answered(_, slot, nowMs) {
      window.done++;
      if (window.measuring) window.latencies.add(nowMs - slot.startMs);
      next(nowMs);
    },
    failed(_, __, text, nowMs) {
      window.fail(text);
      next(nowMs);
    },
    batch(_, nowMs) {
      window.tick(nowMs);
      load.settle();
    },
    closed: (_, text) => load.broken(text),
  };
  for (const connection of pool) connection.handler = handler;
  for (let lane = 0; lane < Math.min(job.lanes, pool.length); lane++, load.inFlight++) next(performance.now());
  await load.finished;
  return { ...window.result(), connections: pool.length, openSeconds };
}

function closing(job) {
  for (const connection of pools.get(job.port) ?? []) connection.close();
  pools.delete(job.port);
  return {};
}

const kinds = {
  unary: closedLoop,
  fetch: closedLoop,
  watch: watching,
  upload: uploading,
  rate: fixedRate,
  rotate: rotating,
  close: closing,
};

await serveJobs({}, (job) => kinds[job.kind](job));
