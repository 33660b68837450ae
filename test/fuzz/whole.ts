/** The whole way of a capture: file octets to findings and text, as `explain` goes it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Capture } from '#capture';
import { Diagnosis } from '#diagnose';
import { Tracer } from '#trace';
import type { FuzzTarget } from './run.ts';

const folder = new URL('../../fixtures/captures', import.meta.url).pathname;
/** Small captures only: a mutant of a large one says no more and takes longer. */
const SEED_BYTES_MAX = 24_000;

export const fuzzTarget: FuzzTarget = {
  name: 'capture to findings',
  run(bytes) {
    const diagnosis = new Diagnosis();
    const capture = new Capture(new Tracer(diagnosis.event));
    capture.push(bytes);
    capture.end();
    diagnosis.finish();
  },
  seeds() {
    return readdirSync(folder)
      .filter((name) => /\.(pcap|pcapng)$/.test(name))
      .sort()
      .map((name) => new Uint8Array(readFileSync(join(folder, name))))
      .filter((bytes) => bytes.length <= SEED_BYTES_MAX);
  },
};
