/** Which line belongs to which finding of a capture: by what it means, by address, and by time. */
import { formatEndpoint } from '#base';
import { type Finding, type FindingId, type Report, readings } from '#diagnose';
import type { Occurrence } from '../occurrence.ts';

/** A program logs what happened to it within this time; retries and timers of its own come later. */
const NEAR_MS = 2_000;
const ENDPOINT = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]+\]):\d{1,5}$/;

/** A finding of the capture, as lines are held against it. */
export interface Target {
  readonly finding: Finding;
  /** Times of its evidence, ascending. */
  readonly timesMs: readonly number[];
  /** Ends that no other connection has: the clients with their ports. */
  readonly clients: ReadonlySet<string>;
  readonly servers: ReadonlySet<string>;
}

/** All findings of a report that tell of connections, consequences after their causes. */
export function targetsOf(report: Report): readonly Target[] {
  const connections = new Map(report.connections.map((connection) => [connection.id, connection]));
  const below = (finding: Finding): Finding[] => [finding, ...finding.consequences.flatMap(below)];
  return report.findings.flatMap(below).map((finding) => {
    const ends = finding.connections.flatMap((id) => connections.get(id) ?? []);
    return {
      finding,
      timesMs: finding.evidence.map(({ timeMs }) => timeMs).sort((a, b) => a - b),
      clients: new Set(ends.map(({ client }) => formatEndpoint(client))),
      servers: new Set(ends.map(({ server }) => formatEndpoint(server))),
    };
  });
}

/** Whether a line of this reading may be about such a finding: by its own id, or by one that it fits as well. */
export function fits({ reading }: Pick<Occurrence, 'reading'>, id: FindingId): boolean {
  const { id: own, also } = readings[reading];
  return own === id || also.includes(id);
}

/** The line names the very connection: its address and port at the client. */
export function namesConnection({ addresses }: Occurrence, { clients }: Target): boolean {
  return addresses.some((address) => clients.has(address));
}

/** The line names a server that has no part in the finding. */
export function namesAnother({ params }: Occurrence, { servers, clients }: Target): boolean {
  const { peer } = params;
  if (typeof peer !== 'string' || !ENDPOINT.test(peer)) return false;
  return !servers.has(peer) && !clients.has(peer);
}

/** Whether a moment of the finding lies close to `timeMs`. */
export function isNear(timeMs: number, { timesMs }: Target): boolean {
  return timesMs.some((moment) => Math.abs(moment - timeMs) <= NEAR_MS);
}
