/** Pairs of recordings, read and compared; and ways to spoil them, as captures are in practice. */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Capture } from '#capture';
import { type Compared, HopComparer } from '#compare';
import type { Finding } from '#diagnose';
import { Tracer, type TraceSink } from '#trace';

const folder = new URL('../../fixtures/hops/', import.meta.url);

/** Names of the recorded pairs. */
export const pairNames: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length));

export function pathOf(name: string, side: 'client-side' | 'server-side'): string {
  return new URL(`${name}.${side}.pcap.gz`, folder).pathname;
}

export function expectationOf(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
}

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

/** A pcap file as its header and its packet records; all recordings are little-endian, with microseconds. */
export interface Recording {
  readonly header: Buffer;
  readonly records: readonly Buffer[];
}

export function recordingOf(name: string, side: 'client-side' | 'server-side'): Recording {
  return recordsOf(gunzipSync(readFileSync(pathOf(name, side))));
}

export function recordsOf(bytes: Buffer): Recording {
  const records: Buffer[] = [];
  for (let at = FILE_HEADER_BYTES; at + RECORD_HEADER_BYTES <= bytes.length; ) {
    const next = at + RECORD_HEADER_BYTES + bytes.readUInt32LE(at + 8);
    records.push(bytes.subarray(at, next));
    at = next;
  }
  return { header: bytes.subarray(0, FILE_HEADER_BYTES), records };
}

/** The same packets by a clock that is `aheadMs` ahead and gains `driftPpm`. */
export function withClock({ header, records }: Recording, aheadMs: number, driftPpm = 0): Recording {
  const first = records[0] === undefined ? 0 : microseconds(records[0]);
  const moved = records.map((record) => {
    const since = microseconds(record) - first;
    const at = Math.round(first + aheadMs * 1_000 + since * (1 + driftPpm / 1e6));
    const copy = Buffer.from(record);
    copy.writeUInt32LE(Math.floor(at / 1e6), 0);
    copy.writeUInt32LE(at % 1e6, 4);
    return copy;
  });
  return { header, records: moved };
}

/** What is left when the capture begins late, by a share of its packets. */
export function begunLate({ header, records }: Recording, share: number): Recording {
  return { header, records: records.slice(Math.floor(records.length * share)) };
}

export function stoppedEarly({ header, records }: Recording, share: number): Recording {
  return { header, records: records.slice(0, Math.ceil(records.length * share)) };
}

function microseconds(record: Buffer): number {
  return record.readUInt32LE(0) * 1e6 + record.readUInt32LE(4);
}

export function compare(clientSide: Recording, serverSide: Recording): Compared {
  const comparer = new HopComparer();
  const here = feed(clientSide, comparer.first);
  const there = feed(serverSide, comparer.second());
  return comparer.finish(here === undefined || there === undefined ? undefined : there - here);
}

export function comparePair(name: string): Compared {
  return compare(recordingOf(name, 'client-side'), recordingOf(name, 'server-side'));
}

/** Both hops in one capture. */
export function compareOne(recording: Recording): Compared {
  const comparer = new HopComparer();
  feed(recording, comparer.first);
  return comparer.finish(undefined);
}

function feed({ header, records }: Recording, sink: TraceSink): number | undefined {
  const capture = new Capture(new Tracer(sink));
  capture.push(new Uint8Array(Buffer.concat([header, ...records])));
  capture.end();
  return capture.summary.startEpochMs;
}

/** A finding with the ids of those it hangs under. */
export interface Told {
  readonly finding: Finding;
  readonly causes: readonly string[];
}

export function told({ findings }: Pick<Compared, 'findings'>): Told[] {
  const down = (finding: Finding, causes: readonly string[]): Told[] => [
    { finding, causes },
    ...finding.consequences.flatMap((below) => down(below, [...causes, finding.id])),
  ];
  return findings.flatMap((finding) => down(finding, []));
}

/**
 * `cause > id (variant) certain middlebox` for each failure. Windows are left out: they are a matter of one hop, and large
 * answers of the recordings do stall for a moment.
 */
export function failures(compared: Pick<Compared, 'findings'>): string[] {
  return told(compared)
    .filter(({ finding }) => finding.severity !== 'info' && !finding.id.startsWith('flow/'))
    .map(({ finding, causes }) => {
      const { id, variant, certainty, culprit } = finding;
      return `${[...causes, id].join(' > ')}${variant === undefined ? '' : ` (${variant})`} ${certainty} ${culprit}`;
    });
}

export function hopFindings(compared: Pick<Compared, 'findings'>): string[] {
  return told(compared)
    .filter(({ finding }) => finding.id.startsWith('hop/'))
    .map(({ finding }) => finding.id);
}
