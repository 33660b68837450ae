/**
 * The loads that a client under test runs, the same for every Node client: `adapter` says how the stack makes each kind of call, in
 * the way its users write it. Answers are checked as far as a user would see them.
 *
 *   adapter.open({ port, ca }) -> client                         one connection, or what the stack makes of it
 *   adapter.echo(client, record, metadata, done)                 done(error, record)
 *   adapter.fetch(client, request, done)                         done(error, record)
 *   adapter.watch(client, request, message, done)                message(record) each, done(error)
 *   adapter.upload(client, record, count, done)                  done(error, summary)
 *   adapter.hold(client, request, done)                          done(error, record): for nothing-lost
 *   adapter.close(client)
 */
import { payload, payloads, RECORD_COUNT, STREAM_MESSAGES } from '../wire/messages.mjs';
import { Window } from './window.mjs';
import { serveJobs } from './worker-end.mjs';

const PATIENCE_MS = 10_000;
const RAMP_STEP_MS = 20;

/** A deadline, a trace context and a request id, other ones for every call, as a service that propagates them has. */
class VaryingMetadata {
  #call = 0;

  next() {
    const call = this.#call++;
    const id = (Math.imul(call, 2_654_435_761) >>> 0).toString(16).padStart(8, '0');
    return {
      timeoutMs: 1900 + (call % 97),
      traceparent: `00-${id}c3a1f0e2${id}9b7d4460-${id}5e21d7a3-01`,
      requestId: `${id}4f9c2b7a${id}d03e8b15`,
    };
  }
}

function recordOf(name) {
  const record = payloads[name];
  if (record === undefined) return { id: '', count: 0, payload: new Uint8Array(0) };
  return { id: record.id, count: record.count, payload: payload(record.payloadBytes) };
}

/** A function that starts one call and reports it to `window`, then calls `next`. */
function starter(adapter, client, job, window, next) {
  const { kind, payload: name = '100B' } = job;
  const record = recordOf(kind === 'upload' ? 'streamed' : name);
  const finish = (startMs, error, units, wrong) => {
    const nowMs = performance.now();
    if (error !== null) window.fail(`${error.code ?? ''} ${error.message}`);
    else if (wrong) window.fail('the answer is not the expected one');
    else {
      window.done += units;
      if (window.measuring) window.latencies.add(nowMs - startMs);
    }
    window.tick(nowMs);
    next();
  };
  if (kind === 'fetch') {
    const request = { messages: 0, payloadBytes: record.payload.length };
    return () => {
      const startMs = performance.now();
      adapter.fetch(client, request, (error, answer) =>
        finish(startMs, error, 1, answer?.payload.length !== record.payload.length),
      );
    };
  }
  if (kind === 'watch') {
    const request = { messages: STREAM_MESSAGES, payloadBytes: payloads.streamed.payloadBytes };
    return () => {
      let octets = 0;
      const startMs = performance.now();
      const message = (answer) => {
        octets += answer.payload.length;
        window.done++;
      };
      adapter.watch(client, request, message, (error) =>
        finish(startMs, error, 0, octets !== STREAM_MESSAGES * payloads.streamed.payloadBytes),
      );
    };
  }
  if (kind === 'upload') {
    return () => {
      const startMs = performance.now();
      adapter.upload(client, record, STREAM_MESSAGES, (error, answer) =>
        finish(
          startMs,
          error,
          STREAM_MESSAGES,
          answer?.messages !== STREAM_MESSAGES || answer.count !== STREAM_MESSAGES * RECORD_COUNT,
        ),
      );
    };
  }
  const metadata = job.varying ? new VaryingMetadata() : undefined;
  return () => {
    const startMs = performance.now();
    adapter.echo(client, record, metadata?.next(), (error, answer) =>
      finish(startMs, error, 1, answer?.id !== record.id || answer.payload.length !== record.payload.length),
    );
  };
}

async function run(adapter, job) {
  const client = await adapter.open(job);
  const window = new Window(job);
  try {
    await new Promise((resolve, reject) => {
      let inFlight = job.streams ?? 100;
      const lostAfterMs = (job.leadMs ?? 200) + job.measureMs + PATIENCE_MS;
      const timer = setTimeout(() => reject(new Error(`${inFlight} calls never ended`)), lostAfterMs);
      const start = starter(adapter, client, job, window, () => {
        if (!window.over) start();
        else if (--inFlight === 0) {
          clearTimeout(timer);
          resolve();
        }
      });
      for (let call = 0; call < (job.streams ?? 100); call++) start();
    });
  } finally {
    await adapter.close(client);
  }
  return window.result();
}

/**
 * Calls that last, always so many in flight for some time. No call is retried here; failures are counted by their text. `adapter.maybeProcessed(error)`
 * tells whether the stack says that the server may have processed the call; stacks that say nothing have no such function.
 */
async function holding(adapter, job) {
  const client = await adapter.open(job);
  const startMs = performance.now();
  const endMs = startMs + job.rampMs + job.durationMs;
  const [least, most] = job.waitMs;
  const result = { ok: 0, failed: 0, maybeProcessed: adapter.maybeProcessed && 0 };
  const reasons = new Map();
  const failure = (error) => {
    result.failed++;
    if (adapter.maybeProcessed?.(error)) result.maybeProcessed++;
    const text = `${error.code ?? ''} ${error.message}`.replace(/\d+/g, 'N').slice(0, 300);
    reasons.set(text, (reasons.get(text) ?? 0) + 1);
  };
  let random = 0x2545f491;
  let calls = 0;
  await new Promise((resolve) => {
    let inFlight = job.inFlight;
    const start = () => {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
      const request = { id: String(calls++), waitMs: least + Math.floor((random / 2 ** 32) * (most - least)) };
      adapter.hold(client, request, (error, answer) => {
        const isRight = error === null && answer.id === request.id;
        if (isRight) result.ok++;
        else failure(error ?? new Error('the answer belongs to another call'));
        if (performance.now() >= endMs) {
          if (--inFlight === 0) resolve();
        } else if (isRight) setImmediate(start);
        // As long as the call would have taken: the same calls a second, however many fail.
        else setTimeout(start, request.waitMs);
      });
    };
    // Not all in one instant: a burst would measure something else.
    const perStep = Math.ceil(job.inFlight / (job.rampMs / RAMP_STEP_MS));
    let started = 0;
    const ramp = () => {
      for (let call = 0; call < perStep && started < job.inFlight; call++, started++) start();
      if (started < job.inFlight) setTimeout(ramp, RAMP_STEP_MS);
    };
    ramp();
  });
  await adapter.close(client);
  const sorted = [...reasons].sort((a, b) => b[1] - a[1]);
  return { ...result, reasons: Object.fromEntries(sorted), seconds: (performance.now() - startMs) / 1000 };
}

export async function serveClientJobs(adapter) {
  await serveJobs({}, (job) => (job.kind === 'hold' ? holding(adapter, job) : run(adapter, job)));
}
