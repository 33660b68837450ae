/** The recordings of the corpus as lists of packets, whatever format they are kept in. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CaptureReader, type PacketCallback } from '#capture';
import { KeyLog } from '#tls';

const folder = new URL('../../fixtures/captures/', import.meta.url).pathname;

/** One packet of a recording. Its octets are shared between copies: whoever changes them makes new ones. */
export interface Shot {
  readonly bytes: Uint8Array;
  /** Octets that it had on the wire. */
  readonly length: number;
  readonly linkType: number;
  readonly timeMs: number;
}

export interface Recording {
  /** Without folder and ending. */
  readonly name: string;
  readonly healthy: boolean;
  readonly shots: readonly Shot[];
  /** What opens its TLS connections: the secrets that the file holds. */
  readonly keyLog: KeyLog;
}

/** All recordings, in the order of their names. */
export function recordings(): Recording[] {
  return readdirSync(folder)
    .filter((file) => /\.(pcap|pcapng)(\.gz)?$/.test(file))
    .sort()
    .map(recordingOf);
}

function recordingOf(file: string): Recording {
  const name = file.replace(/\.(pcap|pcapng)(\.gz)?$/, '');
  const raw = readFileSync(join(folder, file));
  const { healthy } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as { healthy: boolean };
  const keyLog = new KeyLog();
  const shots = shotsOf(new Uint8Array(file.endsWith('.gz') ? gunzipSync(raw) : raw), keyLog);
  return { name, healthy, shots, keyLog };
}

function shotsOf(file: Uint8Array, keyLog: KeyLog): Shot[] {
  const shots: Shot[] = [];
  const take: PacketCallback = (bytes, start, captured, length, linkType, timeMs) => {
    shots.push({ bytes: bytes.slice(start, start + captured), length, linkType, timeMs });
  };
  const reader = new CaptureReader(take, undefined, (secrets) => {
    keyLog.push(secrets);
    keyLog.end();
  });
  reader.push(file);
  reader.end();
  return shots;
}
