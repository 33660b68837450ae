/** Saves what recorders hold as a trace file, which `calmwire explain` and `calmwire frames` read. */
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { encodeEvent, encodeHeader } from '#trace';
import type { Flights } from './flights.ts';

const compress = promisify(gzip);

/** `nowMs` is the present on the recorders' clock, which the wall clock dates. A path that ends in `.gz` is compressed. */
export async function saveTrace(flights: Flights, path: string, nowMs: number): Promise<void> {
  const { originMs, events } = flights.trace();
  const startEpochMs = events.length === 0 ? undefined : Date.now() - (nowMs - originMs);
  const lines = [encodeHeader(startEpochMs), ...events.map(encodeEvent)];
  const text = `${lines.join('\n')}\n`;
  await writeFile(path, path.endsWith('.gz') ? await compress(text) : text);
}
