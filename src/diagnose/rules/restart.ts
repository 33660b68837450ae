/** Several connections of one server that end at once, unannounced: its process went away. */
import { formatEndpoint } from '#base';
import { type Draft, draft, endKey, evidence, victims } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { gapBefore, gapTolerance, IDLE_MIN_MS, killedBy, raceOf, unannouncedEnd } from './close.ts';
import { endEvidence } from './common.ts';

/** Connections of one server that end within this time ended together: a process exit closes its sockets in a row. */
const TOGETHER_MS = 100;

/** Several connections of one server end at once, unannounced: its process went away. Run over the whole capture. */
export function serverRestart(capture: CaptureFacts): Draft[] {
  return [...capture.byServer().values()].flatMap((connections) => clusters(connections).map(restartDraft));
}

/** Groups of unannounced ends that follow each other closely and leave no older connection of that server open. */
function clusters(connections: readonly ConnectionFacts[]): ConnectionFacts[][] {
  const ended = connections
    .filter((connection) => unannouncedEnd(connection) !== undefined)
    .sort((a, b) => endMs(a) - endMs(b));
  const groups: ConnectionFacts[][] = [];
  for (const connection of ended) {
    const group = groups.at(-1);
    if (group !== undefined && endsWith(connection, group[0]!)) group.push(connection);
    else groups.push([connection]);
  }
  return groups.filter(
    (group) =>
      group.length > 1 &&
      // How long a connection was idle, which tells a timer from a restart, must have been captured.
      group.every(isSilenceKnown) &&
      !connections.some((other) => survives(other, group)) &&
      !isTimer(group, connections),
  );
}

/** Both were open when the first one ended, and the other followed at once. */
function endsWith(connection: ConnectionFacts, first: ConnectionFacts): boolean {
  return connection.opened.timeMs < endMs(first) && endMs(connection) - endMs(first) <= TOGETHER_MS;
}

function isSilenceKnown(connection: ConnectionFacts): boolean {
  const end = connection.firstEnd!;
  const killed = killedBy(connection, end);
  const first = killed[0];
  // One that was answering was not idle.
  if (killed.some((call) => call.server.headers !== undefined)) return true;
  const untilMs = first !== undefined && first.opened.packet <= end.packet ? first.opened.timeMs : end.timeMs;
  return !connection.blindSince(untilMs - gapBefore(end, first));
}

/**
 * All were idle for the same time, what was hit was hit by a race, and the server takes the next connection: an idle timer,
 * not a restart. (Idle connections that nobody was using look the same in both cases; then the restart is only told.)
 */
function isTimer(group: readonly ConnectionFacts[], connections: readonly ConnectionFacts[]): boolean {
  const gaps = group.map((connection) =>
    gapBefore(connection.firstEnd!, killedBy(connection, connection.firstEnd!)[0]),
  );
  const [shortest, longest] = [gaps.reduce((a, b) => Math.min(a, b)), gaps.reduce((a, b) => Math.max(a, b))];
  if (shortest < IDLE_MIN_MS || longest - shortest > gapTolerance(longest)) return false;
  const hit = group.filter((connection) => killedBy(connection, connection.firstEnd!).length > 0);
  if (hit.length === 0 || hit.some((connection) => raceOf(connection) === undefined)) return false;
  const fromMs = endMs(group[0]!);
  const next = connections.find(({ opened }) => opened.timeMs > fromMs);
  return next === undefined || next.established !== undefined;
}

function endMs(connection: ConnectionFacts): number {
  return connection.firstEnd?.timeMs ?? Number.POSITIVE_INFINITY;
}

/** Open before the group ended and still in use after it: then it was not the whole server that went away. */
function survives(other: ConnectionFacts, group: readonly ConnectionFacts[]): boolean {
  const first = group[0];
  const last = group.at(-1);
  if (first === undefined || last === undefined) return false;
  const lastServerMs = other.lastFrame.server?.timeMs ?? Number.NEGATIVE_INFINITY;
  return other.opened.timeMs < endMs(first) && lastServerMs > endMs(last) + TOGETHER_MS;
}

function restartDraft(group: readonly ConnectionFacts[]): Draft {
  const first = group[0]!;
  const last = group.at(-1)!;
  const killed = group.map((connection) => ({ connection, calls: killedBy(connection, connection.firstEnd!) }));
  const openStreams = killed.reduce((sum, { calls }) => sum + calls.length, 0);
  const spreadMs = endMs(last) - endMs(first);
  return draft({
    id: 'connection/server-restart',
    severity: openStreams > 0 ? 'error' : 'info',
    certainty: 'likely',
    culprit: 'server',
    connections: group,
    params: { connections: group.length, spreadMs, server: formatEndpoint(first.server), openStreams },
    evidence: [
      ...group.slice(0, 6).map((connection) => endEvidence(connection, connection.firstEnd!)),
      evidence(last, last.firstEnd!, 'none', 'closed-together', { connections: group.length, spreadMs }),
      evidence(last, last.firstEnd!, 'none', 'no-goaway', {}),
    ],
    victims: killed.flatMap(({ connection, calls }) => victims(connection, calls, () => 'unknown')),
    explains: openStreams > 0 ? group.map(endKey) : [],
  });
}
