/** All streams that the server allows are in use, for long. RFC 9113 §5.1.2. */
import { type Draft, draft, evidence } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { openEvidence } from './common.ts';

/** Calls that queue for less are seldom missed. */
const HELD_MS = 1_000;
/** Once or twice a new call may follow the end of another by chance. */
const REFILLS_MIN = 3;
/** As many streams as allowed, and no new ones: perhaps nobody waits, but whoever comes next will. */
const HELD_QUIETLY_MS = 5_000;

/** The client stands at SETTINGS_MAX_CONCURRENT_STREAMS, and new calls begin only when others end. */
export function concurrencyStarved(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const { limit, crowd } = connection.calls;
  const endMs = connection.firstEnd?.timeMs ?? capture.lastMs;
  const held = crowd?.longest(endMs);
  if (held === undefined || connection.joinedMiddle || connection.holes > 0) return [];
  const heldMs = held.untilMs - held.since.timeMs;
  const queue = heldMs >= HELD_MS && held.refills >= REFILLS_MIN;
  if (!queue && heldMs < HELD_QUIETLY_MS) return [];
  return [
    draft({
      id: 'stream/concurrency-starved',
      severity: queue ? 'warning' : 'info',
      certainty: queue ? 'likely' : 'possible',
      culprit: 'unknown',
      connections: [connection],
      params: { limit, heldMs, openStreams: limit, refills: held.refills || undefined },
      evidence: [
        ...(connection.settings.server === undefined
          ? []
          : [evidence(connection, connection.settings.server, 'server', 'settings', { maxConcurrentStreams: limit })]),
        evidence(connection, held.since, 'client', 'open-streams', { count: limit, limit }),
        ...openEvidence(connection, connection.calls.waiting().slice(0, 4), { packet: 0, timeMs: endMs }),
        ...(held.refills === 0
          ? []
          : [evidence(connection, { packet: 0, timeMs: held.untilMs }, 'client', 'refills', { count: held.refills })]),
      ],
      about: [`crowd ${connection.id}`],
    }),
  ];
}
