/** What the wire carried, from `calmwire frames --format json`: for checks that count frames, whatever the diagnosis makes of them. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../lib/programs.mjs';

/** Events of the trace of a recording, with all values: what the lab says is no secret. */
export async function trace(file) {
  const program = join(root, 'dist', 'bin', 'calmwire.js');
  const frames = spawn(process.execPath, [program, 'frames', '--format', 'json', '--show-secrets', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const events = [];
  // The first line names the format.
  for await (const line of createInterface({ input: frames.stdout })) events.push(JSON.parse(line));
  return events.slice(1);
}

/** GOAWAYs of servers: `{ connection, server, timeMs, debugData }`, `server` being the port. */
export async function goaways(file) {
  const events = await trace(file);
  const servers = portsOf(events);
  return events
    .filter(({ kind, from, frame }) => kind === 'frame' && from === 'server' && frame.kind === 'goaway')
    .map(({ connection, timeMs, frame }) => ({
      connection,
      server: servers.get(connection),
      timeMs,
      debugData: frame.debugData,
    }));
}

/** For each connection the PINGs of its client and the median of the seconds between them. */
export async function gaps(file) {
  const events = await trace(file);
  const servers = portsOf(events);
  const times = new Map();
  for (const { kind, from, frame, connection, timeMs } of events) {
    if (kind !== 'frame' || from !== 'client' || frame.kind !== 'ping' || frame.flags !== 0) continue;
    times.set(connection, [...(times.get(connection) ?? []), timeMs]);
  }
  return [...times].map(([connection, at]) => {
    const between = at.slice(1).map((timeMs, index) => (timeMs - at[index]) / 1_000);
    const medianS = between.sort((a, b) => a - b)[Math.floor(between.length / 2)] ?? 0;
    return { connection, server: servers.get(connection), count: at.length, medianS };
  });
}

function portsOf(events) {
  const opened = events.filter(({ kind }) => kind === 'opened');
  return new Map(opened.map(({ connection, server }) => [connection, server.port]));
}
