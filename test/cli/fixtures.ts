/** Recordings that the command tests read. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The path of a recording of the corpus. */
export function capturePath(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/captures/${name}`, import.meta.url));
}

export function captureBytes(name: string): Buffer {
  return readFileSync(capturePath(name));
}

/** Two connections, each cut off for its idle PINGs: an error. */
export const FAILING = 'grpc-js-idle-pings-python-server.pcap';
/** A failure of severity warning at the most. */
export const WARNING = 'grpc-js-idle-pings-not-yet-cut.pcap';
/** Nothing worse than info. */
export const HEALTHY = 'connect-node-healthy-grpc.pcap';
