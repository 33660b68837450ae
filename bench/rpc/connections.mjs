/**
 * What a call costs with 1 to 10,000 connections open, and what an idle connection occupies. Every connection has made calls before
 * it idles, so that what it holds by then counts. Stacks come one after the other: each has the machine for itself.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { residentBytes } from './load/process.mjs';

/** Calls under way at a time, each on a connection of its own. */
const LANES = 100;
/** Calls of each connection that are not counted: the first ones fill tables and caches, and they are not what a call costs. */
const LEAD_CALLS = 8;
/** What a call of the lead may take before the generator is taken for dead. */
const LEAD_CALL_MS = 1;
/** What a server gets to come to rest (ours lets go of caches after five seconds); then it collects its garbage, and its memory is read. */
const SETTLE_MS = 9000;
/** With fewer connections the noise of the heap is larger than they are. */
const CONNECTIONS_MIN = 1000;

export async function measureConnections(bench, stackNames, steps, times) {
  const rows = [];
  for (const stack of stackNames) {
    const row = { stack, steps: [] };
    rows.push(row);
    try {
      await measureStack(bench, row, steps, times);
    } catch (error) {
      row.error = error.message;
    } finally {
      await bench.stopAll();
    }
  }
  return rows;
}

async function measureStack(bench, row, steps, times) {
  const server = await bench.server(row.stack, { flags: row.stack === 'grpc-go' ? [] : ['--expose-gc'] });
  const generator = await bench.generator();
  const job = { port: server.ready.port, watch: server.pid, cores: Object.values(bench.cores ?? {}) };
  await generator.run({ ...job, kind: 'unary', streams: 100, leadMs: 0, measureMs: times.warmMs });
  let before = { connections: 0, bytes: 0 };
  for (const connections of steps) {
    const { leadMs, measureMs } = times;
    const leadCalls = connections * LEAD_CALLS;
    // The lead of ten thousand connections takes the slowest stacks over a minute on a machine that others use too.
    const durationMs = leadCalls * LEAD_CALL_MS;
    const measured = { kind: 'rotate', connections, lanes: LANES, leadMs, leadCalls, measureMs, durationMs };
    const result = await generator.run({ ...job, ...measured });
    await delay(SETTLE_MS);
    await server.run({ collect: true });
    const bytes = residentBytes(server.pid);
    row.steps.push({
      connections,
      rate: result.done / result.seconds,
      serverCpuUs: result.watchedCpuUs / result.done,
      p50: result.p50Us,
      p99: result.p99Us,
      failed: result.failed,
      residentBytes: bytes,
      bytesPerConnection:
        connections < CONNECTIONS_MIN ? undefined : (bytes - before.bytes) / (connections - before.connections),
    });
    before = { connections, bytes };
  }
  await generator.run({ kind: 'close', port: server.ready.port });
}
